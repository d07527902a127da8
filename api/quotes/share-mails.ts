import { accessPath, newAccessLink } from '../accounts/access.ts'
import { findContact } from '../accounts/store.ts'
import type { MailContent, MailKind } from '../notify/mail-kind.ts'
import type { Event } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { type Approval, decisionBy } from './approvals.ts'
import { linkForShare, shareByKey } from './shares.ts'
import { type Quote, quoteByReference } from './store.ts'
import { messagesAt } from './thread.ts'

/** What colleagues on the buyer's side are told. */
export const shareMails: Record<string, MailKind> = {
  'quote.forwarded': {
    on: ['quote.forwarded'],
    to: async (services, { data }) => {
      const share = await shareByKey(services, String(data.share))
      return share ? [{ email: share.email, locale: share.locale }] : []
    },
    write: async (services, { data }, { locale }) => {
      const share = await shareByKey(services, String(data.share))
      const token = share && (await linkForShare(services, share.key))
      if (!share || !token) return undefined
      const t = services.t[locale]
      const company = services.content.company.name
      return {
        subject: t('quote-share.mail.forwarded.subject', { reference: share.subject, company }),
        paragraphs: [
          share.by
            ? t('quote-share.mail.forwarded.text', { name: share.by, company })
            : t('quote-share.mail.forwarded.unnamed', { company }),
          ...(share.words ? [share.words] : []),
          t(`quote-share.may.${share.right}`),
          t('quote-share.mail.forwarded.own'),
        ],
        action: { label: t('quotes.mail.open'), path: accessPath(locale, token) },
      }
    },
  },
  // To whoever asked; what a member decides without being asked goes to the one whose quote it is.
  'quote.decided': {
    on: ['quote.buyer-approved', 'quote.buyer-refused'],
    to: async (services, event) => {
      const asked = event.actor.startsWith('share:') ? await shareByKey(services, event.actor.slice('share:'.length)) : undefined
      const quote = await quoteByReference(services, event.subject)
      return quote ? toContact(services, asked?.sharedBy ?? quote.contactId, quote, event) : []
    },
    write: async (services, event, { email, locale }) => {
      const quote = await quoteByReference(services, event.subject)
      const said = quote && (await decisionBy(services, quote, event.actor))
      if (!quote || !said) return undefined
      const t = services.t[locale]
      return {
        subject: t(`quote-share.mail.${said.decision}.subject`, { name: said.name, reference: quote.reference }),
        paragraphs: [t(`quote-share.mail.${said.decision}.text`, { name: said.name, n: said.revision }), ...wordsOf(said)],
        ...(await openingFor(services, quote, email, locale)),
      }
    },
  },
  'quote.colleague-wrote': {
    on: ['quote.customer-wrote'],
    to: async (services, event) => {
      const quote = await quoteByReference(services, event.subject)
      return quote ? toContact(services, quote.contactId, quote, event) : []
    },
    write: async (services, event, { email, locale }) => {
      const quote = await quoteByReference(services, event.subject)
      const message = quote && (await messagesAt(services, quote, 'customer', event.at)).at(-1)
      if (!quote || !message) return undefined
      const t = services.t[locale]
      return {
        subject: t('quote-share.mail.wrote.subject', { reference: quote.reference }),
        paragraphs: [t('quotes.mail.words.from', { name: message.authorName }), message.text],
        ...(await openingFor(services, quote, email, locale)),
      }
    },
  },
}

/** Nobody is told by mail of what they did themselves. */
async function toContact(services: Services, contactId: number, { locale }: Quote, event: Event) {
  if (event.actor === `contact:${contactId}`) return []
  const contact = await findContact(services, contactId)
  return contact ? [{ email: contact.email, locale }] : []
}

function wordsOf({ text }: Approval): string[] {
  return text ? [text] : []
}

/** A link of the contact's own; for anybody else the plain page, where they sign in. */
async function openingFor(
  services: Services,
  quote: Quote,
  email: string,
  locale: Quote['locale'],
): Promise<Pick<MailContent, 'action' | 'statements'>> {
  const label = services.t[locale]('quotes.mail.open')
  const contact = await findContact(services, quote.contactId)
  if (contact?.email !== email) return { action: { label, path: `/${locale}/quotes/${quote.reference}` } }
  const { token, statement } = newAccessLink({ subject: quote.reference, contactId: quote.contactId, at: services.clock.now() })
  return { action: { label, path: accessPath(locale, token) }, statements: [statement] }
}
