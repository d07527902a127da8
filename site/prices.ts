import type { Amounts, Currency, Product } from '../content/schema.ts'

export type ShownPrice = { excluded: number; included: number }

/** A price before VAT, and with it as the buyer pays it. */
export function withVat(excluded: number, vatPercent: number): ShownPrice {
  return { excluded, included: Math.round((excluded * (10_000 + Math.round(vatPercent * 100))) / 10_000) }
}

export function extraPrice(choice: { price?: Amounts | undefined }, currency: Currency): number {
  return choice.price?.[currency] ?? 0
}

/** Whether the price stands for the plainest of several: then it is a price "from". */
export function hasExtras(product: Product): boolean {
  return product.options.some((option) => option.choices.some((choice) => choice.price))
}
