import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedSearch } from '../../api/help/search/embedded.ts'
import type { SearchEngine } from '../../api/help/search/engine.ts'
import { openMeilisearch } from '../../api/help/search/meilisearch.ts'
import { type Measures, meanOf, measuresOf } from './measures.ts'
import { plainBm25 } from './plain-bm25.ts'
import { isForTest, type QuestionSet, questionSets } from './question-sets.ts'

// npm run bench -- relevance: whether search finds the right answer first, for each set of questions, beside plain BM25 over the same
// pages in the same run. Fails when an engine is worse than that on any set by any measure. `half` is the half of the questions that
// nobody looked at while search was improved.

type Rank = (text: string) => Promise<string[]>

const MEASURES = ['mrr10', 'recall5', 'ndcg10'] as const
const { MEILI_URL: meili, MEILI_KEY: key = '' } = process.env
const folder = mkdtempSync(join(tmpdir(), 'torv-relevance-'))
const worse: string[] = []

if (!meili) console.log('Meilisearch: skipped, since MEILI_URL is not set.')
console.log(
  `\n${'set'.padEnd(20)}${'engine'.padEnd(13)}${'n'.padStart(5)}${MEASURES.map((name) => name.padStart(9)).join('')}   test half: ${MEASURES.join(' ')}`,
)
for (const set of questionSets()) await compare(set)
rmSync(folder, { recursive: true })

for (const one of worse) console.error(`Worse than plain BM25: ${one}`)
process.exit(worse.length ? 1 : 0)

async function compare(set: QuestionSet) {
  const plain = plainBm25(set.documents)
  const baseline = await measured(set, 'plain BM25', async (text) => plain(text))
  for (const [name, open] of engines()) {
    const engine = open()
    await engine.replaceAll(set.documents, set.synonyms, randomUUID())
    const found = await measured(set, name, async (text) =>
      (await engine.search({ text, locale: set.locale, limit: 10 })).hits.map(({ group }) => group),
    )
    await engine.close()
    for (const of of MEASURES) if (found[of] < baseline[of]) worse.push(`${name} on ${set.name} by ${of}`)
  }
}

function engines(): [string, () => SearchEngine][] {
  return [
    ['embedded', () => openEmbeddedSearch(join(folder, `${randomUUID()}.db`))],
    ...(meili
      ? [['Meilisearch', () => openMeilisearch({ url: meili, key, index: `torv-bench-${randomUUID()}` })] as [string, () => SearchEngine]]
      : []),
  ]
}

async function measured(set: QuestionSet, engine: string, rank: Rank): Promise<Measures> {
  const all: { isTest: boolean; measures: Measures }[] = []
  for (const question of set.questions) {
    all.push({ isTest: isForTest(question), measures: measuresOf(await rank(question.text), question.relevant) })
  }
  const whole = meanOf(all.map(({ measures }) => measures))
  const half = meanOf(all.filter(({ isTest }) => isTest).map(({ measures }) => measures))
  const shown = (measures: Measures, width: number) => MEASURES.map((name) => measures[name].toFixed(3).padStart(width)).join('')
  console.log(`${set.name.padEnd(20)}${engine.padEnd(13)}${String(all.length).padStart(5)}${shown(whole, 9)}          ${shown(half, 7)}`)
  return whole
}
