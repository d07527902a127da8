import type { Locale } from '../../content/schema.ts'
import { ownedKinds } from '../owned/owners.ts'
import type { Services } from '../services.ts'
import { began, concerns, ended, type Notice, type Reader } from './model.ts'
import { shownNotices } from './store.ts'
import { htmlOf, plainOf } from './words.ts'

/** What is told now to this reader. */
export async function noticesFor(services: Services, contactId: number | null, site?: string): Promise<Notice[]> {
  const notices = await shownNotices(services)
  // Only where somebody's things make a difference is it asked what they own.
  const isForSome = notices.some(({ audience }) => audience.to === 'owners' || audience.to === 'region')
  const reader: Reader = { ...(isForSome ? await ownedKinds(services, contactId) : { products: [], postcodes: [] }), site }
  return notices.filter((notice) => concerns(notice, reader))
}

/** As a reader sees it: clean HTML in their language, and of whom it concerns no more than the products and places. */
export function noticeFor({ audience, title, text, updates, ...notice }: Notice, locale: Locale) {
  const { reference, kind, article, startsAt, endsAt, publishedAt } = notice
  const whole = { audience, title, text, updates, ...notice }
  return {
    ...{ reference, kind, article, startsAt, endsAt, publishedAt },
    title: title[locale],
    html: htmlOf(text[locale], locale),
    plain: plainOf(text[locale]),
    products: audience.to === 'owners' ? audience.products : [],
    postcodes: audience.to === 'region' ? audience.postcodes : [],
    began: began(whole),
    ended: ended(whole),
    updates: updates.map(({ state, text, at }) => ({ state, at, html: htmlOf(text[locale], locale), plain: plainOf(text[locale]) })),
  }
}

export type ShownNotice = ReturnType<typeof noticeFor>
