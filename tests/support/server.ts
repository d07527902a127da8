import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort, until } from './ports.ts'

// The tests stand where a reverse proxy would, so that each request can come from an address of its own and meet no limit.
const LOOPBACK = '127.0.0.1,::1,::ffff:127.0.0.1'

export type RunningServer = Awaited<ReturnType<typeof startServer>>

/** The real server as a process of its own, on a free port, on a folder that outlives it until `remove`. */
export async function startServer({ environment = {}, dataDir }: { environment?: Record<string, string>; dataDir?: string } = {}) {
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'torv-server-')))
  const port = await freePort()
  const url = `http://localhost:${port}`
  let child: ChildProcess
  let output = ''

  /** `laterMs`: as if so much time had passed. */
  const start = async (laterMs = 0) => {
    output = ''
    const ahead = laterMs
      ? { NODE_OPTIONS: `--import=${pathToFileURL(resolve('tests/support/later.mjs'))}`, TORV_LATER_MS: String(laterMs) }
      : {}
    const env = {
      ...process.env,
      ...ahead,
      DATA_DIR: folder,
      PORT: String(port),
      PUBLIC_URL: url,
      TRUSTED_PROXIES: LOOPBACK,
      ...environment,
    }
    child = spawn('node', ['api/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    const isReady = () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      )
    await until(
      'the server to be ready',
      () => {
        if (child.exitCode !== null) throw new Error(`The server stopped by itself:\n${output}`)
        return isReady()
      },
      90_000, // long, for a machine that does much else
    )
  }
  const end = (signal: NodeJS.Signals) =>
    new Promise<void>((done) => {
      if (child.exitCode !== null || child.signalCode) return done()
      child.once('exit', () => done())
      child.kill(signal)
    })

  await start().catch(async (error) => {
    await end('SIGKILL')
    throw error
  })
  return {
    url,
    dataDir: folder,
    pid: () => child.pid,
    /** What it has printed since it was last started. */
    output: () => output,
    start,
    end,
    remove: async () => {
      await end('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Posts as a page of the portal would, from an address of its own. */
export function post(url: string, path: string, json: unknown, headers: Record<string, string> = {}) {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { origin: url, 'content-type': 'application/json', 'x-forwarded-for': someAddress(), ...headers },
    body: JSON.stringify(json),
  })
}

export function someAddress(): string {
  return `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`
}
