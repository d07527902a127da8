import type { Content } from '../../../content/load.ts'
import type { Locale, Phrase } from '../../../content/schema.ts'
import type { Attachment } from '../../notify/mail-kind.ts'
import { logoOf } from '../../paper/logo.ts'
import { print } from '../../paper/printer.ts'
import type { Services } from '../../services.ts'
import { lastAcceptance } from '../acceptances/log.ts'
import { statusAt } from '../model.ts'
import { asChosen, type Quote, type Revision, revisionsOf } from '../store.ts'
import type { PrintedAcceptance, PrintedQuote, Standing } from './printed.ts'

/** The phrases that stand on paper. */
const ON_PAPER = /^(quote-pdf|quotes\.(line|sum|sheet|one|accepted))\./

/** A version that its customer may have: one that was sent. */
export async function sentVersion(services: Services, quote: Quote, number: number): Promise<Uint8Array | undefined> {
  const revision = (await revisionsOf(services, quote)).find(({ number: n, sentAt }) => n === number && n > 0 && sentAt !== null)
  return revision && printVersion(services, quote, revision)
}

/** The current version as a file that goes with a mail, which goes without it rather than not at all. */
export async function attachedVersion(services: Services, quote: Quote): Promise<Attachment[]> {
  const pdf = await sentVersion(services, quote, quote.revision).catch((error: unknown) => {
    services.log('pdf-failed', { quote: quote.reference, error })
    return undefined
  })
  return pdf ? [{ filename: pdfName(quote.reference, quote.revision), contentType: 'application/pdf', content: pdf }] : []
}

export function pdfName(reference: string, number: number): string {
  return `${reference}-v${number}.pdf`
}

/** Any version, for staff: the draft too, marked as one. */
export async function anyVersion(services: Services, quote: Quote, number: number): Promise<Uint8Array | undefined> {
  const revision = (await revisionsOf(services, quote)).find(({ number: n }) => n === number && n > 0)
  return revision && printVersion(services, quote, revision)
}

async function printVersion(services: Services, quote: Quote, revision: Revision): Promise<Uint8Array> {
  const isAccepted = quote.acceptedRevision === revision.number
  return print({ quote: printedOf(services, quote, revision, isAccepted ? await acceptanceOf(services, quote) : null) })
}

async function acceptanceOf(services: Services, quote: Quote): Promise<PrintedAcceptance> {
  const logged = await lastAcceptance(services, quote.id)
  const { name, purchaseOrder, signature } = logged?.who ?? { name: quote.acceptedBy ?? '', purchaseOrder: '', signature: [] }
  return { name, purchaseOrder, signature, at: quote.acceptedAt ?? 0 }
}

function printedOf(services: Services, quote: Quote, revision: Revision, acceptance: PrintedAcceptance | null): PrintedQuote {
  const { config, content, clock } = services
  const { company } = content
  const { number, createdAt, sentAt } = revision
  // What the buyer has ticked belongs to the current version; an older one is as it was offered.
  const { document, hash } = number === quote.revision ? asChosen(quote, revision) : revision
  const standing = standingOf(quote, number, sentAt, clock.now())
  return {
    document,
    hash,
    standing,
    acceptance,
    at: acceptance?.at ?? sentAt ?? createdAt,
    link: `${config.publicUrl}/${document.locale}/quotes/${quote.reference}`,
    timeZone: company.timeZone,
    accent: company.accent,
    logo: logoOf(config.contentDir, content),
    phrases: phrasesOnPaper(content, document.locale),
  }
}

function standingOf(quote: Quote, number: number, sentAt: number | null, now: number): Standing {
  if (sentAt === null) return 'draft'
  if (quote.acceptedRevision === number) return 'accepted'
  return number === quote.revision && statusAt(quote, now) === 'sent' ? 'open' : 'past'
}

function phrasesOnPaper({ strings }: Content, locale: Locale): Record<string, Phrase> {
  return Object.fromEntries(Object.entries(strings[locale]).filter(([key]) => ON_PAPER.test(key)))
}
