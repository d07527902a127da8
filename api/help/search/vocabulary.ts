import type { Locale } from '../../../content/schema.ts'
import { stem } from './stems.ts'
import { hasTooManyOthers, lettersOf, typosAllowed, typosBetween } from './typos.ts'

const SHORTEST_PART = 3
const MOST_NEIGHBOURS = 12
const MOST_REMEMBERED = 5000

export type Near = { word: string; typos: number }

/** The words of one language that occur in the index, and what a word someone typed may mean among them. */
export class Vocabulary {
  readonly locale: Locale
  /** In how many documents each word stands. */
  readonly #counts: Map<string, number>
  readonly #sorted: string[]
  /** The letters of each word of `#sorted`. */
  readonly #letters: Int32Array
  readonly #byStem = new Map<string, string[]>()
  /** How the content writes a folded word. */
  readonly #written: Map<string, string>
  readonly #remembered = new Map<string, string[] | Near[]>()

  constructor(locale: Locale, counts: Map<string, number>, written = new Map<string, string>()) {
    this.locale = locale
    this.#written = written
    this.#counts = counts
    this.#sorted = [...counts.keys()].sort()
    this.#letters = Int32Array.from(this.#sorted, lettersOf)
    for (const word of this.#sorted) {
      const key = stem(word, locale)
      const mates = this.#byStem.get(key)
      if (mates) mates.push(word)
      else this.#byStem.set(key, [word])
    }
  }

  count(word: string): number {
    return this.#counts.get(word) ?? 0
  }

  written(word: string): string {
    return this.#written.get(word) ?? word
  }

  /** The word and its inflections, as far as they occur. */
  formsOf(word: string): string[] {
    const mates = this.#byStem.get(stem(word, this.locale)) ?? []
    return this.count(word) && !mates.includes(word) ? [word, ...mates] : mates
  }

  isForm(word: string | undefined, of: string): boolean {
    return word === of || (word !== undefined && stem(word, this.locale) === stem(of, this.locale))
  }

  /** Words that begin like this, commonest first. */
  beginningWith(start: string): string[] {
    return this.#remember(`${start}…`, () => {
      const found: string[] = []
      for (let index = this.#firstFrom(start); this.#sorted[index]?.startsWith(start); index++) found.push(this.#sorted[index] ?? '')
      return found.sort((a, b) => this.count(b) - this.count(a)).slice(0, MOST_NEIGHBOURS)
    })
  }

  /** Words that may have been meant: fewest typos first, then commonest. */
  near(typed: string, unfinished = false): Near[] {
    return this.#remember(`${typed}~${unfinished}`, () => {
      const most = typosAllowed(typed)
      const found: Near[] = []
      for (const word of most ? this.#candidates(typed, most) : []) {
        const typos = typosBetween(typed, word, most, unfinished)
        if (typos <= most && word !== typed) found.push({ word, typos })
      }
      return found.sort((a, b) => a.typos - b.typos || this.count(b.word) - this.count(a.word)).slice(0, MOST_NEIGHBOURS)
    })
  }

  /** The two or three words a compound is made of, or none: "varmepumpefejl" is "varmepumpe" and "fejl". */
  partsOf(compound: string): string[] {
    return this.#remember(`${compound}=`, () => this.#split(compound, 3))
  }

  /** Danish compounds that begin or end with this word: "pumpe" stands in "varmepumpe" and "pumpefejl". */
  compoundsOf(word: string): string[] {
    const base = stem(word, this.locale)
    if (this.locale !== 'da' || base.length < 4) return []
    return this.#remember(`${word}+`, () => {
      const found = this.#sorted.filter((compound) => this.#hasHead(compound, word, base) || this.#hasTail(compound, base))
      return found.sort((a, b) => this.count(b) - this.count(a)).slice(0, MOST_NEIGHBOURS)
    })
  }

  #split(compound: string, most: number): string[] {
    let best: string[] = []
    for (let at = compound.length - SHORTEST_PART; at >= SHORTEST_PART; at--) {
      const head = this.#headWord(compound.slice(0, at))
      if (!head) continue
      const rest = compound.slice(at)
      const tail = this.#isWord(rest) ? [rest] : most > 2 ? this.#split(rest, most - 1) : []
      if (tail.length && (!best.length || isBetterSplit([head, ...tail], best))) best = [head, ...tail]
    }
    return best
  }

  #hasHead(compound: string, word: string, base: string): boolean {
    const head = compound.startsWith(word) ? word : compound.startsWith(base) ? base : undefined
    if (!head || compound.length < head.length + SHORTEST_PART) return false
    const rest = compound.slice(head.length)
    return [rest, rest.replace(/^[se]/, '')].some((tail) => this.#isWord(tail))
  }

  #hasTail(compound: string, base: string): boolean {
    if (!compound.includes(base, SHORTEST_PART)) return false
    const stemmed = stem(compound, this.locale)
    const head = stemmed.slice(0, -base.length)
    return stemmed.endsWith(base) && [head, head.replace(/[se]$/, '')].some((word) => this.#isWord(word))
  }

  /** The first part of a compound, which is not inflected, as a word of its own: "drifts" in "driftsstop" is "drift". */
  #headWord(head: string): string | undefined {
    return [head, head.replace(/[se]$/, '')].find((word) => word.length >= SHORTEST_PART && this.#counts.has(word))
  }

  #isWord(word: string): boolean {
    return word.length >= SHORTEST_PART && (this.#counts.has(word) || this.#byStem.has(stem(word, this.locale)))
  }

  /** With one typo allowed the first letter must be right, so one letter's words are enough. */
  #candidates(typed: string, most: number): string[] {
    const first = most > 1 ? '' : typed.charAt(0)
    const letters = lettersOf(typed)
    const start = this.#firstFrom(first)
    return this.#sorted
      .slice(start, this.#firstFrom(`${first}\uffff`))
      .filter((_, index) => !hasTooManyOthers(letters, this.#letters[start + index] ?? 0, most))
  }

  #firstFrom(start: string): number {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] ?? '') < start) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Keystrokes of many visitors ask for the same few words; strangers' words must not fill the memory. */
  #remember<T extends string[] | Near[]>(key: string, find: () => T): T {
    const known = this.#remembered.get(key)
    if (known) return known as T // one kind of key, one kind of answer
    if (this.#remembered.size >= MOST_REMEMBERED) this.#remembered.clear()
    const found = find()
    this.#remembered.set(key, found)
    return found
  }
}

/** Fewer parts, then parts more alike in length: short ones match by chance. */
function isBetterSplit(parts: string[], than: string[]): boolean {
  if (parts.length !== than.length) return parts.length < than.length
  return shortest(parts) > shortest(than)
}

function shortest(parts: string[]): number {
  return Math.min(...parts.map((part) => part.length))
}
