import { asDecimal } from '../../../content/money.ts'
import type { Locale } from '../../../content/schema.ts'

const MARKS = { en: { group: ',', decimal: '.' }, da: { group: '.', decimal: ',' } } as const satisfies Record<Locale, unknown>
/** What the API takes at most, in minor units. */
const LARGEST = 1_000_000_000

/** An amount in minor units as it stands in a field: "62,900.00", "62.900,00". `digits` is how many the currency has. */
export function writeAmount(minor: number, locale: Locale, digits = 2): string {
  const { group, decimal } = MARKS[locale]
  const [whole = '', fraction] = asDecimal(minor, digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group)
  return fraction === undefined ? grouped : `${grouped}${decimal}${fraction}`
}

/**
 * Minor units of what was typed, or undefined when it can be read in more than one way: "62.900" is no amount in English, and
 * "1.50" is none in Danish, rather than a hundred times too much.
 */
export function readAmount(typed: string, locale: Locale, digits = 2): number | undefined {
  const minor = minorOf(typed, locale, digits)
  return minor !== undefined && minor <= LARGEST ? minor : undefined
}

/** A percentage as it stands in a field, from hundredths of one: "12.5". */
export function writePercent(bp: number, locale: Locale): string {
  return String(bp / 100).replace('.', MARKS[locale].decimal)
}

export function readPercent(typed: string, locale: Locale): number | undefined {
  const bp = minorOf(typed, locale, 2)
  return bp !== undefined && bp <= 10_000 ? bp : undefined
}

export function readCount(typed: string): number | undefined {
  return /^\d{1,6}$/.test(typed.trim()) ? Number(typed) : undefined
}

function minorOf(typed: string, locale: Locale, digits: number): number | undefined {
  const { group, decimal } = MARKS[locale]
  const fraction = digits ? `(?:\\${decimal}(\\d{1,${digits}}))?` : ''
  const shape = new RegExp(`^(\\d{1,3}(?:\\${group}\\d{3})+|\\d{1,9})${fraction}$`)
  const [, whole = '', decimals = ''] = shape.exec(typed.trim()) ?? []
  return whole ? Number(whole.replaceAll(group, '') + decimals.padEnd(digits, '0')) : undefined
}
