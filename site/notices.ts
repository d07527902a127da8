import { AUDIENCES, NOTICE_KINDS } from '../api/notices/model.ts'
import type { DeskNotice } from '../api/notices/store.ts'
import { dayOf } from '../api/tickets/hours.ts'
import { clockTime } from './bookings.ts'
import { textOf } from './forms.ts'

/** A notice as its form has it. */
export type TypedNotice = ReturnType<typeof typedIn>

/** What was typed; the API says what is wrong with it. */
export function typedIn(form: FormData) {
  return {
    kind: NOTICE_KINDS.find((kind) => kind === textOf(form, 'kind')) ?? 'incident',
    title: { en: textOf(form, 'title.en'), da: textOf(form, 'title.da') },
    text: { en: textOf(form, 'text.en'), da: textOf(form, 'text.da') },
    article: textOf(form, 'article'),
    audience: AUDIENCES.find((audience) => audience === textOf(form, 'audience')) ?? 'all',
    products: form.getAll('products').map(String),
    postcodes: textOf(form, 'postcodes')
      .split(/[,;\n]/)
      .map((text) => text.trim())
      .filter(Boolean),
    site: textOf(form, 'site').trim(),
    byMail: form.has('byMail'),
    startsAt: textOf(form, 'startsAt'),
    endsAt: textOf(form, 'endsAt'),
  }
}

/** One that is there already, as its form shows it. */
export function asTyped({ audience, article, startsAt, endsAt, ...notice }: DeskNotice, timeZone: string): TypedNotice {
  const moment = (at: number | null) => (at === null ? '' : `${dayOf(at, timeZone)}T${clockTime(at, 'en', timeZone)}`)
  return {
    ...{ kind: notice.kind, title: notice.title, text: notice.text, byMail: notice.byMail },
    article: article ?? '',
    audience: audience.to,
    products: audience.to === 'owners' ? audience.products : [],
    postcodes: audience.to === 'region' ? audience.postcodes : [],
    site: audience.to === 'site' ? audience.site : '',
    ...{ startsAt: moment(startsAt), endsAt: moment(endsAt) },
  }
}

export const NOTHING_TYPED: TypedNotice = {
  ...{ kind: 'incident', audience: 'all', article: '', site: '', startsAt: '', endsAt: '', byMail: false },
  ...{ title: { en: '', da: '' }, text: { en: '', da: '' }, products: [], postcodes: [] },
}
