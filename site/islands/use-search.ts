import { useEffect, useRef, useState } from 'preact/hooks'
import type { SearchAnswer } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { type OwnCase, ownCasesAbout, searchWhileTyping } from './search.ts'

const PAUSE_MS = 250
const MOST_CASES = 3

export type Found = { answer: SearchAnswer; asked: string }

/** Asks with each key, and while an answer is under way only for what was typed last: nobody waits for a pause in their typing. */
export function useSearch(locale: Locale): { found: Found | null; ask: (text: string) => void } {
  const [found, setFound] = useState<Found | null>(null)
  const next = useRef<string | null>(null)
  const isAsking = useRef(false)

  async function ask(text: string) {
    next.current = text.trim()
    if (isAsking.current) return
    isAsking.current = true
    let asked: string | null = next.current
    while (asked !== null) {
      next.current = null
      const answer = asked ? await searchWhileTyping(asked, locale) : null
      if (next.current === null) setFound(answer && { answer, asked })
      asked = next.current
    }
    isAsking.current = false
  }

  return { found, ask: (text) => void ask(text) }
}

/** The reader's own cases, which take the server longer: asked for once nobody types on. */
export function useOwnCases(found: Found | null): OwnCase[] {
  const [own, setOwn] = useState<{ asked: string; cases: OwnCase[] }>({ asked: '', cases: [] })
  const asked = found?.asked ?? ''

  useEffect(() => {
    if (asked.length < 3) return
    let isOutdated = false
    const pause = setTimeout(async () => {
      const cases = await ownCasesAbout(asked, MOST_CASES)
      if (!isOutdated) setOwn({ asked, cases })
    }, PAUSE_MS)
    return () => {
      isOutdated = true
      clearTimeout(pause)
    }
  }, [asked])

  return own.asked === asked ? own.cases : []
}
