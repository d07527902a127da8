import type { Company } from '../../content/schema.ts'
import { dayOf, momentOf, nextDay, type OpeningTimes, periodsOf } from '../tickets/hours.ts'

export type SendingTimes = OpeningTimes & Pick<Company, 'followUp'>

const HORIZON_DAYS = 400

/** The first moment from `at` on when a kind mail does not disturb: outside the quiet hours, on a day when the company is open. */
export function sendableAt(at: number, company: SendingTimes): number {
  let day = dayOf(at, company.timeZone)
  for (let days = 0; days < HORIZON_DAYS; days++) {
    if (!company.followUp.onlyOpeningDays || periodsOf(company, day).length > 0) {
      for (const { from, until } of loudHours(day, company)) if (at < until) return Math.max(at, from)
    }
    day = nextDay(day)
  }
  return at
}

/** When mails may come on a day, by the clock on the wall: quiet hours may go over midnight, and a day may have 23 hours. */
function loudHours(day: string, { followUp: { quietFrom, quietUntil }, timeZone }: SendingTimes): { from: number; until: number }[] {
  const [begins, ends, midnight] = [
    momentOf(day, quietFrom, timeZone),
    momentOf(day, quietUntil, timeZone),
    momentOf(nextDay(day), '00:00', timeZone),
  ]
  if (quietFrom === quietUntil) return [{ from: momentOf(day, '00:00', timeZone), until: midnight }]
  if (quietFrom > quietUntil) return [{ from: ends, until: begins }]
  return [
    { from: momentOf(day, '00:00', timeZone), until: begins },
    { from: ends, until: midnight },
  ]
}
