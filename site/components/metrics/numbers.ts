import type { Metric } from '../../../api/metrics/sales.ts'
import { DECLINE_REASONS } from '../../../api/quotes/model.ts'
import type { Translate } from '../../../content/phrases.ts'
import type { Currency, Locale } from '../../../content/schema.ts'
import { money, number } from '../../format.ts'

type Words = { t: Translate; locale: Locale; currency: Currency }

const HOUR_MS = 3_600_000

/** A number of sales as people read it: an amount, a share, a time or a count. */
export function shown(metric: Metric, value: number | null, { t, locale, currency }: Words): string {
  if (value === null) return t('metrics.none')
  if (metric === 'revenue' || metric === 'average') return money(value, currency, locale)
  if (metric === 'conversion' || metric === 'quota') return t('metrics.percent', { n: number(Math.round(value * 1000) / 10, locale) })
  if (metric === 'time-to-quote' || metric === 'time-to-close') return time(value, t, locale)
  return number(value, locale)
}

/** Hours up to two days, then days. */
function time(ms: number, t: Translate, locale: Locale): string {
  const hours = ms / HOUR_MS
  const unit = hours < 48 ? 'hours' : 'days'
  const value = Math.round((unit === 'hours' ? hours : hours / 24) * 10) / 10
  return t(`metrics.${unit}`, { n: value, shown: number(value, locale) })
}

/** How a quote ended or stands, as a phrase: the customer's reason where they gave one. */
export function endedBecause(reason: string): string {
  const isTheirs = DECLINE_REASONS.some((known) => known === reason)
  return isTheirs ? `quotes.decline.reason.${reason}` : `desk-quotes.status.${reason}`
}
