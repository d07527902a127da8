import { dayOf, nextDay, type OpeningTimes, periodsOf } from '../tickets/hours.ts'

/** For how many milliseconds the company was open between two moments. */
export type OpenClock = (from: number, until: number) => number

/**
 * The company's clock, which only runs while it is open. What lies between `start` and `end` is laid out once, so that asking is cheap;
 * a company that was never open in that time is taken to be always open.
 */
export function openClock(times: OpeningTimes, start: number, end: number): OpenClock {
  const periods: { opens: number; closes: number; before: number }[] = []
  let open = 0
  for (let day = dayOf(start, times.timeZone); day <= dayOf(end, times.timeZone); day = nextDay(day)) {
    for (const { opens, closes } of periodsOf(times, day)) {
      periods.push({ opens, closes, before: open })
      open += closes - opens
    }
  }
  if (!open) return (from, until) => Math.max(0, until - from)
  const at = (moment: number) => openUntil(periods, moment)
  return (from, until) => Math.max(0, at(until) - at(from))
}

/** By halves: the last period that has begun by then, and what was open before it. */
function openUntil(periods: { opens: number; closes: number; before: number }[], moment: number): number {
  let [low, high] = [0, periods.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((periods[middle]?.opens ?? 0) <= moment) low = middle + 1
    else high = middle
  }
  const period = periods[low - 1]
  return period ? period.before + Math.min(moment, period.closes) - period.opens : 0
}
