import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Locale } from '../../../content/schema.ts'
import { correction } from './correction.ts'
import { EVERYONE, type SearchDocument } from './engine.ts'
import { LONGEST_QUERY, MOST_WORDS } from './terms.ts'
import { Vocabulary } from './vocabulary.ts'
import { wordsOf } from './words.ts'

const DOCUMENTS_PER_TURN = 50
const MOST_SYNONYMS = 20

/**
 * What an engine that knows typos and beginnings, but neither inflections, Danish compounds nor "oe" for "ø", must be told: which
 * words of the content belong together, and how the content spells what a visitor types.
 */
export class Spelling {
  readonly #vocabulary: Vocabulary
  /** How the content writes each folded word. */
  readonly #written: Map<string, string>

  /** What everybody may read, for suggestions: a word of a restricted article must not be suggested to others. */
  readonly #open: Vocabulary
  readonly #synonyms: string[][]

  constructor(vocabulary: Vocabulary, open: Vocabulary, written: Map<string, string>, synonyms: string[][]) {
    this.#vocabulary = vocabulary
    this.#open = open
    this.#written = written
    this.#synonyms = synonyms
  }

  didYouMean(text: string): string | null {
    return correction(text, this.#open, this.#synonyms)
  }

  /** Words only, since `"` and `-` are operators to Meilisearch; empty when nothing is asked for. */
  rewrite(text: string): string {
    const words = wordsOf(text.slice(0, LONGEST_QUERY)).slice(0, MOST_WORDS)
    return words.map(({ folded, start, end }) => this.#rewriteWord(text.slice(start, end), folded, end === text.length)).join(' ')
  }

  #rewriteWord(typed: string, folded: string, unfinished: boolean): string {
    const vocabulary = this.#vocabulary
    const longer = unfinished ? vocabulary.beginningWith(folded) : []
    if (longer.length && folded === typed.toLowerCase()) return typed
    const known = vocabulary.count(folded) ? [folded] : [...longer, ...vocabulary.formsOf(folded)].slice(0, 1)
    const meant = known.length || vocabulary.near(folded)[0]?.typos === 1 ? known : vocabulary.partsOf(folded)
    return meant.length ? meant.map((word) => this.#written.get(word) ?? word).join(' ') : typed
  }

  /** For each word its inflections and the compounds it is part of, with the company's own synonyms. */
  synonyms(groups: string[][]): Record<string, string[]> {
    const related = new Map<string, Set<string>>()
    const relate = (word: string, other: string) => {
      if (word !== other) related.set(word, (related.get(word) ?? new Set()).add(other))
    }
    for (const group of groups) for (const word of group) for (const other of group) relate(word.toLowerCase(), other.toLowerCase())
    for (const [folded, written] of this.#written) {
      for (const form of this.#vocabulary.formsOf(folded)) relate(this.#written.get(form) ?? form, written)
      for (const part of this.#compoundParts(folded)) relate(this.#written.get(part) ?? part, written)
    }
    return Object.fromEntries([...related].map(([word, others]) => [word, [...others].slice(0, MOST_SYNONYMS)]))
  }

  #compoundParts(folded: string): string[] {
    if (this.#vocabulary.locale !== 'da') return []
    return this.#vocabulary.partsOf(folded).flatMap((part) => this.#vocabulary.formsOf(part))
  }
}

/** Reads the words of one language, a few documents per turn of the event loop. */
export async function readSpelling(locale: Locale, documents: SearchDocument[], synonyms: string[][] = []): Promise<Spelling> {
  const counts = new Map<string, number>()
  const open = new Map<string, number>()
  const written = new Map<string, string>()
  for (const [number, document] of documents.entries()) {
    const text = [document.title, document.heading, document.body, ...document.keywords].join(' ')
    const words = new Map(wordsOf(text).map(({ folded, start, end }) => [folded, text.slice(start, end).toLowerCase()]))
    for (const [folded, spelled] of words) {
      counts.set(folded, (counts.get(folded) ?? 0) + 1)
      if (document.audience === EVERYONE) open.set(folded, (open.get(folded) ?? 0) + 1)
      if (!written.has(folded)) written.set(folded, spelled)
    }
    if (number % DOCUMENTS_PER_TURN === 0) await nextTurn()
  }
  const folded = synonyms.map((group) =>
    group.map((phrase) =>
      wordsOf(phrase)
        .map((word) => word.folded)
        .join(' '),
    ),
  )
  return new Spelling(new Vocabulary(locale, counts), new Vocabulary(locale, open, written), written, folded)
}
