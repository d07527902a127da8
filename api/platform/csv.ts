import { parse } from 'csv-parse/sync'
import { stringify } from 'csv-stringify/sync'

export type Cell = string | number | null

/** Excel reads UTF-8 as such only with this in front. */
export const CSV_BEGINNING = '\uFEFF'

/** A spreadsheet takes text that begins so for a formula. An apostrophe of our own is marked alike, so that reading undoes writing. */
const TAKEN_FOR_FORMULA = /^['=+\-@\t\r\n]/
const MARKED = /^'['=+\-@\t\r\n]/

/** Rows as CSV (RFC 4180). Text is quoted and never a formula to a spreadsheet; numbers stay numbers; dates are for the caller to write as ISO. */
export function writeCsv(rows: Cell[][]): string {
  const cells = rows.map((row) => row.map((cell) => (typeof cell === 'string' ? neutralised(cell) : cell)))
  return stringify(cells, { quoted_string: true, record_delimiter: '\r\n', cast: { number: String } })
}

export function neutralised(text: string): string {
  return TAKEN_FOR_FORMULA.test(text) ? `'${text}` : text
}

/** What was written before `neutralised`. */
export function restored(text: string): string {
  return MARKED.test(text) ? text.slice(1) : text
}

/** Every row of a file, cells as text and as they were before we marked them. Throws when the file is no CSV. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = parse(text, {
    bom: true,
    delimiter: delimiterOf(text),
    relax_column_count: true,
    skip_empty_lines: true,
    relax_quotes: true,
  })
  return rows.map((row) => row.map(restored))
}

/** Danish spreadsheets write semicolons, since a comma is their decimal sign. */
function delimiterOf(text: string): string {
  const first = text.split(/\r\n|\r|\n/, 1)[0] ?? ''
  const counted = [',', ';', '\t'].map((sign) => ({ sign, n: first.split(sign).length }))
  return counted.reduce((most, other) => (other.n > most.n ? other : most)).sign
}
