import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { FOLLOWED_WITHIN_MS, KEPT_MS, meaningOf, normalised, type Place, SAME_WITHIN_MS, TYPED_ON_WITHIN_MS } from './model.ts'
import { forgetSalts } from './visitor.ts'

export type Settled = { text: string; locale: Locale; place: Place; hits: number; fit: number; answer?: string | undefined }
export type Search = {
  id: number
  at: number
  visitor: string
  locale: Locale
  place: Place
  text: string
  meaning: string
  hits: number
  fit: number
  answer: string | null
  answeredAt: number | null
  ticket: string | null
  ticketAt: number | null
}

export const SEARCH_COLUMNS = `id, at, visitor, locale, place, text, meaning, hits, fit, answer, answered_at as "answeredAt", ticket,
  ticket_at as "ticketAt"`

/** Writes down what a visitor settled on. The same again, or what they typed on from, stays one search, at midnight too. */
export async function noteSearch({ db, clock }: Services, names: string[], { answer, ...search }: Settled) {
  const at = clock.now()
  const text = normalised(search.text)
  if (!text) return
  await db.batch([
    {
      sql: `update searches set text = :text, meaning = :meaning, hits = :hits, fit = :fit, place = :place,
              answer = coalesce(:answer, answer), answered_at = case when :answer is null then answered_at else coalesce(answered_at, :at) end
            where id = (select id from searches where visitor in (select value from json_each(:names)) and locale = :locale and at > :sameSince
                        order by at desc, id desc limit 1)
              and (text = :text or (answer is null and at > :typedSince and substr(:text, 1, length(text)) = text))`,
      args: {
        ...{ text, at, locale: search.locale, place: search.place, hits: search.hits, fit: search.fit, answer: answer ?? null },
        names: JSON.stringify(names),
        meaning: meaningOf(text, search.locale),
        sameSince: at - SAME_WITHIN_MS,
        typedSince: at - TYPED_ON_WITHIN_MS,
      },
    },
    {
      sql: `insert into searches (at, visitor, locale, place, text, meaning, hits, fit, answer, answered_at)
            select :at, :visitor, :locale, :place, :text, :meaning, :hits, :fit, :answer, case when :answer is null then null else :at end
            where changes() = 0`,
      args: {
        ...{ text, at, locale: search.locale, place: search.place, hits: search.hits, fit: search.fit, answer: answer ?? null },
        visitor: names[0] ?? '',
        meaning: meaningOf(text, search.locale),
      },
    },
  ])
}

/** The visitor has opened a case: what they looked for in the day before led to it. */
export async function noteCase({ db, clock }: Services, visitor: string[], reference: string) {
  const at = clock.now()
  await db.batch([
    {
      sql: `update searches set ticket = :reference, ticket_at = :at
            where visitor in (select value from json_each(:visitor)) and at > :since and ticket is null`,
      args: { reference, at, visitor: JSON.stringify(visitor), since: at - FOLLOWED_WITHIN_MS },
    },
  ])
}

/** What was looked for before a case was opened, in that order. */
export function searchesBefore({ db }: Services, reference: string): Promise<Search[]> {
  return db.all<Search>(`select ${SEARCH_COLUMNS} from searches where ticket = :reference order by at, id limit 50`, { reference })
}

/** Forgets what is older than it may be, and by whose salts it was written. The clock's part. */
export async function forgetSearches(services: Pick<Services, 'db' | 'clock'>) {
  await services.db.batch([{ sql: 'delete from searches where at < :before', args: { before: services.clock.now() - KEPT_MS } }])
  await forgetSalts(services)
}
