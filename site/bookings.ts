import { isTimeZone } from '../api/bookings/fields.ts'
import { dayOf, nextDay } from '../api/tickets/hours.ts'
import type { Locale } from '../content/schema.ts'
import { textOf } from './forms.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const WEEKS = 4
const TAGS = { en: 'en-GB', da: 'da-DK' } as const satisfies Record<Locale, string>

/** The zone that times are shown in: the visitor's own or chosen one, or the company's. */
export function zoneIn(asked: string | null | undefined, companyZone: string): string {
  return asked && isTimeZone(asked) ? asked : companyZone
}

/** The times by the day they fall on in that zone, earliest first. */
export function byDay(times: number[], timeZone: string): Map<string, number[]> {
  const days = new Map<string, number[]>()
  for (const at of times) {
    const day = dayOf(at, timeZone)
    days.set(day, [...(days.get(day) ?? []), at])
  }
  return days
}

/** Four weeks of days ("2026-12-01"), each from Monday, with `day` in the first. */
export function weeksAround(day: string): string[][] {
  const days = [mondayOf(day)]
  while (days.length < WEEKS * 7) days.push(nextDay(days.at(-1) ?? day))
  return Array.from({ length: WEEKS }, (_, week) => days.slice(week * 7, week * 7 + 7))
}

/** The day that many weeks before or after. */
export function weeksFrom(day: string, weeks: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + weeks * 7 * DAY_MS).toISOString().slice(0, 10)
}

function mondayOf(day: string): string {
  const at = Date.parse(`${day}T00:00Z`)
  return new Date(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY_MS).toISOString().slice(0, 10)
}

/** A day out of an address, or nothing. */
export function dayIn(asked: string | null): string | undefined {
  return asked && /^\d{4}-\d\d-\d\d$/.test(asked) && !Number.isNaN(Date.parse(asked)) ? asked : undefined
}

/** "Tuesday 1 December". */
export function dayName(day: string, locale: Locale): string {
  return new Intl.DateTimeFormat(TAGS[locale], { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(Date.parse(day))
}

/** "December 2026", or "November–December 2026". */
export function monthsOf(days: string[], locale: Locale): string {
  const format = new Intl.DateTimeFormat(TAGS[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return format.formatRange(Date.parse(days[0] ?? ''), Date.parse(days.at(-1) ?? ''))
}

/** "10:00". */
export function clockTime(at: number, locale: Locale, timeZone: string): string {
  return new Intl.DateTimeFormat(TAGS[locale], { timeStyle: 'short', timeZone }).format(at)
}

/** A member's own week as it was typed: "08:00-12:00, 13:00-16:00" by day; the API says what is wrong with it. */
export function hoursIn(form: FormData) {
  const on = (day: string) =>
    textOf(form, day)
      .split(',')
      .map((span) => span.replaceAll('–', '-').replace(/\s/g, ''))
      .filter(Boolean)
  return {
    ...{ monday: on('monday'), tuesday: on('tuesday'), wednesday: on('wednesday'), thursday: on('thursday') },
    ...{ friday: on('friday'), saturday: on('saturday'), sunday: on('sunday') },
  }
}
