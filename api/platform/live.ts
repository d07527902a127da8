import type { Db } from './db.ts'
import { type Event, type EventRow, parseEvent } from './events.ts'
import type { Log } from './log.ts'

type Listener = (event: Event) => void

/** Hands each committed event to those who watch its subject, in commit order. */
export class Live {
  readonly #db: Db
  readonly #log: Log
  readonly #listeners = new Map<string, Set<Listener>>()
  #last = 0
  #reading = false
  #again = false
  #timer: NodeJS.Timeout | undefined

  constructor(db: Db, log: Log) {
    this.#db = db
    this.#log = log
  }

  async start() {
    this.#last = (await this.#db.get<{ id: number | null }>('select max(id) as id from events'))?.id ?? 0
    this.#db.onCommit(() => void this.#read())
    // Another process on the same database server does not tell us of its commits.
    this.#timer = setInterval(() => void this.#read(), 1000)
    this.#timer.unref()
  }

  stop() {
    clearInterval(this.#timer)
    this.#listeners.clear()
  }

  /** Returns what ends the watching. */
  watch(subject: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set()
    this.#listeners.set(subject, listeners.add(listener))
    return () => {
      listeners.delete(listener)
      if (!listeners.size) this.#listeners.delete(subject)
    }
  }

  async #read() {
    if (this.#reading) {
      this.#again = true
      return
    }
    this.#reading = true
    try {
      do {
        this.#again = false
        await this.#readOnce()
      } while (this.#again)
    } catch (error) {
      this.#log('live-read-failed', { error })
    } finally {
      this.#reading = false
    }
  }

  async #readOnce() {
    const rows = await this.#db.all<EventRow>('select * from events where id > :last order by id limit 500', { last: this.#last })
    for (const row of rows) {
      this.#last = row.id
      const listeners = this.#listeners.get(row.subject)
      if (listeners) for (const listener of listeners) listener(parseEvent(row))
    }
    if (rows.length === 500) this.#again = true
  }
}
