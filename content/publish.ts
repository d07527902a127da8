import { inEveryLanguage } from './articles.ts'
import type { Content } from './load.ts'
import type { Article, Locale, Product, Selector } from './schema.ts'

type Read = Omit<Content, 'products'> & { products: (Product & { status: 'published' | 'draft' })[] }

/** Drafts have been checked like everything else; from here on nobody can come across one, not even where another thing names it. */
export function withoutDrafts(content: Read): Content {
  const published = new Set(content.products.filter(({ status }) => status === 'published').map(({ slug }) => slug))
  const isPublished = (slug: string) => published.has(slug)
  const pruneAll = (articles: Record<Locale, Article[]>) =>
    inEveryLanguage((locale) => articles[locale].map((one) => pruned(one, isPublished)))
  return {
    ...content,
    products: content.products.filter(({ slug }) => isPublished(slug)).map((product) => publish(product, isPublished)),
    articles: pruneAll(content.articles),
    restricted: pruneAll(content.restricted),
    archived: pruneAll(content.archived),
    codes: inEveryLanguage((locale) => content.codes[locale].map((code) => ({ ...code, products: code.products.filter(isPublished) }))),
    selector: content.selector && selectable(content.selector, isPublished),
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

/** What was written of drafts alone goes; an accessory for any product names none. */
function selectable({ rules, setups, accessories, ...selector }: Selector, isPublished: (slug: string) => boolean): Selector {
  const ofPublished = <T extends { products: string[] }>(all: T[]): T[] =>
    all.map((one) => ({ ...one, products: one.products.filter(isPublished) })).filter(({ products }) => products.length)
  return {
    ...selector,
    rules: ofPublished(rules),
    setups: ofPublished(setups),
    accessories: accessories
      .filter((one) => isPublished(one.product) && (!one.for.length || one.for.some(isPublished)))
      .map((one) => ({ ...one, for: one.for.filter(isPublished) })),
  }
}
