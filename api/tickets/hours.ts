import type { Company } from '../../content/schema.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** A company closed for longer than this is closed; then we count hours as the clock does. */
const HORIZON_DAYS = 400
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

export type OpeningTimes = Pick<Company, 'openingHours' | 'holidays' | 'timeZone'>
export type Period = { opens: number; closes: number }

/** The moment when the company has been open for `hours` since `from`. All in milliseconds since 1970. */
export function afterOpeningHours(times: OpeningTimes, from: number, hours: number): number {
  return afterOpenMs(times, from, hours * HOUR_MS)
}

/** The moment when the company has been open for so many milliseconds since `from`. */
export function afterOpenMs(times: OpeningTimes, from: number, openMs: number): number {
  let left = openMs
  let day = dayOf(from, times.timeZone)
  for (let days = 0; days < HORIZON_DAYS; days++) {
    for (const { opens, closes } of periodsOf(times, day)) {
      const begins = Math.max(opens, from)
      const open = closes - begins
      if (open <= 0) continue
      if (left <= open) return begins + left
      left -= open
    }
    day = nextDay(day)
  }
  return from + openMs
}

/** For how many milliseconds between two moments the company was open: the inverse of `afterOpenMs`. */
export function openMsBetween(times: OpeningTimes, from: number, until: number): number {
  if (until <= from) return 0
  if (neverOpens(times)) return until - from
  let open = 0
  for (let day = dayOf(from, times.timeZone); ; day = nextDay(day)) {
    for (const { opens, closes } of periodsOf(times, day)) open += Math.max(0, Math.min(closes, until) - Math.max(opens, from))
    if (momentOf(nextDay(day), '00:00', times.timeZone) >= until) return open
  }
}

/** When the company next opens on this day or after it; midnight of that day for one that never does. */
export function openingOn(times: OpeningTimes, day: string): number {
  const midnight = momentOf(day, '00:00', times.timeZone)
  // A moment's opening is over once it has been open for the shortest while.
  return neverOpens(times) ? midnight : afterOpenMs(times, midnight, 1) - 1
}

/** Which hour of the week it is on the company's clock: 0 is Monday from midnight, 167 the last of Sunday. */
export function hourOfWeek({ timeZone }: OpeningTimes, moment: number): number {
  const { year, month, day, hour } = wallClock(moment, timeZone)
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  return ((weekday + 6) % 7) * 24 + hour
}

function neverOpens({ openingHours }: OpeningTimes): boolean {
  return Object.values(openingHours).every((periods) => periods.length === 0)
}

/** When the company is open on a day ("2026-10-21"), earliest first. */
export function periodsOf({ openingHours, holidays, timeZone }: OpeningTimes, day: string): Period[] {
  if (holidays.some(({ date }) => date === day)) return []
  const weekday = WEEKDAYS[new Date(`${day}T00:00Z`).getUTCDay()] ?? 'sunday'
  return openingHours[weekday]
    .map((period) => {
      const [opens = '', closes = ''] = period.split('-')
      return { opens: momentOf(day, opens, timeZone), closes: momentOf(day, closes, timeZone) }
    })
    .sort((a, b) => a.opens - b.opens)
}

/** What the clock on the wall calls `time` ("08:00") on that day. */
export function momentOf(day: string, time: string, timeZone: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  const asIfUtc = Date.parse(`${day}T00:00Z`) + hour * HOUR_MS + minute * MINUTE_MS
  const guess = asIfUtc - offsetAt(asIfUtc, timeZone)
  // The guess is an hour off within hours of a change to or from summer time; its own offset is the right one.
  return asIfUtc - offsetAt(guess, timeZone)
}

function offsetAt(moment: number, timeZone: string): number {
  const { year, month, day, hour, minute } = wallClock(moment, timeZone)
  return Date.UTC(year, month - 1, day, hour, minute) - Math.floor(moment / MINUTE_MS) * MINUTE_MS
}

/** The day ("2026-10-21") that a moment falls on. */
export function dayOf(moment: number, timeZone: string): string {
  const { year, month, day } = wallClock(moment, timeZone)
  return new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10)
}

export function nextDay(day: string): string {
  return new Date(Date.parse(`${day}T00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10)
}

function wallClock(moment: number, timeZone: string) {
  const parts = clockOf(timeZone).formatToParts(moment)
  const value = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((part) => part.type === type)?.value)
  return { year: value('year'), month: value('month'), day: value('day'), hour: value('hour'), minute: value('minute') }
}

// Making one costs a hundred times what using it does.
const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone)
  if (known) return known
  const clock = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  clocks.set(timeZone, clock)
  return clock
}
