import { dayOf } from '../api/help/views.ts'
import type { Services } from '../api/services.ts'
import { LOCALES } from '../content/schema.ts'

const DAYS = 120
const DAY_MS = 24 * 60 * 60 * 1000
/** What nobody has found yet, so that the desk has something to do. */
const UNREAD = new Set(['modbus', 'grants-and-approval'])

/** Some months of readings: the popular articles often, the others now and then. */
export async function readings({ db, clock, content }: Services) {
  const days = Array.from({ length: DAYS }, (_, ago) => dayOf(clock.now() - ago * DAY_MS, content.company.timeZone))
  for (const locale of LOCALES) {
    const statements = content.articles[locale]
      .filter(({ slug, language }) => language === locale && !UNREAD.has(slug))
      .map(({ slug, popular }, at) => ({
        sql: `insert into article_views (article, locale, day, views)
              select :slug, :locale, value, 1 + abs(random() % :most) from json_each(:days) where abs(random() % 10) < :often
              on conflict do nothing`,
        args: { slug, locale, days: JSON.stringify(days), most: popular ? 14 : 4, often: popular ? 9 : 1 + (at % 5) },
      }))
    await db.batch(statements)
  }
}
