import { FIELD_WEIGHTS, relativeLength } from './ranking.ts'

/** Where a word or phrase stands: places of documents, ascending, and what it is worth in each by BM25F, before it is dampened. */
export type Postings = { places: Uint32Array; worths: Float32Array }

const MOST_COUNTED = 127

/** Collects the words of one language's documents, which are added in the order of their places. */
export class PostingsBuilder {
  readonly #found = new Map<string, { places: number[]; counts: number[] }>()
  readonly #phrases = new Map<string, string[][]>()
  readonly #lengths: number[][] = []

  /** `phrases` of more than one word are found as if each were a word; what search asks for in one piece must be told here. */
  constructor(phrases: string[]) {
    for (const words of phrases.map((phrase) => phrase.split(' ')).filter(({ length }) => length > 1)) {
      const first = words[0] ?? ''
      this.#phrases.set(first, [...(this.#phrases.get(first) ?? []), words])
    }
  }

  /** The words of the document's fields, most important field first. */
  add(fields: string[][]) {
    const place = this.#lengths.length
    this.#lengths.push(fields.map(({ length }) => length))
    for (const [field, words] of fields.entries()) {
      for (const [at, word] of words.entries()) {
        this.#count(word, place, field)
        for (const phrase of this.#phrases.get(word) ?? []) {
          if (phrase.every((part, offset) => words[at + offset] === part)) this.#count(phrase.join(' '), place, field)
        }
      }
    }
  }

  /** All that was found; worths are known only now that the average lengths are. */
  *postings(): Generator<[string, Postings]> {
    const averages = this.#averages()
    for (const [word, { places, counts }] of this.#found) {
      const worths = places.map((place, at) => this.#worth(counts[at] ?? 0, place, averages))
      yield [word, { places: Uint32Array.from(places), worths: Float32Array.from(worths) }]
    }
  }

  /** Four small counts in one number: this is kept for every word of every document. */
  #count(word: string, place: number, field: number) {
    const found = this.#found.get(word) ?? { places: [], counts: [] }
    this.#found.set(word, found)
    if (found.places.at(-1) !== place) {
      found.places.push(place)
      found.counts.push(0)
    }
    const last = found.counts.length - 1
    const counts = found.counts[last] ?? 0
    if (countOf(counts, field) < MOST_COUNTED) found.counts[last] = counts + (1 << (8 * field))
  }

  #worth(counts: number, place: number, averages: number[]): number {
    const lengths = this.#lengths[place] ?? []
    return FIELD_WEIGHTS.reduce(
      (worth, weight, field) => worth + (countOf(counts, field) * weight) / relativeLength(lengths[field] ?? 0, field, averages),
      0,
    )
  }

  #averages(): number[] {
    return FIELD_WEIGHTS.map((_, field) => {
      const words = this.#lengths.reduce((sum, lengths) => sum + (lengths[field] ?? 0), 0)
      return words / Math.max(1, this.#lengths.length)
    })
  }
}

/** For a column of the index, which only the machine that wrote it reads. */
export function packed({ places, worths }: Postings): Uint8Array {
  const bytes = new Uint8Array(places.byteLength + worths.byteLength)
  bytes.set(new Uint8Array(places.buffer), 0)
  bytes.set(new Uint8Array(worths.buffer), places.byteLength)
  return bytes
}

export function unpacked(buffer: ArrayBuffer): Postings {
  const size = buffer.byteLength / 8
  return { places: new Uint32Array(buffer, 0, size), worths: new Float32Array(buffer, size * 4, size) }
}

function countOf(counts: number, field: number): number {
  return (counts >> (8 * field)) & MOST_COUNTED
}
