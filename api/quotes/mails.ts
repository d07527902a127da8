import { formatMoney, TAGS } from '../../content/money.ts'
import type { Locale } from '../../content/schema.ts'
import { accessPath, newAccessLink } from '../accounts/access.ts'
import { findContact } from '../accounts/store.ts'
import { namesOfFiles } from '../files/names.ts'
import type { MailContent, MailKind, Recipient } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { attachedVersion } from './pdf/version.ts'
import { qualificationOf, saidIn } from './qualification.ts'
import { asChosen, currentRevision, type Quote, quoteByReference } from './store.ts'
import { messagesAt } from './thread.ts'

/** What a mail about a quote says; the link is added for whom it is for. */
type Says = (
  services: Services,
  quote: Quote,
  event: Event,
  locale: Locale,
) => Promise<Omit<MailContent, 'action' | 'statements'> | undefined>

export const quoteMails: Record<string, MailKind> = {
  // Repeats nothing of what was typed: anybody can type a stranger's address.
  'quote.received': forCustomer(['quote.requested'], async ({ t }, { reference }, _event, locale) => ({
    subject: t[locale]('quotes.mail.received.subject', { reference }),
    paragraphs: [t[locale]('quotes.mail.received.text')],
  })),
  'quote.requested': forCompany(['quote.requested'], async (services, quote, { data }, locale) =>
    // Who began it knows of it.
    data.byStaff
      ? undefined
      : {
          subject: services.t[locale]('quotes.mail.requested.subject', { reference: quote.reference }),
          paragraphs: [quote.need || services.t[locale]('quotes.mail.requested.no-need')],
          details: [...(await detailsOf(services, quote, locale)), ...saidIn(qualificationOf(quote), locale)],
        },
  ),
  'quote.sent': forCustomer(['quote.sent'], async (services, quote, _event, locale) => {
    // Recalled or answered before the mail went out: the next one will speak of how it stands then.
    if (quote.status !== 'sent') return undefined
    const { document } = await currentRevision(services, quote)
    const t = services.t[locale]
    const until = new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: services.content.company.timeZone })
    return {
      subject: t('quotes.mail.sent.subject', { reference: quote.reference }),
      paragraphs: [
        t('quotes.mail.sent.text', { name: document.buyer.name }),
        ...(document.note ? [document.note] : []),
        ...(quote.expiresAt === null ? [] : [t('quotes.mail.sent.until', { date: until.format(quote.expiresAt) })]),
      ],
      details: await detailsOf(services, quote, locale),
      attachments: await attachedVersion(services, quote),
    }
  }),
  'quote.words-for-customer': forCustomer(
    ['quote.staff-wrote', 'quote.info-asked', 'quote.counter-refused', 'quote.refused'],
    async (services, quote, event, locale) => {
      const message = (await messagesAt(services, quote, 'staff', event.at)).at(-1)
      if (!message) return undefined
      const t = services.t[locale]
      return {
        subject: t(`quotes.mail.words.${event.kind.slice('quote.'.length)}`, { reference: quote.reference }),
        paragraphs: [t('quotes.mail.words.from', { name: message.authorName }), message.text, ...namesOfFiles(t, message.attachments)],
      }
    },
  ),
  'quote.words-for-staff': forCompany(
    ['quote.customer-wrote', 'quote.answered', 'quote.countered', 'quote.asked-again'],
    async (services, quote, event, locale) => {
      const t = services.t[locale]
      const said = await wordsAt(services, quote, event.at)
      const otherwise = event.kind === 'quote.countered' ? 'quotes.mail.from-customer.lines' : 'quotes.mail.from-customer.again'
      return {
        subject: t('quotes.mail.from-customer.subject', { reference: quote.reference }),
        paragraphs: said.length ? said.flatMap(({ text, files }) => [text, ...namesOfFiles(t, files)]) : [t(otherwise)],
      }
    },
  ),
  'quote.accepted': forCustomer(['quote.accepted'], async (services, quote, _event, locale) =>
    quote.acceptedAt === null
      ? undefined
      : {
          subject: services.t[locale]('quotes.mail.accepted.subject', { reference: quote.reference }),
          paragraphs: [
            services.t[locale]('quotes.mail.accepted.text', { name: quote.acceptedBy ?? '' }),
            services.t[locale]('quotes.mail.accepted.undo'),
          ],
          details: [
            ...(await detailsOf(services, quote, locale)),
            [services.t[locale]('quotes.mail.accepted.hash'), quote.acceptedHash ?? ''],
          ],
          attachments: await attachedVersion(services, quote),
        },
  ),
  'quote.won': forCompany(['quote.accepted'], async (services, quote, _event, locale) =>
    quote.acceptedAt === null
      ? undefined
      : {
          subject: services.t[locale]('quotes.mail.won.subject', { reference: quote.reference }),
          paragraphs: [services.t[locale]('quotes.mail.won.text', { name: quote.acceptedBy ?? '' })],
          details: await detailsOf(services, quote, locale),
        },
  ),
  'quote.lost': forCompany(
    ['quote.declined', 'quote.withdrawn'],
    async ({ t }, { reference, declineReason, declineText }, _event, locale) => ({
      subject: t[locale]('quotes.mail.lost.subject', { reference }),
      paragraphs: [
        t[locale](declineReason ? `quotes.decline.reason.${declineReason}` : 'quotes.mail.lost.withdrawn'),
        ...(declineText ? [declineText] : []),
      ],
    }),
  ),
}

function forCustomer(on: string[], says: Says): MailKind {
  return {
    on,
    to: async (services, { subject, kind, data }) => {
      if (kind === 'quote.requested' && !data.confirm) return []
      const quote = await quoteByReference(services, subject)
      const contact = quote && (await findContact(services, quote.contactId))
      return quote && contact ? [{ email: contact.email, locale: quote.locale }] : []
    },
    write: async (services, event, { locale }) => {
      const quote = await quoteByReference(services, event.subject)
      const said = quote && (await says(services, quote, event, locale))
      if (!quote || !said) return undefined
      const { token, statement } = newAccessLink({ subject: quote.reference, contactId: quote.contactId, at: services.clock.now() })
      const action = { label: services.t[locale]('quotes.mail.open'), path: accessPath(locale, token) }
      return { ...said, action, statements: [statement] }
    },
  }
}

function forCompany(on: string[], says: Says): MailKind {
  return {
    on,
    to: async ({ content: { company } }): Promise<Recipient[]> => [{ email: company.email, locale: company.locale }],
    write: async (services, event, { locale }) => {
      const quote = await quoteByReference(services, event.subject)
      const said = quote && (await says(services, quote, event, locale))
      if (!quote || !said) return undefined
      return { ...said, action: { label: services.t[locale]('quotes.mail.open-desk'), path: `/desk/quotes/${quote.reference}` } }
    },
  }
}

/** What the buyer's side wrote at that moment; words on one line are named after it. */
async function wordsAt(services: Services, quote: Quote, at: number) {
  const messages = await messagesAt(services, quote, 'customer', at)
  const { lines } = (await currentRevision(services, quote)).document
  return messages.map(({ text, lineId, attachments: files }) => {
    const about = lines.find(({ id }) => id === lineId)?.name
    return { text: about ? `${about}: ${text}` : text, files }
  })
}

/** The lines and the total of the current revision, as the buyer has chosen it. */
async function detailsOf(services: Services, quote: Quote, locale: Locale): Promise<[string, string][]> {
  const { document } = asChosen(quote, await currentRevision(services, quote))
  const t = services.t[locale]
  const lines = document.lines.map(({ name, quantity, net, selected }): [string, string] => [
    `${quantity} × ${name}${selected ? '' : ` (${t('quotes.line.not-taken')})`}`,
    net === null ? t('quotes.line.on-request') : formatMoney(net, quote.currency, locale),
  ])
  const vat = document.vat.map(({ rateBp, vat }): [string, string] => [
    t('quotes.sum.vat', { percent: new Intl.NumberFormat(TAGS[locale]).format(rateBp / 100) }),
    formatMoney(vat, quote.currency, locale),
  ])
  return [
    ...lines,
    [t('quotes.sum.net'), formatMoney(document.net, quote.currency, locale)],
    ...vat,
    [t('quotes.sum.total'), formatMoney(document.total, quote.currency, locale)],
  ]
}
