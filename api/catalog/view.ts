import type { Content } from '../../content/load.ts'
import type { Locale, Product } from '../../content/schema.ts'
import { asSeenBy, findProduct, shownPrice, successorOf, type Viewer, withVat } from './model.ts'
import { categoryCounts, type Facet, facetsOf, type Narrowed, priceSpan } from './narrow.ts'
import type { Question } from './question.ts'
import type { Shelf } from './shelf.ts'

export type Reader = { content: Content; locale: Locale; viewer: Viewer }

/** In minor units, for one; without any number when this viewer is shown none. */
export type PriceView =
  | { kind: 'shown' | 'from'; currency: string; excluded: number; included: number; unit: Product['unit'] }
  | { kind: 'on-request' }

export type ProductCard = ReturnType<typeof cardFor>
export type CatalogFilter = ReturnType<typeof filtersFor>[number]
export type CatalogFacet = ReturnType<typeof facetsFor>['facts'][number]

export function priceFor(product: Product, { content, viewer }: Reader): PriceView {
  const { defaultCurrency: currency, vatPercent } = content.company
  const category = content.categories.find(({ id }) => id === product.category)
  const price = shownPrice(product, category, viewer)
  if (price.kind === 'on-request') return price
  const excluded = price.amounts[currency] ?? 0 // the loader has seen to it that every currency is there
  return { kind: price.kind, currency, excluded, included: withVat(excluded, product.vatPercent ?? vatPercent), unit: product.unit }
}

/** A product in few words. */
export function cardFor(product: Product, reader: Reader) {
  const { content, locale } = reader
  const { slug, sku, category, name, summary, picture } = product
  const successor = successorOf(product, content)
  return {
    ...{ slug, sku, category, picture, name: name[locale], summary: summary[locale] },
    path: `/${locale}/products/${slug}`,
    price: priceFor(product, reader),
    replacedBy: successor ? { slug: successor.slug, name: successor.name[locale] } : null,
  }
}

/** Everything its page says. */
export function productFor(product: Product, reader: Reader) {
  const { content, locale, viewer } = reader
  const seen = asSeenBy(product, content, viewer)
  const { defaultCurrency: currency } = content.company
  const cardOf = (slug: string) => [findProduct(content, slug)].flatMap((other) => (other ? cardFor(other, reader) : []))
  return {
    ...cardFor(product, reader),
    benefits: product.benefits.map(({ title, text }) => ({ title: title[locale], text: text[locale] })),
    facts: product.facts.map(({ kind, name, value }) => ({ kind: kind ?? null, name: name[locale], value: value[locale] })),
    /** Before VAT, in minor units. */
    tiers: seen.tiers.map(({ from, price }) => ({ from, price: price[currency] })),
    options: seen.options.map(({ id, name, choices }) => ({
      id,
      name: name[locale],
      choices: choices.map(({ id, name, price }) => ({ id, name: name[locale], price: price?.[currency] ?? null })),
    })),
    documents: product.documents.map(({ file, title }) => ({ path: `/content/documents/${file}`, title: title[locale] })),
    replaces: product.replaces,
    warrantyYears: product.warrantyYears ?? null,
    accessories: product.accessories.flatMap(cardOf),
    spareParts: product.spareParts.flatMap(cardOf),
  }
}

/** What the catalogue is narrowed down by, and how many there would be without each of it. */
export function filtersFor({ q, narrowing }: Question, { found, onlyFor }: Narrowed, { content, locale }: Reader) {
  const without = (field: string) => found.length + (onlyFor.get(field)?.length ?? 0)
  const { categories, price, facts } = narrowing
  const named = <T extends { id: string; name: Record<Locale, string> }>(things: T[], ids: string[]) =>
    things.filter(({ id }) => ids.includes(id)).map(({ id, name }) => ({ id, name: name[locale] }))
  const nothing = { name: null, range: null, choices: null }
  return [
    ...(q ? [{ ...nothing, field: 'q', name: q, without: null }] : []),
    ...(categories.length
      ? [{ ...nothing, field: 'category', choices: named(content.categories, categories), without: without('category') }]
      : []),
    ...(price ? [{ ...nothing, field: 'price', range: price, without: without('price') }] : []),
    ...facts.flatMap((filter) => {
      const kind = content.facts.find(({ id }) => id === filter.fact)
      if (!kind) return []
      const field = `fact.${kind.id}`
      const chosen = kind.type === 'choice' && 'choices' in filter ? named(kind.choices, filter.choices) : null
      return [{ field, name: kind.name[locale], range: 'range' in filter ? filter.range : null, choices: chosen, without: without(field) }]
    }),
  ]
}

/** What it can be narrowed down by further, with how many there are of each. */
export function facetsFor(shelf: Shelf, narrowed: Narrowed, { content, locale, viewer }: Reader) {
  const categories = categoryCounts(shelf, narrowed).map(({ id, count }) => ({
    id,
    name: content.categories.find((category) => category.id === id)?.name[locale] ?? id,
    count,
  }))
  return {
    categories,
    price: priceSpan(shelf, narrowed, viewer) ?? null,
    facts: facetsOf(shelf, narrowed).map((facet) => facetFor(facet, content, locale)),
  }
}

function facetFor(facet: Facet, content: Content, locale: Locale) {
  const kind = content.facts.find(({ id }) => id === facet.fact)
  const name = kind?.name[locale] ?? facet.fact
  if (facet.type === 'number') {
    const unit = kind?.type === 'number' ? kind.unit : undefined
    return { ...facet, name, unit: (typeof unit === 'object' ? unit[locale] : unit) ?? '' }
  }
  const nameOf = (id: string) => (kind?.type === 'choice' ? kind.choices.find((choice) => choice.id === id)?.name[locale] : undefined) ?? id
  return { ...facet, name, choices: facet.choices.map(({ id, count }) => ({ id, name: nameOf(id), count })) }
}
