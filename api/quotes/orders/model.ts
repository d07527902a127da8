import type { Content } from '../../../content/load.ts'
import { findProduct } from '../../catalog/model.ts'
import type { QuoteDocument } from '../document.ts'
import type { PricedLine } from '../pricing.ts'

export type BoughtProduct = {
  line: string
  product: string
  sku: string
  name: string
  /** As they are asked for again: option to choice. */
  options: Record<string, string>
  quantity: number
  /** Undefined for what comes without a warranty of ours. */
  warrantyYears: number | undefined
}

/** What a buyer owns of a quote: the products among its lines that were taken, not the work and words around them. */
export function productsIn({ lines }: QuoteDocument, content: Pick<Content, 'products'>): BoughtProduct[] {
  return lines.flatMap((line) => (line.product !== null && line.selected ? [bought({ ...line, product: line.product }, content)] : []))
}

/** The day, by the calendar of the company's time zone. */
export function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' }).format(at) // Swedish dates are ISO 8601
}

/** So many years after a day, down to whole months; a day that month does not have becomes its last. */
export function yearsAfter(day: string, years: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const months = month - 1 + Math.round(years * 12)
  const last = new Date(Date.UTC(year, months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, months, Math.min(date, last))).toISOString().slice(0, 10)
}

function bought(line: PricedLine & { product: string }, content: Pick<Content, 'products'>): BoughtProduct {
  const { id, product, sku, name, options, quantity } = line
  return {
    ...{ line: id, product, sku: sku ?? '', name, quantity },
    options: Object.fromEntries(options.map(({ id, choice }) => [id, choice])),
    warrantyYears: findProduct(content, product)?.warrantyYears,
  }
}
