import type { AppointmentKind } from '../../content/schema.ts'
import { dayOf, nextDay, type OpeningTimes, periodsOf } from '../tickets/hours.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Span = { startsAt: number; endsAt: number }
/** A span a member of staff has no time in: a booking with its buffer, or an absence. */
export type Busy = Span & { bufferMs: number }

/** When a member of staff can be booked; `hours` are the company's opening hours unless they have their own. */
export type Availability = { memberId: number; hours: OpeningTimes['openingHours'] | null; busy: Busy[] }

/** A time to choose, and who has time then. */
export type Slot = { startsAt: number; members: number[] }

export type Terms = Pick<AppointmentKind, 'minutes' | 'bufferMinutes' | 'everyMinutes' | 'noticeHours' | 'daysAhead'>

/**
 * Every time that can be chosen at `now`, earliest first. Times follow the clock on the company's wall: on a day of 23 or 25 hours
 * an opening at eight is still at eight. Holidays are free for everybody, whatever hours they keep.
 */
export function freeSlots(times: OpeningTimes, members: Availability[], terms: Terms, now: number): Slot[] {
  const earliest = now + terms.noticeHours * HOUR_MS
  const slots = new Map<number, number[]>()
  let day = dayOf(now, times.timeZone)
  for (let days = 0; days <= terms.daysAhead; days++) {
    for (const member of members) {
      for (const startsAt of startsOn(day, times, member, terms)) {
        if (startsAt >= earliest) slots.set(startsAt, [...(slots.get(startsAt) ?? []), member.memberId])
      }
    }
    day = nextDay(day)
  }
  return [...slots].map(([startsAt, members]) => ({ startsAt, members })).sort((a, b) => a.startsAt - b.startsAt)
}

function startsOn(day: string, times: OpeningTimes, { hours, busy }: Availability, terms: Terms): number[] {
  const lasts = terms.minutes * MINUTE_MS
  const bufferMs = terms.bufferMinutes * MINUTE_MS
  const periods = periodsOf({ ...times, openingHours: hours ?? times.openingHours }, day)
  const starts = periods.flatMap(({ opens, closes }) => {
    const count = Math.max(0, Math.floor((closes - opens - lasts) / (terms.everyMinutes * MINUTE_MS)) + 1)
    return Array.from({ length: count }, (_, n) => opens + n * terms.everyMinutes * MINUTE_MS)
  })
  return starts.filter((startsAt) => !busy.some((other) => collide({ startsAt, endsAt: startsAt + lasts, bufferMs }, other)))
}

/** Between two meetings lies the longer of the two buffers; the database keeps the same rule. */
function collide(a: Busy, b: Busy): boolean {
  const buffer = Math.max(a.bufferMs, b.bufferMs)
  return a.startsAt < b.endsAt + buffer && a.endsAt > b.startsAt - buffer
}

/** The free times nearest to one that was taken, earliest first. */
export function nearest(times: number[], wanted: number, count = 4): number[] {
  return [...times]
    .sort((a, b) => Math.abs(a - wanted) - Math.abs(b - wanted))
    .slice(0, count)
    .sort((a, b) => a - b)
}
