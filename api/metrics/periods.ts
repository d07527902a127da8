import { momentOf } from '../tickets/hours.ts'

export const GRAINS = ['month', 'quarter'] as const
export type Grain = (typeof GRAINS)[number]

/** A stretch of the company's own calendar, from its first moment until before `end`; `month` is the first one ("2026-10"). */
export type Period = { month: string; start: number; end: number }

const MONTHS_IN = { month: 1, quarter: 3 } as const satisfies Record<Grain, number>
/** Ten years of months are more than a plot can show. */
const MAX_PERIODS = 120

/** The periods from the one with `from` to the one with `to` (months such as "2026-10"), oldest first, at most 120. */
export function periodsOf(grain: Grain, from: string, to: string, timeZone: string): Period[] {
  const length = MONTHS_IN[grain]
  const first = beginning(monthNumber(from), length)
  const count = Math.min(MAX_PERIODS, Math.floor((monthNumber(to) - first) / length) + 1)
  return Array.from({ length: Math.max(1, count) }, (_, at) => {
    const month = first + at * length
    return { month: monthName(month), start: startOf(month, timeZone), end: startOf(month + length, timeZone) }
  })
}

/** All of them as one. */
export function wholeOf(periods: Period[]): Period {
  const [first, last] = [periods[0], periods.at(-1)]
  if (!first || !last) throw new Error('There is always a period')
  return { month: first.month, start: first.start, end: last.end }
}

/** The month that lies so many before or after: `monthFrom("2026-01", -1)` is "2025-12". */
export function monthFrom(month: string, months: number): string {
  return monthName(monthNumber(month) + months)
}

/** "2026-Q4". */
export function quarterOf(month: string): string {
  const [year, number = 1] = month.split('-').map(Number)
  return `${year}-Q${Math.ceil(number / 3)}`
}

export function monthsOf({ month }: Period, grain: Grain): string[] {
  return Array.from({ length: MONTHS_IN[grain] }, (_, at) => monthFrom(month, at))
}

function beginning(month: number, length: number): number {
  return month - (month % length)
}

function monthNumber(month: string): number {
  const [year = 0, number = 1] = month.split('-').map(Number)
  return year * 12 + number - 1
}

function monthName(month: number): string {
  return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`
}

function startOf(month: number, timeZone: string): number {
  return momentOf(`${monthName(month)}-01`, '00:00', timeZone)
}
