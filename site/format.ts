import { formatMoney, TAGS } from '../content/money.ts'
import type { Currency, Locale } from '../content/schema.ts'

/** An amount in minor units as people write it; whole amounts go without decimals. */
export function money(minor: number, currency: Currency, locale: Locale): string {
  return formatMoney(minor, currency, locale, 'when-needed')
}

export function number(value: number, locale: Locale): string {
  return new Intl.NumberFormat(TAGS[locale]).format(value)
}

/** "240 kB", "1.2 MB". */
export function fileSize(bytes: number, locale: Locale): string {
  const [unit, value] = bytes < 1_000_000 ? ['kilobyte', Math.max(1, Math.round(bytes / 1000))] : ['megabyte', bytes / 1_000_000]
  return new Intl.NumberFormat(TAGS[locale], { style: 'unit', unit: String(unit), maximumFractionDigits: 1 }).format(Number(value))
}

/** "21 October 2026". A day without a time of day is that day in every time zone. */
export function date(at: string | number, locale: Locale, timeZone: string): string {
  const isDay = typeof at === 'string' && at.length === 'yyyy-mm-dd'.length
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: isDay ? 'UTC' : timeZone }).format(new Date(at))
}

/** "March 2026", as a heading begins it, of "2026-03". */
export function monthName(month: string, locale: Locale): string {
  const name = new Intl.DateTimeFormat(TAGS[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(Date.parse(month))
  return name.charAt(0).toLocaleUpperCase(TAGS[locale]) + name.slice(1)
}

export function dateTime(at: string | number, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(new Date(at))
}

/** "10 Nov 2026, 14:18–17:18", or "8–9 December 2026" where both are midnights, as of notices that name no time of day. */
export function span(from: number, until: number, locale: Locale, timeZone: string): string {
  const clock = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', hour: '2-digit', minute: '2-digit' })
  const areDays = [from, until].every((moment) => clock.format(moment) === '00:00')
  if (areDays) return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone }).formatRange(from, until - 1)
  // In Danish Intl joins two days and their times by a bare hyphen, which reads as part of the date.
  if (date(from, locale, timeZone) !== date(until, locale, timeZone))
    return [from, until].map((at) => dateTime(at, locale, timeZone)).join(' – ')
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone }).formatRange(from, until)
}

const UNITS = [
  ['year', 365 * 24 * 3600],
  ['month', 30 * 24 * 3600],
  ['week', 7 * 24 * 3600],
  ['day', 24 * 3600],
  ['hour', 3600],
  ['minute', 60],
] as const

/** "in 3 days", "yesterday", "2 hours ago". */
export function relative(at: string | number, locale: Locale, now = Date.now()): string {
  const seconds = (new Date(at).getTime() - now) / 1000
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  const whole = unit === 'second' ? 0 : Math.round(seconds / length)
  return new Intl.RelativeTimeFormat(TAGS[locale], { numeric: 'auto' }).format(whole, unit)
}

/** "Monday", or "Mon": 0 is Monday, as in the company's opening hours. */
export function weekday(day: number, locale: Locale, style: 'long' | 'short' = 'long'): string {
  return new Intl.DateTimeFormat(TAGS[locale], { weekday: style, timeZone: 'UTC' }).format(Date.UTC(2024, 0, 1 + day))
}
