import type { Locale } from '../../content/schema.ts'
import { answerMarker, threadingOf } from '../mail/threading.ts'
import type { Statement } from '../platform/db.ts'
import { type Event, type EventRow, parseEvent } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { mailKinds } from './kinds.ts'
import { layOut } from './layout.ts'
import type { Recipient } from './mail-kind.ts'
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
    // Planned again after each mail: what happened while many are sent is not for later.
    for (let due = await this.#planned(); due; due = await this.#planned()) await this.#send(due)
  }

  async #planned(): Promise<Due | undefined> {
    await this.#planner.catchUp()
    return (await this.#nextDue({ toMany: 0 })) ?? (await this.#nextDue({ toMany: 1 }))
  }

  #wake() {
    if (this.#running || !this.#timer) return
    this.#running = this.run()
      .catch((error) => this.#services.log('mailer-failed', { error }))
      .finally(() => {
        this.#running = undefined
      })
  }

  /**
   * The mails of one event, which go in with the cursor. Slices go in before it: a crash between two of them begins anew, and each mail
   * is planned once however often it is tried.
   */
  async #plan(event: Event): Promise<Statement[]> {
    const planned: Statement[] = []
    for (const [template, kind] of Object.entries(mailKinds).filter(([, { on }]) => on.includes(event.kind))) {
      const told = kind.to(this.#services, event)
      if (Symbol.asyncIterator in told)
        for await (const slice of told) await this.#services.db.batch([this.#mails(event, template, slice, { toMany: 1 })])
      else planned.push(this.#mails(event, template, await told, { toMany: 0 }))
    }
    return planned
  }

  /** One statement, however many it goes to. */
  #mails({ id }: Event, template: string, recipients: Recipient[], { toMany }: { toMany: 0 | 1 }): Statement {
    return {
      sql: `insert into mails (event_id, recipient, locale, template, next_at, to_many)
            select :event, value ->> 'email', value ->> 'locale', :template, :now, :toMany from json_each(:recipients)
            where true on conflict do nothing`,
      args: { event: id, recipients: JSON.stringify(recipients), template, now: this.#services.clock.now(), toMany },
    }
  }

  /** Takes the next mail for this process: counting the attempt first means that a mail which kills us is not tried for ever. */
  async #nextDue({ toMany }: { toMany: 0 | 1 }): Promise<Due | undefined> {
    const now = this.#services.clock.now()
    const next = await this.#services.db.get<{ id: number }>(
      `select id from mails where status = 'waiting' and to_many = :toMany and next_at <= :now order by next_at, id limit 1`,
      { toMany, now },
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
