import type { Content } from '../../content/load.ts'
import type { Amounts, Category, Currency, Product } from '../../content/schema.ts'

export type Choice = Product['options'][number]['choices'][number]

/** Whoever looks at prices: `shown` sees all of them, `on-request` none; guests and most others see what is not kept back. */
export type Viewer = { priceTerms?: 'shown' | 'on-request' | undefined }
export const GUEST: Viewer = {}
/** Who reckons with the prices sees them all. */
export const STAFF: Viewer = { priceTerms: 'shown' }

/** `from` when options make it more. Amounts are before VAT, for one. */
export type ShownPrice = { kind: 'shown' | 'from'; amounts: Amounts } | { kind: 'on-request' }

const slugs = new WeakMap<Product[], Map<string, Product>>()

export function findProduct({ products }: Pick<Content, 'products'>, slug: string): Product | undefined {
  const known = slugs.get(products) ?? new Map(products.map((product) => [product.slug, product]))
  slugs.set(products, known)
  return known.get(slug)
}

/** What this viewer is told it costs: the one rule, wherever a price is shown, reckoned with, sorted or filtered by. */
export function shownPrice(product: Product, category: Pick<Category, 'priceOnRequest'> | undefined, viewer: Viewer): ShownPrice {
  const { price, options } = product
  if (price === 'on-request' || !maySeePrice(product, category, viewer)) return { kind: 'on-request' }
  const hasExtras = options.some((option) => option.choices.some((choice) => choice.price))
  return { kind: hasExtras ? 'from' : 'shown', amounts: price }
}

/** The product as this viewer may know it: without any amount when its price is not for them. */
export function asSeenBy(product: Product, { categories }: Pick<Content, 'categories'>, viewer: Viewer): Product {
  const category = categories.find(({ id }) => id === product.category)
  if (shownPrice(product, category, viewer).kind !== 'on-request') return product
  const options = product.options.map((option) => ({ ...option, choices: option.choices.map(({ price: _, ...choice }) => choice) }))
  return { ...product, price: 'on-request', tiers: [], options }
}

/** The list price of one, before VAT and options; null when it is only given on request. */
export function listPrice({ price }: Product, currency: Currency): number | null {
  return price === 'on-request' ? null : (price[currency] ?? null)
}

/** The price of each when so many are taken: that of the highest tier reached. */
export function tierPrice(product: Product, currency: Currency, quantity: number): number | null {
  const list = listPrice(product, currency)
  const reached = product.tiers.filter((tier) => tier.from <= quantity).sort((a, b) => b.from - a.from)[0]
  return list === null ? null : (reached?.price[currency] ?? list)
}

/** The choice named, or the one that comes without choosing; undefined for one that is not offered. */
export function choiceOf(option: Product['options'][number], id: string | undefined): Choice | undefined {
  return id === undefined ? option.choices[0] : option.choices.find((choice) => choice.id === id)
}

/** What an amount comes to with VAT, rounded half up. */
export function withVat(excluded: number, vatPercent: number): number {
  return Math.floor((excluded * (10_000 + Math.round(vatPercent * 100)) + 5_000) / 10_000)
}

/** The newest of those that took its place, one after the other; undefined for what is still made. */
export function successorOf(product: Product, content: Pick<Content, 'products'>): Product | undefined {
  const next = product.replacedBy ? findProduct(content, product.replacedBy) : undefined
  return next && (successorOf(next, content) ?? next)
}

function maySeePrice(product: Product, category: Pick<Category, 'priceOnRequest'> | undefined, { priceTerms }: Viewer): boolean {
  if (priceTerms) return priceTerms === 'shown'
  return !product.priceOnRequest && !category?.priceOnRequest
}
