import type { Content } from '../../content/load.ts'
import type { Currency, Locale, Product } from '../../content/schema.ts'
import { choiceOf, findProduct, listPrice, tierPrice } from '../catalog/model.ts'
import { type FieldError, Problem } from '../platform/problems.ts'

/** What somebody wants of a product. Prices are never part of it. */
export type WantedLine = { product: string; options: Record<string, string>; quantity: number }

/** What staff may decide beyond that: a price of their own in place of the list's, a discount, a line in their own words. */
export type OfferedLine = {
  product?: string | undefined
  text?: string | undefined
  options: Record<string, string>
  quantity: number
  /** For one, options included, before the discount. */
  unitPrice?: number | undefined
  discountBp?: number | undefined
}

/** One line with its arithmetic. All amounts are before VAT, in minor units; null until somebody has set a price. */
export type PricedLine = {
  product: string | null
  sku: string | null
  name: string
  options: { id: string; name: string; choice: string; choiceName: string; price: number }[]
  quantity: number
  unit: Product['unit']
  /** For one without options, as it stands in the catalogue. */
  listUnit: number | null
  /** The same at this quantity. */
  tierUnit: number | null
  /** Set by staff. */
  ownUnit: number | null
  /** What one costs here: ownUnit, or tierUnit and the options. */
  unitPrice: number | null
  discountBp: number
  discount: number
  net: number | null
  vatBp: number
}

export type Totals = {
  net: number
  vat: { rateBp: number; net: number; vat: number }[]
  total: number
  /** How many lines have no price yet, and so are not part of the total. */
  unpriced: number
}

type Shop = { content: Pick<Content, 'company' | 'products'>; currency: Currency; locale: Locale }

/** Prices every line from the catalogue, or refuses them all and says what is wrong with which (`lines.0.quantity`). */
export function priceLines(lines: OfferedLine[], shop: Shop): PricedLine[] {
  const errors: Record<string, FieldError> = {}
  const priced = lines.map((line, index) => {
    const refuse = (field: string, error: FieldError) => {
      errors[`lines.${index}.${field}`] = error
    }
    return line.product === undefined ? priceOwnLine(line, shop) : priceProduct({ ...line, product: line.product }, shop, refuse)
  })
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
  return priced.filter((line) => line !== undefined)
}

/** Sums of lines; VAT is rounded once for each rate, half up. */
export function totalOf(lines: Pick<PricedLine, 'net' | 'vatBp'>[]): Totals {
  const netByRate = new Map<number, number>()
  for (const { net, vatBp } of lines) if (net !== null) netByRate.set(vatBp, (netByRate.get(vatBp) ?? 0) + net)
  const vat = [...netByRate].sort(([a], [b]) => b - a).map(([rateBp, net]) => ({ rateBp, net, vat: share(net, rateBp) }))
  const net = sum(vat.map((rate) => rate.net))
  return { net, vat, total: net + sum(vat.map((rate) => rate.vat)), unpriced: lines.filter((line) => line.net === null).length }
}

/** Whether some line gives more off its catalogue price than an agent may give, as a discount or as a lower price. */
export function needsApproval(lines: PricedLine[], limitPercent: number): boolean {
  const limitBp = Math.round(limitPercent * 100)
  return lines.some(({ tierUnit, options, quantity, net, discountBp }) => {
    if (discountBp > limitBp) return true
    if (tierUnit === null || net === null) return false
    const catalogue = (tierUnit + sum(options.map((option) => option.price))) * quantity
    return net < catalogue - share(catalogue, limitBp)
  })
}

/** `bp` hundredths of a percent of an amount, rounded half up. In whole numbers: a float is off by one long before it looks wrong. */
export function share(amount: number, bp: number): number {
  return Number((BigInt(amount) * BigInt(bp) + 5_000n) / 10_000n)
}

type Refuse = (field: string, error: FieldError) => void

function priceProduct(line: OfferedLine & { product: string }, shop: Shop, refuse: Refuse): PricedLine | undefined {
  const { content, currency, locale } = shop
  const product = findProduct(content, line.product)
  if (!product) {
    refuse('product', { reason: 'choice' })
    return undefined
  }
  if (line.quantity > product.maxQuantity) refuse('quantity', { reason: 'too-large', values: { max: product.maxQuantity } })
  for (const id of Object.keys(line.options)) {
    if (!product.options.some((option) => option.id === id)) refuse(`options.${id}`, { reason: 'choice' })
  }
  const options = product.options.flatMap((option) => {
    const choice = choiceOf(option, line.options[option.id])
    if (!choice) {
      refuse(`options.${option.id}`, { reason: 'choice' })
      return []
    }
    const price = choice.price?.[currency] ?? 0
    return [{ id: option.id, name: option.name[locale], choice: choice.id, choiceName: choice.name[locale], price }]
  })
  const tierUnit = tierPrice(product, currency, line.quantity)
  const listed = tierUnit === null ? null : tierUnit + sum(options.map((option) => option.price))
  return {
    product: product.slug,
    sku: product.sku,
    name: product.name[locale],
    options,
    unit: product.unit,
    listUnit: listPrice(product, currency),
    tierUnit,
    ...amountsOf(line, listed, shop),
  }
}

function priceOwnLine(line: OfferedLine, shop: Shop): PricedLine {
  const own = { product: null, sku: null, name: line.text ?? '', options: [], unit: 'piece' as const, listUnit: null, tierUnit: null }
  return { ...own, ...amountsOf(line, null, shop) }
}

function amountsOf({ quantity, unitPrice: own, discountBp = 0 }: OfferedLine, listed: number | null, { content }: Shop) {
  const ownUnit = own ?? null
  const unitPrice = ownUnit ?? listed
  const gross = unitPrice === null ? null : unitPrice * quantity
  const discount = gross === null ? 0 : share(gross, discountBp)
  const vatBp = Math.round(content.company.vatPercent * 100)
  return { quantity, ownUnit, unitPrice, discountBp, discount, net: gross === null ? null : gross - discount, vatBp }
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
