import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { StopWords, Synonyms } from '../../../content/schema.ts'
import { correction } from './correction.ts'
import { EVERYONE, type SearchAnswer, type SearchDocument, type SearchEngine, type SearchHit, type SearchQuery } from './engine.ts'
import { buildIndex, type Language, openIndex, type SearchIndex, type Stored } from './index-file.ts'
import { bestPassage, marked } from './passages.ts'
import type { Places } from './places.ts'
import { lookupOf, opens } from './ranking.ts'
import { type Scores, scoresOf } from './scores.ts'
import { type Term, termsOf } from './terms.ts'

const CANDIDATES = 80
const STEPS = 1_000
const MOST_GROUPS = 1000
/** Nothing is found when the best document answers less than this share of what was asked; others must keep up with the best. */
const LEAST_COVERAGE = 0.1
const LEAST_OF_BEST = 0.1
/** Who types the name of a section, such as an error code, wants that section. */
const OPENING = 2
/** Other sections of a page are named when they answer this much as well as its best. */
const NEARLY = 0.6
const MOST_OTHERS = 2
const NO_STOP_WORDS: StopWords = { en: [], da: [] }

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
  replaceAll(documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords = NO_STOP_WORDS): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replace(documents, synonyms, version, stopWords))
    this.#replacing = replaced.catch(() => {})
    return replaced
  }

  async search(query: SearchQuery): Promise<SearchAnswer> {
    return { ...(this.#index ? searchIndex(this.#index, query) : { hits: [], didYouMean: null }), engine: 'embedded' }
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
  async #replace(documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords: StopWords) {
    if (this.#index?.version === version) return
    const building = `${this.#file}.building`
    rmSync(building, { force: true }) // what a process left that was stopped meanwhile
    await buildIndex(building, documents, synonyms, version, stopWords)
    this.#index?.close()
    renameSync(building, this.#file)
    this.#index = openIndex(this.#file)
  }
}

function searchIndex(index: SearchIndex, query: SearchQuery): Pick<SearchAnswer, 'hits' | 'didYouMean'> {
  const language = index.languages[query.locale]
  const terms = termsIn(language, query)
  const scores = scoresIn(language, terms)
  const best = highest(worthShowing(language, scores, query), scores, CANDIDATES)
  const pages = byPage(ranked(language, best, scores, terms)).slice(0, query.limit ?? 10)
  return { hits: pages.map((sections) => hitOf(language, sections, terms)), didYouMean: didYouMean(language, query) }
}

function didYouMean({ vocabulary, synonyms }: Language, { text, audiences = [EVERYONE] }: SearchQuery): string | null {
  return correction(text, vocabulary(audiences), synonyms)
}

/** In the order of their scores alone: who narrows down further does not need to know whose title opens with the words. */
function groupsOf(index: SearchIndex, query: SearchQuery): string[] {
  const language = index.languages[query.locale]
  const terms = termsIn(language, query)
  const scores = scoresIn(language, terms)
  const known = terms.filter(({ phrases, faint }) => phrases.size && !faint).length // a word that nothing answers asks for nothing here
  const answersAll = known > 1 ? bestOfGroups(language, scores, query, known) : []
  const best = answersAll.length ? answersAll : bestOfGroups(language, scores, query)
  return best.map((place) => language.places.groups[language.places.groupOf[place] ?? -1] ?? '')
}

function termsIn({ vocabulary, synonyms, stopWords, places }: Language, { text, audiences = [EVERYONE] }: SearchQuery): Term[] {
  return termsOf(text, vocabulary(audiences), { synonyms, ownStopWords: stopWords, documents: places.size })
}

function scoresIn({ postings, places }: Language, terms: Term[]): Scores {
  return scoresOf(terms, postings, places.size)
}

/** The best document of each group, best first. `every`: only those that answer to so many terms. */
function bestOfGroups(language: Language, scores: Scores, query: SearchQuery, every = 1): number[] {
  return highest(onePerGroup(worthShowing(language, scores, query, every), scores, language.places), scores, MOST_GROUPS)
}

/** The places of documents that answer enough of the question and that this query may find. */
function worthShowing({ places }: Language, { coverage, answered }: Scores, query: SearchQuery, every = 1): Int32Array {
  const { kinds, product, audiences = [EVERYONE] } = query
  const allowed = places.allowed({ kinds, product, audiences })
  let best = 0
  for (let place = 0; place < places.size; place++) {
    if (allowed[place] && (answered[place] ?? 0) >= every) best = Math.max(best, coverage[place] ?? 0)
  }
  if (best < LEAST_COVERAGE) return new Int32Array()
  const isEnough = (place: number) => allowed[place] && (answered[place] ?? 0) >= every && (coverage[place] ?? 0) >= best * LEAST_OF_BEST
  return placesWhere(places.size, isEnough)
}

function placesWhere(size: number, holds: (place: number) => unknown): Int32Array {
  const found = new Int32Array(size)
  let length = 0
  for (let place = 0; place < size; place++) if (holds(place)) found[length++] = place
  return found.subarray(0, length)
}

function onePerGroup(found: Int32Array, { score }: Scores, { groupOf, groups }: Places): Int32Array {
  const best = new Int32Array(groups.length).fill(-1)
  for (const place of found) {
    const group = groupOf[place] ?? 0
    const before = best[group] ?? -1
    if (before < 0 || (score[place] ?? 0) > (score[before] ?? 0)) best[group] = place
  }
  return best.filter((place) => place >= 0)
}

/** Sorts only what is handed out: a common word stands in most documents. Of equals the first ones come first. */
function highest(found: Int32Array, { score }: Scores, most: number): number[] {
  const scoreOf = (place: number) => score[place] ?? 0
  const best = found.length > most ? aboveTheRest(found, scoreOf, most) : [...found]
  return best.sort((a, b) => scoreOf(b) - scoreOf(a) || a - b).slice(0, most)
}

/** Those that are among the best by a rough count of how many score how much, which takes no sorting; a few too many. */
function aboveTheRest(found: Int32Array, scoreOf: (place: number) => number, most: number): number[] {
  let top = 0
  for (const place of found) top = Math.max(top, scoreOf(place))
  const stepOf = (place: number) => Math.floor((scoreOf(place) / top) * STEPS)
  const counts = new Uint32Array(STEPS + 1)
  for (const place of found) counts[stepOf(place)] = (counts[stepOf(place)] ?? 0) + 1
  let step = STEPS
  for (let enough = counts[step] ?? 0; enough < most && step > 0; enough += counts[step] ?? 0) step--
  return [...found.filter((place) => stepOf(place) >= step)]
}

type Ranked = { place: number; stored: Stored; score: number }

function ranked({ document }: Language, best: number[], scores: Scores, terms: Term[]): Ranked[] {
  const lookup = lookupOf(terms)
  return best
    .map((place) => {
      const stored = document(place)
      const isOpened = opens(stored.title, terms, lookup) || opens(stored.heading, terms, lookup)
      return { place, stored, score: (scores.score[place] ?? 0) * (isOpened ? OPENING : 1) }
    })
    .sort((a, b) => b.score - a.score)
}

/** The pages in the order of their best sections, each with its sections, best first. */
function byPage(ranked: Ranked[]): Ranked[][] {
  return [...Map.groupBy(ranked, ({ stored }) => stored.group).values()]
}

function hitOf({ body }: Language, [best, ...rest]: Ranked[], terms: Term[]): SearchHit {
  if (!best) throw new Error('a page without a section')
  const shown = best.stored
  const lookup = lookupOf(terms)
  const weights = terms.map((term) => (term.faint ? 0 : term.weight))
  const passageOf = (place: number) => bestPassage(body(place), lookup, weights)
  const others = rest.filter(({ stored, score }) => stored.heading && score >= best.score * NEARLY).slice(0, MOST_OTHERS)
  return {
    ...shown,
    titleFragments: marked(shown.title, lookup),
    passage: passageOf(best.place),
    others: others.map(({ place, stored: { id, heading, path } }) => ({ id, heading, path, passage: passageOf(place) })),
  }
}
