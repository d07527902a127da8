import type { AppointmentKind, Locale } from '../../content/schema.ts'
import { contactIdOf, introduceContact } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import type { Statement } from '../platform/db.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { freeTimes } from './calendars.ts'
import { findKind } from './kinds.ts'
import { reminderAt, type Status } from './model.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

export type Booking = {
  id: number
  reference: string
  contactId: number
  kind: string
  memberId: number
  startsAt: number
  endsAt: number
  status: Status
  /** Counts the changes of time, and the cancellation. */
  sequence: number
  name: string
  phone: string
  address: string
  words: string
  product: string | null
  /** The case, and the thing owned, that it is about, by reference. */
  ticket: string | null
  item: string | null
  locale: Locale
  /** The one the visitor chose the time in. */
  timeZone: string
  /** Why it was moved or cancelled. */
  note: string
  createdAt: number
}

export const BOOKING = `b.id, b.reference, b.contact_id as "contactId", b.kind, b.member_id as "memberId", b.starts_at as "startsAt",
  b.ends_at as "endsAt", b.status, b.sequence, b.name, b.phone, b.address, b.words, b.product, b.ticket, b.item, b.locale, b.time_zone as "timeZone",
  b.note, b.created_at as "createdAt"`

/** The actor's own as a contact, and what the access links of this browser open. */
const VISIBLE = `(b.contact_id = :contactId or exists (
  select 1 from json_each(:links) as link
  where link.value ->> 'subject' = b.reference and link.value ->> 'contactId' = b.contact_id))`

/** A booking as this actor may see it; anybody else's is as undefined as one that never was. */
export async function findBooking({ db }: Services, { user, access }: Actor, reference: string): Promise<Booking | undefined> {
  return db.get<Booking>(`select ${BOOKING} from bookings b where b.reference = :reference and ${VISIBLE}`, {
    reference,
    contactId: user?.contactId ?? null,
    links: JSON.stringify(access),
  })
}

/** What this actor has booked and has not been to yet, earliest first. */
export async function bookingsOf({ db, clock }: Services, { user, access }: Actor): Promise<Booking[]> {
  return db.all<Booking>(
    `select ${BOOKING} from bookings b
     where b.status = 'booked' and b.ends_at > :now and ${VISIBLE} order by b.starts_at, b.id limit 20`,
    { now: clock.now(), contactId: user?.contactId ?? null, links: JSON.stringify(access) },
  )
}

/** Any booking, for staff and for mails. */
export async function bookingByReference({ db }: Services, reference: string): Promise<Booking | undefined> {
  return db.get<Booking>(`select ${BOOKING} from bookings b where b.reference = :reference`, { reference })
}

export type NewBooking = Pick<
  Booking,
  'name' | 'phone' | 'address' | 'words' | 'product' | 'ticket' | 'item' | 'locale' | 'timeZone' | 'startsAt'
> & {
  kind: AppointmentKind
  email: string
  /** As the event log names them. */
  by: string
  byStaff?: boolean
  /** Whether the customer gets the invitation by mail. */
  confirm: boolean
}

/** Books whoever has time and least to do that week, or refuses: of many who want one time, as many get it as there are staff for it. */
export async function bookAppointment(services: Services, wanted: NewBooking): Promise<string> {
  const { db, clock, content } = services
  const { kind, email, by, byStaff = false, confirm, ...told } = wanted
  const at = clock.now()
  const reference = newReference('B')
  const span = spanOf(kind, wanted.startsAt)
  const candidates = await membersFreeAt(services, kind, wanted.startsAt, { byStaff })
  const remindAt = reminderAt(wanted.startsAt, content.company.timeZone, at)
  const [, booked] = await db.batch([
    introduceContact({ ...told, email, source: 'booking', at }),
    {
      sql: `insert into bookings (reference, contact_id, kind, member_id, starts_at, ends_at, buffer_ms, status, remind_at,
              name, phone, address, words, product, ticket, item, locale, time_zone, created_at, updated_at)
            select :reference, ${contactIdOf}, :kind, picked.member, :startsAt, :endsAt, :bufferMs, 'booked', :remindAt,
              :name, :phone, :address, :words, :product, :ticket, :item, :locale, :timeZone, :at, :at from (${PICK}) picked`,
      args: { ...told, ...span, reference, email, kind: kind.id, candidates, preferred: null, self: 0, remindAt, at },
    },
    bookingEvent('booking.made', reference, { actor: by, at, data: { confirm, use: kind.use } }),
    tellDesk(reference, { actor: by, at }),
  ])
  if (booked?.changes !== 1) throw new Problem('time-taken')
  return reference
}

type Change = {
  /** That of the booking they had before them. */
  sequence: number
  /** Until how long before it begins it may be done. */
  beforeMs: number
  note: string
  by: string
  /** Whether the customer hears of it by mail. */
  confirm: boolean
}

/** Moves it, with the same member of staff where possible; a late change, or one of what was changed meanwhile, is refused. */
export async function moveBooking(
  services: Services,
  booking: Booking,
  kind: AppointmentKind,
  { startsAt, byStaff, ...change }: Change & { startsAt: number; byStaff: boolean },
) {
  const { db, clock, content } = services
  const at = clock.now()
  const candidates = await membersFreeAt(services, kind, startsAt, { byStaff, except: booking.id })
  const [moved] = await db.batch([
    {
      sql: `update bookings set member_id = picked.member, starts_at = :startsAt, ends_at = :endsAt, buffer_ms = :bufferMs,
              sequence = sequence + 1, remind_at = :remindAt, note = :note, updated_at = :at
            from (${PICK}) picked where ${CHANGEABLE}`,
      args: {
        ...spanOf(kind, startsAt),
        ...changeable(booking, change, at),
        ...{ candidates, preferred: booking.memberId, self: booking.id, note: change.note, at },
        remindAt: reminderAt(startsAt, content.company.timeZone, at),
      },
    },
    bookingEvent('booking.moved', booking.reference, {
      actor: change.by,
      at,
      data: { confirm: change.confirm, formerStartsAt: booking.startsAt, formerMember: booking.memberId },
    }),
    tellDesk(booking.reference, { actor: change.by, at }),
  ])
  if (moved?.changes !== 1) throw await refusalOf(services, booking, change, at)
}

export async function cancelBooking(services: Services, booking: Booking, change: Change) {
  const { db, clock } = services
  const at = clock.now()
  const [cancelled] = await db.batch([
    {
      sql: `update bookings set status = 'cancelled', sequence = sequence + 1, remind_at = null, note = :note, updated_at = :at
            where ${CHANGEABLE}`,
      args: { ...changeable(booking, change, at), note: change.note, at },
    },
    bookingEvent('booking.cancelled', booking.reference, {
      actor: change.by,
      at,
      data: { confirm: change.confirm, ...useOf(services, booking) },
    }),
    tellDesk(booking.reference, { actor: change.by, at }),
  ])
  if (cancelled?.changes !== 1) throw await refusalOf(services, booking, change, at)
}

/** Says whether they met; it can be corrected. Refused before it has begun, or when it was cancelled. */
export async function settleBooking(services: Services, booking: Booking, outcome: 'held' | 'missed', by: string) {
  const { db, clock } = services
  const { id, reference } = booking
  const at = clock.now()
  const [settled] = await db.batch([
    {
      sql: `update bookings set status = :outcome, remind_at = null, updated_at = :at
            where id = :id and status <> 'cancelled' and status <> :outcome and starts_at <= :at`,
      args: { id, outcome, at },
    },
    bookingEvent(`booking.${outcome}`, reference, { actor: by, at, data: useOf(services, booking) }),
    tellDesk(reference, { actor: by, at }),
  ])
  if (settled?.changes !== 1) throw new Problem('booking-moved-on')
}

/** What it is for, where that kind is still offered. */
function useOf({ content }: Services, { kind }: Booking): { use?: AppointmentKind['use'] } {
  const use = findKind(content, kind)?.use
  return use ? { use } : {}
}

const CHANGEABLE = `bookings.id = :id and bookings.status = 'booked' and bookings.sequence = :sequence and bookings.starts_at > :after`

function changeable({ id }: Booking, { sequence, beforeMs }: Change, at: number) {
  return { id, sequence, after: at + beforeMs }
}

/** Why it could not be changed: it was changed meanwhile, it is too late, or somebody else has taken the time. */
async function refusalOf(services: Services, { reference }: Booking, { sequence, beforeMs }: Change, at: number): Promise<Problem> {
  const now = await bookingByReference(services, reference)
  if (now?.status !== 'booked' || now.sequence !== sequence) return new Problem('booking-moved-on')
  return new Problem(now.startsAt > at + beforeMs ? 'time-taken' : 'booking-too-late')
}

/** Who works then and takes this kind, as JSON. Whether they are still free is asked again by the statement that writes. */
async function membersFreeAt(services: Services, kind: AppointmentKind, startsAt: number, asked: { byStaff: boolean; except?: number }) {
  const slot = (await freeTimes(services, { kind, ...asked })).find((slot) => slot.startsAt === startsAt)
  if (!slot) throw new Problem('time-taken')
  return JSON.stringify(slot.members)
}

/** One of the candidates who is still free: the preferred one, or who has least to do in the days around. */
const PICK = `select candidate.value as member from json_each(:candidates) candidate
  where not exists (
    select 1 from bookings other
    where other.member_id = candidate.value and other.status = 'booked' and other.id <> :self
      and other.starts_at < :endsAt + max(:bufferMs, other.buffer_ms) and other.ends_at > :startsAt - max(:bufferMs, other.buffer_ms))
  and not exists (
    select 1 from absences
    where absences.user_id = candidate.value and absences.starts_at < :endsAt + :bufferMs and absences.ends_at > :startsAt - :bufferMs)
  order by candidate.value is not :preferred, (
    select count(*) from bookings load
    where load.member_id = candidate.value and load.status = 'booked'
      and load.starts_at between :startsAt - ${3 * DAY_MS} and :startsAt + ${3 * DAY_MS}), candidate.key
  limit 1`

function spanOf({ minutes, bufferMinutes }: AppointmentKind, startsAt: number) {
  return { startsAt, endsAt: startsAt + minutes * MINUTE_MS, bufferMs: bufferMinutes * MINUTE_MS }
}

/** The event of the statement before it, if that took, with what others need of the booking as it now stands. */
export function bookingEvent(
  kind: string,
  reference: string,
  { actor, at, data = {} }: { actor: string; at: number; data?: Record<string, unknown> },
): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, :event, reference, :actor, json_patch(json_object('kind', kind, 'contact', contact_id, 'startsAt', starts_at,
            'product', product, 'ticket', ticket, 'item', item, 'member', member_id, 'sequence', sequence), :data)
          from bookings where reference = :reference and changes() > 0`,
    args: { at, event: kind, reference, actor, data: JSON.stringify(data) },
  }
}
