import type { Postings } from './postings.ts'
import { dampened } from './ranking.ts'
import type { Term } from './terms.ts'

/** By place: how well each document answers. `coverage` is the share of what was asked, 0 to 1; `answered` counts terms, the faint ones left out. */
export type Scores = { score: Float32Array; coverage: Float32Array; answered: Uint8Array }

/** BM25F over every document at once: finds are weighed by field before their number is dampened, so three mentions in a body do not outdo the title. */
export function scoresOf(terms: Term[], postingsOf: (phrase: string) => Postings | undefined, documents: number): Scores {
  const scores = { score: new Float32Array(documents), coverage: new Float32Array(documents), answered: new Uint8Array(documents) }
  const asked = terms.reduce((sum, { weight, faint }) => sum + (faint ? 0 : weight), 0)
  for (const term of terms) addTerm(scores, term, asked, postingsOf)
  return scores
}

function addTerm(
  { score, coverage, answered }: Scores,
  { phrases, weight, faint }: Term,
  asked: number,
  postingsOf: (phrase: string) => Postings | undefined,
) {
  const frequency = new Float32Array(score.length)
  const best = new Float32Array(score.length)
  for (const [phrase, nearness] of phrases) {
    const { places, worths } = postingsOf(phrase) ?? NOWHERE
    for (let at = 0; at < places.length; at++) {
      const place = places[at] ?? 0
      frequency[place] = (frequency[place] ?? 0) + nearness * (worths[at] ?? 0)
      if (nearness > (best[place] ?? 0)) best[place] = nearness
    }
  }
  for (let place = 0; place < frequency.length; place++) {
    const times = frequency[place] ?? 0
    if (times === 0) continue
    score[place] = (score[place] ?? 0) + weight * dampened(times)
    if (faint) continue
    coverage[place] = (coverage[place] ?? 0) + (weight * (best[place] ?? 0)) / asked
    answered[place] = (answered[place] ?? 0) + 1
  }
}

const NOWHERE: Postings = { places: new Uint32Array(), worths: new Float32Array() }
