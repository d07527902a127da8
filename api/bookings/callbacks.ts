import type { Locale } from '../../content/schema.ts'
import type { User } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { logCall } from '../tickets/calls.ts'
import { dayOf, momentOf, nextDay } from '../tickets/hours.ts'
import { whereItGoesOn } from '../tickets/merging.ts'
import { openTicket } from '../tickets/opening.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { type DeskBooking, inWords } from './desk.ts'
import { BOOKING, type Booking, bookingByReference, settleBooking } from './store.ts'

/** The appointments about a case, the earliest first; a cancelled one is not there any more. */
export async function appointmentsAbout({ db }: Pick<Services, 'db'>, ticket: string): Promise<Booking[]> {
  return db.all<Booking>(
    `select ${BOOKING} from bookings b where b.ticket = :ticket and b.status <> 'cancelled' order by b.starts_at, b.id limit 20`,
    { ticket },
  )
}

export type Callback = DeskBooking & { words: string; isDone: boolean }

/** Who is to be called today, by the company's calendar, and who was not called on a day before; earliest first. */
export async function callbacksNow(services: Services, locale: Locale): Promise<Callback[]> {
  const { db, clock, content } = services
  const { timeZone } = content.company
  const today = dayOf(clock.now(), timeZone)
  const kinds = content.appointments.filter(({ use }) => use === 'callback').map(({ id }) => id)
  const rows = await db.all<Booking>(
    `select ${BOOKING} from bookings b
     where b.kind in (select value from json_each(:kinds)) and b.starts_at < :until
       and (b.status = 'booked' or (b.status in ('held', 'missed') and b.starts_at >= :from))
     order by b.starts_at, b.id limit 200`,
    { kinds: JSON.stringify(kinds), from: momentOf(today, '00:00', timeZone), until: momentOf(nextDay(today), '00:00', timeZone) },
  )
  const shown = await inWords(services, rows, locale)
  return shown.map((booking, at) => ({ ...booking, words: rows[at]?.words ?? '', isDone: booking.status !== 'booked' }))
}

export type Outcome = { reached: false } | { reached: true; minutes: number; text: string }

/**
 * Writes down that somebody was called back: into the case it is about, or into a new one of theirs. Of a call that reached nobody, only
 * that is kept. Refused once it has been settled, or before its time.
 */
export async function callBack(services: Services, booking: Booking, outcome: Outcome, by: User): Promise<{ ticket: string | null }> {
  if (booking.status !== 'booked' || booking.startsAt > services.clock.now()) throw new Problem('booking-moved-on')
  const actor = `user:${by.id}`
  if (!outcome.reached) {
    await settleBooking(services, booking, 'missed', actor)
    return { ticket: booking.ticket }
  }
  // Whoever settles it writes it down; the other of two is told that it is done.
  await settleBooking(services, booking, 'held', actor)
  const ticket = await findAnyTicket(services, (await openCaseOf(services, booking)) ?? (await caseFor(services, booking, actor)))
  const { minutes, text } = outcome
  await logCall(services, ticket, { name: booking.name, direction: 'out', minutes, text, internal: false }, by)
  return { ticket: ticket.reference }
}

/** The case it is about, where that goes on; none when it has ended, for a call has to be written down all the same. */
async function openCaseOf(services: Services, { ticket: reference }: Booking): Promise<string | undefined> {
  const ticket = reference === null ? undefined : await whereItGoesOn(services, reference)
  return ticket && !['closed', 'spam', 'merged'].includes(ticket.status) ? ticket.reference : undefined
}

/** The case that begins with this call; only one, however often it is tried. */
async function caseFor(services: Services, booking: Booking, by: string): Promise<string> {
  const { contactId, locale, words, product, name, reference, ticket: before } = booking
  const subject = services.t[locale]('callbacks.case')
  const opened = await openTicket(services, {
    ...{ owner: { contactId }, channel: 'phone', kind: 'question', subject, locale, by },
    text: words || subject,
    authorName: name,
    product: product ?? undefined,
    confirm: false,
  })
  await services.db.batch([
    {
      sql: 'update bookings set ticket = :ticket where reference = :reference and ticket is :before',
      args: { ticket: opened.reference, reference, before },
    },
  ])
  return (await bookingByReference(services, reference))?.ticket ?? opened.reference
}
