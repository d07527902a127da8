import { readFile } from 'node:fs/promises'

type Process = { pid: () => number | undefined }

/** By how many MB the server's memory grows at most, meanwhile. */
export async function growthDuring(server: Process, work: () => Promise<unknown>): Promise<number> {
  const before = (await memoryOf(server)) ?? 0
  let peak = before
  const watch = setInterval(() => void memoryOf(server).then((now = 0) => (peak = Math.max(peak, now))), 20)
  await work().finally(() => clearInterval(watch))
  return peak - before
}

/** In MB; only Linux tells how much memory another process has. */
export async function memoryOf(server: Process): Promise<number | undefined> {
  const status = await readFile(`/proc/${server.pid()}/status`, 'utf8').catch(() => '')
  const kB = /VmRSS:\s+(\d+) kB/.exec(status)?.[1]
  return kB === undefined ? undefined : Number(kB) / 1_000
}
