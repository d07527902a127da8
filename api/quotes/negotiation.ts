import type { QuoteDocument } from './document.ts'
import { type PricedLine, priceOfOne } from './pricing.ts'

/** The terms of a line that are negotiated. Quantities are counts, prices minor units for one before VAT, days ISO 8601. */
export const TERMS = ['quantity', 'unitPrice', 'deliveryOn'] as const
export type Term = (typeof TERMS)[number]

/** What the buyer asked for of one line, instead of what was offered. */
export type AskedLine = {
  id: string
  quantity?: number | undefined
  unitPriceMinor?: number | undefined
  deliveryOn?: string | undefined
  text: string
}

/** One counter-offer: an answer to `revision`. */
export type Counter = { revision: number; lines: AskedLine[]; text: string; authorName: string; at: number }

/** Where one term of a line stands: what was asked last, what is offered now, and whether both are the same. */
export type Stand = { asked: number | string; offered: number | string | null; agreed: boolean }
export type Negotiation = Record<string, Partial<Record<Term, Stand>>>

/** Each term that was ever asked about, by line of `current`: what was asked last and what is offered now. Counters oldest first. */
export function negotiationOf(current: QuoteDocument, counters: Counter[]): Negotiation {
  const standing = current.lines.map((line): [string, Negotiation[string]] => {
    const asks = counters.flatMap(({ lines }) => lines.filter(({ id }) => id === line.id))
    const terms = TERMS.flatMap((term) => {
      const asked = asks.map((ask) => askedOf(ask, term)).findLast((value) => value !== undefined)
      const offered = offeredOf(line, term)
      return asked === undefined ? [] : [[term, { asked, offered, agreed: asked === offered }] as const]
    })
    return [line.id, Object.fromEntries(terms)]
  })
  return Object.fromEntries(standing.filter(([, terms]) => Object.keys(terms).length))
}

export type FieldChange = { field: string; from: unknown; to: unknown }
export type LineChange =
  | { kind: 'added' | 'removed'; id: string; name: string; net: number | null }
  | { kind: 'changed'; id: string; name: string; fields: FieldChange[] }
export type Changes = { lines: LineChange[]; fields: FieldChange[] }

const COMPARED = [
  'name',
  'quantity',
  'unitPrice',
  'discountBp',
  'vatBp',
  'optional',
  'range',
  'deliveryOn',
  'note',
  'options',
  'net',
] as const satisfies (keyof PricedLine)[]

/** What is different in the newer of two revisions, in the order of its lines; what is gone comes last. */
export function changesBetween(older: QuoteDocument, newer: QuoteDocument): Changes {
  const before = new Map(older.lines.map((line) => [line.id, line]))
  const kept = newer.lines.flatMap((line): LineChange[] => {
    const old = before.get(line.id)
    before.delete(line.id)
    if (!old) return [{ kind: 'added', id: line.id, name: line.name, net: line.net }]
    const fields = differing(old, line, COMPARED)
    return fields.length ? [{ kind: 'changed', id: line.id, name: line.name, fields }] : []
  })
  const gone = [...before.values()].map(({ id, name, net }): LineChange => ({ kind: 'removed', id, name, net }))
  return { lines: [...kept, ...gone], fields: differing(older, newer, ['net', 'total', 'validDays', 'note', 'terms']) }
}

function offeredOf(line: PricedLine, term: Term): number | string | null {
  return term === 'unitPrice' ? priceOfOne(line) : line[term]
}

function askedOf(ask: AskedLine, term: Term): number | string | undefined {
  return term === 'unitPrice' ? ask.unitPriceMinor : ask[term]
}

function differing<T>(older: T, newer: T, fields: readonly (keyof T & string)[]): FieldChange[] {
  return fields
    .filter((field) => JSON.stringify(older[field]) !== JSON.stringify(newer[field]))
    .map((field) => ({ field, from: older[field], to: newer[field] }))
}
