import type { FactKind, Locale, Product } from '../../content/schema.ts'
import { type PriceView, priceFor, type Reader } from './view.ts'

/** What one product says in a row; `text` is null where it says nothing. */
export type Cell = { text: string | null; isBest: boolean }
export type ComparedRow = { id: string; name: string; differs: boolean; cells: Cell[] }

type Merits = (number | undefined)[]

/** Facts side by side, in the company's order and then as the products tell them. Best is what a fact calls better, where they differ. */
export function compareFacts(products: Product[], kinds: FactKind[], locale: Locale): ComparedRow[] {
  const known = kinds.flatMap((kind) => {
    const facts = products.map((product) => product.facts.find((fact) => fact.kind === kind.id))
    if (!facts.some(Boolean)) return []
    const texts = facts.map((fact) => fact?.value[locale] ?? null)
    const merits = facts.map((fact) => meritOf(kind, fact?.number, fact?.choices))
    return [rowOf(kind.id, kind.name[locale], texts, merits)]
  })
  return [...known, ...ownRows(products, locale)]
}

/** Whole amounts to compare, unless somebody is shown none. The lowest is the best. */
export function comparePrices(products: Product[], reader: Reader): { prices: PriceView[]; differs: boolean; best: boolean[] } {
  const prices = products.map((product) => priceFor(product, reader))
  const amounts = prices.map((price) => (price.kind === 'on-request' ? undefined : price.included))
  const comparable = new Set(products.map(({ unit }) => unit)).size === 1
  return {
    prices,
    differs: new Set(amounts).size > 1,
    best: bestOf(comparable ? amounts.map((amount) => amount && -amount) : []),
  }
}

/** Facts under a name of their own share a row when they share the name. */
function ownRows(products: Product[], locale: Locale): ComparedRow[] {
  const names = new Set(products.flatMap(({ facts }) => facts.filter(({ kind }) => !kind).map(({ name }) => name[locale])))
  return [...names].map((name) => {
    const texts = products.map(({ facts }) => facts.find((fact) => !fact.kind && fact.name[locale] === name)?.value[locale] ?? null)
    return rowOf(`own-${name}`, name, texts, [])
  })
}

function rowOf(id: string, name: string, texts: (string | null)[], merits: Merits): ComparedRow {
  const best = bestOf(merits)
  return { id, name, differs: new Set(texts).size > 1, cells: texts.map((text, at) => ({ text, isBest: best[at] ?? false })) }
}

/** The higher the better; undefined where a fact has no better end, or the product does not say. */
function meritOf(kind: FactKind, number: number | undefined, choices: string[] | undefined): number | undefined {
  if (kind.type === 'number') return number === undefined || !kind.better ? undefined : kind.better === 'higher' ? number : -number
  const place = kind.choices.findIndex(({ id }) => id === choices?.[0])
  return kind.bestFirst && place >= 0 ? -place : undefined
}

/** Nobody is best alone, or where all are equal. */
function bestOf(merits: Merits): boolean[] {
  const said = merits.filter((merit) => merit !== undefined)
  const best = Math.max(...said)
  const tellsApart = said.length > 1 && said.some((merit) => merit !== best)
  return merits.map((merit) => tellsApart && merit === best)
}
