import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'

const WEEK_MS = 7 * 24 * 60 * 60 * 1000
const MOST_COMMENTS = 500

export type ArticleFeedback = {
  article: string
  locale: Locale
  helpful: number
  unhelpful: number
  /** When it was last rated, in milliseconds since 1970. */
  lastAt: number
  /** Why it did not help, the newest first. */
  comments: { text: string; at: number }[]
}
export type RatedWeek = { start: number; helpful: number; unhelpful: number }

/** What readers said of each article in the last weeks: those that helped least first. Who said it nobody knows. */
export async function feedbackOf({ reader, clock }: Services, { weeks, locale }: { weeks: number; locale?: Locale | undefined }) {
  const since = clock.now() - weeks * WEEK_MS
  const args = { since, locale: locale ?? null }
  const inTime = 'at >= :since and (:locale is null or locale = :locale)'
  const [articles, comments, counted] = await Promise.all([
    reader.all<Omit<ArticleFeedback, 'comments'>>(
      `select article, locale, sum(helpful) as helpful, sum(1 - helpful) as unhelpful, max(at) as "lastAt" from article_feedback
       where ${inTime} group by article, locale order by unhelpful desc, helpful, article, locale`,
      args,
    ),
    reader.all<{ article: string; locale: Locale; text: string; at: number }>(
      `select article, locale, comment as text, at from article_feedback where ${inTime} and comment <> ''
       order by at desc, id desc limit ${MOST_COMMENTS}`,
      args,
    ),
    reader.all<{ week: number; helpful: number; unhelpful: number }>(
      `select cast((at - :since) / ${WEEK_MS} as integer) as week, sum(helpful) as helpful, sum(1 - helpful) as unhelpful
       from article_feedback where ${inTime} group by 1`,
      args,
    ),
  ])
  return {
    articles: articles.map(
      (one): ArticleFeedback => ({
        ...one,
        comments: comments
          .filter(({ article, locale }) => article === one.article && locale === one.locale)
          .map(({ text, at }) => ({ text, at })),
      }),
    ),
    weeks: Array.from({ length: weeks }, (_, week): RatedWeek => {
      const { helpful = 0, unhelpful = 0 } = counted.find((row) => row.week === week) ?? {}
      return { start: since + week * WEEK_MS, helpful, unhelpful }
    }),
  }
}

export type Vote = { at: number; article: string; locale: Locale; helpful: number }

/** What readers said in a time, oldest first. */
export function ratingsBetween({ reader }: Pick<Services, 'reader'>, { start, end }: { start: number; end: number }): Promise<Vote[]> {
  return reader.all<Vote>('select at, article, locale, helpful from article_feedback where at >= :start and at < :end order by at, id', {
    start,
    end,
  })
}
