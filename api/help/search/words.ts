import type { Locale } from '../../../content/schema.ts'

/** A word as search compares it, and where it stands in the text it came from. */
export type Word = { folded: string; start: number; end: number }

const WORD = /[\p{L}\p{N}\p{M}]+/gu
const LONGEST_WORD = 40

/** The words of a text in order. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  for (const match of text.matchAll(WORD)) {
    const folded = fold(match[0]).slice(0, LONGEST_WORD)
    if (folded) words.push({ folded, start: match.index, end: match.index + match[0].length })
  }
  return words
}

/** Folded words in order; "wi-fi" also leaves "wifi" at the end, so that both spellings find it. */
export function searchable(text: string): string[] {
  const words = wordsOf(text)
  const joined = wordsOf(
    text
      .match(HYPHENATED)
      ?.map((word) => word.replaceAll('-', ''))
      .join(' ') ?? '',
  )
  return [...words, ...joined].map((word) => word.folded)
}

const HYPHENATED = /[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)+/gu

/** One spelling for all the ways to write a word: "Køleskab", "koeleskab" and "KOLESKAB" are the same. */
export function fold(word: string): string {
  const lower = word.toLowerCase()
  if (PLAIN.test(lower)) return lower.replace(DIGRAPH, (pair) => pair.charAt(0))
  return lower
    .replaceAll('ø', 'o')
    .replaceAll('æ', 'ae')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(NOT_A_LETTER, '')
    .replace(DIGRAPH, (pair) => pair.charAt(0))
}

const PLAIN = /^[a-z0-9]*$/
const DIGRAPH = /oe|aa/g
const NOT_A_LETTER = /[^\p{L}\p{N}]/gu

/**
 * Words that say little of what is asked for. The lists are short and neither holds a question word: in a short question "hvem" and
 * "when" are what tells two articles apart. A company adds its own in `content/stop-words.yaml`.
 */
export const STOP_WORDS: Record<Locale, readonly string[]> = {
  en: `a an the and or but if of to in on at by for from with into as is are was were be been am i you he she it we they me my your our
    their its this that these those s t d m ll re ve im`.split(/\s+/),
  da: 'og i at en et den det de er som på til af for med jeg du der har'.split(' '),
}
