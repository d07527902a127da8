import { parse } from 'csv-parse/sync'
import type { Content } from '../../content/load.ts'
import type { Product } from '../../content/schema.ts'
import type { FieldError } from '../platform/problems.ts'
import { countIn, type ListLine, longerList, MAX_LINES, type NewLine, offeredLine } from './list.ts'

/** A line that could not be read, as it was pasted, by its number there. */
export type Mistake = { number: number; text: string; error: FieldError }

const SKU_HEADS =
  /^(sku|item|item ?(no|number|code)|product|product ?(no|number|code)|part ?(no|number)|article|vare|varenr|varenummer|produkt|artikel)$/i
const QUANTITY_HEADS = /^(qty|quantity|amount|count|pcs|pieces|number|antal|stk|mængde)$/i
const COUNT = /^(\d{1,6})\s*(x|×|stk|pcs?|pieces?)?$/i

/**
 * Reads lines such as "PUMP-1, 2" as people copy them out of sheets and mails: with commas, semicolons or tabs, as "3 x PUMP-1",
 * with a line of headings or without. Each line is answered by itself: the good ones go onto the list, the others are named.
 */
export function addPasted(list: ListLine[], text: string, content: Content): { lines: ListLine[]; added: number; mistakes: Mistake[] } {
  const rows = text.split('\n').map((row, at) => ({ number: at + 1, text: row.trim(), cells: cellsIn(row.trim()) }))
  const filled = rows.filter(({ text }) => text !== '')
  const heads = filled[0] && columnsIn(filled[0].cells)
  const mistakes: Mistake[] = []
  let lines = list
  for (const { number, text, cells } of heads ? filled.slice(1) : filled) {
    const read = readRow(cells, heads, content)
    const line = 'line' in read ? withRoom(lines, read.line, read.product, content) : read
    if ('error' in line) mistakes.push({ number, text, error: line.error })
    else lines = longerList(lines, [line])
  }
  return { lines, added: filled.length - mistakes.length - (heads ? 1 : 0), mistakes }
}

type Columns = { sku: number; quantity: number }
type Read = { product: Product; line: NewLine } | { error: FieldError }

/** Headings say which column is which; without them the cells do. */
function columnsIn(cells: string[]): Columns | undefined {
  const sku = cells.findIndex((cell) => SKU_HEADS.test(cell.replace(/[.:]/g, '').trim()))
  const quantity = cells.findIndex((cell) => QUANTITY_HEADS.test(cell.replace(/[.:]/g, '').trim()))
  return sku >= 0 && (quantity >= 0 || cells.length === 1) ? { sku, quantity } : undefined
}

function readRow(cells: string[], heads: Columns | undefined, content: Content): Read {
  const [sku, quantity] = heads ? [cells[heads.sku] ?? '', cells[heads.quantity] ?? ''] : skuAndQuantity(cells, content)
  const product = findSku(content, sku)
  if (!product) return { error: { reason: 'unknown-sku' } }
  const count = quantity.trim() === '' ? '1' : COUNT.exec(quantity.trim())?.[1]
  if (count === undefined) return { error: { reason: 'whole-number' } }
  if (Number(count) === 0) return { error: { reason: 'too-small', values: { min: 1 } } }
  return { product, line: { product: product.slug, options: {}, quantity: String(Number(count)) } }
}

function skuAndQuantity(cells: string[], content: Content): [string, string] {
  const [first = '', ...others] = cells
  if (others.length === 0) return apart(first, content)
  const at = Math.max(
    0,
    cells.findIndex((cell) => findSku(content, cell)),
  )
  const rest = cells.filter((_, other) => other !== at)
  const counts = rest.filter((cell) => COUNT.test(cell))
  return [cells[at] ?? '', (counts.length === 1 ? counts[0] : rest[0]) ?? '']
}

/** "3 x PUMP-1", "PUMP-1 x 3", "PUMP-1 3", or the number alone. */
function apart(text: string, content: Content): [string, string] {
  if (findSku(content, text)) return [text, '1']
  const [, before, last] = /^(\S+)\s*[x×*]\s+(.+)$/i.exec(text) ?? []
  if (before && last && /^\d/.test(before)) return [last, before]
  const [, sku, count] = /^(.+?)\s+(?:[x×*]\s*)?(\S+)$/i.exec(text) ?? []
  return sku && count && findSku(content, sku) ? [sku, count] : [text, '1']
}

/** What is more than one may ask for is a mistake of this line, even if only together with what is on the list already. */
function withRoom(list: ListLine[], line: NewLine, { maxQuantity }: Product, content: Content): NewLine | { error: FieldError } {
  const offered = offeredLine(content, line) ?? line
  const there = countIn(list, offered)
  if (there + Number(line.quantity) > maxQuantity) return { error: { reason: 'too-large', values: { max: maxQuantity } } }
  if (there === 0 && list.length >= MAX_LINES) return { error: { reason: 'list-full', values: { max: MAX_LINES } } }
  return offered
}

function findSku({ products }: Content, text: string): Product | undefined {
  const wanted = text.trim().toLowerCase()
  return products.find(({ sku, slug }) => sku.toLowerCase() === wanted || slug === wanted)
}

function cellsIn(row: string): string[] {
  const delimiter = ['\t', ';', ','].find((sign) => row.includes(sign)) ?? ','
  try {
    const [cells = []] = parse(row, { delimiter, relax_quotes: true, relax_column_count: true, trim: true }) as string[][] // rows of cells, without a header
    return cells
  } catch {
    return row.split(delimiter)
  }
}
