import { afterOpeningHours, afterOpenMs, type OpeningTimes, openMsBetween } from './hours.ts'
import type { Ticket } from './store.ts'

type Target = { firstResponseHours: number; resolutionHours: number }
/** By when we mean to have answered and to have solved it, in milliseconds since 1970. */
export type DueTimes = { firstResponseDueAt: number; resolutionDueAt: number | null }

export function dueTimes(times: OpeningTimes, at: number, { firstResponseHours, resolutionHours }: Target) {
  return {
    firstResponseDueAt: afterOpeningHours(times, at, firstResponseHours),
    resolutionDueAt: afterOpeningHours(times, at, resolutionHours),
  }
}

/** The due times of a ticket that goes on at `at`: what was left of each when it began to stand still is left of it then. */
export function resumed(times: OpeningTimes, { pausedAt, firstResponseDueAt, resolutionDueAt }: Ticket, at: number): DueTimes {
  if (pausedAt === null) return { firstResponseDueAt, resolutionDueAt }
  const later = (due: number) => (due <= pausedAt ? due : afterOpenMs(times, at, openMsBetween(times, pausedAt, due)))
  return {
    firstResponseDueAt: later(firstResponseDueAt),
    resolutionDueAt: resolutionDueAt === null ? null : later(resolutionDueAt),
  }
}
