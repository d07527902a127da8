import type { Content } from '../../content/load.ts'
import type { Localized, Notice as WrittenNotice } from '../../content/schema.ts'
import { tidyPostcode } from '../platform/fields.ts'
import { dayOf, momentOf, nextDay } from '../tickets/hours.ts'

export const NOTICE_KINDS = ['incident', 'maintenance', 'recall', 'news'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]
export const AUDIENCES = ['all', 'owners', 'region', 'site'] as const
/** How far along an incident is, in the words of status pages. */
export const UPDATE_STATES = ['investigating', 'identified', 'watching', 'solved'] as const
export type UpdateState = (typeof UPDATE_STATES)[number]

export type Audience =
  | { to: 'all' }
  | { to: 'owners'; products: string[] }
  /** Postcodes: "7100", or "7000-7999". */
  | { to: 'region'; postcodes: string[] }
  /** Who opens the widget on the site of this key. */
  | { to: 'site'; site: string }

export type Update = { state: UpdateState; text: Localized; at: number }

/** Something customers are told, wherever it was written. Moments in milliseconds since 1970. */
export type Notice = {
  /** Of the desk's, `N-7K3M9Q`; of a content file, its slug. */
  reference: string
  kind: NoticeKind
  title: Localized
  /** Markdown. */
  text: Localized
  article: string | null
  audience: Audience
  byMail: boolean
  startsAt: number | null
  endsAt: number | null
  publishedAt: number
  endedAt: number | null
  /** The latest first. */
  updates: Update[]
}

/** Who looks: what they own and where, and on which site. */
export type Reader = { products: string[]; postcodes: string[]; site?: string | undefined }
export const STRANGER: Reader = { products: [], postcodes: [] }

/** Until somebody ends it, or the end it was given has come: nobody need be there to take it down. */
export function isShown({ publishedAt, endsAt, endedAt }: Pick<Notice, 'publishedAt' | 'endsAt' | 'endedAt'>, now: number): boolean {
  return publishedAt <= now && [endsAt, endedAt].every((end) => end === null || now < end)
}

export const STATES = ['draft', 'published', 'ended'] as const
/** What became of one that was written at the desk. */
export type State = (typeof STATES)[number]

/** As staff sees it: what has come to the end it was given has ended, though nobody took it down. */
export function stateNow({ status, endsAt }: { status: State; endsAt: number | null }, now: number): State {
  return status === 'published' && endsAt !== null && endsAt <= now ? 'ended' : status
}

/** Since when customers no longer see it. */
export function overSince(notice: { status: State; endsAt: number | null; endedAt: number | null }, now: number): number | null {
  if (stateNow(notice, now) !== 'ended') return null
  return Math.min(...[notice.endsAt, notice.endedAt].filter((end) => end !== null))
}

export function concerns({ audience }: Pick<Notice, 'audience'>, reader: Reader): boolean {
  switch (audience.to) {
    case 'all':
      return true
    case 'owners':
      return reader.products.some((product) => audience.products.includes(product))
    case 'region':
      return reader.postcodes.some((postcode) => liesIn(postcode, audience.postcodes))
    case 'site':
      return reader.site === audience.site
  }
}

/** Whether everybody may read it on the status page: what does not work, or will not. */
export function isPublic({ kind, audience }: Pick<Notice, 'kind' | 'audience'>): boolean {
  return (kind === 'incident' || kind === 'maintenance') && (audience.to === 'all' || audience.to === 'region')
}

/** Postcodes of digits are compared as numbers of the same length; others as they are. */
export function liesIn(postcode: string, ranges: string[]): boolean {
  const wanted = tidyPostcode(postcode)
  return ranges.some((range) => {
    const { from, until } = boundsOf(range)
    return wanted.length === from.length && from <= wanted && wanted <= until
  })
}

export function boundsOf(range: string): { from: string; until: string } {
  const [from = '', until = from] = range.split('-').map(tidyPostcode)
  return { from, until }
}

export function isPostcodeRange(text: string): boolean {
  const { from, until } = boundsOf(text)
  return /^[\p{L}\d ]+(-[\p{L}\d ]+)?$/u.test(text) && from.length > 0 && from.length <= 10 && from.length === until.length && from <= until
}

/** The notices of content files: shown from the morning of their first day until the midnight of their last. */
export function noticesIn({ notices, company }: Pick<Content, 'notices' | 'company'>): Notice[] {
  const morning = (day: string) => momentOf(day, '00:00', company.timeZone)
  return notices.map((notice) => ({
    ...{ reference: notice.slug, kind: notice.kind, title: notice.title, text: notice.text, byMail: notice.mail },
    article: notice.article ?? null,
    audience: audienceOf(notice),
    startsAt: morning(notice.starts ?? notice.from),
    endsAt: notice.until ? morning(nextDay(notice.until)) : null,
    publishedAt: morning(notice.from),
    endedAt: notice.until ? morning(nextDay(notice.until)) : null,
    updates: [],
  }))
}

/** Of one in a content file, as staff sees it: its first day may be to come. */
export type WrittenState = 'coming' | Exclude<State, 'draft'>

export function writtenState(notice: Notice, now: number): WrittenState {
  if (notice.publishedAt > now) return 'coming'
  return isShown(notice, now) ? 'published' : 'ended'
}

function audienceOf({ for: whom }: WrittenNotice): Audience {
  if (whom?.products) return { to: 'owners', products: whom.products }
  if (whom?.postcodes) return { to: 'region', postcodes: whom.postcodes }
  return whom?.site ? { to: 'site', site: whom.site } : { to: 'all' }
}

export type Day = { day: string; worst: 'incident' | 'maintenance' | undefined }

/** How each of the last days was, oldest first: by the company's calendar, and the worse of what fell on it. */
export function daysBack(notices: Notice[], count: number, now: number, timeZone: string): Day[] {
  // By the calendar: across a change to or from summer time, so many times 24 hours end on another day.
  const last = dayOf(now, timeZone)
  return daysBetween(notices, earlierDay(last, count - 1), last, now, timeZone)
}

/** The same from one day to another, both of them included. */
export function daysBetween(notices: Notice[], first: string, last: string, now: number, timeZone: string): Day[] {
  const days: Day[] = []
  for (let day = first; day <= last; day = nextDay(day)) {
    const [from, until] = [momentOf(day, '00:00', timeZone), momentOf(nextDay(day), '00:00', timeZone)]
    const kinds = notices.filter((notice) => happenedWithin(notice, from, until, now)).map(({ kind }) => kind)
    days.push({ day, worst: kinds.includes('incident') ? 'incident' : kinds.includes('maintenance') ? 'maintenance' : undefined })
  }
  return days
}

export function earlierDay(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) - count * 24 * 3_600_000).toISOString().slice(0, 10)
}

export function happenedWithin(notice: Notice, from: number, until: number, now: number): boolean {
  return !isCalledOff(notice) && began(notice) < until && (ended(notice) ?? now) > from
}

/** What was taken down before it was to begin. */
function isCalledOff(notice: Notice): boolean {
  const over = ended(notice)
  return over !== null && over < began(notice)
}

/** When what it tells of began; planned work when it was planned for. */
export function began({ kind, startsAt, publishedAt }: Notice): number {
  return kind === 'maintenance' ? (startsAt ?? publishedAt) : Math.min(startsAt ?? publishedAt, publishedAt)
}

/** Planned work by its plan, since it is often taken down later than it was over; or before, when it was. */
export function ended({ kind, endsAt, endedAt }: Notice): number | null {
  if (kind === 'maintenance' && endsAt !== null && endedAt !== null) return Math.min(endsAt, endedAt)
  return endedAt ?? endsAt
}

export type Standing = 'ongoing' | 'planned' | 'past'

export function standing(notice: Notice, now: number): Standing {
  if (began(notice) > now && isShown(notice, now)) return 'planned'
  const over = ended(notice)
  return isShown(notice, now) && (over === null || over > now) ? 'ongoing' : 'past'
}
