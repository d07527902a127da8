import type { Locale } from '../../content/schema.ts'

const TAGS = { en: 'en-GB', da: 'da-DK' } as const satisfies Record<Locale, string>

/** "Tuesday, 1 December 2026, 10:00–10:45", by the clock of that zone. */
export function whenOf({ startsAt, endsAt }: { startsAt: number; endsAt: number }, locale: Locale, timeZone: string): string {
  const day = new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'full', timeZone })
  const clock = new Intl.DateTimeFormat(TAGS[locale], { timeStyle: 'short', timeZone })
  const hours = `${clock.format(startsAt)}–${clock.format(endsAt)}`
  return `${day.format(startsAt)}, ${hours}`
}

/** Intl knows what places are called in Danish, but does not tell. */
const EXONYMS: Record<string, string> = { 'da Copenhagen': 'København' }
/** A day in the years when zones have summer time, whose names then cover both halves of the year. */
const THESE_YEARS = Date.UTC(2026, 0, 1)

/** "Central European Time (Copenhagen)": what people call the zone, and a place in it. */
export function zoneName(timeZone: string, locale: Locale): string {
  const parts = new Intl.DateTimeFormat(TAGS[locale], { timeZone, timeZoneName: 'longGeneric' }).formatToParts(THESE_YEARS)
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
  const place = timeZone.includes('/') ? (timeZone.split('/').at(-1) ?? '').replaceAll('_', ' ') : ''
  const called = EXONYMS[`${locale} ${place}`] ?? place
  return called && !name.includes(called) ? `${name} (${called})` : name
}
