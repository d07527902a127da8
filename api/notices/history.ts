import type { Services } from '../services.ts'
import { dayOf, momentOf } from '../tickets/hours.ts'
import { type Day, daysBack, daysBetween, earlierDay, ended, type Notice, type Standing, standing } from './model.ts'
import { firstPublic, publicNotices } from './store.ts'

const DAYS_BACK = 90

type Now = Record<Standing, Notice[]> & { days: Day[]; older: string | null }

/** How things stand, and stood over the past days; `older` is the month to go on with, where there is anything older. */
export async function statusNow(services: Services): Promise<Now> {
  const now = services.clock.now()
  const { timeZone } = services.content.company
  const firstDay = earlierDay(dayOf(now, timeZone), DAYS_BACK - 1)
  const from = momentOf(firstDay, '00:00', timeZone)
  const all = await publicNotices(services, from, Number.MAX_SAFE_INTEGER)
  const those = (wanted: Standing) => all.filter((notice) => standing(notice, now) === wanted)
  const first = await firstPublic(services)
  return {
    ongoing: those('ongoing'),
    planned: those('planned').sort((a, b) => (a.startsAt ?? 0) - (b.startsAt ?? 0)),
    past: latestFirst(those('past')),
    days: daysBack(
      all.filter((notice) => standing(notice, now) !== 'planned'),
      DAYS_BACK,
      now,
      timeZone,
    ),
    older: first !== undefined && first < from ? monthOf(firstDay) : null,
  }
}

type Month = {
  month: string
  happened: (Notice & { standing: Standing })[]
  /** Until today, of the month that is not over. */
  days: Day[]
  older: string | null
  newer: string | null
}

/** A month of the company's calendar ("2026-03") and what fell on it; nothing of one that has not begun, or is no month. */
export async function statusIn(services: Services, month: string): Promise<Month | undefined> {
  const now = services.clock.now()
  const { timeZone } = services.content.company
  const today = dayOf(now, timeZone)
  if (!/^20\d\d-(0[1-9]|1[0-2])$/.test(month) || month > monthOf(today)) return undefined

  const firstDay = `${month}-01`
  const firstOfNext = `${monthAfter(month)}-01`
  const from = momentOf(firstDay, '00:00', timeZone)
  const until = momentOf(firstOfNext, '00:00', timeZone)
  const happened = (await publicNotices(services, from, until)).filter((notice) => standing(notice, now) !== 'planned')
  const first = await firstPublic(services)
  const lastDay = firstOfNext <= today ? earlierDay(firstOfNext, 1) : today
  return {
    month,
    happened: latestFirst(happened).map((notice) => ({ ...notice, standing: standing(notice, now) })),
    days: daysBetween(happened, firstDay, lastDay, now, timeZone),
    older: first !== undefined && first < from ? monthOf(earlierDay(firstDay, 1)) : null,
    newer: month < monthOf(today) ? monthAfter(month) : null,
  }
}

/** What goes on comes before what has ended. */
function latestFirst(notices: Notice[]): Notice[] {
  const endOf = (notice: Notice) => ended(notice) ?? Number.MAX_SAFE_INTEGER
  return notices.sort((a, b) => endOf(b) - endOf(a) || a.reference.localeCompare(b.reference))
}

function monthOf(day: string): string {
  return day.slice(0, 'yyyy-mm'.length)
}

/** A month has at most 31 days, and the next one begins within 32 of its first. */
function monthAfter(month: string): string {
  return monthOf(new Date(Date.parse(`${month}-01T00:00Z`) + 31 * 24 * 3_600_000).toISOString())
}
