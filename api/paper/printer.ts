import { Worker } from 'node:worker_threads'
import { canonicalJson, type Json, sha256 } from '../platform/canonical-json.ts'
import { Problem } from '../platform/problems.ts'
import type { Done, Job, Printed } from './worker.ts'

const MAX_WAITING = 40
const MAX_KEPT = 60

type Waiting = { resolve: (pdf: Uint8Array) => void; reject: (error: unknown) => void }

const kept = new Map<string, Promise<Uint8Array>>()
const waiting = new Map<number, Waiting>()
let thread: Worker | undefined
let lastId = 0

/**
 * A quote or a thread as a PDF. Made one after the other in one thread, which is started when it is first needed; the last ones are kept by
 * all that is in them, so that asking again costs nothing. Refuses when too many wait.
 */
export function print(printed: Printed): Promise<Uint8Array> {
  const key = sha256(canonicalJson(printed as unknown as Json)) // plain data, as its type promises
  const known = kept.get(key)
  if (known) return known
  if (waiting.size >= MAX_WAITING) throw new Problem('busy', { retryAfter: 5 })
  const made = setInThread(printed)
  keep(key, made)
  return made
}

function keep(key: string, made: Promise<Uint8Array>) {
  kept.set(key, made)
  made.catch(() => kept.delete(key))
  const [oldest] = kept.keys()
  if (kept.size > MAX_KEPT && oldest) kept.delete(oldest)
}

function setInThread(printed: Printed): Promise<Uint8Array> {
  thread ??= startThread()
  const id = ++lastId
  const job: Job = { id, printed }
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject })
    thread?.postMessage(job)
  })
}

function startThread(): Worker {
  const started = new Worker(new URL('./worker.ts', import.meta.url), { execArgv: [] })
  // It keeps no process alive that has nothing else to do.
  started.unref()
  started.on('message', (done: Done) => {
    const asked = waiting.get(done.id)
    waiting.delete(done.id)
    if ('pdf' in done) asked?.resolve(done.pdf)
    else asked?.reject(new Error(done.failed))
  })
  started.on('error', (error) => end(started, error))
  started.on('exit', () => end(started, new Error('The thread that makes PDFs has ended.')))
  return started
}

/** Whoever waits is told; the next one gets a new thread. */
function end(ended: Worker, error: unknown) {
  if (thread !== ended) return
  thread = undefined
  for (const { reject } of waiting.values()) reject(error)
  waiting.clear()
}
