import type { TicketKind } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { afterOpenMs, hourOfWeek } from './hours.ts'
import { dueTimes } from './sla.ts'

/** Of fewer cases nobody can say what is usual. */
export const ENOUGH_CASES = 20
const LATEST = 200
const LOOKS_BACK_MS = 182 * 24 * 60 * 60 * 1000

/** Why we promise that: our target; what is usual at this hour of the week, which is later; or the target, for want of cases to measure. */
export type Basis = 'target' | 'usual' | 'too-few'

/**
 * By when a customer who writes now is told to hear from us: the target for this kind, or when nine of ten who wrote at this hour of the
 * week had their first answer, whichever is later. `cases` is how many that was measured over.
 */
export async function promiseNow({ db, clock, content }: Services, kind: TicketKind) {
  const at = clock.now()
  const { company } = content
  const openedHour = hourOfWeek(company, at)
  const due = dueTimes(company, at, company.sla[kind])
  const answered = await db.all<{ ms: number }>(
    `select first_response_open_ms as ms from tickets
     where opened_hour = :openedHour and created_at > :since and first_response_open_ms is not null
     order by created_at desc limit ${LATEST}`,
    { openedHour, since: at - LOOKS_BACK_MS },
  )
  const usual = percentile(
    answered.map(({ ms }) => ms),
    0.9,
  )
  const measured = answered.length >= ENOUGH_CASES ? afterOpenMs(company, at, usual) : 0
  return { ...due, openedHour, promisedAt: Math.max(due.firstResponseDueAt, measured), promiseCases: answered.length }
}

type Promised = { promisedAt: number | null; promiseCases: number; firstResponseDueAt: number }

export function basisOf({ promisedAt, promiseCases, firstResponseDueAt }: Promised): Basis {
  if (promiseCases < ENOUGH_CASES) return 'too-few'
  return promisedAt !== null && promisedAt > firstResponseDueAt ? 'usual' : 'target'
}

/** The least of the values that is no less than this part of them (nearest rank); 0 of none. */
export function percentile(values: number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * part) - 1)] ?? 0
}
