import type { Locale } from '../../../content/schema.ts'
import { stem } from './stems.ts'
import type { Vocabulary } from './vocabulary.ts'
import { fold, STOP_WORDS, wordsOf } from './words.ts'

/**
 * One thing that is asked for. Any of its phrases answers it, the better the nearer its number is to 1; `weight` says how telling it is.
 * A faint one (a stop word) only helps to choose among what the others find.
 */
export type Term = { phrases: Map<string, number>; weight: number; faint: boolean }

export const LONGEST_QUERY = 200
export const MOST_WORDS = 24
const FORM = 0.85
const SYNONYM = 0.75
const JOINED = 0.9
const BEGUN = 0.5
const COMPOUND = 0.35
const TYPO = 0.6
const FAINT = 0.4

type Asked = { word: string; unfinished: boolean; phrases: Map<string, number> }

/**
 * What a query asks for, in words of the index. Any text will do: only letters and digits count, and only the first 24 words.
 * A term nothing answers has no phrases, and still counts against every document.
 */
export function termsOf(
  text: string,
  vocabulary: Vocabulary,
  { synonyms, ownStopWords, documents }: { synonyms: string[][]; ownStopWords: ReadonlySet<string>; documents: number },
): Term[] {
  const asked = askedFor(text)
  for (const one of asked) addForms(one, vocabulary)
  addJoined(asked, vocabulary)
  addSynonyms(asked, vocabulary, synonyms)
  const isFaint = faintWords(asked, vocabulary.locale, ownStopWords)
  return asked
    .flatMap((one) => (one.phrases.size || isFaint(one) ? [one] : guesses(one, vocabulary)))
    .map((one) => ({ one, faint: isFaint(one) }))
    .map(({ one: { phrases }, faint }) => ({ phrases, faint, weight: rarity(phrases, vocabulary, documents) * (faint ? FAINT : 1) }))
}

function askedFor(text: string): Asked[] {
  const words = wordsOf(text.slice(0, LONGEST_QUERY)).slice(0, MOST_WORDS)
  const asked = new Map<string, Asked>()
  for (const { folded, end } of words) {
    // A word the text ends in may still grow; one that was cut off above is as good as finished.
    if (!asked.has(folded)) asked.set(folded, { word: folded, unfinished: end === text.length, phrases: new Map() })
  }
  return [...asked.values()]
}

function addForms({ word, unfinished, phrases }: Asked, vocabulary: Vocabulary) {
  const longer = unfinished ? vocabulary.beginningWith(word).filter((one) => !stopWords[vocabulary.locale].has(one)) : []
  if (vocabulary.count(word)) add(phrases, word, 1)
  for (const form of inflections(word, vocabulary)) add(phrases, form, FORM)
  for (const one of longer) add(phrases, one, BEGUN)
  for (const compound of vocabulary.compoundsOf(word)) add(phrases, compound, COMPOUND)
}

/** "off" and "they" look like forms of "of" and "the", and would then be as common. */
function inflections(word: string, vocabulary: Vocabulary): string[] {
  const { locale } = vocabulary
  return isStopWord(word, locale) ? [] : vocabulary.formsOf(word).filter((form) => !isStopWord(form, locale))
}

/** Two words that are one in the index: "varme pumpe", "E 7". */
function addJoined(asked: Asked[], vocabulary: Vocabulary) {
  for (const [index, one] of asked.entries()) {
    const next = asked[index + 1]
    const joined = next ? wordsMadeOf(one.word, next.word, vocabulary) : []
    for (const word of joined) for (const half of [one, next]) if (half) add(half.phrases, word, JOINED)
  }
}

/** "hvad er" is not "hvader", a form of "hvad", nor "do need" a form of "done"; and "I'd" has nothing to do with an ID. */
function wordsMadeOf(first: string, second: string, vocabulary: Vocabulary): string[] {
  const { locale } = vocabulary
  if (isStopWord(first, locale) && isStopWord(second, locale)) return []
  const isWhole = stem(first + second, locale).endsWith(stem(second, locale)) && !vocabulary.isForm(first + second, first)
  return vocabulary.formsOf(first + second).filter((word) => isWhole || word === first + second)
}

/** Whoever uses one word of a group has asked for all of them. */
function addSynonyms(asked: Asked[], vocabulary: Vocabulary, groups: string[][]) {
  for (const group of groups) {
    for (const phrase of group) {
      const start = indexOfPhrase(asked, phrase.split(' '), vocabulary)
      const spoken = start < 0 ? [] : asked.slice(start, start + phrase.split(' ').length)
      for (const other of group) if (other !== phrase) for (const one of spoken) addPhrase(one, other, vocabulary)
    }
  }
}

function addPhrase({ phrases }: Asked, phrase: string, vocabulary: Vocabulary) {
  const forms = phrase.includes(' ') ? [phrase] : vocabulary.formsOf(phrase)
  for (const form of forms) add(phrases, form, SYNONYM)
}

function indexOfPhrase(asked: Asked[], words: string[], vocabulary: Vocabulary): number {
  return asked.findIndex((_, start) => words.every((word, offset) => vocabulary.isForm(asked[start + offset]?.word, word)))
}

/** Stop words, unless nothing else was said. */
function faintWords(asked: Asked[], locale: Locale, own: ReadonlySet<string>): (one: Asked) => boolean {
  const isFaint = ({ word }: Asked) => isStopWord(word, locale) || own.has(word)
  return asked.every(isFaint) ? () => false : isFaint
}

export function isStopWord(word: string, locale: Locale): boolean {
  return stopWords[locale].has(word)
}

const stopWords = { en: new Set(STOP_WORDS.en.map(fold)), da: new Set(STOP_WORDS.da.map(fold)) }

/** What an unknown word may stand for: a slip of the finger, a compound nobody has written down, or a worse slip. */
function guesses({ word, unfinished }: Asked, vocabulary: Vocabulary): Asked[] {
  const near = vocabulary.near(word, unfinished)
  const parts = near[0]?.typos === 1 ? [] : vocabulary.partsOf(word)
  if (parts.length) return parts.map((part) => knownWord(part, vocabulary))
  const closest = near.filter(({ typos }) => typos === near[0]?.typos)
  return [{ word, unfinished, phrases: new Map(closest.map((one) => [one.word, TYPO ** one.typos])) }]
}

function knownWord(word: string, vocabulary: Vocabulary): Asked {
  const asked: Asked = { word, unfinished: false, phrases: new Map() }
  addForms(asked, vocabulary)
  return asked
}

function add(phrases: Map<string, number>, phrase: string, weight: number) {
  if (weight > (phrases.get(phrase) ?? 0)) phrases.set(phrase, weight)
}

/** The inverse document frequency of BM25, of the commonest form of the word itself if there is any. */
function rarity(phrases: Map<string, number>, vocabulary: Vocabulary, documents: number): number {
  const own = [...phrases].filter(([, weight]) => weight === 1 || weight === FORM)
  let matching = 1
  for (const [phrase, weight] of own.length ? own : phrases) {
    matching = Math.max(matching, weight * Math.min(...phrase.split(' ').map((word) => vocabulary.count(word))))
  }
  const among = Math.min(documents, matching)
  return Math.log(1 + (documents - among + 0.5) / (among + 0.5))
}
