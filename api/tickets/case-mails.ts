import { staffMembers } from '../accounts/store.ts'
import { newPreferenceLink } from '../followup/preferences.ts'
import type { MailKind, Recipient } from '../notify/mail-kind.ts'
import type { Services } from '../services.ts'
import { asksForAnswer, company, customer, deskLink, forStaff, linkFor, subjectIn } from './mails.ts'
import { dayIn, momentIn } from './moment.ts'
import { mayRate, newRatingLink, ratingOf } from './rating.ts'
import { findAnyTicket } from './store.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What the clock, a merge and a complaint make us write. */
export const caseMails: Record<string, MailKind> = {
  'ticket.nudge': {
    on: ['ticket.nudged'],
    to: customer,
    write: async (services, { subject, data }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      // They have written, or staff has gone on: nobody waits any more.
      if (ticket.status !== 'waiting' || ticket.waitingSince === null || ticket.nudges !== data.number) return undefined
      const t = services.t[locale]
      const day = dayIn(services, ticket.waitingSince + services.content.company.cases.giveUpDays * DAY_MS, locale)
      return {
        subject: subjectIn(ticket, t('cases.mail.nudge.subject', { reference: ticket.reference, subject: ticket.subject })),
        ...asksForAnswer(ticket),
        automatic: 'auto-generated',
        paragraphs: [t('cases.mail.nudge.text'), t(data.number === 1 ? 'cases.mail.nudge.first' : 'cases.mail.nudge.last', { day })],
        ...linkFor(services, ticket, locale),
      }
    },
  },
  'ticket.given-up': {
    on: ['ticket.moved'],
    to: async (services, event) => (event.data.action === 'give-up' ? customer(services, event) : []),
    write: async (services, { subject }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      if (ticket.status !== 'resolved') return undefined
      const t = services.t[locale]
      return {
        subject: subjectIn(ticket, t('cases.mail.given-up.subject', { reference: ticket.reference, subject: ticket.subject })),
        ...asksForAnswer(ticket),
        automatic: 'auto-generated',
        paragraphs: [t('cases.mail.given-up.text')],
        ...linkFor(services, ticket, locale),
      }
    },
  },
  'ticket.merged': {
    on: ['ticket.moved'],
    // Only to whom both belong: a colleague finds the other one signed in.
    to: async (services, event) => {
      if (event.data.action !== 'merge') return []
      const [ticket, into] = [await findAnyTicket(services, event.subject), await findAnyTicket(services, String(event.data.into))]
      return ticket.contactId === into.contactId ? customer(services, event) : []
    },
    write: async (services, { subject, data }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      if (ticket.mergedInto !== data.into) return undefined
      const t = services.t[locale]
      const into = await findAnyTicket(services, String(data.into))
      return {
        subject: subjectIn(ticket, t('cases.mail.merged.subject', { reference: ticket.reference, into: into.reference })),
        ...asksForAnswer(into),
        automatic: 'auto-generated',
        paragraphs: [t('cases.mail.merged.text', { reference: ticket.reference, into: into.reference, subject: into.subject })],
        ...linkFor(services, into, locale),
      }
    },
  },
  'ticket.rating': {
    on: ['ticket.rating-asked'],
    to: customer,
    write: async (services, { subject }, { email, locale }) => {
      const ticket = await findAnyTicket(services, subject)
      // Open again, or answered in the thread meanwhile.
      const rating = await ratingOf(services, ticket)
      if (rating || !mayRate(services, ticket, rating)) return undefined
      const t = services.t[locale]
      const at = services.clock.now()
      const [link, preferences] = [newRatingLink(ticket.reference, at), newPreferenceLink(email, at)]
      return {
        subject: subjectIn(ticket, t('rating.mail.subject', { reference: ticket.reference, subject: ticket.subject })),
        ticket: { reference: ticket.reference, asksForAnswer: false },
        automatic: 'auto-generated',
        paragraphs: [t('rating.mail.text')],
        action: { label: t('rating.mail.action'), path: `/${locale}/rate/${link.token}` },
        unsubscribe: {
          label: t('follow-up.mail.unsubscribe.check-ins'),
          path: `/${locale}/mail-preferences/${preferences.token}`,
          oneClickPath: `/api/unsubscribe/${preferences.token}/check-ins`,
        },
        statements: [link.statement, preferences.statement],
      }
    },
  },
  'ticket.escalated': {
    on: ['ticket.escalated'],
    to: managers,
    write: async (services, { subject, data }, { locale }) => {
      const ticket = await findAnyTicket(services, subject)
      if (ticket.escalation === null) return undefined
      const t = services.t[locale]
      const due = ticket.firstResponseAt === null ? ticket.firstResponseDueAt : ticket.resolutionDueAt
      return {
        subject: t('cases.mail.escalated.subject', { reference: ticket.reference, subject: ticket.subject }),
        ...forStaff(ticket),
        paragraphs: [t(`cases.mail.escalated.${data.reason}`), ...(data.why ? [String(data.why)] : [])],
        details: due === null ? [] : [[t('cases.mail.escalated.due'), momentIn(services, due, locale)]],
        action: deskLink(services, ticket, locale),
      }
    },
  },
}

/** The company's own address stands in while nobody is a manager. */
async function managers(services: Services): Promise<Recipient[]> {
  const admins = (await staffMembers(services)).filter(({ role }) => role === 'admin')
  const { locale } = services.content.company
  return admins.length ? admins.map((admin) => ({ email: admin.email, locale })) : company(services)
}
