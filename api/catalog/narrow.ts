import type { Viewer } from './model.ts'
import type { ChoiceColumn, NumberColumn, Shelf } from './shelf.ts'

/** Open where one end is left out. */
export type Range = { min?: number | undefined; max?: number | undefined }
export type FactFilter = { fact: string; range: Range } | { fact: string; choices: string[] }
/** Everything that narrows the catalogue down; nothing in here can make it wider than what is published. */
export type Narrowing = { categories: string[]; price: Range | undefined; facts: FactFilter[] }

type Filter = { field: string; passes: (place: number) => boolean }

/** `onlyFor` has, for each field, the places that fail that one filter and no other. */
export type Narrowed = { found: Int32Array; onlyFor: Map<string, Int32Array> }

export type Count = { id: string; count: number }
export type Facet =
  | { fact: string; type: 'number'; min: number; max: number; count: number }
  | { fact: string; type: 'choice'; choices: Count[]; count: number }

/** Keeps the order of the places. Filter by filter over plain numbers, since there may be ten thousand of them. */
export function narrowDown(shelf: Shelf, places: Int32Array, narrowing: Narrowing, viewer: Viewer): Narrowed {
  const filters = filtersOf(shelf, narrowing, viewer)
  const failures = new Uint8Array(places.length)
  const failed = new Uint8Array(places.length)
  for (const [number, { passes }] of filters.entries()) {
    for (let at = 0; at < places.length; at++) {
      if (passes(places[at] ?? -1)) continue
      failures[at] = (failures[at] ?? 0) + 1
      failed[at] = number
    }
  }
  const failing = (number: number) => places.filter((_, at) => failures[at] === 1 && failed[at] === number)
  return {
    found: filters.length ? places.filter((_, at) => failures[at] === 0) : places,
    onlyFor: new Map(filters.map(({ field }, number) => [field, failing(number)])),
  }
}

/** How many there are of each category, as if no category were chosen. */
export function categoryCounts(shelf: Shelf, narrowed: Narrowed): Count[] {
  const counts = new Int32Array(shelf.content.categories.length)
  const places = openFor(narrowed, 'category')
  for (let at = 0; at < places.length; at++) bump(counts, shelf.categories[places[at] ?? -1])
  return shelf.content.categories.map(({ id }, at) => ({ id, count: counts[at] ?? 0 }))
}

/** From the lowest to the highest price that is shown; undefined when none is. */
export function priceSpan(shelf: Shelf, narrowed: Narrowed, viewer: Viewer): { min: number; max: number } | undefined {
  const { min, max, count } = spanOf(shelf.prices(viewer), openFor(narrowed, 'price'))
  return count ? { min, max } : undefined
}

/** What could be chosen of each fact, as if nothing of it were: only facts that tell products apart, or are chosen. */
export function facetsOf(shelf: Shelf, narrowed: Narrowed): Facet[] {
  return shelf.columns.flatMap((column): Facet[] => {
    const field = `fact.${column.kind.id}`
    const places = openFor(narrowed, field)
    const facet = isNumber(column) ? numberFacet(column, places) : choiceFacet(column, places)
    const tellsApart = facet.type === 'number' ? facet.min < facet.max : facet.choices.filter(({ count }) => count > 0).length > 1
    return tellsApart || narrowed.onlyFor.has(field) ? [facet] : []
  })
}

function filtersOf(shelf: Shelf, { categories, price, facts }: Narrowing, viewer: Viewer): Filter[] {
  const filters: Filter[] = []
  if (categories.length) {
    const wanted = new Set(shelf.content.categories.flatMap(({ id }, at) => (categories.includes(id) ? [at] : [])))
    filters.push({ field: 'category', passes: (place) => wanted.has(shelf.categories[place] ?? -1) })
  }
  if (price) filters.push({ field: 'price', passes: within(shelf.prices(viewer), price) })
  for (const filter of facts) {
    const column = shelf.columns.find(({ kind }) => kind.id === filter.fact)
    const field = `fact.${filter.fact}`
    if (column && isNumber(column) && 'range' in filter) filters.push({ field, passes: within(column.values, filter.range) })
    if (column && !isNumber(column) && 'choices' in filter) filters.push({ field, passes: amongChosen(column, filter.choices) })
  }
  return filters
}

/** What has no such number is not within any bounds. */
function within(values: Float64Array, { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range) {
  return (place: number) => {
    const value = values[place] ?? Number.NaN
    return value >= min && value <= max
  }
}

function amongChosen({ kind, values, starts }: ChoiceColumn, chosen: string[]) {
  const wanted = Uint8Array.from(kind.choices, ({ id }) => (chosen.includes(id) ? 1 : 0))
  return (place: number) => {
    for (let at = starts[place] ?? 0; at < (starts[place + 1] ?? 0); at++) if (wanted[values[at] ?? -1]) return true
    return false
  }
}

/** What is found, and what would be if nothing were chosen in this field. */
function openFor({ found, onlyFor }: Narrowed, field: string): Int32Array {
  const more = onlyFor.get(field)
  if (!more?.length) return found
  const both = new Int32Array(found.length + more.length)
  both.set(found)
  both.set(more, found.length)
  return both
}

function numberFacet({ kind, values }: NumberColumn, places: Int32Array): Facet & { type: 'number' } {
  return { fact: kind.id, type: 'number', ...spanOf(values, places) }
}

function choiceFacet({ kind, values, starts }: ChoiceColumn, places: Int32Array): Facet & { type: 'choice' } {
  const counts = new Int32Array(kind.choices.length)
  let count = 0
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? -1
    const end = starts[place + 1] ?? 0
    if (end > (starts[place] ?? 0)) count++
    for (let of = starts[place] ?? 0; of < end; of++) bump(counts, values[of])
  }
  return { fact: kind.id, type: 'choice', choices: kind.choices.map(({ id }, at) => ({ id, count: counts[at] ?? 0 })), count }
}

function spanOf(values: Float64Array, places: Int32Array): { min: number; max: number; count: number } {
  const span = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY, count: 0 }
  for (let at = 0; at < places.length; at++) {
    const value = values[places[at] ?? -1] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (value < span.min) span.min = value
    if (value > span.max) span.max = value
    span.count++
  }
  return span.count ? span : { min: 0, max: 0, count: 0 }
}

function bump(counts: Int32Array, at: number | undefined) {
  if (at !== undefined && at >= 0) counts[at] = (counts[at] ?? 0) + 1
}

function isNumber(column: NumberColumn | ChoiceColumn): column is NumberColumn {
  return column.kind.type === 'number'
}
