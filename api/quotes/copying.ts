import { choiceOf, findProduct } from '../catalog/model.ts'
import type { QuoteDocument } from './document.ts'
import { type OfferedLine, type PricedLine, priceLines, type Shop } from './pricing.ts'

/** Why a line is not what it was where it was taken from: amounts in minor units, or how many. */
export type Difference = {
  kind: 'price' | 'gone' | 'choice' | 'quantity' | 'no-price' | 'language'
  line: string
  from?: number | null
  to?: number | null
}
export type Taken = { lines: OfferedLine[]; differences: Difference[] }

/**
 * The lines of an older quote as they would be offered today: priced from today's catalogue, without our own prices of that time.
 * Discounts and terms are kept, days of delivery are not.
 */
export function copyLines(older: Pick<QuoteDocument, 'lines' | 'currency' | 'locale'>, shop: Shop): Taken {
  const isSameMoney = older.currency === shop.currency
  const taken = older.lines.map((line) => {
    const { lines, differences } = takeLine(offeredFrom(line, isSameMoney), line.name, shop)
    const now = lines[0] && priceLines(lines, shop)[0]
    if (line.product && isSameMoney && now && !differences.length && now.unitPrice !== line.unitPrice)
      differences.push({ kind: 'price', line: line.name, from: line.unitPrice, to: now.unitPrice })
    if (!line.product && !isSameMoney) differences.push({ kind: 'no-price', line: line.name })
    if (!line.product && older.locale !== shop.locale) differences.push({ kind: 'language', line: line.name })
    return { lines, differences }
  })
  return { lines: taken.flatMap(({ lines }) => lines), differences: taken.flatMap(({ differences }) => differences) }
}

/** One line as it can be offered today: what the catalogue no longer has goes on in words, and what it no longer allows is mended. */
export function takeLine(line: OfferedLine, name: string, { content }: Shop): Taken {
  if (line.product === undefined) return { lines: [line], differences: [] }
  const product = findProduct(content, line.product)
  if (!product) {
    const { product: _gone, ...others } = line
    return { lines: [{ ...others, text: name, options: {} }], differences: [{ kind: 'gone', line: name }] }
  }
  const differences: Difference[] = []
  const options = product.options.map((option): [string, string] => {
    const chosen = line.options[option.id]
    const choice = choiceOf(option, chosen) ?? option.choices[0]
    if (chosen !== undefined && choice?.id !== chosen) differences.push({ kind: 'choice', line: name })
    return [option.id, choice?.id ?? '']
  })
  const { maxQuantity } = product
  if (line.quantity > maxQuantity) differences.push({ kind: 'quantity', line: name, from: line.quantity, to: maxQuantity })
  const range = line.range && line.range.max <= maxQuantity ? line.range : null
  const quantity = Math.min(line.quantity, maxQuantity)
  return { lines: [{ ...line, options: Object.fromEntries(options), quantity, range }], differences }
}

/** What staff decided about a line, without its id and day; our own price only where there is no other. */
export function offeredFrom(line: PricedLine, withOwnPrice: boolean): OfferedLine {
  const { product, name, options, quantity, unitPrice, discountBp, optional, selected, range, note } = line
  return {
    ...(product ? { product } : { text: name }),
    options: Object.fromEntries(options.map(({ id, choice }) => [id, choice])),
    quantity,
    ...(!product && withOwnPrice && unitPrice !== null && { unitPrice }),
    ...(discountBp && { discountBp }),
    ...(optional && { optional, selected }),
    ...(range && { range }),
    ...(note && { note }),
  }
}
