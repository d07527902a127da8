import { parentPort } from 'node:worker_threads'
import type { PrintedQuote } from './printed.ts'
import { setQuote } from './set.ts'

export type Job = { id: number; printed: PrintedQuote }
export type Done = { id: number; pdf: Uint8Array } | { id: number; failed: string }

// Setting type takes a tenth of a second of computing, which must not stand in the way of requests: hence a thread of its own.
parentPort?.on('message', async ({ id, printed }: Job) => {
  const done: Done = await setQuote(printed).then(
    (pdf) => ({ id, pdf }),
    (error) => ({ id, failed: String(error instanceof Error ? error.stack : error) }),
  )
  parentPort?.postMessage(done)
})
