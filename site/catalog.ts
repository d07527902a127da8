import type { CatalogFilter } from '../api/catalog/view.ts'
import { writeNumber } from '../content/facts.ts'
import type { Content } from '../content/load.ts'
import { formatMoney, minorDigits } from '../content/money.ts'
import type { Translate } from '../content/phrases.ts'
import type { Locale } from '../content/schema.ts'
import type { Api } from './api.ts'
import { problemOf } from './forms.ts'

/** Fields of an address of the catalogue; whatever else stands in it is no business of ours. */
const FIELD = /^(q|category|sort|after|price\.(min|max)|fact\.[a-z0-9-]+(\.(min|max))?)$/
const PAGE = '24'
/** Visitors type prices in whole units of the currency; the API speaks of minor ones. */
const PRICES = { 'price.min': 'priceMin', 'price.max': 'priceMax' } as const

/** What the address asks for, without what was left empty: the same question has one address. */
export function questionIn(search: URLSearchParams): URLSearchParams {
  return new URLSearchParams([...search].filter(([field, value]) => FIELD.test(field) && value.trim() !== ''))
}

type Asked = { question: URLSearchParams; category?: string | undefined; content: Content }

/** The catalogue's answer, and what was wrong with which field; a field with a mistake is left out of the question. */
export async function askCatalog(api: Api, { question, category, content }: Asked) {
  const ask = (fields: URLSearchParams) =>
    api.api.catalog.products.$get({ query: queryOf(fields, category, content.company.defaultCurrency) })
  const answer = await ask(question)
  if (answer.ok) return { listing: await answer.json(), errors: {} }
  const { errors } = await problemOf(answer)
  const wrong = Object.fromEntries(Object.entries(errors).map(([field, text]) => [fieldOfPage(field), text]))
  const again = await ask(new URLSearchParams([...question].filter(([field]) => !(field in wrong))))
  return { listing: again.ok ? await again.json() : undefined, errors: wrong }
}

/** The address without one field, or without one value of it. Where one stood among the pages is left as well. */
export function without(question: URLSearchParams, field: string, value?: string): URLSearchParams {
  const isIt = (name: string, other: string) =>
    value === undefined ? name === field || name.startsWith(`${field}.`) : name === field && other === value
  return new URLSearchParams([...question].filter(([name, other]) => name !== 'after' && !isIt(name, other)))
}

export function address(path: string, question: URLSearchParams): string {
  return question.size ? `${path}?${question}` : path
}

export type Chip = { label: string; rest: URLSearchParams; without: number | null }

/** One label for everything the catalogue is narrowed down by, with the question that is left without it. */
export function chipsOf(filters: CatalogFilter[], question: URLSearchParams, content: Content, locale: Locale, t: Translate): Chip[] {
  return filters.flatMap(({ field, name, range, choices, without: n }): Chip[] => {
    const rest = without(question, field)
    if (field === 'q') return [{ label: t('products.filters.words', { q: name ?? '' }), rest, without: n }]
    if (range) {
      const label = rangeLabel(range, (value) => endLabel(field, value, content, locale), t)
      return [{ label: t('products.filters.named', { name: name ?? t('products.filters.price'), value: label }), rest, without: n }]
    }
    // Only all values of a field together are counted: with one of two taken away, more than so many may be left.
    return (choices ?? []).map((choice) => ({
      label: name ? t('products.filters.named', { name, value: choice.name }) : choice.name,
      rest: without(question, field, choice.id),
      without: choices?.length === 1 ? n : null,
    }))
  })
}

type Query = Record<string, string | string[]> & { category: string | string[]; limit: string }

function queryOf(fields: URLSearchParams, category: string | undefined, currency: string): Query {
  const query: Record<string, string[]> = {}
  for (const [field, value] of fields) {
    const name = field === 'price.min' || field === 'price.max' ? PRICES[field] : field
    query[name] = [...(query[name] ?? []), name === field ? value : inMinorUnits(value, currency)]
  }
  return { ...query, category: category ? [category] : (query.category ?? []), limit: PAGE }
}

/** What is no number is handed on as it is, for the API to say so. */
function inMinorUnits(text: string, currency: string): string {
  const amount = /^\s*\d{1,9}([.,]\d{1,3})?\s*$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN
  return Number.isNaN(amount) ? 'none' : String(Math.round(amount * 10 ** minorDigits(currency)))
}

function fieldOfPage(field: string): string {
  return Object.entries(PRICES).find(([, name]) => name === field)?.[0] ?? field
}

type Range = { min?: number | undefined; max?: number | undefined }

function rangeLabel({ min, max }: Range, write: (value: number) => string, t: Translate): string {
  if (min === undefined) return t('products.filters.up-to', { max: write(max ?? 0) })
  if (max === undefined) return t('products.filters.from', { min: write(min) })
  return t('products.filters.between', { min: write(min), max: write(max) })
}

function endLabel(field: string, value: number, { company, facts }: Content, locale: Locale): string {
  const kind = facts.find(({ id }) => `fact.${id}` === field)
  return kind?.type === 'number' ? writeNumber(value, kind, locale) : formatMoney(value, company.defaultCurrency, locale, 'when-needed')
}
