import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { MailView } from './mail-view.ts'
import type { ParsedMail } from './parse.ts'

export type Job = { kind: 'parse'; raw: Uint8Array; markers: string[] } | { kind: 'view'; raw: Uint8Array; remote: boolean }
export type Outcome = { mail: ParsedMail } | { view: MailView } | { error: string }

/** What one mail may take. Past that its thread is ended, and with it whatever the mail was made to do. */
const MAX_MS = 4_000
const MAX_STARTING_MS = 30_000
const LIMITS = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 }

/** Could not be read within bounds: hostile, broken, or no mail at all. */
export class Unreadable extends Error {}

/** Reads mails in a thread of its own, one after the other: no mail holds up a request, or the mail after it. */
export class MailParser {
  #thread: { worker: Worker; ready: Promise<void> } | undefined
  #last: Promise<unknown> = Promise.resolve()

  /** Throws `Unreadable`. */
  async parse(raw: Uint8Array, markers: string[]): Promise<ParsedMail> {
    const outcome = await this.#inTurn({ kind: 'parse', raw, markers })
    if (!('mail' in outcome)) throw new Unreadable('error' in outcome ? outcome.error : 'Not a mail')
    return outcome.mail
  }

  /** Throws `Unreadable`. */
  async view(raw: Uint8Array, { remote }: { remote: boolean }): Promise<MailView> {
    const outcome = await this.#inTurn({ kind: 'view', raw, remote })
    if (!('view' in outcome)) throw new Unreadable('error' in outcome ? outcome.error : 'Not a mail')
    return outcome.view
  }

  async close() {
    await this.#thread?.worker.terminate()
    this.#thread = undefined
  }

  #inTurn(job: Job): Promise<Outcome> {
    const turn = this.#last.then(() => this.#run(job))
    this.#last = turn.catch(() => {})
    return turn
  }

  async #run(job: Job): Promise<Outcome> {
    const { worker, ready } = this.#thread ?? this.#start()
    await within(MAX_STARTING_MS, ready)
    worker.postMessage(job)
    const outcome = await within(MAX_MS, answerOf(worker)).catch((error) => ({ error: String(error.message) }))
    // Whatever went wrong may still be going on in there.
    if ('error' in outcome) await this.close()
    return outcome
  }

  /** Begun when first asked. */
  #start() {
    const worker = new Worker(new URL('./parser-thread.ts', import.meta.url), { resourceLimits: LIMITS })
    worker.unref()
    const ready = once(worker, 'message').then(() => {})
    this.#thread = { worker, ready }
    return this.#thread
  }
}

/** Its next message, or why none will come. */
async function answerOf(worker: Worker): Promise<Outcome> {
  const waiting = new AbortController()
  const { signal } = waiting
  return Promise.race([
    once(worker, 'message', { signal }).then(([outcome]) => outcome as Outcome), // what parser-thread.ts posts
    once(worker, 'exit', { signal }).then(() => ({ error: 'It took too much memory' })),
  ]).finally(() => waiting.abort())
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It took too long')), ms)
  })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
