import { isForEveryone } from '../../content/articles.ts'
import type { Content } from '../../content/load.ts'
import { type Article, LOCALES, type Locale } from '../../content/schema.ts'

/** What there is to do about an article. */
export const CONCERNS = ['missing', 'outdated', 'unstamped', 'badly-rated', 'never-read', 'unlinked', 'unreviewed'] as const
export type Concern = (typeof CONCERNS)[number]

export type ArticleReport = {
  slug: string
  /** Of the file this is about. */
  locale: Locale
  title: string
  topic: string
  reviewed: string | null
  isArchived: boolean
  isForEveryone: boolean
  views: number
  helpful: number
  unhelpful: number
  concerns: Concern[]
}

/** What the database knows, of the last `REPORT_DAYS`. Undefined where it cannot be asked. */
export type Opinions = { article: string; locale: Locale; views: number; helpful: number; unhelpful: number }[] | undefined

export const REPORT_DAYS = 90
const MONTHS_UNTIL_REVIEW = 12
/** Fewer votes are an accident, not an opinion. */
const FEWEST_VOTES = 4

/** Every article in every language it was written in, with what there is to do about it; the most urgent first. */
export function reportOn(content: Content, opinions: Opinions, today: string): ArticleReport[] {
  const linked = linkedSlugs(content)
  return LOCALES.flatMap((locale) =>
    written(content, locale).map((article) => reportOnOne(content, article, opinions, linked, today)),
  ).sort((a, b) => urgency(a) - urgency(b) || a.slug.localeCompare(b.slug) || a.locale.localeCompare(b.locale))
}

function urgency({ concerns }: ArticleReport): number {
  return concerns[0] ? CONCERNS.indexOf(concerns[0]) : CONCERNS.length
}

function written({ articles, restricted, archived }: Content, locale: Locale): Article[] {
  return [...articles[locale], ...restricted[locale], ...archived[locale]].filter(({ language }) => language === locale)
}

function reportOnOne(content: Content, article: Article, opinions: Opinions, linked: Set<string>, today: string): ArticleReport {
  const { slug, locale, title, topic, reviewed = null, isArchived } = article
  const opinion = opinions?.find((one) => one.article === slug && one.locale === locale)
  const { views = 0, helpful = 0, unhelpful = 0 } = opinion ?? {}
  const others = LOCALES.filter((other) => other !== locale)
  const isAlone = others.some((other) => !written(content, other).some((one) => one.slug === slug))
  const isPaired =
    article.translation || others.some((other) => written(content, other).some((one) => one.slug === slug && one.translation))
  const holds: Record<Concern, boolean> = {
    missing: isAlone,
    outdated: article.translation?.isOutdated ?? false,
    unstamped: !isAlone && !isPaired,
    'badly-rated': helpful + unhelpful >= FEWEST_VOTES && unhelpful > helpful,
    'never-read': opinions !== undefined && views === 0,
    unlinked: !linked.has(slug),
    unreviewed: !reviewed || reviewed < monthsBefore(today, MONTHS_UNTIL_REVIEW),
  }
  // Nobody need do anything about what is over.
  const concerns = isArchived ? [] : CONCERNS.filter((concern) => holds[concern])
  return { slug, locale, title, topic, reviewed, isArchived, isForEveryone: isForEveryone(article), views, helpful, unhelpful, concerns }
}

/** What another article or a notice leads to; topic pages and search lead everywhere. */
function linkedSlugs(content: Content): Set<string> {
  const fromArticles = LOCALES.flatMap((locale) =>
    written(content, locale).flatMap(({ slug, related, links }) =>
      [...related, ...links.filter((link) => link.startsWith('article:')).map((link) => link.slice('article:'.length))].filter(
        (to) => to !== slug,
      ),
    ),
  )
  return new Set([...fromArticles, ...content.notices.flatMap(({ article }) => article ?? [])])
}

function monthsBefore(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() - months)
  return date.toISOString().slice(0, 10)
}
