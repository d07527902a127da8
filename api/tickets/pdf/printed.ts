import type { Locale, Phrase } from '../../../content/schema.ts'

export type PrintedMessage = {
  author: 'customer' | 'staff'
  name: string
  at: number
  text: string
  isNote: boolean
  /** By name. */
  files: string[]
}

/** All of a case that goes onto paper: the same gives the same bytes. */
export type PrintedThread = {
  reference: string
  subject: string
  /** As words: what kind of case it is, how it stands, and the product it is about. */
  kind: string
  status: string
  product: string
  openedAt: number
  changedAt: number
  messages: PrintedMessage[]
  /** Whether notes are in it, so that the paper says for whom it is. */
  hasNotes: boolean
  /** Who prints it: the company's names and how to reach it. */
  company: { name: string; legalName: string; contact: string }
  /** Where the case is on the portal. */
  link: string
  locale: Locale
  timeZone: string
  accent: string
  /** The company's logo as SVG. */
  logo: string
  /** In `locale`. */
  phrases: Record<string, Phrase>
}
