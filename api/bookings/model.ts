import type { AppointmentKind } from '../../content/schema.ts'
import { dayOf, momentOf, nextDay } from '../tickets/hours.ts'

export const STATUSES = ['booked', 'cancelled', 'held', 'missed'] as const
export type Status = (typeof STATUSES)[number]

export const DESK_VIEWS = ['upcoming', 'past', 'cancelled'] as const
export type DeskView = (typeof DESK_VIEWS)[number]

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Nobody is mailed a reminder in the evening or at night, by the company's clock. */
const QUIET_FROM_HOUR = 21
const QUIET_UNTIL = '08:00'

type Booked = { status: Status; startsAt: number }

/** Whether the customer can still move or cancel it by themselves; after that they call. */
export function canChange({ status, startsAt }: Booked, { changeHours }: Pick<AppointmentKind, 'changeHours'>, now: number): boolean {
  return status === 'booked' && startsAt - changeHours * HOUR_MS > now
}

/** Staff can move and cancel what has not begun, and say afterwards whether it took place. */
export function deskActions({ status, startsAt }: Booked, now: number): ('move' | 'cancel' | 'outcome')[] {
  if (status === 'cancelled') return []
  if (startsAt <= now) return ['outcome']
  return status === 'booked' ? ['move', 'cancel'] : []
}

/**
 * When the reminder goes out: a day before, or where that is late or early in the day, at eight in the morning after. Null when
 * that has passed already: who books for tomorrow needs no reminding.
 */
export function reminderAt(startsAt: number, timeZone: string, now: number): number | null {
  const wanted = startsAt - DAY_MS
  const at = isQuiet(wanted, timeZone) ? morningAfter(wanted, timeZone) : wanted
  return at > now && at < startsAt ? at : null
}

export function isQuiet(moment: number, timeZone: string): boolean {
  const day = dayOf(moment, timeZone)
  return moment < momentOf(day, QUIET_UNTIL, timeZone) || moment >= momentOf(day, `${QUIET_FROM_HOUR}:00`, timeZone)
}

function morningAfter(moment: number, timeZone: string): number {
  const today = momentOf(dayOf(moment, timeZone), QUIET_UNTIL, timeZone)
  return moment < today ? today : momentOf(nextDay(dayOf(moment, timeZone)), QUIET_UNTIL, timeZone)
}
