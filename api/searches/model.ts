import type { Locale } from '../../content/schema.ts'
import type { SearchHit } from '../help/search/engine.ts'
import { stem } from '../help/search/stems.ts'
import { fold, STOP_WORDS, wordsOf } from '../help/search/words.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** Where it was looked for: on our pages, in the widget, or while a case was being written. */
export const PLACES = ['portal', 'widget', 'ticket'] as const
export type Place = (typeof PLACES)[number]

/** A search is kept for thirteen months, so that a year can be compared with the one before. */
export const KEPT_MS = 396 * DAY_MS
/** A case opened within this time after a search, or after an answer was read, says that it did not help. */
export const FOLLOWED_WITHIN_MS = DAY_MS
/** Who searches for the same again within this time is still at it. */
export const SAME_WITHIN_MS = 30 * 60 * 1000
/** Who types on within this time had not settled. */
export const TYPED_ON_WITHIN_MS = 60 * 1000
/** Below this share of the telling words an answer is about something else. */
export const WEAK_BELOW = 0.5

const LONGEST = 120
const BEST = 3
const ADDRESS = /\S+@\S+|\b(?:https?:\/\/|www\.)\S+/g
/** Seven digits or more, however they are parted: telephone, civil registration, account and card numbers, never a model or an error code. */
const LONG_NUMBER = /\+?\d(?:[ .\-/]?\d){6,}/g

/** A search as it is kept: one spelling, and nothing that looks like an address or a number of somebody's. */
export function normalised(text: string): string {
  const plain = text.normalize('NFC').toLowerCase().replace(ADDRESS, '…').replace(LONG_NUMBER, '…')
  return plain.replace(/\s+/g, ' ').trim().slice(0, LONGEST).trim()
}

/** The stems of what tells something, each once, in alphabetical order. How it is asked makes no difference. */
export function meaningOf(text: string, locale: Locale): string {
  return tellingStems(text, locale, asking[locale]).sort().join(' ')
}

/**
 * How well an answer fits, 0 to 1: the share of the telling words that are marked in its best hits. It asks what was found rather than
 * the engine, so it means the same with every engine; a synonym or a word mended counts as the word.
 */
export function fitOf(text: string, locale: Locale, hits: Pick<SearchHit, 'titleFragments' | 'heading' | 'passage'>[]): number {
  const asked = tellingStems(text, locale)
  if (!asked.length || !hits.length) return 0
  const found = new Set(hits.slice(0, BEST).flatMap((hit) => foundIn(hit, asked, locale)))
  return Math.min(1, found.size / asked.length)
}

export function isWeak({ hits, fit }: { hits: number; fit: number }): boolean {
  return hits > 0 && fit < WEAK_BELOW
}

function foundIn(
  { titleFragments, heading, passage }: Pick<SearchHit, 'titleFragments' | 'heading' | 'passage'>,
  asked: string[],
  locale: Locale,
) {
  const marked = [...titleFragments, ...passage].filter(({ hit }) => hit).flatMap(({ text }) => stemsOf(text, locale))
  return [...marked, ...stemsOf(heading, locale).filter((word) => asked.includes(word))]
}

/** Of a search that holds nothing else, all of its words. */
function tellingStems(text: string, locale: Locale, untelling = stopWords[locale]): string[] {
  const words = wordsOf(text).map(({ folded }) => folded)
  const telling = words.filter((word) => !untelling.has(word))
  return [...new Set((telling.length ? telling : words).map((word) => stem(word, locale)))]
}

function stemsOf(text: string, locale: Locale): string[] {
  return wordsOf(text).map(({ folded }) => stem(folded, locale))
}

const stopWords = { en: new Set(STOP_WORDS.en.map(fold)), da: new Set(STOP_WORDS.da.map(fold)) }

/** What a question is dressed in. To search, such words can tell two articles apart; to who reads what was asked, they say little. */
const ASKING = {
  en: `how what when where why who which need want like know tell help please about there then now still again one only much many
    want wants trying try use using`.split(/\s+/),
  da: `hvad hvordan hvornår hvor hvorfor hvem hvilke hvilken hvilket om man vi mig min mit mine din dit dine jeres vores sig skal kan vil
    må bør være bliver blive blev har have havde gør gøre hvis når så også eller men her nu lige igen mere meget ved vide få får hos efter`.split(
    /\s+/,
  ),
} as const
const asking = {
  en: new Set([...STOP_WORDS.en, ...ASKING.en].map(fold)),
  da: new Set([...STOP_WORDS.da, ...ASKING.da].map(fold)),
}
