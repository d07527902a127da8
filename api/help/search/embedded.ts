import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Synonyms } from '../../../content/schema.ts'
import type { SearchAnswer, SearchDocument, SearchEngine, SearchHit, SearchQuery } from './engine.ts'
import { buildIndex, type Candidate, openIndex, type SearchIndex } from './index-file.ts'
import { bestPassage, marked } from './passages.ts'
import { type Lookup, lookupOf, type Relevance, relevance } from './ranking.ts'
import { type Term, termsOf } from './terms.ts'

const CANDIDATES = 80
const MOST_GROUPS = 1000
/** Nothing is found when the best document answers less than this share of what was asked; others must keep up with the best. */
const LEAST_COVERAGE = 0.2
const LEAST_OF_BEST = 0.2

/** Search in this process, in a file of its own that can be deleted at any time and is built again from the content. */
export function openEmbeddedSearch(file: string): SearchEngine {
  mkdirSync(dirname(file), { recursive: true })
  return new EmbeddedSearch(file)
}

class EmbeddedSearch implements SearchEngine {
  readonly #file: string
  #index: SearchIndex | undefined
  #replacing: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
    this.#index = openIndex(file)
  }

  /** One after the other: what was given last is what stays. */
  replaceAll(documents: SearchDocument[], synonyms: Synonyms, version: string): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replace(documents, synonyms, version))
    this.#replacing = replaced.catch(() => {})
    return replaced
  }

  async search(query: SearchQuery): Promise<SearchAnswer> {
    return { hits: this.#index ? searchIndex(this.#index, query) : [], engine: 'embedded' }
  }

  async groups(query: Omit<SearchQuery, 'limit'>): Promise<string[]> {
    return this.#index ? groupsOf(this.#index, query) : []
  }

  async close() {
    await this.#replacing
    this.#index?.close()
    this.#index = undefined
  }

  /** The new file is built beside the old one, which answers until it is done; the swap is one step of this process. */
  async #replace(documents: SearchDocument[], synonyms: Synonyms, version: string) {
    if (this.#index?.version === version) return
    const building = `${this.#file}.building`
    rmSync(building, { force: true }) // what a process left that was stopped meanwhile
    await buildIndex(building, documents, synonyms, version)
    this.#index?.close()
    renameSync(building, this.#file)
    this.#index = openIndex(this.#file)
  }
}

function searchIndex(index: SearchIndex, query: SearchQuery): SearchHit[] {
  const terms = termsIn(index, query)
  const lookup = lookupOf(terms)
  const expression = anyTerm(terms)
  const best = expression ? bestOfIndex(index, query, terms, lookup, expression) : []
  return best.slice(0, query.limit ?? 10).map((candidate) => hitOf(candidate, terms, lookup))
}

type Ranked = Relevance & { candidate: Candidate }

/**
 * FTS5 picks the candidates by BM25 over every phrase of every term; they are then ranked by what the visitor asked for, since to
 * FTS5 a typo's rare neighbour is worth more than the word itself.
 */
function bestOfIndex(index: SearchIndex, { locale, kinds, product }: SearchQuery, terms: Term[], lookup: Lookup, expression: string) {
  const { averages } = index.languages[locale]
  const ranked = index
    .best(locale, expression, { kinds, product }, CANDIDATES)
    .map((candidate) => ({ candidate, ...relevance(candidate.fields, terms, lookup, averages) }))
    .sort((a, b) => b.score - a.score)
  return bestOfGroups(worthShowing(ranked))
}

/** The best in their right order, and the long rest in the order of FTS5, which is good enough for what few look at. */
function groupsOf(index: SearchIndex, query: SearchQuery): string[] {
  const { locale, kinds, product } = query
  const terms = termsIn(index, query)
  for (const expression of [everyTerm(terms), anyTerm(terms)].filter(Boolean)) {
    const best = bestOfIndex(index, query, terms, lookupOf(terms), expression).map(({ group }) => group)
    if (best.length) return [...new Set([...best, ...index.groups(locale, expression, { kinds, product }, MOST_GROUPS)])]
  }
  return []
}

function termsIn(index: SearchIndex, { text, locale }: SearchQuery): Term[] {
  const { vocabulary, synonyms, documents } = index.languages[locale]
  return termsOf(text, vocabulary, synonyms, documents)
}

function anyTerm(terms: Term[]): string {
  return terms.flatMap(({ phrases }) => [...phrases.keys()].map((phrase) => `"${phrase}"`)).join(' OR ')
}

/** A word that nothing answers asks for nothing here. */
function everyTerm(terms: Term[]): string {
  const known = terms.filter(({ phrases }) => phrases.size)
  return known.map((term) => `(${anyTerm([term])})`).join(' AND ')
}

function worthShowing(ranked: Ranked[]): Ranked[] {
  const best = Math.max(0, ...ranked.map((one) => one.coverage))
  return best < LEAST_COVERAGE ? [] : ranked.filter((one) => one.coverage >= best * LEAST_OF_BEST)
}

function bestOfGroups(ranked: Ranked[]): Candidate[] {
  const groups = new Map<string, Candidate>()
  for (const { candidate } of ranked) if (!groups.has(candidate.group)) groups.set(candidate.group, candidate)
  return [...groups.values()]
}

function hitOf(candidate: Candidate, terms: Term[], lookup: Lookup): SearchHit {
  const { id, kind, group, title, heading, path, body } = candidate
  const weights = terms.map((term) => term.weight)
  return { id, kind, group, title, heading, path, titleFragments: marked(title, lookup), passage: bestPassage(body, lookup, weights) }
}
