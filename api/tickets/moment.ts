import { TAGS } from '../../content/money.ts'
import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'

/** "Monday 23 November 2026 at 14.00", by the company's clock: how mails say a time. */
export function momentIn({ content }: Services, at: number, locale: Locale): string {
  const { timeZone } = content.company
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'full', timeStyle: 'short', timeZone }).format(at)
}

/** The same without the time of day. */
export function dayIn({ content }: Services, at: number, locale: Locale): string {
  return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'full', timeZone: content.company.timeZone }).format(at)
}
