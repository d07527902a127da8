import type { Locale } from '../../content/schema.ts'
import { answerMarker, threadingOf } from '../mail/threading.ts'
import type { Statement } from '../platform/db.ts'
import { type Event, type EventRow, parseEvent } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { mailKinds } from './kinds.ts'
import { layOut } from './layout.ts'
import { messageIdOf } from './message-id.ts'
import { Subscriber } from './subscriber.ts'

const MAX_ATTEMPTS = 12
/** Nobody else sends a mail while its sender may still be at it. */
const SENDING_MS = 60_000
const EVERY_MS = 1_000

type Due = { id: number; event_id: number; recipient: string; locale: Locale; template: string; attempts: number }

/**
 * Turns events into mails and sends them. Planned once per event and recipient; sent with a Message-ID made from both, so that a
 * crash in mid-send costs at most one more mail under the same id.
 */
export class Mailer {
  readonly #services: Services
  readonly #planner: Subscriber
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(services: Services) {
    this.#services = services
    this.#planner = new Subscriber(services, 'mail', (event) => this.#plan(event))
  }

  start() {
    this.#services.db.onCommit(() => this.#wake())
    this.#timer = setInterval(() => this.#wake(), EVERY_MS)
  }

  /** Waits for the mail that is being sent. */
  async stop() {
    clearInterval(this.#timer)
    this.#timer = undefined
    await this.#running
  }

  /** Plans and sends all that is due now. */
  async run() {
    await this.#planner.catchUp()
    for (let due = await this.#nextDue(); due; due = await this.#nextDue()) await this.#send(due)
  }

  #wake() {
    if (this.#running || !this.#timer) return
    this.#running = this.run()
      .catch((error) => this.#services.log('mailer-failed', { error }))
      .finally(() => {
        this.#running = undefined
      })
  }

  async #plan(event: Event): Promise<Statement[]> {
    const kinds = Object.entries(mailKinds).filter(([, kind]) => kind.on.includes(event.kind))
    // One statement for each kind, however many it goes to.
    const planned = kinds.map(async ([template, kind]) => ({
      sql: `insert into mails (event_id, recipient, locale, template, next_at)
            select :event, value ->> 'email', value ->> 'locale', :template, :now from json_each(:recipients)
            where true on conflict do nothing`,
      args: {
        event: event.id,
        recipients: JSON.stringify(await kind.to(this.#services, event)),
        template,
        now: this.#services.clock.now(),
      },
    }))
    return Promise.all(planned)
  }

  /** Takes the next mail for this process: counting the attempt first means that a mail which kills us is not tried for ever. */
  async #nextDue(): Promise<Due | undefined> {
    const now = this.#services.clock.now()
    const next = await this.#services.db.get<{ id: number }>(
      `select id from mails where status = 'waiting' and next_at <= :now order by next_at, id limit 1`,
      { now },
    )
    if (!next) return undefined
    const [taken] = await this.#services.db.batch([
      {
        sql: `update mails set attempts = attempts + 1, next_at = :until where id = :id and status = 'waiting' and next_at <= :now
              returning id, event_id, recipient, locale, template, attempts`,
        args: { id: next.id, now, until: now + SENDING_MS },
      },
    ])
    return taken?.rows[0] as Due | undefined // the columns after returning
  }

  async #send(due: Due) {
    const { db, clock, log } = this.#services
    try {
      await this.#deliver(due)
      await db.batch([
        { sql: `update mails set status = 'sent', sent_at = :now, error = null where id = :id`, args: { id: due.id, now: clock.now() } },
      ])
    } catch (error) {
      log('mail-failed', { mail: due.id, attempts: due.attempts, error })
      const parked = due.attempts >= MAX_ATTEMPTS
      await db.batch([
        {
          sql: 'update mails set status = :status, next_at = :next, error = :error where id = :id',
          args: {
            id: due.id,
            status: parked ? 'parked' : 'waiting',
            next: clock.now() + retryInMs(due.attempts),
            error: String(error instanceof Error ? error.message : error).slice(0, 200),
          },
        },
      ])
    }
  }

  async #deliver({ event_id, recipient, locale, template }: Due) {
    const { db, mail, config, content, t, clock } = this.#services
    const row = await db.get<EventRow>('select * from events where id = :id', { id: event_id })
    const kind = mailKinds[template]
    if (!row || !kind) return
    const written = await kind.write(this.#services, parseEvent(row), { email: recipient, locale })
    if (!written) return
    if (written.statements?.length) await db.batch(written.statements)
    const marker = written.ticket?.asksForAnswer ? answerMarker(this.#services, locale) : undefined
    const laidOut = layOut(written, { company: content.company, publicUrl: config.publicUrl, t: t[locale], locale, answerMarker: marker })
    const threading = written.ticket && (await threadingOf(this.#services, written.ticket.reference, recipient))
    const messageId = messageIdOf({ template, eventId: event_id, recipient }, config.publicUrl)
    await mail.send({ ...laidOut, ...threading, to: recipient, messageId, at: clock.now() })
  }
}

/** 10 s, 20 s, 40 s … at most an hour, with a fifth of chance so that many do not come back at once. */
function retryInMs(attempts: number): number {
  return Math.round(Math.min(3_600_000, 10_000 * 2 ** (attempts - 1)) * (0.9 + Math.random() / 5))
}
