import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Synonyms } from '../../../content/schema.ts'
import type { SearchAnswer, SearchDocument, SearchEngine, SearchQuery } from './engine.ts'
import { buildIndex, openIndex, type SearchIndex } from './index-file.ts'
import { searchIndex } from './search-index.ts'

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

  async close() {
    await this.#replacing
    this.#index?.close()
    this.#index = undefined
  }

  /** The new file is built beside the old one, which answers until it is done; the swap is one step of this process. */
  async #replace(documents: SearchDocument[], synonyms: Synonyms, version: string) {
    if (this.#index?.version === version) return
    const building = `${this.#file}.${process.pid}.building`
    rmSync(building, { force: true })
    await buildIndex(building, documents, synonyms, version)
    this.#index?.close()
    renameSync(building, this.#file)
    this.#index = openIndex(this.#file)
  }
}
