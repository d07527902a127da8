import { parentPort } from 'node:worker_threads'
import type { PrintedQuote } from '../quotes/pdf/printed.ts'
import { setQuote } from '../quotes/pdf/set.ts'
import type { PrintedThread } from '../tickets/pdf/printed.ts'
import { setThread } from '../tickets/pdf/set.ts'

/** What can be put on paper. It crosses into another thread, so all of it is plain data. */
export type Printed = { quote: PrintedQuote } | { thread: PrintedThread }
export type Job = { id: number; printed: Printed }
export type Done = { id: number; pdf: Uint8Array } | { id: number; failed: string }

// Setting type takes a tenth of a second of computing, which must not stand in the way of requests: hence a thread of its own.
parentPort?.on('message', async ({ id, printed }: Job) => {
  const done: Done = await set(printed).then(
    (pdf) => ({ id, pdf }),
    (error) => ({ id, failed: String(error instanceof Error ? error.stack : error) }),
  )
  parentPort?.postMessage(done)
})

async function set(printed: Printed): Promise<Uint8Array> {
  return 'quote' in printed ? setQuote(printed.quote) : setThread(printed.thread)
}
