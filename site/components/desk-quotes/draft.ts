import { choiceOf, findProduct, tierPrice } from '../../../api/catalog/model.ts'
import type { QuoteDocument } from '../../../api/quotes/document.ts'
import type { OfferedLine } from '../../../api/quotes/pricing.ts'
import type { Content } from '../../../content/load.ts'
import type { Currency, Locale } from '../../../content/schema.ts'
import { textOf } from '../../forms.ts'
import { extraPrice } from '../../prices.ts'
import { readAmount, readCount, readPercent, writeAmount, writePercent } from './amounts.ts'

/** A draft as it stands in the form: everything as it was typed. */
export type Draft = { lines: DraftLine[]; validDays: string; note: string }

/** A line of a product, or, without one, in words of our own. */
export type DraftLine = {
  product: string | undefined
  text: string
  options: Record<string, string>
  quantity: string
  unitPrice: string
  discount: string
}

/** What the API is asked to keep, and what could not be understood: by field, as a phrase. */
export type ReadDraft = { offer: { lines: OfferedLine[]; validDays: number; note: string }; mistakes: Record<string, string> }

export function draftFrom({ lines, validDays, note }: Pick<QuoteDocument, 'lines' | 'validDays' | 'note'>, locale: Locale): Draft {
  return {
    validDays: String(validDays),
    note,
    lines: lines.map(({ product, name, options, quantity, ownUnit, discountBp }) => ({
      product: product ?? undefined,
      text: product ? '' : name,
      options: Object.fromEntries(options.map(({ id, choice }) => [id, choice])),
      quantity: String(quantity),
      unitPrice: ownUnit === null ? '' : writeAmount(ownUnit, locale),
      discount: discountBp ? writePercent(discountBp, locale) : '',
    })),
  }
}

/** The draft that was typed, changed as the button that was pressed says. */
export function draftOf(form: FormData): Draft {
  const [action, index] = textOf(form, 'action').split('.')
  const lines = linesOf(form).filter((_, at) => action !== 'remove' || at !== Number(index))
  const product = textOf(form, 'add')
  if (action === 'add-product' && product) lines.push({ ...EMPTY, product })
  if (action === 'add-text') lines.push(EMPTY)
  return { lines, validDays: textOf(form, 'validDays'), note: textOf(form, 'note') }
}

const EMPTY: DraftLine = { product: undefined, text: '', options: {}, quantity: '1', unitPrice: '', discount: '' }

export function understand({ lines, validDays, note }: Draft, locale: Locale): ReadDraft {
  const mistakes: Record<string, string> = {}
  const read = (field: string, value: number | undefined, phrase: string) => {
    if (value === undefined) mistakes[field] = phrase
    return value ?? 0
  }
  const offered = lines.map(
    ({ product, text, options, quantity, unitPrice, discount }, at): OfferedLine => ({
      ...(product ? { product } : { text }),
      options,
      quantity: read(`lines.${at}.quantity`, readCount(quantity), 'count'),
      ...(unitPrice.trim() && { unitPrice: read(`lines.${at}.unitPrice`, readAmount(unitPrice, locale), 'amount') }),
      ...(discount.trim() && { discountBp: read(`lines.${at}.discount`, readPercent(discount, locale), 'percent') }),
    }),
  )
  return { offer: { lines: offered, validDays: read('validDays', readCount(validDays), 'count'), note }, mistakes }
}

/** What one costs when we set no price ourselves; null when there is none, or the line is not complete yet. */
export function listPriceOf(line: DraftLine, content: Pick<Content, 'products'>, currency: Currency): number | null {
  const product = line.product ? findProduct(content, line.product) : undefined
  const unit = product ? tierPrice(product, currency, readCount(line.quantity) ?? 1) : null
  if (!product || unit === null) return null
  return product.options.reduce((sum, option) => sum + extraPrice(choiceOf(option, line.options[option.id]) ?? {}, currency), unit)
}

function linesOf(form: FormData): DraftLine[] {
  const names = [...form.keys()]
  const numbers = new Set(names.flatMap((name) => /^lines\.(\d{1,3})\./.exec(name)?.[1] ?? []))
  return [...numbers]
    .map(Number)
    .sort((a, b) => a - b)
    .map((at) => {
      const field = (name: string) => textOf(form, `lines.${at}.${name}`)
      const prefix = `lines.${at}.options.`
      const options = names.filter((name) => name.startsWith(prefix)).map((name) => [name.slice(prefix.length), textOf(form, name)])
      return {
        product: field('product') || undefined,
        text: field('text'),
        options: Object.fromEntries(options),
        quantity: field('quantity'),
        unitPrice: field('unitPrice'),
        discount: field('discount'),
      }
    })
}
