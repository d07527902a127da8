import type { CaseKind } from '../../api/cases/model.ts'
import type { SearchAnswer } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { settleOn } from './settled.ts'

const PATIENCE_MS = 3_000

export type OwnCase = { kind: CaseKind; reference: string; title: string; label: string }

/** Null when search cannot be reached or does not answer for seconds: the form still works. */
export async function searchWhileTyping(text: string, locale: Locale): Promise<SearchAnswer | null> {
  const answer = await ask<SearchAnswer>(`/api/help/search?${new URLSearchParams({ q: text, locale, limit: '6' })}`)
  if (answer) settleOn(text, locale)
  return answer
}

/** What somebody has going with us and these words are about: nothing for who has nothing. */
export async function ownCasesAbout(text: string, most: number): Promise<OwnCase[]> {
  const found = await ask<{ cases: OwnCase[] }>(`/api/cases?${new URLSearchParams({ q: text.slice(0, 100) })}`)
  return found?.cases.slice(0, most) ?? []
}

async function ask<T>(path: string): Promise<T | null> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) })
    return answer.ok ? ((await answer.json()) as T) : null // our own API
  } catch {
    return null
  }
}

export function pathOfCase({ kind, reference }: Pick<OwnCase, 'kind' | 'reference'>, locale: Locale): string {
  const place = { ticket: 'tickets', chat: 'tickets', quote: 'quotes', booking: 'bookings' }[kind]
  return `/${locale}/${place}/${reference}`
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
