import { withVat as included } from '../api/catalog/model.ts'
import type { Amounts, Currency } from '../content/schema.ts'

export type ShownPrice = { excluded: number; included: number }

/** A price before VAT, and with it as the buyer pays it. */
export function withVat(excluded: number, vatPercent: number): ShownPrice {
  return { excluded, included: included(excluded, vatPercent) }
}

export function extraPrice(choice: { price?: Amounts | undefined }, currency: Currency): number {
  return choice.price?.[currency] ?? 0
}
