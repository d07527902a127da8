import type { Locale, StopWords, Synonyms } from '../../../content/schema.ts'

/** One thing search can find: a section of an article, or a product. */
export type SearchDocument = {
  /** Unique over all documents, letters, digits, `-` and `_` only. */
  id: string
  kind: 'article' | 'product'
  locale: Locale
  /** Documents of one group are parts of one page; an answer shows the best of each group. */
  group: string
  /** Of the page. */
  title: string
  /** Of the section; empty for what stands before the first heading. */
  heading: string
  /** Plain text. */
  body: string
  /** Words the text does not use: error codes, everyday names, stock numbers. */
  keywords: string[]
  /** Slugs of the products it concerns. */
  products: string[]
  /** Who may find it: `everyone`, or a name that only a query of the right reader holds. */
  audience: string
  topic: string
  /** Of its words; another one than `locale` where nobody has translated them yet. */
  language: Locale
  /** Path on the portal, with the anchor of the section. */
  path: string
}

export const EVERYONE = 'everyone'

export type SearchQuery = {
  text: string
  locale: Locale
  kinds?: SearchDocument['kind'][]
  /** Only what concerns this product. */
  product?: string
  /** What the reader may find, told by the server and never by the reader; what is for everyone unless told. */
  audiences?: readonly string[]
  /** 1 to 50, 10 unless told. */
  limit?: number
}

/** A stretch of text; `hit` says it is what was asked for. Never HTML. */
export type Fragment = { text: string; hit: boolean }

export type SearchHit = Pick<SearchDocument, 'id' | 'kind' | 'group' | 'title' | 'heading' | 'path' | 'language'> & {
  /** The code of a display that was asked for, where this explains it. */
  code?: string
  titleFragments: Fragment[]
  /** The best passage of the body, about 160 characters. */
  passage: Fragment[]
  /** Sections of the same page that answer nearly as well, two at most, each with the best passage of its own. */
  others: (Pick<SearchDocument, 'id' | 'heading' | 'path'> & { passage: Fragment[] })[]
}

/** `didYouMean` is what was asked with its unknown words as the content writes their neighbours; null when there is nothing to mend. */
export type SearchAnswer = { hits: SearchHit[]; didYouMean: string | null; engine: 'embedded' | 'meilisearch' }

/** Two implementations, one contract (`tests/api/search-contract.ts`). */
export interface SearchEngine {
  /**
   * Replaces everything at once: a search meanwhile sees all of the old or all of the new. Writes nothing if `version` is already
   * in, so it is called at every start. Of two calls the later one stays.
   */
  replaceAll(documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords?: StopWords): Promise<void>
  /**
   * Best first, one per group, and nothing rather than what has little to do with it. Any text is a valid query and operators have
   * no meaning; a last word that the text ends in may be half a word. Throws when the engine cannot answer within a second.
   */
  search(query: SearchQuery): Promise<SearchAnswer>
  /**
   * Groups only, best first, up to a thousand: for who narrows them down by other means. Those that answer to every word, if there
   * are any; more words find less.
   */
  groups(query: Omit<SearchQuery, 'limit'>): Promise<string[]>
  close(): Promise<void>
}
