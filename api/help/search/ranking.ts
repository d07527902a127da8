import type { Term } from './terms.ts'
import { wordsOf } from './words.ts'

/** How much a find in each field is worth, most important first: title, heading, keywords, body. */
export const FIELD_WEIGHTS = [2, 2, 1.5, 1] as const
/** How much a long field dilutes a find in it. */
const LENGTH_MATTERS = [0.5, 0.3, 0.3, 0.75] as const
const SATURATION = 2

/** For each word the phrases that begin with it. */
export type Lookup = Map<string, { words: string[]; term: number; weight: number }[]>

/** Where a phrase of a term stands among the words of a text. */
export type Match = { at: number; length: number; term: number; weight: number }

/** Stop words are not worth marking. */
export function lookupOf(terms: Term[]): Lookup {
  const lookup: Lookup = new Map()
  for (const [term, { phrases, faint }] of terms.entries()) {
    if (faint) continue
    for (const [phrase, weight] of phrases) {
      const words = phrase.split(' ')
      const first = words[0] ?? ''
      lookup.set(first, [...(lookup.get(first) ?? []), { words, term, weight }])
    }
  }
  return lookup
}

export function matchesIn(words: string[], lookup: Lookup): Match[] {
  const matches: Match[] = []
  for (const [at, word] of words.entries()) {
    for (const { words: phrase, term, weight } of lookup.get(word) ?? []) {
      if (phrase.every((part, offset) => words[at + offset] === part)) matches.push({ at, length: phrase.length, term, weight })
    }
  }
  return matches
}

/** Whether a title or heading begins with exactly what was asked for: who types the name of a section, such as an error code, wants it. */
export function opens(text: string, terms: Term[], lookup: Lookup): boolean {
  const words = wordsOf(text).slice(0, terms.length + 1) // one more, for a term of two words at the end
  const matches = matchesIn(
    words.map(({ folded }) => folded),
    lookup,
  )
  const telling = [...terms.keys()].filter((term) => !terms[term]?.faint)
  return telling.every((own, place) => matches.some(({ at, term, weight }) => at === place && term === own && weight === 1))
}

export function relativeLength(words: number, field: number, averages: readonly number[]): number {
  const share = LENGTH_MATTERS[field] ?? 0
  return 1 - share + (share * words) / Math.max(1, averages[field] ?? 1)
}

export function dampened(frequency: number): number {
  return frequency / (frequency + SATURATION)
}
