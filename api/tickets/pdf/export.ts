import type { Locale } from '../../../content/schema.ts'
import { logoOf } from '../../paper/logo.ts'
import { print } from '../../paper/printer.ts'
import type { Services } from '../../services.ts'
import { customerLabelKey, staffLabelKey } from '../model.ts'
import type { Ticket } from '../store.ts'
import { customerStatus, type StaffMessage, threadOf } from '../thread.ts'
import type { PrintedThread } from './printed.ts'

/** A case on paper as its customer may see it. */
export async function threadForCustomer(services: Services, ticket: Ticket, locale: Locale): Promise<Uint8Array> {
  const { messages } = await threadOf(services, ticket, { staff: false })
  const status = services.t[locale](customerLabelKey(customerStatus(ticket.status)))
  const seen = messages.map((message) => ({ ...message, internal: false }))
  return print({ thread: printedOf(services, ticket, { messages: seen, status, locale, page: `/${locale}/tickets` }) })
}

/** For staff, who choose whether what they noted among themselves comes along. */
export async function threadForStaff(
  services: Services,
  ticket: Ticket,
  locale: Locale,
  { notes }: { notes: boolean },
): Promise<Uint8Array> {
  const { messages } = await threadOf(services, ticket, { staff: true })
  const status = services.t[locale](staffLabelKey(ticket.status))
  const wanted = messages.filter(({ internal }) => notes || !internal)
  return print({ thread: printedOf(services, ticket, { messages: wanted, status, locale, page: '/desk/tickets' }) })
}

type Seen = { messages: StaffMessage[]; status: string; locale: Locale; page: string }

function printedOf(services: Services, ticket: Ticket, { messages, status, locale, page }: Seen): PrintedThread {
  const { config, content, t } = services
  const { company } = content
  const product = content.products.find(({ slug }) => slug === ticket.product)
  return {
    reference: ticket.reference,
    subject: ticket.subject,
    kind: t[locale](`tickets.kind.${ticket.kind}`),
    status,
    product: product?.name[locale] ?? '',
    openedAt: ticket.createdAt,
    // Not when the row changed: what staff does among themselves is no news.
    changedAt: messages.at(-1)?.at ?? ticket.createdAt,
    messages: messages.map(({ author, authorName, at, text, internal, attachments }) => {
      const name = authorName || t[locale]('ticket-pdf.customer')
      return { author, name, at, text, isNote: internal, files: attachments.map(({ name }) => name) }
    }),
    hasNotes: messages.some(({ internal }) => internal),
    company: { name: company.name, legalName: company.legalName, contact: [company.email, company.phone].join(' · ') },
    link: `${config.publicUrl}${page}/${ticket.reference}`,
    locale,
    timeZone: company.timeZone,
    accent: company.accent,
    logo: logoOf(config.contentDir, content),
    phrases: Object.fromEntries(Object.entries(content.strings[locale]).filter(([key]) => key.startsWith('ticket-pdf.'))),
  }
}
