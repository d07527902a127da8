import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

// Below those that the system gives to outgoing connections, and of a parity of its own for each of the two workers of a run: between our
// letting go of a port and a server's taking it, nobody else does.
const [LOWEST, HIGHEST] = [20_000, 32_766]
const worker = Number(process.env.VITEST_POOL_ID ?? process.env.TEST_PARALLEL_INDEX ?? 0)

let next = randomInt(LOWEST / 2, HIGHEST / 2) * 2 + (worker % 2)

/** A port on which nobody listens; another one each time. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = next
    next = port + 2 < HIGHEST ? port + 2 : LOWEST + (worker % 2)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

/** Waits for a condition, never for a duration. */
export async function until<T>(
  what: string,
  condition: () => Promise<T | undefined | false> | T | undefined | false,
  withinMs = 10_000,
): Promise<T> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const value = await condition()
    if (value) return value
    if (performance.now() > deadline) throw new Error(`Waited ${withinMs} ms in vain: ${what}`)
    await new Promise((next) => setTimeout(next, 20))
  }
}
