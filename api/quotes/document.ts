import type { Company, Currency, Locale } from '../../content/schema.ts'
import { canonicalJson, sha256 } from '../platform/canonical-json.ts'
import { type PricedLine, type Totals, totalOf } from './pricing.ts'

type OlderLine = Omit<PricedLine, 'id' | 'optional' | 'selected' | 'range' | 'deliveryOn' | 'note'>

export type Buyer = { name: string; company: string; email: string; phone: string }

/** A revision as it was offered, complete in itself: it reads the same after the catalogue and the terms have changed. */
export type QuoteDocument = Totals & {
  reference: string
  revision: number
  locale: Locale
  currency: Currency
  seller: { name: string; legalName: string; address: string[]; registration: string; email: string; phone: string }
  buyer: Buyer
  lines: PricedLine[]
  terms: string
  termsVersion: string
  validDays: number
  /** When it was sent and until when it can be accepted (ISO 8601); null while it is a draft or a request. */
  sentAt: string | null
  validUntil: string | null
  note: string
}

type Parts = Pick<QuoteDocument, 'reference' | 'revision' | 'locale' | 'currency' | 'buyer' | 'lines'> &
  Partial<Pick<QuoteDocument, 'validDays' | 'note'>>

export function writeDocument(parts: Parts, { name, legalName, address, registration, email, phone, quotes }: Company): QuoteDocument {
  return {
    ...parts,
    ...totalOf(parts.lines),
    seller: { name, legalName, address, registration, email, phone },
    terms: quotes.terms[parts.locale],
    termsVersion: quotes.termsVersion,
    validDays: parts.validDays ?? quotes.validDays,
    sentAt: null,
    validUntil: null,
    note: parts.note ?? '',
  }
}

/** The draft as it goes out at `at`. */
export function dateDocument(draft: QuoteDocument, at: number): QuoteDocument & { sentAt: string; validUntil: string } {
  const validUntil = at + draft.validDays * 24 * 60 * 60 * 1000
  return { ...draft, sentAt: new Date(at).toISOString(), validUntil: new Date(validUntil).toISOString() }
}

/** A document as `sealDocument` wrote it, with what lines did not have before buyers could choose among them. */
export function readDocument(sealed: string): QuoteDocument {
  const document = JSON.parse(sealed) as Omit<QuoteDocument, 'lines'> & { lines: (OlderLine & Partial<PricedLine>)[] } // by sealDocument
  const plain = { optional: false, selected: true, range: null, deliveryOn: null, note: '' }
  return { ...document, lines: document.lines.map((line, index) => ({ ...plain, id: String(index + 1), ...line })) }
}

/** The one spelling that is stored, and the hash that names it. */
export function sealDocument(document: QuoteDocument): { document: string; hash: string } {
  const text = canonicalJson(document)
  return { document: text, hash: sha256(text) }
}
