import type { StopWords, Synonyms } from '../../../content/schema.ts'
import type { Log } from '../../platform/log.ts'
import type { SearchAnswer, SearchDocument, SearchEngine, SearchQuery } from './engine.ts'

type Content = [documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords?: StopWords]

/**
 * The primary engine while it answers and has the current content, else the embedded one. After a failure nobody waits for the
 * primary again: it is tried in the background, brought up to date, and only then asked by visitors.
 */
export function withFallback(
  primary: SearchEngine,
  embedded: SearchEngine,
  log: Log,
  { patienceMs = 800, coolDownMs = 3000 } = {},
): SearchEngine {
  return new SearchWithFallback(primary, embedded, log, patienceMs, coolDownMs)
}

class SearchWithFallback implements SearchEngine {
  readonly #primary: SearchEngine
  readonly #embedded: SearchEngine
  readonly #log: Log
  readonly #patienceMs: number
  readonly #coolDownMs: number
  #content: Content | undefined
  #primaryIsCurrent = false
  #catchingUp: Promise<void> | undefined
  #retry: NodeJS.Timeout | undefined
  #closed = false

  constructor(primary: SearchEngine, embedded: SearchEngine, log: Log, patienceMs: number, coolDownMs: number) {
    this.#primary = primary
    this.#embedded = embedded
    this.#log = log
    this.#patienceMs = patienceMs
    this.#coolDownMs = coolDownMs
  }

  /** Done when the embedded engine has it, which answers until the primary has it too. */
  async replaceAll(...content: Content): Promise<void> {
    await this.#embedded.replaceAll(...content)
    this.#content = content
    this.#primaryIsCurrent = false
    this.#catchUp()
  }

  search(query: SearchQuery): Promise<SearchAnswer> {
    return this.#ask((engine) => engine.search(query))
  }

  groups(query: Omit<SearchQuery, 'limit'>): Promise<string[]> {
    return this.#ask((engine) => engine.groups(query))
  }

  async close() {
    this.#closed = true
    clearTimeout(this.#retry)
    await Promise.all([this.#primary.close(), this.#embedded.close()])
  }

  async #ask<T>(question: (engine: SearchEngine) => Promise<T>): Promise<T> {
    if (!this.#primaryIsCurrent) return question(this.#embedded)
    try {
      return await within(this.#patienceMs, question(this.#primary))
    } catch (error) {
      this.#lose(error)
      return question(this.#embedded)
    }
  }

  /** Many searches fail together when a server goes; one of them says so and sets the clock. */
  #lose(error: unknown) {
    if (!this.#primaryIsCurrent) return
    this.#primaryIsCurrent = false
    this.#log('search-primary-lost', { reason: messageOf(error) })
    this.#catchUpLater()
  }

  #catchUpLater() {
    clearTimeout(this.#retry)
    if (!this.#closed) this.#retry = setTimeout(() => this.#catchUp(), this.#coolDownMs).unref()
  }

  /** One at a time; content that came meanwhile gets its own turn. */
  #catchUp() {
    this.#catchingUp ??= this.#bringUpToDate().finally(() => {
      this.#catchingUp = undefined
      if (!this.#primaryIsCurrent) this.#catchUpLater()
    })
  }

  async #bringUpToDate() {
    const content = this.#content
    if (!content) return
    try {
      await this.#primary.replaceAll(...content)
      this.#primaryIsCurrent = content === this.#content
      if (this.#primaryIsCurrent && !this.#closed) this.#log('search-primary-ready', { version: content[2] })
    } catch (error) {
      if (!this.#closed) this.#log('search-primary-unavailable', { reason: messageOf(error) })
    }
  }
}

function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Only the sentence: the cause of a client's error can hold the request, and with it what somebody typed. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
