import type { Locale } from '../../content/schema.ts'
import { findContact, staffMembers } from '../accounts/store.ts'
import { quotesOfContact } from '../quotes/of-contact.ts'
import type { Services } from '../services.ts'
import { ticketsOfOwner } from '../tickets/lists.ts'
import { kindOf } from './kinds.ts'
import { type DeskView, deskActions } from './model.ts'
import { BOOKING, type Booking } from './store.ts'
import { hostOf, whereOf } from './view.ts'

const PAGE = 50

const SHOWN: Record<DeskView, { where: string; order: 'asc' | 'desc' }> = {
  upcoming: { where: `b.status = 'booked' and b.ends_at > :now`, order: 'asc' },
  past: { where: `b.status <> 'cancelled' and b.ends_at <= :now`, order: 'desc' },
  cancelled: { where: `b.status = 'cancelled'`, order: 'desc' },
}

export type DeskBooking = Pick<Booking, 'reference' | 'startsAt' | 'endsAt' | 'status' | 'name' | 'phone' | 'ticket'> & {
  title: string
  host: string
  product: string
}

/** What is to come, soonest first, or what is over, latest first; `after` is the reference of the last one that was seen. */
export async function deskBookings(
  services: Services,
  { view, memberId, after = '' }: { view: DeskView; memberId?: number | undefined; after?: string | undefined },
  locale: Locale,
): Promise<{ bookings: DeskBooking[]; next: string | null }> {
  const { where, order } = SHOWN[view]
  const rows = await services.db.all<Booking>(
    `select ${BOOKING} from bookings b
     where ${where} and (:memberId is null or b.member_id = :memberId)
       and (:after = '' or (b.starts_at, b.id) ${order === 'asc' ? '>' : '<'} (select starts_at, id from bookings where reference = :after))
     order by b.starts_at ${order}, b.id ${order} limit ${PAGE + 1}`,
    { now: services.clock.now(), memberId: memberId ?? null, after },
  )
  const shown = rows.slice(0, PAGE)
  return { bookings: await inWords(services, shown, locale), next: rows.length > PAGE ? (shown.at(-1)?.reference ?? null) : null }
}

/** The bookings of this member that lie in an absence: somebody has to move them. */
export async function clashesOf(services: Services, memberId: number, locale: Locale): Promise<DeskBooking[]> {
  const rows = await services.db.all<Booking>(
    `select ${BOOKING} from bookings b
     where b.member_id = :memberId and b.status = 'booked' and b.ends_at > :now and exists (
       select 1 from absences where user_id = b.member_id and absences.starts_at < b.ends_at and absences.ends_at > b.starts_at)
     order by b.starts_at, b.id limit ${PAGE}`,
    { memberId, now: services.clock.now() },
  )
  return inWords(services, rows, locale)
}

/** As lists at the desk show them. */
export async function inWords(services: Services, rows: Booking[], locale: Locale): Promise<DeskBooking[]> {
  const staff = new Map((await staffMembers(services)).map(({ id, name }) => [id, name]))
  return rows.map(({ reference, startsAt, endsAt, status, name, phone, ticket, kind, memberId, product }) => ({
    ...{ reference, startsAt, endsAt, status, name, phone, ticket },
    title: kindOf(services.content, kind, locale).name,
    host: staff.get(memberId) ?? '',
    product: services.content.products.find(({ slug }) => slug === product)?.name[locale] ?? '',
  }))
}

/** All that staff needs to know before they meet. */
export async function deskBooking(services: Services, booking: Booking, locale: Locale) {
  const { id: _id, contactId, ...shown } = booking
  const [tickets, quotes] = await Promise.all([ticketsOfOwner(services, { contactId }), quotesOfContact(services, contactId)])
  return {
    ...shown,
    title: kindOf(services.content, booking.kind, locale).name,
    where: await whereOf(services, booking, locale),
    host: await hostOf(services, booking),
    actions: deskActions(booking, services.clock.now()),
    contact: await findContact(services, contactId),
    quotes,
    tickets: tickets.map(({ reference, subject, status }) => ({ reference, subject, status })),
  }
}
