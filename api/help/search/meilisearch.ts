import { randomUUID } from 'node:crypto'
import { type EnqueuedTaskPromise, type Hit, Meilisearch, MeilisearchApiError, type SearchParams, type Settings } from 'meilisearch'
import { LOCALES, type Locale, type StopWords, type Synonyms } from '../../../content/schema.ts'
import {
  EVERYONE,
  type Fragment,
  type SearchAnswer,
  type SearchDocument,
  type SearchEngine,
  type SearchHit,
  type SearchQuery,
} from './engine.ts'
import { readSpelling, type Spelling } from './spelling.ts'
import { STOP_WORDS } from './words.ts'

/** Goes up when the settings or the shape of documents change: an index made the old way is then built again. */
const ANALYSIS = 3
const SEARCH_TIMEOUT_MS = 1000
const WRITE_TIMEOUT_MS = 30_000
const TASK_TIMEOUT_MS = 120_000
const DOCUMENTS_PER_REQUEST = 1000
/** A building site this old was left by a process that was stopped; no build takes as long. */
const ABANDONED_MS = 60 * 60 * 1000
const PASSAGE_WORDS = 28
/** As many as Meilisearch hands out unless told otherwise. */
const MOST_GROUPS = 1000

// Characters no text holds, so that marked text needs no escaping and never becomes HTML.
const HIT_START = '\uE000'
const HIT_END = '\uE001'

const ISO_639_3 = { en: 'eng', da: 'dan' } as const

const NO_STOP_WORDS: StopWords = { en: [], da: [] }

type Stored = SearchDocument & { version: string }

/** Search on a Meilisearch server, 1.18 or later. Opening asks nothing of it: it may be down. */
export function openMeilisearch({
  url,
  key,
  index,
  now = Date.now,
}: {
  url: string
  key: string
  index: string
  now?: () => number
}): SearchEngine {
  return new MeilisearchEngine(url, key, index, now)
}

class MeilisearchEngine implements SearchEngine {
  readonly #prefix: string
  readonly #now: () => number
  readonly #quick: Meilisearch
  readonly #patient: Meilisearch
  #spelling: Record<Locale, Spelling> | undefined
  #replacing: Promise<void> = Promise.resolve()

  constructor(url: string, key: string, prefix: string, now: () => number) {
    this.#prefix = prefix
    this.#now = now
    this.#quick = new Meilisearch({ host: url, apiKey: key, timeout: SEARCH_TIMEOUT_MS })
    this.#patient = new Meilisearch({
      host: url,
      apiKey: key,
      timeout: WRITE_TIMEOUT_MS,
      defaultWaitOptions: { timeout: TASK_TIMEOUT_MS },
    })
  }

  /** One after the other: what was given last is what stays. */
  replaceAll(documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords = NO_STOP_WORDS): Promise<void> {
    const replaced = this.#replacing.then(() => this.#replace(documents, synonyms, `${version}/${ANALYSIS}`, stopWords))
    this.#replacing = replaced.catch(() => {})
    return replaced
  }

  async search(query: SearchQuery): Promise<SearchAnswer> {
    const found = await this.#find(query, {
      limit: query.limit ?? 10,
      attributesToRetrieve: ['id', 'kind', 'group', 'title', 'heading', 'path', 'language'],
      attributesToHighlight: ['title', 'body'],
      attributesToCrop: ['body'],
      cropLength: PASSAGE_WORDS,
      cropMarker: '',
      highlightPreTag: HIT_START,
      highlightPostTag: HIT_END,
    })
    return { hits: found.map(hitOf), didYouMean: this.#spelling?.[query.locale].didYouMean(query.text) ?? null, engine: 'meilisearch' }
  }

  async groups(query: Omit<SearchQuery, 'limit'>): Promise<string[]> {
    const found = await this.#find(query, { limit: MOST_GROUPS, attributesToRetrieve: ['group'] })
    return found.map(({ group }) => group)
  }

  async #find({ text, locale, kinds, product, audiences = [EVERYONE] }: SearchQuery, answer: SearchParams): Promise<Hit<Stored>[]> {
    const q = this.#spelling?.[locale].rewrite(text) ?? ''
    if (!q) return [] // to Meilisearch an empty query asks for everything
    const { hits } = await this.#quick.index<Stored>(this.#live(locale)).search(q, {
      ...answer,
      locales: [ISO_639_3[locale]],
      filter: [
        `audience IN [${audiences.map(quoted).join(', ')}]`,
        ...(kinds ? [`kind IN [${kinds.join(', ')}]`] : []),
        ...(product === undefined ? [] : [`products = ${quoted(product)}`]),
      ],
      // 'last' would drop the end of a question, where its nouns are.
      matchingStrategy: 'frequency',
    })
    return hits
  }

  /** Holds nothing open. A build under way is not waited for: the next start finds the old version and builds again. */
  async close() {}

  async #replace(documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords: StopWords) {
    const stored = await this.#storedVersions() // first, since it tells within a second whether anybody is there
    const byLocale = { en: documents.filter(({ locale }) => locale === 'en'), da: documents.filter(({ locale }) => locale === 'da') }
    const spelling = { en: await readSpelling('en', byLocale.en, synonyms.en), da: await readSpelling('da', byLocale.da, synonyms.da) }
    if (LOCALES.some((locale) => stored[locale] !== version)) {
      const next = { en: this.#buildingSite('en'), da: this.#buildingSite('da') }
      try {
        for (const locale of LOCALES) {
          const settings = settingsFor(locale, spelling[locale].synonyms(synonyms[locale]), stopWords[locale])
          await this.#build(next[locale], settings, byLocale[locale], version)
        }
        await this.#swap(next, stored)
      } finally {
        await this.#tearDown(Object.values(next)).catch(() => {}) // an index too many harms nobody, and a later build removes it
      }
    }
    this.#spelling = spelling
  }

  /** `false` for an index that is not there, `undefined` for one that says nothing. */
  async #storedVersions(): Promise<Record<Locale, string | false | undefined>> {
    const [en, da] = await Promise.all([this.#storedVersion('en'), this.#storedVersion('da')])
    return { en, da }
  }

  /** The version travels in every document, so that it changes in the same instant as they do. */
  async #storedVersion(locale: Locale): Promise<string | false | undefined> {
    try {
      const { results } = await this.#quick.index<Stored>(this.#live(locale)).getDocuments({ limit: 1, fields: ['version'] })
      return results[0]?.version
    } catch (error) {
      if (error instanceof MeilisearchApiError && error.cause?.code === 'index_not_found') return false
      throw error
    }
  }

  async #build(uid: string, settings: Settings, documents: SearchDocument[], version: string) {
    await done(this.#patient.createIndex(uid, { primaryKey: 'id' }))
    const index = this.#patient.index<Stored>(uid)
    await done(index.updateSettings(settings))
    for (let start = 0; start < documents.length; start += DOCUMENTS_PER_REQUEST) {
      const some = documents.slice(start, start + DOCUMENTS_PER_REQUEST)
      await done(index.addDocuments(some.map((document) => ({ ...document, version }))))
    }
  }

  /** All languages in one request, which Meilisearch carries out as one. The first time there is nothing to swap with. */
  async #swap(next: Record<Locale, string>, stored: Record<Locale, string | false | undefined>) {
    const swaps = LOCALES.map((locale) => ({
      indexes: [next[locale], this.#live(locale)] as [string, string],
      rename: stored[locale] === false,
    }))
    await done(this.#patient.swapIndexes(swaps))
  }

  /** What is left of building: the old index after a swap, half a new one after a failure, and what stopped processes left. */
  async #tearDown(own: string[]) {
    const { results } = await this.#patient.getRawIndexes({ limit: 1000 })
    const isAbandoned = (uid: string, createdAt: string) => this.#isBuildingSite(uid) && Date.parse(createdAt) < this.#now() - ABANDONED_MS
    const left = results.filter(({ uid, createdAt }) => own.includes(uid) || isAbandoned(uid, createdAt))
    for (const { uid } of left) await this.#patient.deleteIndex(uid)
  }

  // One index per language, as Meilisearch advises: stop words and synonyms are settings of an index, and words of one language
  // must not be corrected into those of the other.
  #live(locale: Locale): string {
    return `${this.#prefix}-${locale}`
  }

  /** A name of its own for each build: two processes that start together must not fill the same index. */
  #buildingSite(locale: Locale): string {
    return `${this.#live(locale)}-next-${randomUUID()}`
  }

  #isBuildingSite(uid: string): boolean {
    return LOCALES.some((locale) => uid.startsWith(`${this.#live(locale)}-next-`))
  }
}

function settingsFor(locale: Locale, synonyms: Record<string, string[]>, stopWords: string[]): Settings {
  return {
    searchableAttributes: ['title', 'heading', 'keywords', 'body'],
    filterableAttributes: ['kind', 'products', 'audience'],
    distinctAttribute: 'group',
    localizedAttributes: [{ attributePatterns: ['*'], locales: [ISO_639_3[locale]] }],
    stopWords: [...STOP_WORDS[locale], ...stopWords],
    synonyms,
    typoTolerance: { enabled: true, minWordSizeForTypos: { oneTypo: 5, twoTypos: 9 }, disableOnNumbers: true },
  }
}

/** Waits for a task; Meilisearch answers "accepted" even to what will fail. */
async function done(task: EnqueuedTaskPromise) {
  const { status, type, error } = await task.waitTask()
  if (status !== 'succeeded') throw new Error(`Meilisearch: ${type} ${status}: ${error?.message ?? 'no reason given'}`)
}

function hitOf({ id, kind, group, title, heading, path, language, _formatted }: Hit<Stored>): SearchHit {
  return {
    id,
    kind,
    group,
    title,
    heading,
    path,
    language,
    titleFragments: fragmentsOf(_formatted?.title ?? title),
    passage: fragmentsOf(_formatted?.body ?? ''),
    others: [],
  }
}

function fragmentsOf(marked: string): Fragment[] {
  const parts = marked.split(new RegExp(`(${HIT_START}[^${HIT_END}]*${HIT_END})`))
  return parts
    .map((part) => ({ text: part.replaceAll(HIT_START, '').replaceAll(HIT_END, ''), hit: part.startsWith(HIT_START) }))
    .filter(({ text }) => text)
}

/** A filter is a language of its own: nothing a visitor sends may end the string it stands in. */
function quoted(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
