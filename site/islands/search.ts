import type { SearchAnswer, SearchHit } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { settleOn } from './settled.ts'

/** Null when search cannot be reached or the question was taken back: the form still works. */
export async function searchWhileTyping(text: string, locale: Locale, signal: AbortSignal): Promise<SearchHit[] | null> {
  try {
    const answer = await fetch(`/api/help/search?${new URLSearchParams({ q: text, locale, limit: '6' })}`, { signal })
    if (!answer.ok) return null
    const { hits } = (await answer.json()) as SearchAnswer // our own API
    settleOn(text, locale)
    return hits
  } catch {
    return null
  }
}

/** The page of a hit, told what was searched for, so that it can pass it on. */
export function pathWithQuery(path: string, query: string): string {
  const [page = '', anchor] = path.split('#')
  return `${page}?${new URLSearchParams({ q: query })}${anchor ? `#${anchor}` : ''}`
}

/** For the page that does not help: it offers to ask us with these words. */
export function rememberQuery(query: string) {
  try {
    sessionStorage.setItem('torv.query', query)
  } catch {
    // Storage is forbidden here; the address still carries the words.
  }
}
