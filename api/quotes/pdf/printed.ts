import type { Phrase } from '../../../content/schema.ts'
import type { QuoteDocument } from '../document.ts'
import type { Stroke } from '../signature.ts'

/** How an offer stood when it was printed: only an open one can still be accepted. */
export type Standing = 'draft' | 'open' | 'past' | 'accepted'

export type PrintedAcceptance = {
  name: string
  at: number
  purchaseOrder: string
  signature: Stroke[]
}

/** All that goes into a PDF: the same gives the same bytes. It crosses into another thread, so it is plain data. */
export type PrintedQuote = {
  document: QuoteDocument
  /** Of the version that is printed. */
  hash: string
  standing: Standing
  acceptance: PrintedAcceptance | null
  /** When this version was made, and so when the file says it was. */
  at: number
  /** Where the quote is on the portal. */
  link: string
  timeZone: string
  accent: string
  /** The company's logo as SVG; empty when there is none. */
  logo: string
  /** In the document's language. */
  phrases: Record<string, Phrase>
}
