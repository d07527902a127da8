import { formatMoney, TAGS } from '../../../content/money.ts'
import { type Translate, translator } from '../../../content/phrases.ts'
import type { PrintedQuote } from './printed.ts'

/** How this quote speaks: its phrases, amounts and dates. */
export type Words = {
  t: Translate
  money(minor: number): string
  percent(bp: number): string
  number(value: number): string
  /** Of a moment, or of a day (`2026-11-25`), which is that day in every time zone. */
  date(at: string | number): string
  dateTime(at: number): string
}

export function wordsOf({ document: { locale, currency }, phrases, timeZone }: PrintedQuote): Words {
  const strings = { en: {}, da: {}, [locale]: phrases }
  const number = new Intl.NumberFormat(TAGS[locale])
  return {
    t: translator({ strings }, locale),
    money: (minor) => formatMoney(minor, currency, locale),
    percent: (bp) => number.format(bp / 100),
    number: (value) => number.format(value),
    date: (at) => {
      const isDay = typeof at === 'string' && at.length === 'yyyy-mm-dd'.length
      return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: isDay ? 'UTC' : timeZone }).format(new Date(at))
    },
    dateTime: (at) => new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(at),
  }
}
