import type { Fragment, SearchAnswer, SearchHit } from '../../api/help/search/engine.ts'
import type { Locale } from '../../content/schema.ts'
import { type OwnCase, pathOfCase, pathWithQuery } from './search.ts'

/** One thing the box leads to. `isPart` is another section of the page above it. */
export type Suggestion = {
  key: string
  href: string
  title: Fragment[]
  heading?: string
  passage?: Fragment[]
  note?: string
  language?: Locale
  isPart?: boolean
}

/** A heading above what follows it, for the sections of one page and for each kind of thing. */
export type Group = { name: string; suggestions: Suggestion[] }

export type SuggestionPhrases = {
  kind: Record<SearchHit['kind'], string>
  kinds: Record<SearchHit['kind'], string>
  /** Of a hit that explains the code somebody typed: `{code}` is the code. */
  code: string
  yours: string
  meant: string
  recent: string
}

type Found = { answer: SearchAnswer; asked: string; cases: OwnCase[] }
type Place = { locale: Locale; action: string; phrases: SuggestionPhrases }

/** The kind of the best hit first, then what is the reader's own, then what they may have meant. */
export function suggestionsFor({ answer, asked, cases }: Found, { locale, action, phrases }: Place): Group[] {
  const kinds = [...new Set(answer.hits.map(({ kind }) => kind))]
  const groups = kinds.map((kind) => ({
    name: phrases.kinds[kind],
    suggestions: answer.hits.filter((hit) => hit.kind === kind).flatMap((hit) => sectionsOf(hit, asked, phrases)),
  }))
  const meant = answer.didYouMean
  return [
    ...groups,
    { name: phrases.yours, suggestions: cases.map((one) => caseSuggestion(one, locale)) },
    { name: phrases.meant, suggestions: meant ? [searchSuggestion(meant, action)] : [] },
  ].filter(({ suggestions }) => suggestions.length)
}

export function recentGroup(recent: string[], { action, phrases }: Pick<Place, 'action' | 'phrases'>): Group[] {
  return recent.length ? [{ name: phrases.recent, suggestions: recent.map((text) => searchSuggestion(text, action)) }] : []
}

function sectionsOf(hit: SearchHit, asked: string, phrases: SuggestionPhrases): Suggestion[] {
  const { id, path, titleFragments, heading, passage, language, code, kind, others } = hit
  const note = code ? phrases.code.replace('{code}', code) : phrases.kind[kind]
  return [
    { key: id, href: pathWithQuery(path, asked), title: titleFragments, heading, passage, language, note },
    ...others.map(({ id, heading, path }) => ({
      ...{ key: id, href: pathWithQuery(path, asked), title: [{ text: heading, hit: false }] },
      ...{ language, isPart: true },
    })),
  ]
}

function caseSuggestion(one: OwnCase, locale: Locale): Suggestion {
  return {
    key: one.reference,
    href: pathOfCase(one, locale),
    title: [{ text: one.title, hit: false }],
    heading: one.reference,
    note: one.label,
  }
}

function searchSuggestion(text: string, action: string): Suggestion {
  return { key: `search ${text}`, href: `${action}?${new URLSearchParams({ q: text })}`, title: [{ text, hit: false }] }
}
