import type { Content } from '../../content/load.ts'
import type { Currency, Locale, Product } from '../../content/schema.ts'
import { asSeenBy, choiceOf, findProduct, GUEST, listPrice, tierPrice, type Viewer } from '../catalog/model.ts'
import { type FieldError, Problem } from '../platform/problems.ts'

/** What somebody wants: a product, or something in their own words. Prices are never part of it. */
export type WantedLine = { product?: string | undefined; text?: string | undefined; options: Record<string, string>; quantity: number }

/** How many the buyer may take, by their own choice. */
export type Range = { min: number; max: number }

/** What staff may decide beyond that: a price of their own in place of the list's, a discount, a line in their own words. */
export type OfferedLine = {
  /** Of the line as it stood in an earlier revision; a new one gets a number of its own. */
  id?: string | undefined
  product?: string | undefined
  text?: string | undefined
  options: Record<string, string>
  quantity: number
  /** For one, options included, before the discount. */
  unitPrice?: number | undefined
  discountBp?: number | undefined
  vatBp?: number | undefined
  /** Whether the buyer may leave it; `selected` says whether it is ticked to begin with. */
  optional?: boolean | undefined
  selected?: boolean | undefined
  range?: Range | null | undefined
  /** An ISO 8601 date. */
  deliveryOn?: string | null | undefined
  note?: string | undefined
}

/** One line with its arithmetic. All amounts are before VAT, in minor units; null until somebody has set a price. */
export type PricedLine = {
  /** The same in every revision of a quote. */
  id: string
  product: string | null
  sku: string | null
  name: string
  options: { id: string; name: string; choice: string; choiceName: string; price: number }[]
  quantity: number
  unit: Product['unit']
  /** For one without options, as it stands in the catalogue. */
  listUnit: number | null
  /** The same at this quantity, or at the least that may be taken. */
  tierUnit: number | null
  /** Set by staff. */
  ownUnit: number | null
  /** What one costs here: ownUnit, or tierUnit and the options. */
  unitPrice: number | null
  discountBp: number
  discount: number
  net: number | null
  vatBp: number
  optional: boolean
  /** Whether it counts; only optional lines may not. */
  selected: boolean
  /** Within it the buyer says how many; the unit price holds for all of it. */
  range: Range | null
  deliveryOn: string | null
  note: string
}

export type Totals = {
  net: number
  vat: { rateBp: number; net: number; vat: number }[]
  total: number
  /** How many lines have no price yet, and so are not part of the total. */
  unpriced: number
}

/** Nobody's price is reckoned with that `viewer` may not know; unless told, that is a guest. */
export type Shop = { content: Pick<Content, 'company' | 'categories' | 'products'>; currency: Currency; locale: Locale; viewer?: Viewer }

/**
 * Prices every line from the catalogue, or refuses them all and says what is wrong with which (`lines.0.quantity`).
 * `usedIds` are those that lines of this quote have or had; a line without one gets a number that none has had.
 */
export function priceLines(lines: OfferedLine[], shop: Shop, usedIds: readonly string[] = []): PricedLine[] {
  const errors: Record<string, FieldError> = {}
  const ids = idsFor(lines, usedIds)
  const priced = lines.map((line, index) => {
    const refuse = (field: string, error: FieldError) => {
      errors[`lines.${index}.${field}`] = error
    }
    const id = ids[index] ?? ''
    const { range, quantity } = line
    if (range && !(range.min <= quantity && quantity <= range.max)) refuse('quantity', { reason: 'out-of-range', values: range })
    return line.product === undefined ? priceOwnLine(line, id, shop) : priceProduct({ ...line, product: line.product }, id, shop, refuse)
  })
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
  return priced.filter((line) => line !== undefined)
}

/** For the buyer: where the catalogue's price is not for them, what is offered in its place is all that is left of it. */
export function withoutHiddenPrices(lines: PricedLine[], content: Pick<Content, 'categories' | 'products'>): PricedLine[] {
  return lines.map((line) => {
    const product = line.product === null ? undefined : findProduct(content, line.product)
    const isHidden = product !== undefined && asSeenBy(product, content, GUEST) !== product
    if (!isHidden || line.ownUnit === null) return line
    return { ...line, listUnit: null, tierUnit: null, options: line.options.map((option) => ({ ...option, price: 0 })) }
  })
}

/** Sums of the lines that count; VAT is rounded once for each rate, half up. */
export function totalOf(all: (Pick<PricedLine, 'net' | 'vatBp'> & { selected?: boolean })[]): Totals {
  const lines = all.filter(({ selected = true }) => selected)
  const netByRate = new Map<number, number>()
  for (const { net, vatBp } of lines) if (net !== null) netByRate.set(vatBp, (netByRate.get(vatBp) ?? 0) + net)
  const vat = [...netByRate].sort(([a], [b]) => b - a).map(([rateBp, net]) => ({ rateBp, net, vat: share(net, rateBp) }))
  const net = sum(vat.map((rate) => rate.net))
  return { net, vat, total: net + sum(vat.map((rate) => rate.vat)), unpriced: lines.filter((line) => line.net === null).length }
}

/** Whether some line gives more off its catalogue price than an agent may give, as a discount or as a lower price. */
export function needsApproval(lines: PricedLine[], limitPercent: number): boolean {
  const limitBp = Math.round(limitPercent * 100)
  return lines.some((line) => {
    if (line.discountBp > limitBp) return true
    const catalogue = catalogueNet(line)
    return catalogue !== null && line.net !== null && line.net < catalogue - share(catalogue, limitBp)
  })
}

/** How much a line gives off its catalogue price, in hundredths of a percent; off our own price where there is no other. */
export function givenOff(line: PricedLine): number {
  const catalogue = catalogueNet(line)
  if (!catalogue || line.net === null) return line.discountBp
  return Math.max(line.discountBp, Math.round(((catalogue - line.net) / catalogue) * 10_000))
}

function catalogueNet({ tierUnit, options, quantity }: PricedLine): number | null {
  return tierUnit === null ? null : (tierUnit + sum(options.map((option) => option.price))) * quantity
}

/** `bp` hundredths of a percent of an amount, rounded half up. In whole numbers: a float is off by one long before it looks wrong. */
export function share(amount: number, bp: number): number {
  return Number((BigInt(amount) * BigInt(bp) + 5_000n) / 10_000n)
}

/** What a line comes to: all of them, less the discount. */
export function amountFor(quantity: number, unitPrice: number | null, discountBp: number): { discount: number; net: number | null } {
  const gross = unitPrice === null ? null : unitPrice * quantity
  const discount = gross === null ? 0 : share(gross, discountBp)
  return { discount, net: gross === null ? null : gross - discount }
}

/** What one costs with the discount taken off: what a buyer means by its price. */
export function priceOfOne({ unitPrice, discountBp }: Pick<PricedLine, 'unitPrice' | 'discountBp'>): number | null {
  return amountFor(1, unitPrice, discountBp).net
}

/** An id of an earlier revision is kept by the first line that names it. */
function idsFor(lines: OfferedLine[], usedIds: readonly string[]): string[] {
  const free = new Set(usedIds)
  let last = Math.max(0, ...usedIds.map(Number))
  return lines.map(({ id }) => (id !== undefined && free.delete(id) ? id : String(++last)))
}

type Refuse = (field: string, error: FieldError) => void

function priceProduct(line: OfferedLine & { product: string }, id: string, shop: Shop, refuse: Refuse): PricedLine | undefined {
  const { content, currency, locale, viewer = GUEST } = shop
  const found = findProduct(content, line.product)
  if (!found) {
    refuse('product', { reason: 'choice' })
    return undefined
  }
  const product = asSeenBy(found, content, viewer)
  if ((line.range?.max ?? line.quantity) > product.maxQuantity)
    refuse('quantity', { reason: 'too-large', values: { max: product.maxQuantity } })
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
  // A price for many must not be had for one: within a range it is that of the least.
  const tierUnit = tierPrice(product, currency, line.range?.min ?? line.quantity)
  const listed = tierUnit === null ? null : tierUnit + sum(options.map((option) => option.price))
  return {
    id,
    product: product.slug,
    sku: product.sku,
    name: product.name[locale],
    options,
    unit: product.unit,
    listUnit: listPrice(product, currency),
    tierUnit,
    ...amountsOf(line, listed, product.vatPercent ?? content.company.vatPercent),
    ...termsOf(line),
  }
}

function priceOwnLine(line: OfferedLine, id: string, { content }: Shop): PricedLine {
  const own = { product: null, sku: null, name: line.text ?? '', options: [], unit: 'piece' as const, listUnit: null, tierUnit: null }
  return { id, ...own, ...amountsOf(line, null, content.company.vatPercent), ...termsOf(line) }
}

function amountsOf({ quantity, unitPrice: own, discountBp = 0, vatBp }: OfferedLine, listed: number | null, vatPercent: number) {
  const ownUnit = own ?? null
  const unitPrice = ownUnit ?? listed
  const { discount, net } = amountFor(quantity, unitPrice, discountBp)
  return { quantity, ownUnit, unitPrice, discountBp, discount, net, vatBp: vatBp ?? Math.round(vatPercent * 100) }
}

function termsOf({ optional = false, selected = false, range, deliveryOn, note = '' }: OfferedLine) {
  return { optional, selected: !optional || selected, range: range ?? null, deliveryOn: deliveryOn ?? null, note }
}

function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}
