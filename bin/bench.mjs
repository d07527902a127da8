// npm run bench -- <what>: how fast it is, as ratios to a baseline that is measured in the same run.
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { browser } from './browser.mjs'
import { build, install, run } from './ready.mjs'

const folder = join('tests', 'bench')
const known = readdirSync(folder)
  .filter((name) => name.endsWith('.bench.ts'))
  .map((name) => name.replace('.bench.ts', ''))
const [what = '', ...rest] = process.argv.slice(2)

if (!existsSync(join(folder, `${what}.bench.ts`))) {
  console.error(`Say what to measure: npm run bench -- ${known.join(' | ')}`)
  process.exit(2)
}
install()
if (what === 'typing') build()
run('node', [join(folder, `${what}.bench.ts`), ...rest], what === 'typing' ? { CHROMIUM_PATH: browser() } : {})
