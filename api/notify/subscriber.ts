import { randomUUID } from 'node:crypto'
import type { Statement } from '../platform/db.ts'
import { type Event, type EventRow, parseEvent } from '../platform/events.ts'
import type { Services } from '../services.ts'

const LEASE_MS = 30_000
const BATCH = 100

/** What the effects of one event are, as statements that go in with the cursor: both or neither. */
export type Effects = (event: Event) => Promise<Statement[]>

/**
 * Reads the event log for `name`, each event once, in order. A lease keeps two processes from reading at the same time; the
 * cursor moves in the same batch as the effects, so a crash repeats or loses nothing.
 */
export class Subscriber {
  readonly #services: Services
  readonly #name: string
  readonly #effects: Effects
  readonly #holder = randomUUID()

  constructor(services: Services, name: string, effects: Effects) {
    this.#services = services
    this.#name = name
    this.#effects = effects
  }

  /** Reads until nothing is left; false when another process holds the lease. */
  async catchUp(): Promise<boolean> {
    for (;;) {
      // Asked every second: reading costs nothing, and the lease would be a write.
      if (!(await this.#hasMore())) return true
      const cursor = await this.#lease()
      if (cursor === undefined) return false
      const rows = await this.#services.db.all<EventRow>('select * from events where id > :cursor order by id limit :limit', {
        cursor,
        limit: BATCH,
      })
      for (const row of rows) await this.#take(parseEvent(row))
      if (rows.length < BATCH) return true
    }
  }

  async #hasMore(): Promise<boolean> {
    const row = await this.#services.db.get<{ more: number }>(
      `select coalesce((select max(id) from events), 0) > coalesce((select cursor from subscribers where name = :name), 0) as more`,
      { name: this.#name },
    )
    return row?.more === 1
  }

  async #lease(): Promise<number | undefined> {
    const { db } = this.#services
    const now = Date.now()
    const args = { name: this.#name, holder: this.#holder, now, until: now + LEASE_MS }
    const results = await db.batch([
      { sql: 'insert into subscribers (name) values (:name) on conflict do nothing', args: { name: this.#name } },
      {
        sql: `update subscribers set lease_holder = :holder, lease_until = :until
              where name = :name and (lease_holder = :holder or lease_until < :now) returning cursor`,
        args,
      },
    ])
    const row = results[1]?.rows[0]
    return row ? Number(row.cursor) : undefined
  }

  async #take(event: Event) {
    const effects = await this.#effects(event)
    const mine = 'select 1 from subscribers where name = :name and lease_holder = :holder and cursor < :id'
    const args = { name: this.#name, holder: this.#holder, id: event.id }
    await this.#services.db.batch([
      ...effects,
      { sql: `update subscribers set cursor = :id where exists (${mine}) and name = :name`, args },
    ])
  }
}
