import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'

type Read = { article: string; locale: Locale }
type Opinion = Read & { views: number; helpful: number; unhelpful: number }

const DAY_MS = 24 * 60 * 60 * 1000

/** One more reading on this day. Nothing else is known of it. */
export async function countView({ db, clock, content }: Services, { article, locale }: Read) {
  await db.batch([
    {
      sql: `insert into article_views (article, locale, day, views) values (:article, :locale, :day, 1)
            on conflict (article, locale, day) do update set views = views + 1`,
      args: { article, locale, day: dayOf(clock.now(), content.company.timeZone) },
    },
  ])
}

/** How often each article was read and what readers thought of it in the last `days`; articles without either are not named. */
export async function opinionsOf(
  { reader, clock, content }: Pick<Services, 'reader' | 'clock' | 'content'>,
  days: number,
): Promise<Opinion[]> {
  const since = clock.now() - days * DAY_MS
  return reader.all<Opinion>(
    `select article, locale, sum(views) as views, sum(helpful) as helpful, sum(unhelpful) as unhelpful from (
       select article, locale, views, 0 as helpful, 0 as unhelpful from article_views where day >= :day
       union all
       select article, locale, 0, helpful, 1 - helpful from article_feedback where at >= :since)
     group by article, locale order by article, locale`,
    { day: dayOf(since, content.company.timeZone), since },
  )
}

/** As the company's calendar has it: "2026-10-21". */
export function dayOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)
}
