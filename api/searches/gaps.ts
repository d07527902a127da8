import type { Locale } from '../../content/schema.ts'

/** Searches with the same words in the same week. Those with `tickets` were followed by a case, whatever they had found. */
export type Tally = {
  locale: Locale
  text: string
  meaning: string
  /** Which week of the time asked for, the first being 0. */
  week: number
  n: number
  nothing: number
  weak: number
  tickets: string[]
}

/** What several visitors looked for in their own words and did not find. */
export type Gap = {
  locale: Locale
  /** Its commonest words. */
  text: string
  /** All of its words, the commonest first. */
  texts: { text: string; n: number }[]
  n: number
  nothing: number
  weak: number
  /** Searches by week. */
  weeks: number[]
  /** Cases that were opened within a day after one of them. */
  tickets: string[]
}

/** `weights` says of each stem how telling it is: the fewer wordings have it, the more. */
type Wording = { locale: Locale; text: string; weights: Map<string, number>; weight: number; tallies: Tally[]; n: number }

/** Two wordings ask for the same if this share of what they say together is common to both, telling words counting for more. */
const SHARED_WORDS = 0.5
/** Two words are one if they share so many of their letters, three at a time: a slip of the finger, or a part of a compound. */
const SHARED_TRIGRAMS = 0.6
/** Those that have most in common with a wording; the rest cannot be like it. */
const CANDIDATES = 20

/**
 * The gaps in what was looked for, those that cost most cases first. Wordings join the commonest one that they are like: most of the
 * same telling words, in any form and order and nearly any spelling. Languages are kept apart.
 */
export function gapsIn(tallies: Tally[], weeks: number): Gap[] {
  const groups: [Wording, ...Wording[]][] = []
  const known = new Map<string, number[]>()
  for (const wording of wordingsOf(tallies)) {
    const parts = partsOf(wording)
    const group = candidatesFor(parts, known)
      .map((at) => groups[at])
      .find((group) => group && isLike(wording, group[0]))
    if (group) group.push(wording)
    else {
      groups.push([wording])
      for (const part of parts)
        known
          .set(part, known.get(part) ?? [])
          .get(part)
          ?.push(groups.length - 1)
    }
  }
  return groups.map((group) => gapOf(group, weeks)).sort(byCost)
}

/** The commonest first. */
function wordingsOf(tallies: Tally[]): Wording[] {
  const wordings = new Map<string, Wording>()
  for (const tally of tallies) {
    const { locale, text, meaning } = tally
    const key = `${locale} ${text}`
    const stems = (meaning || text).split(' ').map((stem): [string, number] => [stem, 0])
    const wording = wordings.get(key) ?? { locale, text, weights: new Map(stems), weight: 0, tallies: [], n: 0 }
    wording.tallies.push(tally)
    wording.n += tally.n
    wordings.set(key, wording)
  }
  const all = [...wordings.values()]
  weigh(all)
  return all.sort((a, b) => b.n - a.n || a.weights.size - b.weights.size || a.text.localeCompare(b.text))
}

function weigh(wordings: Wording[]) {
  const holding = new Map<string, number>()
  for (const { locale, weights } of wordings)
    for (const stem of weights.keys()) holding.set(`${locale} ${stem}`, (holding.get(`${locale} ${stem}`) ?? 0) + 1)
  for (const wording of wordings)
    for (const stem of wording.weights.keys()) {
      const weight = Math.log(1 + wordings.length / (holding.get(`${wording.locale} ${stem}`) ?? 1))
      wording.weights.set(stem, weight)
      wording.weight += weight
    }
}

/** What the wording that leads a group is found by, so that not every pair has to be compared. */
function partsOf({ locale, weights }: Wording): string[] {
  const stems = [...weights.keys()]
  return [...stems, ...stems.flatMap((stem) => [...trigramsOf(stem)])].map((part) => `${locale} ${part}`)
}

/** The groups that have something in common with a wording, those with most first. */
function candidatesFor(parts: string[], known: Map<string, number[]>): number[] {
  const shared = new Map<number, number>()
  for (const part of parts) for (const at of known.get(part) ?? []) shared.set(at, (shared.get(at) ?? 0) + 1)
  const byShared = [...shared].sort((a, b) => b[1] - a[1] || a[0] - b[0])
  return byShared.slice(0, CANDIDATES).map(([at]) => at)
}

function isLike(one: Wording, leader: Wording): boolean {
  let shared = 0
  for (const [stem, weight] of one.weights)
    if (leader.weights.has(stem) || [...leader.weights.keys()].some((other) => isSlip(stem, other))) shared += weight
  return shared > 0 && shared / (one.weight + Math.max(0, leader.weight - shared)) >= SHARED_WORDS
}

function isSlip(word: string, other: string): boolean {
  if (Math.abs(word.length - other.length) > 2 || word.length < 4) return false
  const [some, others] = [trigramsOf(word), trigramsOf(other)]
  return (2 * common(some, others)) / (some.size + others.size) >= SHARED_TRIGRAMS
}

function common(some: Set<string>, others: Set<string>): number {
  let n = 0
  for (const one of some) if (others.has(one)) n++
  return n
}

/** Three letters at a time, over the ends of words as well, so that short words have some. */
function trigramsOf(text: string): Set<string> {
  const padded = `  ${text} `
  return new Set(Array.from({ length: padded.length - 2 }, (_, at) => padded.slice(at, at + 3)))
}

function gapOf(wordings: [Wording, ...Wording[]], weeks: number): Gap {
  const tallies = wordings.flatMap((wording) => wording.tallies)
  const total = (of: (tally: Tally) => number) => tallies.reduce((sum, tally) => sum + of(tally), 0)
  const [{ locale, text }] = wordings
  return {
    ...{ locale, text },
    texts: wordings.map(({ text, n }) => ({ text, n })),
    n: total(({ n }) => n),
    nothing: total(({ nothing }) => nothing),
    weak: total(({ weak }) => weak),
    weeks: Array.from({ length: weeks }, (_, week) => total((tally) => (tally.week === week ? tally.n : 0))),
    tickets: [...new Set(tallies.flatMap(({ tickets }) => tickets))],
  }
}

function byCost(a: Gap, b: Gap): number {
  return b.tickets.length - a.tickets.length || b.nothing + b.weak - (a.nothing + a.weak) || b.n - a.n || a.text.localeCompare(b.text)
}
