import type { Fragment } from './engine.ts'
import { type Lookup, type Match, matchesIn } from './ranking.ts'
import { type Word, wordsOf } from './words.ts'

const PASSAGE_LENGTH = 160
/** How far before the first hit a passage may reach back for the beginning of its sentence. */
const RUN_UP = 60

/** The whole text, its hits marked. */
export function marked(text: string, lookup: Lookup): Fragment[] {
  const { words, matches } = readText(text, lookup)
  return fragments(text, 0, text.length, words, matches)
}

/** The stretch of the text that says most of what was asked for; its beginning when it says none of it. Cut between words only. */
export function bestPassage(text: string, lookup: Lookup, weights: number[]): Fragment[] {
  const { words, matches } = readText(text, lookup)
  const start = passageStart(text, words, firstOfBest(words, matches, weights))
  return fragments(text, start, passageEnd(text, words, start), words, matches)
}

function readText(text: string, lookup: Lookup): { words: Word[]; matches: Match[] } {
  const words = wordsOf(text)
  const folded = words.map((word) => word.folded)
  return { words, matches: matchesIn(folded, lookup) }
}

/** Offset of the hit that begins the best passage. */
function firstOfBest(words: Word[], matches: Match[], weights: number[]): number {
  let best = { start: 0, score: 0 }
  for (const [index, match] of matches.entries()) {
    const start = words[match.at]?.start ?? 0
    const score = worth(words, matches, index, start + PASSAGE_LENGTH - RUN_UP / 2, weights)
    if (score > best.score) best = { start, score }
  }
  return best.start
}

/** Each term counts once, as well as it is answered, so that a passage with two of the words beats one that repeats a word. */
function worth(words: Word[], matches: Match[], from: number, end: number, weights: number[]): number {
  const answered = weights.map(() => 0)
  for (let index = from; index < matches.length; index++) {
    const match = matches[index]
    if (!match || (words[match.at + match.length - 1]?.end ?? 0) > end) break
    answered[match.term] = Math.max(answered[match.term] ?? 0, match.weight)
  }
  return weights.reduce((sum, weight, term) => sum + weight * (answered[term] ?? 0), 0)
}

function passageStart(text: string, words: Word[], hit: number): number {
  const earliest = Math.min(hit - RUN_UP, text.length - PASSAGE_LENGTH)
  if (earliest <= 0) return 0
  const sentence = /.*[.!?:;]\s+/su.exec(text.slice(earliest, hit))
  const leavesRoom = hit - RUN_UP === earliest // else the text ends soon, and starting later would only make it shorter
  if (sentence && leavesRoom) return earliest + sentence[0].length
  return words.find((word) => word.start >= earliest)?.start ?? hit
}

function passageEnd(text: string, words: Word[], start: number): number {
  if (text.length <= start + PASSAGE_LENGTH) return text.length
  const last = words.findLast((word) => word.start > start && word.end <= start + PASSAGE_LENGTH)
  return last?.end ?? start + PASSAGE_LENGTH
}

function fragments(text: string, start: number, end: number, words: Word[], matches: Match[]): Fragment[] {
  const found: Fragment[] = []
  let done = start
  const push = (to: number, hit: boolean) => {
    if (to > done) found.push({ text: text.slice(done, to), hit })
    done = Math.max(done, to)
  }
  for (const { at, length } of matches) {
    const hitStart = words[at]?.start ?? 0
    const hitEnd = words[at + length - 1]?.end ?? 0
    if (hitStart < done || hitEnd > end) continue
    push(hitStart, false)
    push(hitEnd, true)
  }
  push(end, false)
  return found
}
