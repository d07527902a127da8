import { existsSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { gapsIn, type Tally } from '../../api/searches/gaps.ts'
import { meaningOf, normalised } from '../../api/searches/model.ts'
import { refreshSearch } from '../../api/searches/synonyms.ts'
import type { Locale } from '../../content/schema.ts'
import { contentToEdit } from '../support/articles.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const tally = (text: string, more: Partial<Tally> = {}, locale: Locale = 'en'): Tally => ({
  ...{ locale, text, meaning: meaningOf(text, locale), week: 0, n: 1, nothing: 1, weak: 0, tickets: [] },
  ...more,
})
const texts = (tallies: Tally[]) => gapsIn(tallies, 1).map((gap) => gap.texts.map(({ text }) => text))

describe('gaps', () => {
  test('take together what was asked in other forms, orders and spellings', () => {
    expect(texts([tally('noisy pump', { n: 3 }), tally('why is my pump so noisy?'), tally('noissy pumps')])).toHaveLength(1)
    expect(texts([tally('vandtryk', { n: 2 }, 'da'), tally('vandtrk', {}, 'da'), tally('vandtrykket', {}, 'da')])).toHaveLength(1)
  })

  test('keep apart what only sounds alike, and the languages', () => {
    expect(texts([tally('no hot water'), tally('no cold air')])).toHaveLength(2)
    expect(texts([tally('filter luft 9'), tally('manual dyb 13')])).toHaveLength(2)
    expect(texts([tally('filter'), tally('filter', {}, 'da')])).toHaveLength(2)
  })

  test('stand in the order of the cases they cost, each case once, with their weeks', () => {
    const gaps = gapsIn(
      [
        tally('loud pump', { n: 9, nothing: 9 }),
        tally('invoice address', { n: 2, nothing: 0, weak: 1, week: 1, tickets: ['T-AAAAAA', 'T-BBBBBB'] }),
        tally('invoice addresses', { n: 1, nothing: 0, week: 2, tickets: ['T-AAAAAA'] }),
      ],
      3,
    )

    expect(gaps).toMatchObject([
      { text: 'invoice address', n: 3, nothing: 0, weak: 1, weeks: [0, 2, 1], tickets: ['T-AAAAAA', 'T-BBBBBB'] },
      { text: 'loud pump', n: 9, nothing: 9, weeks: [9, 0, 0], tickets: [] },
    ])
  })

  const shared = '../shared/data'
  const SETS = [
    ['faq-banking-en', 'en', 0.5], // 77 topics that differ by a word: "card lost", "card stolen"
    ['faq-health-da', 'da', 0.8],
    ['faq-health-en', 'en', 0.8],
  ] as const
  test.skipIf(!existsSync(shared)).each(SETS)('of real questions (%s) hold one topic each', (set, locale, share) => {
    const questions = readFileSync(`${shared}/${set}/queries.jsonl`, 'utf8').trim().split('\n')
    const topics = new Map(
      questions
        .map((row) => JSON.parse(row) as { text: string; relevant: string[] })
        .map(({ text, relevant }) => [normalised(text), relevant[0]]),
    )
    const groups = texts([...topics.keys()].map((text) => tally(text, {}, locale)))
    const pairs = groups.flatMap((group) =>
      group.flatMap((one, at) => group.slice(at + 1).map((other) => topics.get(one) === topics.get(other))),
    )

    expect(groups.length).toBeLessThan(topics.size * 0.9)
    expect(pairs.filter(Boolean).length / pairs.length).toBeGreaterThan(share)
  })
})

describe('the gap board', () => {
  let torv: Torv
  let staff: Client
  beforeEach(async () => {
    torv = await startTorv()
    staff = await torv.staff()
  })
  afterEach(stopTorvs)

  type Board = {
    gaps: { text: string; n: number; nothing: number; tickets: string[]; handled: string | null }[]
    weeks: { searches: number; nothing: number; followed: number }[]
    synonyms: { id: number; words: string[] }[]
    drafts: { id: number; slug: string; questions: string[] }[]
  }
  const board = async (query = '') => (await (await staff.get(`/api/desk/gaps${query}`)).json()) as Board
  const settle = (text: string, address = '192.0.2.10', locale = 'en') => torv.visitor(address).post('/api/searches', { text, locale })
  const found = async (q: string) =>
    ((await (await torv.visitor().get(`/api/help/search?locale=en&q=${q}`)).json()) as { hits: { path: string }[] }).hits

  test('shows what found nothing and what was followed by a case, and not what was answered', async () => {
    await settle('noise')
    await settle('zzqx blorp', '192.0.2.11')
    await settle('blorp zzqx', '192.0.2.12')
    await settle('noise at night', '192.0.2.13')
    const draft = { kind: 'problem', subject: 'It hums', text: 'All night.', name: 'Ada', email: 'ada@acme.example', locale: 'en' }
    const { reference } = (await (await torv.visitor('192.0.2.13').post('/api/tickets', draft)).json()) as { reference: string }

    const { gaps, weeks } = await board()

    expect(gaps).toMatchObject([
      { text: 'noise at night', n: 1, nothing: 0, tickets: [reference] },
      { n: 2, nothing: 2, tickets: [] },
    ])
    expect(weeks).toHaveLength(13)
    expect(weeks.at(-1)).toMatchObject({ searches: 4, nothing: 2, followed: 1 })
    expect((await board('?locale=da')).gaps).toEqual([])
    torv.clock.forward(60 * DAY_MS)
    expect((await board('?days=30')).gaps).toEqual([])
    expect((await board('?days=90')).gaps).toHaveLength(2)
  })

  test('adds a synonym that search knows at once, another process soon, and takes it back', async () => {
    await settle('rumpus')
    expect(await found('rumpus')).toEqual([])

    const { id } = (await (await staff.post('/api/desk/gaps/synonyms', { locale: 'en', words: ['Rumpus', 'noise'] })).json()) as {
      id: number
    }

    expect((await found('rumpus'))[0]?.path).toContain('/en/help/noise')
    expect(await board()).toMatchObject({ gaps: [{ text: 'rumpus', handled: 'synonym' }], synonyms: [{ id, words: ['rumpus', 'noise'] }] })

    // Another process on the same database took it back.
    await torv.services.db.batch([{ sql: 'update added_synonyms set removed_at = 1' }])
    await refreshSearch(torv.services)
    expect(await found('rumpus')).toEqual([])
    expect((await staff.delete(`/api/desk/gaps/synonyms/${id}`)).status).toBe(404)
  })

  test('refuses a synonym of one word', async () => {
    for (const words of [
      ['noise'],
      ['noise', ' NOISE '],
      ['noise', ''],
      Array(9)
        .fill('x')
        .map((x, n) => `${x}${n}`),
    ])
      expect((await staff.post('/api/desk/gaps/synonyms', { locale: 'en', words })).status, words.join()).toBe(422)
    expect((await board()).synonyms).toEqual([])
  })

  test('SE1 begins a pair of articles with the questions in it, which no customer can find', async () => {
    await settle('zzqx blorp')
    const questions = ['zzqx blorp', 'why: "zzqx" # <script>']
    const { id } = (await (await staff.post('/api/desk/gaps/drafts', { locale: 'en', questions })).json()) as { id: number }

    const [en, da] = await Promise.all(['en', 'da'].map((locale) => staff.get(`/api/desk/gaps/drafts/${id}/${locale}`)))
    const text = (await en?.text()) ?? ''
    const front = parse(text.split('---\n')[1] ?? '') as Record<string, unknown>

    expect(en?.headers.get('content-disposition')).toBe('attachment; filename="zzqx-blorp.md"')
    expect(front).toMatchObject({ title: 'Zzqx blorp', status: 'draft', keywords: questions })
    expect(text.split('---\n')[2]).not.toContain('<')
    expect(await da?.text()).toContain('Begynd med svaret')
    expect(await board()).toMatchObject({ gaps: [{ handled: 'draft' }], drafts: [{ id, slug: 'zzqx-blorp', questions }] })
    expect(await found('zzqx')).toEqual([])
    expect((await torv.visitor().get('/api/widget/articles/en/zzqx-blorp')).status).toBe(404)

    await staff.delete(`/api/desk/gaps/drafts/${id}`)
    expect((await board()).drafts).toEqual([])
  })

  test('a draft is never called what another article is or was, whoever may read that, or what another draft is', async () => {
    const written = await contentToEdit()
    try {
      await written.article('en/zzqx', { visibleTo: '[customers]' })
      await written.article('da/zzqx-2', { status: 'archived' })
      await written.article('en/zzqx-3', { status: 'draft' })
      await written.article('en/blorp', { formerly: '[zzqx-4]' })
      const torv = await startTorv({ CONTENT_DIR: written.folder })
      const staff = await torv.staff()
      const begin = async (question: string) => (await staff.post('/api/desk/gaps/drafts', { locale: 'en', questions: [question] })).status
      expect(await Promise.all([begin('zzqx'), begin('zzqx'), begin('codes')])).toEqual([201, 201, 201])

      const { drafts } = (await (await staff.get('/api/desk/gaps')).json()) as Board

      expect(drafts.map(({ slug }) => slug).sort()).toEqual(['codes-2', 'zzqx-5', 'zzqx-6'])
    } finally {
      await written.clear()
    }
  })

  test('SE1 is for staff, with its log and all that can be done there', async () => {
    const ada = await torv.signedIn('ada@acme.example')
    const asked: [string, string][] = [
      ['GET', '/api/desk/gaps'],
      ['GET', '/api/desk/gaps/csv'],
      ['POST', '/api/desk/gaps/synonyms'],
      ['DELETE', '/api/desk/gaps/synonyms/1'],
      ['POST', '/api/desk/gaps/drafts'],
      ['GET', '/api/desk/gaps/drafts/1/en'],
      ['DELETE', '/api/desk/gaps/drafts/1'],
    ]
    expect((await staff.get('/api/desk/gaps')).status).toBe(200)

    for (const [method, path] of asked) {
      expect((await torv.visitor().request(method, path, method === 'POST' ? {} : undefined, {})).status, path).toBe(401)
      expect((await ada.request(method, path, method === 'POST' ? {} : undefined, {})).status, path).toBe(403)
    }
  })

  test('CO12 travels as CSV in which no search is a formula', async () => {
    await settle('=zzqx blorp')

    const csv = await (await staff.get('/api/desk/gaps/csv')).text()

    expect(csv).toContain(`"en","'=zzqx blorp",1,1,0,0`)
  })
})
