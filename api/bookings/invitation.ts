import ical, { ICalAttendeeRole, ICalAttendeeStatus, ICalCalendarMethod, ICalEventBusyStatus, ICalEventStatus } from 'ical-generator'
import type { Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import type { Attachment } from '../notify/mail-kind.ts'
import type { Services } from '../services.ts'
import { kindOf } from './kinds.ts'
import type { Booking } from './store.ts'
import { whereOf } from './view.ts'

/**
 * The booking for a calendar (RFC 5545, RFC 5546): the same UID for its whole life and a SEQUENCE that grows, so that a later one
 * moves or takes away what an earlier one put there. It repeats nothing that was typed: the address may be a stranger's.
 */
export async function invitationTo(services: Services, booking: Booking, locale: Locale): Promise<Attachment> {
  const { config, content, clock } = services
  const { company } = content
  const { reference, sequence, startsAt, endsAt, status } = booking
  const contact = await findContact(services, booking.contactId)
  const isCancelled = status === 'cancelled'
  const method = isCancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST
  const calendar = ical({ prodId: { company: 'Torv', product: 'bookings', language: locale.toUpperCase() }, method })
  const { name, summary } = kindOf(content, booking.kind, locale)
  calendar.createEvent({
    id: `${reference}@${new URL(config.publicUrl).hostname}`,
    sequence,
    stamp: new Date(clock.now()),
    start: new Date(startsAt),
    end: new Date(endsAt),
    summary: `${name}, ${company.name}`,
    description: summary,
    location: await whereOf(services, booking, locale),
    url: `${config.publicUrl}/${locale}/bookings/${reference}`,
    status: isCancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    busystatus: isCancelled ? ICalEventBusyStatus.FREE : ICalEventBusyStatus.BUSY,
    organizer: { name: company.name, email: company.email },
    ...(contact && {
      attendees: [{ email: contact.email, role: ICalAttendeeRole.REQ, status: ICalAttendeeStatus.NEEDSACTION, rsvp: false }],
    }),
  })
  return {
    filename: `${reference}.ics`,
    contentType: `text/calendar; charset=utf-8; method=${method}`,
    content: calendar.toString(),
  }
}
