import { choiceOf, findProduct, tierPrice } from '../../../api/catalog/model.ts'
import type { QuoteDocument } from '../../../api/quotes/document.ts'
import type { Negotiation, Term } from '../../../api/quotes/negotiation.ts'
import type { OfferedLine } from '../../../api/quotes/pricing.ts'
import type { Content } from '../../../content/load.ts'
import { minorDigits } from '../../../content/money.ts'
import type { Currency, Locale } from '../../../content/schema.ts'
import { textOf } from '../../forms.ts'
import { extraPrice } from '../../prices.ts'
import { readAmount, readCount, readPercent, writeAmount, writePercent } from './amounts.ts'

/** A draft as it stands in the form: everything as it was typed. Empty terms are the company's own. */
export type Draft = { lines: DraftLine[]; validDays: string; note: string; terms: string }

/** A line of a product, or, without one, in words of our own. */
export type DraftLine = {
  id: string
  product: string | undefined
  text: string
  options: Record<string, string>
  quantity: string
  unitPrice: string
  discount: string
  /** Empty for the usual rate. */
  vat: string
  optional: boolean
  selected: boolean
  rangeMin: string
  rangeMax: string
  deliveryOn: string
  note: string
}

/** How figures are written here: by the reader's language and the quote's money. */
export type Figures = { locale: Locale; currency: Currency }

type Offer = { lines: OfferedLine[]; validDays: number; note: string; terms: string | undefined }
/** What the API is asked to keep, and what could not be understood: by field, as a phrase. */
export type ReadDraft = { offer: Offer; mistakes: Record<string, string> }

type Shop = Pick<Content, 'products' | 'company'>

export function draftFrom(document: QuoteDocument, figures: Figures, content: Shop): Draft {
  const { lines, validDays, note, reference, terms, termsVersion } = document
  const offered = lines.map(({ name, ownUnit, options, vatBp, product, ...line }): OfferedLine => {
    const usual = Math.round((content.products.find(({ slug }) => slug === product)?.vatPercent ?? content.company.vatPercent) * 100)
    return {
      ...line,
      ...(product ? { product } : { text: name }),
      options: Object.fromEntries(options.map(({ id, choice }) => [id, choice])),
      unitPrice: ownUnit ?? undefined,
      vatBp: vatBp === usual ? undefined : vatBp,
    }
  })
  const hasOwnTerms = termsVersion.endsWith(`, ${reference}`)
  return { validDays: String(validDays), note, terms: hasOwnTerms ? terms : '', lines: offered.map((line) => typedLine(line, figures)) }
}

/** A line as somebody would have typed it. */
export function typedLine(line: OfferedLine, { locale, currency }: Figures): DraftLine {
  const { id, product, text, options, quantity, unitPrice, discountBp, vatBp, optional, selected, range, deliveryOn, note } = line
  return {
    id: id ?? '',
    product,
    text: product ? '' : (text ?? ''),
    options,
    quantity: String(quantity),
    unitPrice: unitPrice === undefined ? '' : writeAmount(unitPrice, locale, minorDigits(currency)),
    discount: discountBp ? writePercent(discountBp, locale) : '',
    vat: vatBp === undefined ? '' : writePercent(vatBp, locale),
    optional: optional ?? false,
    selected: selected ?? false,
    rangeMin: range ? String(range.min) : '',
    rangeMax: range ? String(range.max) : '',
    deliveryOn: deliveryOn ?? '',
    note: note ?? '',
  }
}

/** The draft that was typed, changed as the button that was pressed says. */
export function draftOf(form: FormData, stands: Negotiation, figures: Figures): Draft {
  const [action, index, term] = textOf(form, 'action').split('.')
  const lines = linesOf(form)
  const at = Number(index)
  const product = textOf(form, 'add')
  const line = lines[at]
  if (action === 'remove') lines.splice(at, 1)
  if (action === 'up') lines.splice(Math.max(0, at - 1), 0, ...lines.splice(at, 1))
  if (action === 'down') lines.splice(at + 1, 0, ...lines.splice(at, 1))
  if (action === 'give' && line) lines[at] = given(line, term as Term, stands, figures) // a term, or there is nothing asked
  if (action === 'add-product' && product) lines.push(typedLine({ product, options: {}, quantity: 1 }, figures))
  if (action === 'add-text') lines.push(typedLine({ text: '', options: {}, quantity: 1 }, figures))
  return { lines, validDays: textOf(form, 'validDays'), note: textOf(form, 'note'), terms: textOf(form, 'terms') }
}

/** What the customer asks of one term is what we offer. A price is given as it was asked: nothing comes off it. */
function given(line: DraftLine, term: Term, stands: Negotiation, { locale, currency }: Figures): DraftLine {
  const asked = stands[line.id]?.[term]?.asked
  if (asked === undefined) return line
  if (term === 'unitPrice') return { ...line, unitPrice: writeAmount(Number(asked), locale, minorDigits(currency)), discount: '' }
  return term === 'quantity'
    ? { ...line, quantity: String(asked), ...rangeFor(line, Number(asked)) }
    : { ...line, deliveryOn: String(asked) }
}

/** A range that does not hold what is offered by now is no range. */
function rangeFor({ rangeMin, rangeMax }: DraftLine, quantity: number) {
  const holds = Number(rangeMin) <= quantity && quantity <= Number(rangeMax)
  return holds ? {} : { rangeMin: '', rangeMax: '' }
}

export function understand({ lines, validDays, note, terms }: Draft, { locale, currency }: Figures): ReadDraft {
  const digits = minorDigits(currency)
  const mistakes: Record<string, string> = {}
  const read = (field: string, value: number | undefined, phrase: string) => {
    if (value === undefined) mistakes[field] = phrase
    return value ?? 0
  }
  const offered = lines.map((line, at): OfferedLine => {
    const { id, product, text, options, optional, selected, deliveryOn, note } = line
    const field = (name: string) => `lines.${at}.${name}`
    return {
      ...(id && { id }),
      ...(product ? { product } : { text }),
      ...{ options, optional, selected: !optional || selected, note },
      quantity: read(field('quantity'), readCount(line.quantity), 'count'),
      ...(line.unitPrice.trim() && { unitPrice: read(field('unitPrice'), readAmount(line.unitPrice, locale, digits), 'amount') }),
      ...(line.discount.trim() && { discountBp: read(field('discount'), readPercent(line.discount, locale), 'percent') }),
      ...(line.vat.trim() && { vatBp: read(field('vat'), readPercent(line.vat, locale), 'percent') }),
      ...((line.rangeMin.trim() || line.rangeMax.trim()) && {
        range: {
          min: read(field('range.min'), readCount(line.rangeMin), 'count'),
          max: read(field('range.max'), readCount(line.rangeMax), 'count'),
        },
      }),
      ...(deliveryOn && { deliveryOn }),
    }
  })
  const days = read('validDays', readCount(validDays), 'count')
  return { offer: { lines: offered, validDays: days, note, terms: terms.trim() ? terms : undefined }, mistakes }
}

/** What one costs when we set no price ourselves; null when there is none, or the line is not complete yet. */
export function listPriceOf(line: DraftLine, content: Pick<Content, 'products'>, currency: Currency): number | null {
  const product = line.product ? findProduct(content, line.product) : undefined
  const unit = product ? tierPrice(product, currency, readCount(line.rangeMin) ?? readCount(line.quantity) ?? 1) : null
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
        id: field('id'),
        product: field('product') || undefined,
        text: field('text'),
        options: Object.fromEntries(options),
        quantity: field('quantity'),
        unitPrice: field('unitPrice'),
        discount: field('discount'),
        vat: field('vat'),
        optional: form.has(`lines.${at}.optional`),
        selected: form.has(`lines.${at}.selected`),
        rangeMin: field('range.min'),
        rangeMax: field('range.max'),
        deliveryOn: field('deliveryOn'),
        note: field('note'),
      }
    })
}
