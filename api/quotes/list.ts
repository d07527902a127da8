import { z } from 'zod'
import type { Content } from '../../content/load.ts'
import { line } from '../platform/fields.ts'
import { newToken } from '../platform/tokens.ts'

export const MAX_LINES = 100

const LineKey = z.string().regex(/^[\w-]{8}$/)

/** A line of a quote list, as it was typed: what is wrong with it is said when it is priced. A product, or words for what is in no catalogue. */
export const TypedLine = z
  .object({
    key: LineKey.optional(),
    product: z.string().max(100).optional(),
    text: line(200).optional(),
    options: z.record(z.string().max(60), z.string().max(60)).default({}),
    quantity: z.union([z.string(), z.number()]).transform((typed) => String(typed).slice(0, 20)),
  })
  .refine(({ product, text }) => (product === undefined) !== (text === undefined), { path: ['text'], params: { reason: 'required' } })
export const TypedLines = z.array(TypedLine).max(MAX_LINES)
/** The lines that somebody had before them. */
export const LineKeys = z.array(LineKey).max(MAX_LINES * 2)

/** `key` names the line for as long as it is on the list. */
export type ListLine = {
  key: string
  product?: string | undefined
  text?: string | undefined
  options: Record<string, string>
  quantity: string
}
export type NewLine = Omit<ListLine, 'key'> & { key?: string | undefined }

/**
 * The list as somebody has edited it who knew the lines `known`. One that another window has added meanwhile is not among those,
 * and stays; one that was known and is not among the edited was taken off.
 */
export function editedList(stored: ListLine[], edited: NewLine[], known: string[]): ListLine[] {
  const added = stored.filter(({ key }) => !known.includes(key) && !edited.some((line) => line.key === key))
  return [...withKeys(edited), ...added].slice(0, MAX_LINES)
}

/** The list with more on it: the same product with the same options becomes more of the same. */
export function longerList(list: ListLine[], more: NewLine[]): ListLine[] {
  let lines = list
  for (const line of more) lines = withLine(lines, line)
  return lines
}

/** Whether all of it found, or would find, a place. */
export function fits(list: ListLine[], more: NewLine[]): boolean {
  const isNew = (line: NewLine, at: number) => ![...list, ...more.slice(0, at)].some((other) => isSame(other, line))
  return list.length + more.filter(isNew).length <= MAX_LINES
}

/** The line with a choice for every option its product has, and for no other; undefined when that is not sold. */
export function offeredLine<Line extends Pick<NewLine, 'product' | 'options'>>(
  { products }: Pick<Content, 'products'>,
  line: Line,
): Line | undefined {
  if (line.product === undefined) return { ...line, options: {} }
  const product = products.find(({ slug }) => slug === line.product)
  const chosen = product?.options.map(({ id, choices }) => {
    return [id, (choices.find((choice) => choice.id === line.options[id]) ?? choices[0])?.id ?? '']
  })
  return chosen && { ...line, options: Object.fromEntries(chosen) }
}

/** How many are already there of what is the same. */
export function countIn(list: NewLine[], line: NewLine): number {
  return list.filter((other) => isSame(other, line)).reduce((sum, other) => sum + countOf(other), 0)
}

function withLine(lines: ListLine[], line: NewLine): ListLine[] {
  const same = lines.find((other) => isSame(other, line))
  if (same) {
    const both = { ...same, quantity: String(countOf(same) + countOf(line)) }
    return lines.map((other) => (other === same ? both : other))
  }
  return lines.length < MAX_LINES ? [...lines, ...withKeys([{ ...line, key: undefined }])] : lines
}

function withKeys(lines: NewLine[]): ListLine[] {
  const taken = new Set<string>()
  return lines.map((line) => {
    const key = line.key !== undefined && !taken.has(line.key) ? line.key : newToken().slice(0, 8)
    taken.add(key)
    return { ...line, key }
  })
}

function isSame(one: NewLine, other: NewLine): boolean {
  if (one.product === undefined || one.product !== other.product) return false
  return JSON.stringify(Object.entries(one.options).sort()) === JSON.stringify(Object.entries(other.options).sort())
}

/** What is no count yet counts for nothing. */
function countOf({ quantity }: NewLine): number {
  return /^\d{1,6}$/.test(quantity.trim()) ? Number(quantity) : 0
}
