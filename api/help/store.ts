import type { Locale } from '../../content/schema.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Services } from '../services.ts'

export type Feedback = { article: string; locale: Locale; helpful: boolean; comment: string }

/** One voice per visitor and article: a second one takes the place of the first. */
export async function rateArticle({ db, clock }: Services, { article, locale, helpful, comment }: Feedback, voterHash: string) {
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into article_feedback (article, locale, helpful, comment, voter_hash, at)
            values (:article, :locale, :helpful, :comment, :voterHash, :at)
            on conflict (article, locale, voter_hash) do update set helpful = excluded.helpful, comment = excluded.comment, at = excluded.at`,
      args: { article, locale, helpful: Number(helpful), comment, voterHash, at },
    },
    eventIfChanged('article.rated', { subject: `article:${locale}/${article}`, actor: 'guest', at, data: { helpful } }),
  ])
}
