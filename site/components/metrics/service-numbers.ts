import type { ServiceMetric } from '../../../api/metrics/service.ts'
import type { Translate } from '../../../content/phrases.ts'
import type { Company, Locale } from '../../../content/schema.ts'
import { number } from '../../format.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

type Words = { t: Translate; locale: Locale; company: Pick<Company, 'openingHours'> }

/** A number of service as people read it: a count, a share, or a time by the company's clock. */
export function shownService(metric: ServiceMetric, value: number | null, { t, locale, company }: Words): string {
  if (value === null) return t('metrics.none')
  if (COUNTS.has(metric)) return number(value, locale)
  if (!TIMES.has(metric)) return t('metrics.percent', { n: number(Math.round(value * 1000) / 10, locale) })
  return time(value, workingDayMs(company), t, locale)
}

/** What one case adds to a number: a time, or yes and no for a share. */
export function shownWorth(metric: ServiceMetric, worth: number | null, words: Words): string {
  if (worth === null || COUNTS.has(metric)) return ''
  return TIMES.has(metric) ? shownService(metric, worth, words) : words.t(`service.rows.${worth ? 'yes' : 'no'}`)
}

export function hasWorth(metric: ServiceMetric): boolean {
  return !COUNTS.has(metric)
}

const COUNTS = new Set<ServiceMetric>(['opened', 'solved', 'backlog'])
const TIMES = new Set<ServiceMetric>(['first-response', 'solve-time', 'handling'])

function time(ms: number, day: number, t: Translate, locale: Locale): string {
  const [unit, length] = ms < 2 * HOUR_MS ? ['minutes', MINUTE_MS] : ms < 2 * day ? ['hours', HOUR_MS] : ['days', day]
  const value = Math.round((ms / Number(length)) * 10) / 10
  return t(`service.${unit}`, { n: value, shown: number(value, locale) })
}

/** How long the company is open on a usual day. */
function workingDayMs({ openingHours }: Pick<Company, 'openingHours'>): number {
  const lengths = Object.values(openingHours).map((periods) => periods.reduce((sum, period) => sum + lengthOf(period), 0))
  const open = lengths.filter((length) => length > 0).sort((a, b) => a - b)
  return open[Math.floor(open.length / 2)] ?? 24 * HOUR_MS
}

function lengthOf(period: string): number {
  const [opens = 0, closes = 0] = period.split('-').map((time) => {
    const [hour = 0, minute = 0] = time.split(':').map(Number)
    return hour * HOUR_MS + minute * MINUTE_MS
  })
  return closes - opens
}
