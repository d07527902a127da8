import type { Locale } from '../../content/schema.ts'
import { findContact, staffMembers } from '../accounts/store.ts'
import type { Services } from '../services.ts'
import { calendarOf } from './calendars.ts'
import { findKind, kindOf } from './kinds.ts'
import { canChange } from './model.ts'
import type { Booking } from './store.ts'

/** Where they meet, in words that repeat nothing of what the customer typed. */
export async function whereOf(services: Services, { kind, memberId }: Booking, locale: Locale): Promise<string> {
  const t = services.t[locale]
  const where = findKind(services.content, kind)?.where
  if (where === undefined) return ''
  if (where === 'video') return (await calendarOf(services, memberId)).meetingUrl || t('bookings.where.video')
  return typeof where === 'string' ? t(`bookings.where.${where}`) : where[locale]
}

/** Whom the customer meets: a name and nothing else of a member of staff. */
export async function hostOf(services: Services, { memberId }: Pick<Booking, 'memberId'>): Promise<string> {
  return (await staffMembers(services)).find(({ id }) => id === memberId)?.name ?? ''
}

/** What a customer sees of a booking. */
export async function bookingFor(services: Services, booking: Booking, locale: Locale) {
  const { content, clock, t } = services
  const { reference, kind, startsAt, endsAt, status, sequence, name, phone, address, words, product, ticket, timeZone, note } = booking
  const offered = findKind(content, kind)
  const contact = await findContact(services, booking.contactId)
  return {
    ...{ reference, kind, startsAt, endsAt, status, sequence, name, phone, address, words, product, ticket, timeZone, note },
    label: t[locale](`bookings.status.${status}`),
    title: kindOf(content, kind, locale).name,
    where: await whereOf(services, booking, locale),
    host: await hostOf(services, booking),
    canChange: offered !== undefined && canChange(booking, offered, clock.now()),
    changeHours: offered?.changeHours ?? 0,
    /** Enough to know one's own address by, and no more. */
    email: (contact?.email ?? '').replace(/^(.).*(@.*)$/, '$1•••$2'),
  }
}

export type ShownBooking = Awaited<ReturnType<typeof bookingFor>>
