import { isForEveryone } from '../../content/articles.ts'
import type { Content } from '../../content/load.ts'
import { type Article, LOCALES, Locale } from '../../content/schema.ts'
import { Problem } from '../platform/problems.ts'
import { EVERYONE } from './search/engine.ts'

/** What a reader may see: any article whose `visibleTo` names one of these. */
export type Scope = readonly string[]

/** The scope that opens everything, as no `visibleTo` can be written. */
export const STAFF = 'staff'

/** Whom a text is for, in one word, as search keeps it beside the text. */
export function audienceOf({ visibleTo }: Pick<Article, 'visibleTo'>): string {
  return isForEveryone({ visibleTo }) ? EVERYONE : [...visibleTo].sort().join(' ')
}

/** All that search may look through for this reader. */
export function audiencesFor({ restricted }: Content, scope: Scope): string[] {
  const theirs = LOCALES.flatMap((locale) => restricted[locale].filter((article) => mayRead(article, scope)))
  return [...new Set([EVERYONE, ...theirs.map(audienceOf)])]
}

export function mayRead(article: Pick<Article, 'visibleTo'>, scope: Scope): boolean {
  return isForEveryone(article) || scope.includes(STAFF) || article.visibleTo.some((one) => scope.includes(one))
}

/** What may be listed for this reader: what is for everybody, and what is for them. */
export function articlesFor(content: Content, locale: Locale, scope: Scope): Article[] {
  return [...content.articles[locale], ...content.restricted[locale].filter((article) => mayRead(article, scope))]
}

/** One article for this reader, archived ones among them; what is not for them is not there. */
export function findArticle(content: Content, locale: Locale, slug: string, scope: Scope): Article | undefined {
  return [...articlesFor(content, locale, scope), ...content.archived[locale].filter((article) => mayRead(article, scope))].find(
    (article) => article.slug === slug,
  )
}

/** An article as it travels. Throws `not-found` for what is not for this reader, as for what never was. */
export function readArticle(content: Content, inLanguage: string, slug: string, scope: Scope) {
  const locale = Locale.safeParse(inLanguage).data
  const article = locale && findArticle(content, locale, content.formerArticles[slug] ?? slug, scope)
  if (!article) throw new Problem('not-found')
  const { title, summary, html, language, isArchived, translation } = article
  return {
    ...{ slug: article.slug, title, summary, html, language, isArchived },
    isOutdated: translation?.isOutdated ?? false,
    path: hasPage(article) ? `/${locale}/help/${article.slug}` : null,
    related: relatedTo(content, article, scope),
  }
}

/** An article in a list. */
export type ListedArticle = Pick<Article, 'slug' | 'title' | 'summary' | 'language'> & { path: string }

/** For somebody who owns these products: what is about them, the most to the point first, and what else is not for everybody. */
export function articlesForOwner(content: Content, locale: Locale, scope: Scope, products: string[]) {
  const owned = new Set(products)
  const isAboutTheirs = (article: Article) => article.products.some((slug) => owned.has(slug))
  // What is about one of five products says less about it than what is about that one alone.
  const share = (article: Article) => article.products.filter((slug) => owned.has(slug)).length / article.products.length
  const rank = (article: Article) => share(article) + (article.popular ? 1 : 0) + (isForEveryone(article) ? 0 : 2)
  const all = articlesFor(content, locale, scope).sort((a, b) => rank(b) - rank(a) || a.title.localeCompare(b.title, locale))
  const others = all.filter((article) => !isForEveryone(article) && !isAboutTheirs(article))
  return { owned: all.filter(isAboutTheirs).map(listed), others: others.map(listed) }
}

/** What this reader may read about one product; what is about few products says most about this one. */
export function guidesTo(content: Content, locale: Locale, scope: Scope, product: string): ListedArticle[] {
  const guides = articlesFor(content, locale, scope).filter(({ products }) => products.includes(product))
  return guides.sort((a, b) => a.products.length - b.products.length).map(listed)
}

/** What an article names as related, of that what this reader may read and what has a page. */
export function relatedTo(content: Content, { locale, related }: Pick<Article, 'locale' | 'related'>, scope: Scope): ListedArticle[] {
  return articlesFor(content, locale, scope)
    .filter((article) => related.includes(article.slug) && hasPage(article))
    .map(listed)
}

/** What is for the widget of a site alone is read there. */
function hasPage({ visibleTo }: Pick<Article, 'visibleTo'>): boolean {
  return !visibleTo.every((one) => one.startsWith('site:'))
}

function listed({ slug, title, summary, language, locale }: Article): ListedArticle {
  return { slug, title, summary, language, path: `/${locale}/help/${slug}` }
}
