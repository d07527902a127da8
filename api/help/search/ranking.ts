import type { Term } from './terms.ts'

/** Folded words of the fields, most important first: title, heading, keywords, body. */
export type Fields = readonly [string, string, string, string]

/** How much a find in each field is worth; FTS5 is told the same. */
export const FIELD_WEIGHTS = [4, 3, 2, 1] as const
/** How much a long field dilutes a find in it. */
const LENGTH_MATTERS = [0.5, 0.3, 0.3, 0.75] as const
const SATURATION = 1.2
/** Who types the name of a section, such as an error code, wants that section. */
const OPENING = 1.5

/** For each word the phrases that begin with it. */
export type Lookup = Map<string, { words: string[]; term: number; weight: number }[]>

/** Where a phrase of a term stands among the words of a text. */
export type Match = { at: number; length: number; term: number; weight: number }

/** `coverage` is the share of what was asked that the document answers, 0 to 1. */
export type Relevance = { score: number; coverage: number }

export function lookupOf(terms: Term[]): Lookup {
  const lookup: Lookup = new Map()
  for (const [term, { phrases }] of terms.entries()) {
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

/** BM25F: finds are weighed by field before their number is dampened, so three mentions in a body do not outdo the title. */
export function relevance(fields: Fields, terms: Term[], lookup: Lookup, averages: readonly number[]): Relevance {
  const frequency = terms.map(() => 0)
  const answered = terms.map(() => 0)
  let opens = false
  for (const [field, text] of fields.entries()) {
    const words = text ? text.split(' ') : []
    const matches = matchesIn(words, lookup)
    const worth = (FIELD_WEIGHTS[field] ?? 1) / relativeLength(words.length, field, averages)
    for (const { term, weight } of matches) {
      frequency[term] = (frequency[term] ?? 0) + weight * worth
      answered[term] = Math.max(answered[term] ?? 0, weight)
    }
    if (field < 2)
      opens ||= terms.every((_, place) => matches.some(({ at, term, weight }) => at === place && term === place && weight === 1))
  }
  const score = sum(terms.map(({ weight }, term) => weight * dampened(frequency[term] ?? 0)))
  const covered = sum(terms.map(({ weight }, term) => weight * (answered[term] ?? 0)))
  return { score: opens ? score * OPENING : score, coverage: covered / sum(terms.map(({ weight }) => weight)) }
}

function relativeLength(words: number, field: number, averages: readonly number[]): number {
  const share = LENGTH_MATTERS[field] ?? 0
  return 1 - share + (share * words) / Math.max(1, averages[field] ?? 1)
}

function dampened(frequency: number): number {
  return frequency / (frequency + SATURATION)
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
