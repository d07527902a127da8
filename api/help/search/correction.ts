import { isStopWord, LONGEST_QUERY, MOST_WORDS } from './terms.ts'
import type { Vocabulary } from './vocabulary.ts'
import { wordsOf } from './words.ts'

/**
 * The text with each word that nobody has written, and that has a near neighbour in this vocabulary, as that neighbour is written;
 * null when there is nothing to mend. A word that may still grow into a known one is left alone.
 */
export function correction(text: string, vocabulary: Vocabulary, synonyms: string[][]): string | null {
  const asked = text.slice(0, LONGEST_QUERY)
  let mended = ''
  let done = 0
  for (const { folded, start, end } of wordsOf(asked).slice(0, MOST_WORDS)) {
    if (isKnown(folded, end === text.length, vocabulary, synonyms)) continue
    const [near] = vocabulary.near(folded)
    if (!near) continue
    mended += asked.slice(done, start) + vocabulary.written(near.word)
    done = end
  }
  return done ? (mended + asked.slice(done)).trim() : null
}

function isKnown(word: string, unfinished: boolean, vocabulary: Vocabulary, synonyms: string[][]): boolean {
  return (
    isStopWord(word, vocabulary.locale) ||
    vocabulary.formsOf(word).length > 0 ||
    (unfinished && vocabulary.beginningWith(word).length > 0) ||
    synonyms.some((group) => group.some((phrase) => phrase.split(' ').includes(word))) ||
    (vocabulary.near(word)[0]?.typos !== 1 && vocabulary.partsOf(word).length > 0)
  )
}
