import type { Content } from '../../content/load.ts'
import type { FactKind, Locale, Product } from '../../content/schema.ts'
import { shownPrice, type Viewer, withVat } from './model.ts'

export type NumberColumn = { kind: Extract<FactKind, { type: 'number' }>; values: Float64Array }
/** A product may have several: those of a place stand in `values` from `starts[place]` up to `starts[place + 1]`. */
export type ChoiceColumn = { kind: Extract<FactKind, { type: 'choice' }>; values: Int32Array; starts: Int32Array }
export type Column = NumberColumn | ChoiceColumn

export const SORTS = ['relevance', 'order', 'name', 'price-up', 'price-down'] as const
export type Sort = (typeof SORTS)[number]

const shelves = new WeakMap<Content, Shelf>()

/** The catalogue laid out for narrowing down. Content does not change while we run, so it is laid out once. */
export function shelfOf(content: Content): Shelf {
  const shelf = shelves.get(content) ?? new Shelf(content)
  shelves.set(content, shelf)
  return shelf
}

/** A product is its place, from 0 in the company's own order; what it is narrowed down by stands in columns. */
export class Shelf {
  readonly content: Content
  readonly products: Product[]
  readonly places: Map<string, number>
  /** Which of the company's categories, by place. */
  readonly categories: Int32Array
  readonly columns: Column[]
  /** What is still made; older models are only found by who searches. */
  readonly current: Int32Array
  readonly #prices = new Map<Viewer['priceTerms'], Float64Array>()
  readonly #sequences = new Map<string, Int32Array>()

  constructor(content: Content) {
    const categories = new Map(content.categories.map(({ id }, at) => [id, at]))
    const categoryOf = (product: Product) => categories.get(product.category) ?? -1
    this.content = content
    this.products = content.products.toSorted((a, b) => categoryOf(a) - categoryOf(b)) // by `order` within a category: the sort is stable
    this.places = new Map(this.products.map(({ slug }, place) => [slug, place]))
    this.categories = Int32Array.from(this.products, categoryOf)
    this.columns = content.facts.filter(({ filter }) => filter).map((kind) => columnOf(kind, this.products))
    this.current = Int32Array.from(this.products.keys()).filter((place) => !this.products[place]?.replacedBy)
  }

  /** With VAT, in minor units of the company's currency; NaN where this viewer is shown none. */
  prices({ priceTerms }: Viewer): Float64Array {
    const known = this.#prices.get(priceTerms) ?? Float64Array.from(this.products, (product) => this.#priceOf(product, { priceTerms }))
    this.#prices.set(priceTerms, known)
    return known
  }

  /** Every place, in this order. A price that is not shown comes last, so that the order tells nothing of it. */
  sequence(sort: Exclude<Sort, 'relevance'>, locale: Locale, viewer: Viewer): Int32Array {
    const key = `${sort} ${sort === 'name' ? locale : (viewer.priceTerms ?? '')}`
    const known = this.#sequences.get(key) ?? this.#sorted(sort, locale, viewer)
    this.#sequences.set(key, known)
    return known
  }

  #priceOf(product: Product, viewer: Viewer): number {
    const { company, categories } = this.content
    const price = shownPrice(product, categories[this.categories[this.places.get(product.slug) ?? -1] ?? -1], viewer)
    return price.kind === 'on-request'
      ? Number.NaN
      : withVat(price.amounts[company.defaultCurrency] ?? Number.NaN, product.vatPercent ?? company.vatPercent)
  }

  #sorted(sort: Exclude<Sort, 'relevance'>, locale: Locale, viewer: Viewer): Int32Array {
    const places = Int32Array.from(this.products.keys())
    if (sort === 'order') return places
    if (sort === 'name') {
      const { compare } = new Intl.Collator(locale, { numeric: true })
      const names = this.products.map(({ name }) => name[locale])
      return places.sort((a, b) => compare(names[a] ?? '', names[b] ?? '') || a - b)
    }
    const prices = this.prices(viewer)
    const last = Number.POSITIVE_INFINITY
    const worth = (place: number) => {
      const price = prices[place] ?? Number.NaN
      return Number.isNaN(price) ? last : sort === 'price-up' ? price : -price
    }
    return places.sort((a, b) => (worth(a) === worth(b) ? a - b : worth(a) - worth(b)))
  }
}

function columnOf(kind: FactKind, products: Product[]): Column {
  const factOf = (product: Product) => product.facts.find((fact) => fact.kind === kind.id)
  if (kind.type === 'number') return { kind, values: Float64Array.from(products, (product) => factOf(product)?.number ?? Number.NaN) }
  const chosen = products.map((product) => factOf(product)?.choices ?? [])
  const starts = new Int32Array(products.length + 1)
  for (const [place, choices] of chosen.entries()) starts[place + 1] = (starts[place] ?? 0) + choices.length
  const numbers = new Map(kind.choices.map(({ id }, at) => [id, at]))
  return { kind, values: Int32Array.from(chosen.flat(), (id) => numbers.get(id) ?? -1), starts }
}
