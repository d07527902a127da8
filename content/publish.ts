import type { Content } from './load.ts'
import { type Article, LOCALES, type Locale, type Product } from './schema.ts'

type Read = Omit<Content, 'products'> & { products: (Product & { status: 'published' | 'draft' })[] }

/** Drafts have been checked like everything else; from here on nobody can come across one, not even where another thing names it. */
export function withoutDrafts(content: Read): Content {
  const published = new Set(content.products.filter(({ status }) => status === 'published').map(({ slug }) => slug))
  const isPublished = (slug: string) => published.has(slug)
  const articles = Object.fromEntries(
    LOCALES.map((locale) => [locale, content.articles[locale].map((article) => pruned(article, isPublished))]),
  )
  return {
    ...content,
    products: content.products.filter(({ slug }) => isPublished(slug)).map((product) => publish(product, isPublished)),
    articles: articles as Record<Locale, Article[]>, // one for each language there is
  }
}

function publish({ status: _, replacedBy, ...product }: Read['products'][number], isPublished: (slug: string) => boolean): Product {
  return {
    ...product,
    accessories: product.accessories.filter(isPublished),
    spareParts: product.spareParts.filter(isPublished),
    ...(replacedBy && isPublished(replacedBy) && { replacedBy }),
  }
}

function pruned(article: Article, isPublished: (slug: string) => boolean): Article {
  return { ...article, products: article.products.filter(isPublished) }
}
