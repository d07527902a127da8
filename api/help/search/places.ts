import type { SearchDocument } from './engine.ts'

const MOST_MASKS = 64

export type Filter = { kinds?: string[] | undefined; product?: string | undefined; audiences: readonly string[] }
export type Placed = Pick<SearchDocument, 'kind' | 'group' | 'products' | 'audience'>

/** What is known of each document without reading it, by its place among those of one language. */
export class Places {
  readonly size: number
  /** Which group each place belongs to, as a number. */
  readonly groupOf: Int32Array
  readonly groups: string[]
  readonly #documents: Pick<Placed, 'kind' | 'audience'>[]
  readonly #ofProduct = new Map<string, Set<number>>()
  readonly #masks = new Map<string, Uint8Array>()

  constructor(documents: Placed[]) {
    const numbers = new Map<string, number>()
    for (const { group } of documents) if (!numbers.has(group)) numbers.set(group, numbers.size)
    this.size = documents.length
    this.groupOf = Int32Array.from(documents, ({ group }) => numbers.get(group) ?? -1)
    this.groups = [...numbers.keys()]
    this.#documents = documents.map(({ kind, audience }) => ({ kind, audience }))
    for (const [place, { products }] of documents.entries()) {
      for (const product of products) this.#ofProduct.set(product, (this.#ofProduct.get(product) ?? new Set()).add(place))
    }
  }

  /** By place: 1 for what the query may find. */
  allowed({ kinds, product, audiences }: Filter): Uint8Array {
    const key = JSON.stringify([kinds, audiences])
    const mask = this.#masks.get(key) ?? this.#mask(kinds, audiences)
    if (this.#masks.size >= MOST_MASKS) this.#masks.clear()
    this.#masks.set(key, mask)
    if (product === undefined) return mask
    const ofProduct = new Uint8Array(this.size)
    for (const place of this.#ofProduct.get(product) ?? []) ofProduct[place] = mask[place] ?? 0
    return ofProduct
  }

  #mask(kinds: string[] | undefined, audiences: readonly string[]): Uint8Array {
    return Uint8Array.from(this.#documents, ({ kind, audience }) =>
      Number(audiences.includes(audience) && (!kinds || kinds.includes(kind))),
    )
  }
}
