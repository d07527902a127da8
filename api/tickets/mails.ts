import type { Locale } from '../../content/schema.ts'
import { accessPath, newAccessLink } from '../accounts/access.ts'
import { findContact } from '../accounts/store.ts'
import { filesToMail } from '../files/mailed.ts'
import { namesOfFiles } from '../files/names.ts'
import type { MailKind, Recipient } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { momentIn } from './moment.ts'
import { basisOf } from './promise.ts'
import { findAnyTicket, type Ticket } from './store.ts'
import { messageOf } from './thread.ts'

export const ticketMails: Record<string, MailKind> = {
  // Repeats nothing of what was typed: anybody can type a stranger's address.
  'ticket.received': {
    on: ['ticket.opened'],
    to: async (services, event) => (event.data.confirm ? customer(services, event) : []),
    write: async (services, { subject }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      const t = services.t[locale]
      const by = momentIn(services, ticket.promisedAt ?? ticket.firstResponseDueAt, locale)
      return {
        subject: subjectIn(ticket, t('tickets.mail.received.subject', { reference: ticket.reference })),
        ...asksForAnswer(ticket),
        automatic: 'auto-replied',
        paragraphs: [
          t('tickets.mail.received.text'),
          t('tickets.mail.received.by', { when: by }),
          t(`cases.promise.${basisOf(ticket)}`),
          t('tickets.mail.received.next'),
        ],
        ...linkFor(services, ticket, locale),
      }
    },
  },
  'ticket.new': {
    on: ['ticket.opened'],
    to: company,
    write: async (services, { subject }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      const t = services.t[locale]
      return {
        subject: t('tickets.mail.new.subject', { reference: ticket.reference, subject: ticket.subject }),
        ...forStaff(ticket),
        paragraphs: [ticket.subject],
        action: deskLink(services, ticket, locale),
      }
    },
  },
  'ticket.answered': {
    on: ['ticket.replied'],
    to: async (services, event) => (event.data.author === 'staff' ? customer(services, event) : []),
    write: async (services, event, { locale }) => {
      const found = await written(services, event)
      if (!found) return undefined
      const { ticket, message } = found
      const t = services.t[locale]
      const { attachments, rest } = await filesToMail(services, message.attachments)
      return {
        subject: subjectIn(ticket, t('tickets.mail.answered.subject', { reference: ticket.reference, subject: ticket.subject })),
        ...asksForAnswer(ticket),
        paragraphs: [
          t('tickets.mail.answered.from', { name: message.authorName }),
          message.text,
          ...namesOfFiles(t, rest),
          ...(event.data.move === 'resolve' ? [t('tickets.mail.solved.text')] : []),
        ],
        attachments,
        ...linkFor(services, ticket, locale),
      }
    },
  },
  'ticket.written': {
    on: ['ticket.replied'],
    to: async (services, event) => (event.data.author === 'customer' ? company(services) : []),
    write: async (services, event, { locale }) => {
      const found = await written(services, event)
      if (!found) return undefined
      const { ticket, message } = found
      return {
        subject: services.t[locale]('tickets.mail.written.subject', { reference: ticket.reference, subject: ticket.subject }),
        ...forStaff(ticket),
        paragraphs: [message.text, ...namesOfFiles(services.t[locale], message.attachments)],
        action: deskLink(services, ticket, locale),
      }
    },
  },
  // With a reply, the reply's own mail says so.
  'ticket.solved': {
    on: ['ticket.moved'],
    to: async (services, { data, ...event }) =>
      data.action === 'resolve' && !data.withReply ? customer(services, { ...event, data }) : [],
    write: async (services, { subject }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      // Opened again meanwhile: nobody needs to hear that it was solved.
      if (ticket.status !== 'resolved') return undefined
      const t = services.t[locale]
      return {
        subject: subjectIn(ticket, t('tickets.mail.solved.subject', { reference: ticket.reference, subject: ticket.subject })),
        ...asksForAnswer(ticket),
        automatic: 'auto-generated',
        paragraphs: [t('tickets.mail.solved.text')],
        ...linkFor(services, ticket, locale),
      }
    },
  },
}

/** A case that began as a mail goes on under that mail's subject: some programs keep together only what has the same one. */
export function subjectIn(ticket: Ticket, otherwise: string): string {
  return ticket.channel === 'mail' ? `Re: ${ticket.subject.replace(/^(re|sv): */i, '')}` : otherwise
}

export function asksForAnswer({ reference }: Ticket) {
  return { ticket: { reference, asksForAnswer: true } }
}

/** An answer of staff by mail is set aside for staff to see, and reaches nobody: the desk is where they write. */
export function forStaff({ reference }: Ticket) {
  return { ticket: { reference, asksForAnswer: false }, automatic: 'auto-generated' } as const
}

export async function customer(services: Services, { subject }: Event): Promise<Recipient[]> {
  const { contactId, locale } = await findAnyTicket(services, subject)
  const contact = contactId === null ? undefined : await findContact(services, contactId)
  return contact ? [{ email: contact.email, locale }] : []
}

export async function company({ content }: Services): Promise<Recipient[]> {
  return [{ email: content.company.email, locale: content.company.locale }]
}

/** The words an event points to, as a customer may read them: never a note. */
async function written(services: Services, { subject, data }: Event) {
  const ticket = await findAnyTicket(services, subject)
  const message = await messageOf(services, ticket, Number(data.message), { staff: false })
  return message && { ticket, message }
}

export function linkFor({ t, clock }: Services, { reference, contactId }: Ticket, locale: Locale) {
  if (contactId === null) return {}
  const { token, statement } = newAccessLink({ subject: reference, contactId, at: clock.now() })
  return { action: { label: t[locale]('tickets.mail.open'), path: accessPath(locale, token) }, statements: [statement] }
}

export function deskLink({ t }: Services, { reference }: Ticket, locale: Locale) {
  return { label: t[locale]('tickets.mail.new.open'), path: `/desk/tickets/${reference}` }
}
