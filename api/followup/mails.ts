import { formatMoney, TAGS } from '../../content/money.ts'
import type { Locale } from '../../content/schema.ts'
import { accessPath, newAccessLink } from '../accounts/access.ts'
import { findContact } from '../accounts/store.ts'
import type { MailContent, MailKind } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import { statusAt } from '../quotes/model.ts'
import { currentRevision, type Quote, quoteByReference } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import type { ReminderKind } from './model.ts'
import { type MailKindName, newPreferenceLink, wants } from './preferences.ts'
import { findFollowUp, hasSpokenSince } from './store.ts'

/** What can be said to a reminder, and to being asked how it goes, with one tap. The tap leads to a page; only the button there does it. */
const REMINDER_ANSWERS = ['later', 'change', 'not-now'] as const
const CHECK_IN_ANSWERS = ['fine', 'something'] as const
type OneTap = (typeof REMINDER_ANSWERS)[number] | (typeof CHECK_IN_ANSWERS)[number]

type Said = Pick<MailContent, 'subject' | 'paragraphs' | 'details'> & { answers: readonly OneTap[] }

export const followUpMails: Record<string, MailKind> = {
  'follow-up.reminder': kindMail('quote.reminder-due', 'reminders', async (services, quote, event, locale) => {
    const status = statusAt(quote, services.clock.now())
    const kind = event.data.kind as ReminderKind // written by the job
    const hasRunOut = kind === 'asked' && status === 'expired'
    const followUp = await findFollowUp(services, quote.reference)
    const isPointless =
      (status !== 'sent' && !hasRunOut) || followUp?.stoppedAt || (await hasSpokenSince(services, quote.reference, event.at))
    if (isPointless) return undefined

    const t = services.t[locale]
    const { document } = await currentRevision(services, quote)
    const until = dayIn(services, quote.expiresAt, locale)
    const tone = hasRunOut ? 'asked-too-late' : kind
    return {
      subject: t(`follow-up.mail.${tone}.subject`, { reference: quote.reference, date: until }),
      paragraphs: [t('follow-up.mail.hello', { name: document.buyer.name }), t(`follow-up.mail.${tone}.text`, { date: until })],
      details: [
        [
          t('follow-up.mail.offer'),
          document.lines
            .map(({ name }) => name)
            .slice(0, 3)
            .join(', '),
        ],
        [t('quotes.sum.total'), formatMoney(document.total, quote.currency, locale)],
        ...(hasRunOut ? [] : [[t('follow-up.mail.valid-until'), until] satisfies [string, string]]),
      ],
      answers: hasRunOut ? [] : REMINDER_ANSWERS,
    }
  }),

  'follow-up.check-in': kindMail('quote.check-in-due', 'check-ins', async (services, quote, _event, locale) => {
    if (quote.acceptedAt === null) return undefined
    const t = services.t[locale]
    const { document } = await currentRevision(services, quote)
    const [first] = document.lines
    return {
      subject: t('follow-up.mail.check-in.subject', { name: first?.name ?? quote.reference }),
      paragraphs: [t('follow-up.mail.hello', { name: document.buyer.name }), t('follow-up.mail.check-in.text')],
      answers: CHECK_IN_ANSWERS,
    }
  }),
}

type Says = (services: Services, quote: Quote, event: Event, locale: Locale) => Promise<Said | undefined>

/** A mail that they can do without: with answers to tap, and a way never to get it again. */
function kindMail(on: string, wanted: MailKindName, says: Says): MailKind {
  return {
    on: [on],
    to: async (services, { subject }) => {
      const quote = await quoteByReference(services, subject)
      const contact = quote && (await findContact(services, quote.contactId))
      return quote && contact && (await wants(services, contact.email, wanted)) ? [{ email: contact.email, locale: quote.locale }] : []
    },
    write: async (services, event, { email, locale }) => {
      const quote = await quoteByReference(services, event.subject)
      if (!quote || quote.revision !== event.data.revision || !(await wants(services, email, wanted))) return undefined
      const said = await says(services, quote, event, locale)
      if (!said) return undefined

      const { answers, ...content } = said
      const t = services.t[locale]
      const at = services.clock.now()
      const access = newAccessLink({ subject: quote.reference, contactId: quote.contactId, at })
      const preferences = newPreferenceLink(email, at)
      const path = accessPath(locale, access.token)
      return {
        ...content,
        action: { label: t('quotes.mail.open'), path },
        ...(answers.length && {
          more: {
            title: t('follow-up.mail.tap'),
            links: answers.map((answer) => ({ label: t(`follow-up.tap.${answer}`), path: `${path}?answer=${answer}` })),
          },
        }),
        unsubscribe: {
          label: t(`follow-up.mail.unsubscribe.${wanted}`),
          path: `/${locale}/mail-preferences/${preferences.token}`,
          oneClickPath: `/api/unsubscribe/${preferences.token}/${wanted}`,
        },
        statements: [access.statement, preferences.statement],
      }
    },
  }
}

function dayIn({ content }: Services, moment: number | null, locale: Locale): string {
  if (moment === null) return ''
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: content.company.timeZone }).format(moment)
}
