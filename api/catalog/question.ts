import { z } from 'zod'
import type { Content } from '../../content/load.ts'
import type { FactKind } from '../../content/schema.ts'
import { type FieldError, Problem } from '../platform/problems.ts'
import type { FactFilter, Narrowing, Range } from './narrow.ts'
import { SORTS, type Sort } from './shelf.ts'

const LONGEST_QUESTION = 200
const PAGE = 24
const MOST_PER_PAGE = 48
export const MOST_COMPARED = 4

// An address may name a field twice, and a form sends what was left empty.
const many = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat().filter((one) => one.trim() !== ''))
const one = many.transform((values) => values[0])

/** What an address of the catalogue may say; fields of facts are `fact.<id>`, `fact.<id>.min` and `fact.<id>.max`. */
export const CatalogQuery = z
  .object({
    q: one.optional(),
    category: many.default([]),
    /** With VAT, in minor units. */
    priceMin: one.optional(),
    priceMax: one.optional(),
    sort: one.pipe(z.enum(SORTS).optional()).optional(),
    limit: one
      .transform((text) => (text === undefined ? PAGE : Number(text)))
      .pipe(z.int().min(1).max(MOST_PER_PAGE))
      .default(PAGE),
    after: one.optional(),
  })
  .catchall(many)
export type CatalogQuery = z.infer<typeof CatalogQuery>

/** Slugs joined by commas, in one field or in several. */
export const ProductList = z.object({ products: many.transform((values) => values.flatMap((value) => value.split(',')).slice(0, 24)) })

export type Question = { q: string; narrowing: Narrowing; sort: Sort; after: string | undefined; limit: number }

/** Fields that nobody knows are passed over, since addresses are shared and outlive facts; a number that is none is refused. */
export function readQuestion(query: CatalogQuery, content: Pick<Content, 'categories' | 'facts'>): Question {
  const errors: Record<string, FieldError> = {}
  const numberIn = (field: string, text: string | undefined) => {
    const value = readNumber(text)
    if (Number.isNaN(value)) errors[field] = { reason: 'format' }
    return value
  }
  const q = (query.q ?? '').trim().slice(0, LONGEST_QUESTION)
  const price = rangeOf(numberIn('priceMin', query.priceMin), numberIn('priceMax', query.priceMax))
  const categories = query.category.filter((id) => content.categories.some((category) => category.id === id))
  const facts = content.facts.filter(({ filter }) => filter).flatMap((kind) => factFilter(kind, query, numberIn) ?? [])
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
  return { q, narrowing: { categories, price, facts }, sort: sortOf(query.sort, q), after: query.after, limit: query.limit }
}

type NumberIn = (field: string, text: string | undefined) => number | undefined

function factFilter(kind: FactKind, query: CatalogQuery, numberIn: NumberIn): FactFilter | undefined {
  const field = `fact.${kind.id}`
  const texts = (name: string) => query[name as `fact.${string}`] ?? [] // every field that has no name of its own is a list
  if (kind.type === 'choice') {
    const choices = texts(field).filter((id) => kind.choices.some((choice) => choice.id === id))
    return choices.length ? { fact: kind.id, choices } : undefined
  }
  const [min, max] = ['min', 'max'].map((end) => numberIn(`${field}.${end}`, texts(`${field}.${end}`)[0]))
  const range = rangeOf(min, max)
  return range && { fact: kind.id, range }
}

/** NaN for what is no number; "9,5" is one. */
function readNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  return /^\s*[-−]?\d{1,12}([.,]\d{1,6})?\s*$/.test(text) ? Number(text.trim().replace('−', '-').replace(',', '.')) : Number.NaN
}

function rangeOf(min: number | undefined, max: number | undefined): Range | undefined {
  return min === undefined && max === undefined ? undefined : { min, max }
}

/** Nothing is relevant until something is asked. */
function sortOf(sort: Sort | undefined, q: string): Sort {
  const natural = q ? 'relevance' : 'order'
  return sort === 'relevance' ? natural : (sort ?? natural)
}
