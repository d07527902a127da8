import type { Changes, FieldChange, LineChange } from '../api/quotes/negotiation.ts'
import type { Currency } from '../content/schema.ts'
import { date, money, number } from './format.ts'

const AMOUNTS = new Set(['net', 'total', 'unitPrice'])
const PERCENTS = new Set(['discountBp', 'vatBp'])
const LONG = ['note', 'terms', 'range', 'options', 'optional']

/** What changed from one version to the next, a sentence each. */
export function changesInWords(
  { lines, fields }: Changes,
  currency: Currency,
  { content, locale, t }: Pick<App.Locals, 'content' | 'locale' | 't'>,
): string[] {
  const inWords = (field: string, value: unknown): string => {
    if (value === null || value === undefined || value === '') return t('quotes.line.nothing-yet')
    if (AMOUNTS.has(field)) return money(Number(value), currency, locale)
    if (PERCENTS.has(field)) return `${number(Number(value) / 100, locale)} %`
    if (field === 'deliveryOn') return date(String(value), locale, content.company.timeZone)
    return typeof value === 'number' ? number(value, locale) : String(value)
  }
  const sayField = ({ field, from, to }: FieldChange): string => {
    const name = t(`quotes.changed.field.${field}`)
    return LONG.includes(field)
      ? t('quotes.changed.other', { name })
      : t('quotes.changed.from-to', { name, from: inWords(field, from), to: inWords(field, to) })
  }
  const sayLine = (change: LineChange): string => {
    if (change.kind !== 'changed') return t(`quotes.changed.${change.kind}`, { name: change.name })
    const told = change.fields.filter(({ field }) => field !== 'net').map(sayField)
    return `${change.name}: ${told.join('; ')}`
  }
  return [...lines.map(sayLine), ...fields.filter(({ field }) => field !== 'net').map(sayField)]
}
