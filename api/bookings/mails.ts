import type { Locale } from '../../content/schema.ts'
import { accessPath, newAccessLink } from '../accounts/access.ts'
import { findContact, staffMembers } from '../accounts/store.ts'
import type { MailContent, MailKind, Recipient } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { invitationTo } from './invitation.ts'
import { kindOf } from './kinds.ts'
import { type Booking, bookingByReference } from './store.ts'
import { hostOf, whereOf } from './view.ts'
import { whenOf, zoneName } from './when.ts'

// Nothing that was typed is repeated to the customer: anybody can type a stranger's address.
export const bookingMails: Record<string, MailKind> = {
  'booking.confirmed': toCustomer(['booking.made'], 'confirmed', { withInvitation: true }),
  'booking.new-time': toCustomer(['booking.moved'], 'new-time', { withInvitation: true }),
  'booking.called-off': toCustomer(['booking.cancelled'], 'called-off', { withInvitation: true }),
  'booking.reminder': toCustomer(['booking.reminded'], 'reminder', { withInvitation: false }),
  'booking.for-staff': {
    on: ['booking.made', 'booking.moved', 'booking.cancelled'],
    to: membersOf,
    write: forStaff,
  },
}

type Name = 'confirmed' | 'new-time' | 'called-off' | 'reminder'

function toCustomer(on: string[], name: Name, { withInvitation }: { withInvitation: boolean }): MailKind {
  return {
    on,
    to: async (services, { subject, kind, data }): Promise<Recipient[]> => {
      if (kind !== 'booking.reminded' && !data.confirm) return []
      const booking = await bookingByReference(services, subject)
      const contact = booking && (await findContact(services, booking.contactId))
      return contact ? [{ email: contact.email, locale: booking.locale }] : []
    },
    write: async (services, event, { locale }): Promise<MailContent | undefined> => {
      const booking = await stillAsItWas(services, event)
      if (!booking) return undefined
      const t = services.t[locale]
      const title = kindOf(services.content, booking.kind, locale).name
      const { token, statement } = newAccessLink({ subject: booking.reference, contactId: booking.contactId, at: services.clock.now() })
      return {
        subject: t(`bookings.mail.${name}.subject`, { title, reference: booking.reference }),
        paragraphs: [t(`bookings.mail.${name}.text`), ...(byStaff(event) && booking.note ? [booking.note] : [])],
        details: await detailsOf(services, booking, locale),
        action: { label: t('bookings.mail.open'), path: accessPath(locale, token) },
        ...(withInvitation && { attachments: [await invitationTo(services, booking, locale)] }),
        statements: [statement],
      }
    },
  }
}

/** Undefined when it was changed since: a later event has a mail of its own. */
async function stillAsItWas(services: Services, { subject, kind, data }: Event): Promise<Booking | undefined> {
  const booking = await bookingByReference(services, subject)
  const status = kind === 'booking.cancelled' ? 'cancelled' : 'booked'
  return booking?.status === status && booking.sequence === data.sequence ? booking : undefined
}

function byStaff({ actor }: Event): boolean {
  return actor.startsWith('user:')
}

async function detailsOf(services: Services, booking: Booking, locale: Locale): Promise<[string, string][]> {
  const t = services.t[locale]
  const ours = services.content.company.timeZone
  return [
    [t('bookings.what'), kindOf(services.content, booking.kind, locale).name],
    [t('bookings.when'), `${whenOf(booking, locale, booking.timeZone)} · ${zoneName(booking.timeZone, locale)}`],
    ...(booking.timeZone === ours
      ? []
      : [[t('bookings.when-ours'), `${whenOf(booking, locale, ours)} · ${zoneName(ours, locale)}`] satisfies [string, string]]),
    [t('bookings.where-label'), await whereOf(services, booking, locale)],
    [t('bookings.host'), await hostOf(services, booking)],
  ]
}

/** Who has it, and who had it before it was moved; not who did it themselves. */
async function membersOf(services: Services, { actor, data }: Event): Promise<Recipient[]> {
  const staff = await staffMembers(services)
  return staff.filter(({ id }) => (id === data.member || id === data.formerMember) && actor !== `user:${id}`)
}

async function forStaff(services: Services, event: Event, { locale }: Recipient): Promise<MailContent | undefined> {
  const booking = await bookingByReference(services, event.subject)
  if (!booking) return undefined
  const t = services.t[locale]
  const { company, products } = services.content
  const product = products.find(({ slug }) => slug === booking.product)
  const happened = event.kind.slice('booking.'.length)
  const details: [string, string][] = [
    [t('bookings.when'), whenOf(booking, locale, company.timeZone)],
    [t('bookings.host'), await hostOf(services, booking)],
    [t('bookings.who'), [booking.name, booking.phone, booking.address].filter(Boolean).join(', ')],
    ...(product ? [[t('bookings.product'), product.name[locale]] satisfies [string, string]] : []),
  ]
  const words = event.kind === 'booking.made' ? booking.words : booking.note
  return {
    subject: t(`bookings.mail.staff.${happened}`, {
      title: kindOf(services.content, booking.kind, locale).name,
      reference: booking.reference,
    }),
    paragraphs: [words || t('bookings.mail.staff.no-words')],
    details,
    action: { label: t('bookings.mail.open-desk'), path: `/desk/bookings/${booking.reference}` },
  }
}
