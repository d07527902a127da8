import type { Content } from '../content/load.ts'
import type { Locale, Product } from '../content/schema.ts'

/** Products to choose from in a list: one category after the other, as the catalogue shows them. */
export function productChoices(
  { products, categories }: Pick<Content, 'products' | 'categories'>,
  locale: Locale,
  fits: (product: Product) => boolean = () => true,
): { value: string; label: string }[] {
  return categories
    .flatMap(({ id }) => products.filter((product) => product.category === id && fits(product)))
    .map(({ slug, name }) => ({ value: slug, label: name[locale] }))
}

/** What can still be bought. */
export function isSold({ replacedBy }: Product): boolean {
  return !replacedBy
}
