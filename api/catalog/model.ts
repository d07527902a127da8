import type { Content } from '../../content/load.ts'
import type { Currency, Product } from '../../content/schema.ts'

export type Choice = Product['options'][number]['choices'][number]

export function findProduct({ products }: Pick<Content, 'products'>, slug: string): Product | undefined {
  return products.find((product) => product.slug === slug)
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
