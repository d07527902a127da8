import { z } from 'zod'
import { LOCALES } from '../../content/schema.ts'
import { readCsv } from '../platform/csv.ts'
import { Email, fieldErrors, line, prose } from '../platform/fields.ts'
import { type FieldError, invalid } from '../platform/problems.ts'
import { STAGES } from './stage.ts'

export const MAX_ROWS = 10_000

/** A column by the names it may have at the top of a file: ours first, then what others call it. */
const COLUMNS = {
  email: ['email', 'e-mail', 'mail', 'mailadresse', 'emailadresse', 'email address'],
  name: ['name', 'navn', 'full name', 'kontaktperson', 'contact'],
  company: ['company', 'virksomhed', 'firma', 'organisation', 'organization'],
  phone: ['phone', 'telefon', 'tlf', 'telephone', 'mobil', 'mobile'],
  locale: ['language', 'sprog', 'locale'],
  stage: ['stage', 'fase', 'trin'],
  owner: ['owner', 'ansvarlig', 'ejer'],
  source: ['source', 'kilde'],
  nextContactOn: ['next_contact', 'next contact', 'næste kontakt'],
  nextContactNote: ['note', 'notat', 'bemærkning'],
} as const
export type Column = keyof typeof COLUMNS

const blank = z.literal('').transform(() => undefined)

const Row = z.object({
  email: Email,
  name: line(120),
  company: line(120),
  phone: line(40),
  locale: z.enum(LOCALES).optional().or(blank),
  stage: z.enum(STAGES).optional().or(blank),
  owner: Email.optional().or(blank),
  source: line(100),
  nextContactOn: z.iso.date().optional().or(blank),
  nextContactNote: prose(500),
})
export type ImportRow = z.output<typeof Row>

export type ReadRow = { number: number; cells: Record<Column, string>; row: ImportRow | undefined; errors: Record<string, FieldError> }

/** Every row of a file, each judged by itself. Refuses only a file that is no list of contacts, or too long a one. */
export function readRows(text: string): ReadRow[] {
  const [head, ...rows] = readCells(text)
  const columns = columnsOf(head ?? [])
  if (columns.email < 0) throw invalid('file', 'no-email-column')
  if (rows.length > MAX_ROWS) throw invalid('file', 'too-many-rows', { max: MAX_ROWS })
  // The first row of a spreadsheet is number 1, and holds the names of the columns.
  return rows.map((cells, index) => readRow(named(cells, columns), index + 2))
}

function readCells(text: string): string[][] {
  try {
    return readCsv(text)
  } catch {
    throw invalid('file', 'no-csv')
  }
}

function columnsOf(head: string[]): Record<Column, number> {
  const names = head.map((name) => name.trim().toLowerCase())
  const places = Object.entries(COLUMNS).map(([column, known]) => [
    column,
    names.findIndex((name) => (known as readonly string[]).includes(name)),
  ])
  return Object.fromEntries(places) as Record<Column, number> // one for each of COLUMNS
}

function named(cells: string[], columns: Record<Column, number>): Record<Column, string> {
  const values = Object.entries(columns).map(([column, at]) => [column, (at < 0 ? '' : (cells[at] ?? '')).trim()])
  return Object.fromEntries(values) as Record<Column, string> // one for each of COLUMNS
}

function readRow(cells: Record<Column, string>, number: number): ReadRow {
  const value = { ...cells, stage: cells.stage.toLowerCase(), locale: cells.locale.toLowerCase() }
  const parsed = Row.safeParse(value)
  return { number, cells, row: parsed.data, errors: parsed.success ? {} : fieldErrors(parsed.error, value) }
}
