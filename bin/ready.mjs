// Makes the project ready to run on whatever Node starts it; plain JavaScript without packages, since there may be none yet.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
process.chdir(root)

const runtime = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node')
// What Node has read and compiled once it need not read again, which is a part of the time it takes to start.
const env = {
  NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'code'),
  ...process.env,
  PATH: `${join(root, 'node_modules', '.bin')}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`,
}

/** The runtime from the package registry where there is one for this machine, else the Node that runs us (22.18 or newer). */
export function node() {
  if (existsSync(runtime)) return runtime
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath
  console.error(`There is no packaged Node for this machine, and ${process.version} is too old: please install Node 24.`)
  process.exit(1)
}

/** Installs what the lock file names, if it is not there as named. */
export function install() {
  const stamp = join('node_modules', '.torv-installed')
  const wanted = hashOf(['package-lock.json'])
  if (read(stamp) === wanted) return
  step('Installing packages')
  // As the lock file says, to the letter; --loglevel hides warnings about the Node that only starts us.
  must(spawnSync('npm', ['ci', '--loglevel=error'], { stdio: 'inherit', shell: process.platform === 'win32' }))
  writeFileSync(stamp, wanted)
}

/** Builds site and widget, if anything they are made of has changed. */
export function build() {
  const stamp = join('dist', '.torv-built')
  const content = process.env.CONTENT_DIR || 'content'
  const wanted = hashOf(['package-lock.json', 'astro.config.mjs', 'site', 'widget', 'content', content, ...apiTypesOnly()])
  if (read(stamp) === wanted) return
  step('Building the site and the widget')
  must(spawnSync(node(), ['bin/build.ts'], { stdio: 'inherit', env }))
  mkdirSync('dist', { recursive: true })
  writeFileSync(stamp, wanted)
}

/** Runs a command with our Node and our packages; ends this process with its exit code when it fails. */
export function run(command, args, extraEnv = {}) {
  must(
    spawnSync(command === 'node' ? node() : join('node_modules', '.bin', command), args, {
      stdio: 'inherit',
      env: { ...env, ...extraEnv },
    }),
  )
}

/** Becomes a long-running command: its signals and its end are ours. */
export function become(args, extraEnv = {}) {
  const child = spawn(node(), args, { stdio: 'inherit', env: { ...env, ...extraEnv } })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(signal ? 1 : (code ?? 0)))
}

export function step(text) {
  console.log(`\n▸ ${text} …`)
}

/** Site files import rules from the API's pure modules; a change there can change a page. */
function apiTypesOnly() {
  return existsSync('api') ? filesIn('api').filter((file) => /model\.ts$|pricing\.ts$/.test(file)) : []
}

function hashOf(paths) {
  const hash = createHash('sha256')
  for (const path of paths) for (const file of existsSync(path) ? filesIn(path) : []) hash.update(`${file}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

function filesIn(path) {
  if (!statSync(path).isDirectory()) return [path]
  return readdirSync(path)
    .filter((name) => !['node_modules', '.astro', '.cache'].includes(name))
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function must({ status, error }) {
  if (error) console.error(error.message)
  if (status !== 0) process.exit(status ?? 1)
}
