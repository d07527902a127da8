import { Worker } from 'node:worker_threads'
import type { Db, Statement } from './db.ts'

/** Reads that may take long, such as those of numbers over a year: they hold up no request. */
export type Reader = Pick<Db, 'all'> & { close(): Promise<void> }

type Waiting = { resolve: (rows: unknown[]) => void; reject: (error: Error) => void }
export type Question = { id: number; sql: string; args: NonNullable<Statement['args']> }
export type Reply = { id: number; rows: unknown[] } | { id: number; error: string }

/** On a connection of its own in a thread of its own, which cannot write; a database on a server holds nobody up as it is. */
export function openReader(db: Db, databaseUrl: string): Reader {
  if (/^(https?|wss?|libsql):/.test(databaseUrl)) return { all: (sql, args) => db.all(sql, args), close: async () => {} }
  return openFileReader(databaseUrl)
}

/** The same of a file that another process may have open: it only reads. */
export function openFileReader(file: string): Reader {
  return new ThreadReader(file)
}

class ThreadReader implements Reader {
  readonly #file: string
  readonly #waiting = new Map<number, Waiting>()
  #worker: Worker | undefined
  #last = 0

  constructor(file: string) {
    this.#file = file
  }

  all<T>(sql: string, args: Statement['args'] = {}): Promise<T[]> {
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: (rows) => resolve(rows as T[]), reject }) // the promise of Db.all
      this.#start().postMessage({ id, sql, args } satisfies Question)
    })
  }

  async close() {
    await this.#worker?.terminate()
  }

  /** Begun when first asked; one that died is begun anew by the next question. */
  #start(): Worker {
    if (this.#worker) return this.#worker
    const worker = new Worker(new URL('./reader-thread.ts', import.meta.url), { workerData: this.#file })
    worker.unref()
    worker.on('message', (reply: Reply) => this.#answer(reply))
    worker.on('error', (error) => this.#giveUp(error))
    worker.on('exit', () => this.#giveUp(new Error('The reading thread has ended')))
    this.#worker = worker
    return worker
  }

  #answer(reply: Reply) {
    const waiting = this.#waiting.get(reply.id)
    this.#waiting.delete(reply.id)
    if ('rows' in reply) waiting?.resolve(reply.rows)
    else waiting?.reject(new Error(reply.error))
  }

  #giveUp(error: Error) {
    this.#worker = undefined
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}
