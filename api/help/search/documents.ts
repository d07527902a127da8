import type { Content } from '../../../content/load.ts'
import { type Article, LOCALES, type Locale, type Product, type Section } from '../../../content/schema.ts'
import { audienceOf } from '../model.ts'
import { EVERYONE, type SearchDocument } from './engine.ts'

/** All that search can find: one document per section of an article, one per product, in every language. */
export function searchDocuments(content: Content): SearchDocument[] {
  const older = Map.groupBy(content.products, ({ replacedBy }) => replacedBy)
  return LOCALES.flatMap((locale) => [
    ...[...content.articles[locale], ...content.restricted[locale]].flatMap(sectionDocuments),
    ...content.products.map((product) => productDocument(product, older.get(product.slug) ?? [], content, locale)),
  ])
}

function sectionDocuments(article: Article): SearchDocument[] {
  return leadAndSections(article).map((section, index) => ({
    id: `article-${article.locale}-${article.slug}-${index}`,
    kind: 'article',
    locale: article.locale,
    group: `article-${article.slug}`,
    title: article.title,
    heading: section.heading,
    body: section.text,
    keywords: index === 0 ? article.keywords : [],
    products: article.products,
    audience: audienceOf(article),
    topic: article.topic,
    language: article.language,
    path: `/${article.locale}/help/${article.slug}${section.anchor && `#${section.anchor}`}`,
  }))
}

/** The summary stands at the top of the page, before whatever else comes before the first heading. */
function leadAndSections({ summary, sections }: Article): Section[] {
  const [first, ...rest] = sections
  const hasLead = first?.anchor === ''
  const lead: Section = { anchor: '', heading: '', level: 1, text: hasLead ? `${summary} ${first.text}` : summary }
  return [lead, ...(hasLead ? rest : sections)]
}

/** Who searches for a model that is no longer made finds what took its place, too. */
function productDocument(product: Product, older: Product[], { categories }: Content, locale: Locale): SearchDocument {
  const category = categories.find(({ id }) => id === product.category)
  return {
    id: `product-${locale}-${product.slug}`,
    kind: 'product',
    locale,
    group: `product-${product.slug}`,
    title: product.name[locale],
    heading: '',
    body: [
      product.summary[locale],
      ...product.benefits.map(({ title, text }) => `${title[locale]}: ${text[locale]}`),
      ...product.facts.map(({ name, value }) => `${name[locale]}: ${value[locale]}.`),
    ].join(' '),
    keywords: [
      product.sku,
      ...product.replaces,
      ...older.flatMap(({ name, sku }) => [name[locale], sku]),
      ...(category ? [category.name[locale]] : []),
    ],
    products: [product.slug],
    audience: EVERYONE,
    topic: product.category,
    language: locale,
    path: `/${locale}/products/${product.slug}`,
  }
}
