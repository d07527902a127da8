import { isForEveryone } from '../../content/articles.ts'
import type { Content } from '../../content/load.ts'
import { type Article, LOCALES, Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { membershipOf } from '../organisations/store.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { findSite } from '../sites/store.ts'
import { EVERYONE } from './search/engine.ts'

/** What a reader may see: any article whose `visibleTo` names one of these. */
export type Scope = readonly string[]

/** The scope that opens everything, as no `visibleTo` can be written. */
const STAFF = 'staff'

/** Who somebody is when they read: where they are (the widget of a site), and as whom they are signed in. */
export async function scopeOf(services: Services, { user }: Actor, siteKey?: string): Promise<Scope> {
  if (!isAnythingWithheld(services.content)) return [EVERYONE]
  if (user && user.role !== 'customer') return [EVERYONE, STAFF]
  const [membership, contact, site] = await Promise.all([
    membershipOf(services, user?.contactId),
    user?.contactId ? findContact(services, user.contactId) : undefined,
    // A site's key is no secret: this says where an article is shown, not who may know it.
    siteKey ? findSite(services, siteKey) : undefined,
  ])
  return [
    EVERYONE,
    ...(contact?.stage === 'customer' ? ['customers'] : []),
    ...(membership ? [`organisation:${membership.organisation.id}`] : []),
    ...(site ? [`site:${site.key}`] : []),
  ]
}

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
    /** What is for the widget of a site alone has no page here. */
    path: article.visibleTo.every((one) => one.startsWith('site:')) ? null : `/${locale}/help/${article.slug}`,
  }
}

/** Where everything is for everybody, nobody need be asked who they are. */
function isAnythingWithheld({ restricted, archived }: Content): boolean {
  return [...restricted.en, ...archived.en].some((article) => !isForEveryone(article))
}
