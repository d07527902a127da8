import type { Content } from '../content/load.ts'
import { LOCALES, type Locale } from '../content/schema.ts'

/** A page as search engines shall know it, with the same page in each language that it has words in. */
export type MappedPage = { path: string; languages: Partial<Record<Locale, string>> }

/** Every page that is the same for everybody. An article that nobody has translated is named in its own language only. */
export function pagesForEverybody(content: Content): MappedPage[] {
  const everywhere = [
    '/',
    '/products',
    '/help',
    '/help/codes',
    ...content.categories.map(({ id }) => `/categories/${id}`),
    ...content.products.map(({ slug }) => `/products/${slug}`),
    ...content.topics.map(({ id }) => `/help/topics/${id}`),
  ]
  const articles = LOCALES.flatMap((locale) =>
    content.articles[locale]
      .filter(({ language }) => language === locale)
      .map(({ slug }) => ({ path: `/${locale}/help/${slug}`, languages: articleIn(content, slug) })),
  )
  return [...LOCALES.flatMap((locale) => everywhere.map((page) => ({ path: `/${locale}${page}`, languages: inAll(page) }))), ...articles]
}

function inAll(page: string): MappedPage['languages'] {
  return Object.fromEntries(LOCALES.map((locale) => [locale, `/${locale}${page}`]))
}

function articleIn(content: Content, slug: string): MappedPage['languages'] {
  const own = LOCALES.filter((locale) => content.articles[locale].some((article) => article.slug === slug && article.language === locale))
  return Object.fromEntries(own.map((locale) => [locale, `/${locale}/help/${slug}`]))
}
