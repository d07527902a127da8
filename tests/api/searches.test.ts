import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fitOf, isWeak, meaningOf, normalised } from '../../api/searches/model.ts'
import { forgetSearches, SEARCH_COLUMNS, type Search, searchesBefore } from '../../api/searches/store.ts'
import { addSite } from '../../api/sites/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

describe('a search as it is kept', () => {
  test('has one spelling, and holds no address and no number of somebody’s', () => {
    expect(normalised('  Varmepumpen   LARMER ')).toBe('varmepumpen larmer')
    expect(normalised('ada@acme.example pump')).toBe('… pump')
    expect(normalised('ring +45 20 11 22 33 om fejl')).toBe('ring … om fejl')
    expect(normalised('010190-1234 faktura')).toBe('… faktura')
    expect(normalised('se https://acme.example/ada?x=1')).toBe('se …')
    expect(normalised('E7 luft 9, 400 V, 5 m²')).toBe('e7 luft 9, 400 v, 5 m²')
    expect(normalised('x'.repeat(500))).toHaveLength(120)
  })

  test('means the same in other forms and another order', () => {
    expect(meaningOf('The pump is leaking', 'en')).toBe(meaningOf('leaking pumps', 'en'))
    expect(meaningOf('pumpen larmer', 'da')).toBe(meaningOf('larmer pumperne', 'da'))
    expect(meaningOf('pumpen larmer', 'da')).not.toBe(meaningOf('pumpen drypper', 'da'))
    expect(meaningOf('det er', 'da')).not.toBe('')
  })

  test('fits by the share of its telling words that the best answers hold', () => {
    const hit = (...words: string[]) => ({ titleFragments: words.map((text) => ({ text, hit: true })), heading: '', passage: [] })
    const plain = { titleFragments: [{ text: 'leaking pump', hit: false }], heading: '', passage: [] }

    expect(fitOf('the leaking pump', 'en', [hit('Leaking', 'pumps')])).toBe(1)
    expect(fitOf('the leaking pump in the cellar', 'en', [hit('pump')])).toBeCloseTo(1 / 3)
    expect(fitOf('leaking pump', 'en', [plain])).toBe(0)
    expect(fitOf('leaking pump', 'en', [{ ...plain, heading: 'Leaking' }])).toBe(0.5)
    expect(fitOf('leaking pump', 'en', [])).toBe(0)
    expect([isWeak({ hits: 3, fit: 0.4 }), isWeak({ hits: 3, fit: 0.5 }), isWeak({ hits: 0, fit: 0 })]).toEqual([true, false, false])
  })
})

describe('the log of searches', () => {
  let torv: Torv
  let ada: Client
  beforeEach(async () => {
    torv = await startTorv()
    ada = torv.visitor('192.0.2.10')
  })
  afterEach(stopTorvs)

  const settle = async (text: string, more: object = {}, client = ada, headers: Record<string, string> = {}) =>
    expect((await client.post('/api/searches', { text, locale: 'en', ...more }, headers)).status).toBe(204)
  const logged = () => torv.services.db.all<Search>(`select ${SEARCH_COLUMNS} from searches order by id`)
  const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: 'ada@acme.example', locale: 'en' }
  const openCase = async (client = ada) => ((await (await client.post('/api/tickets', draft)).json()) as { reference: string }).reference

  test('keeps what was settled on, with what the server itself finds', async () => {
    await settle('Noise at NIGHT')
    await settle('zzqx blorp', { hits: 99, fit: 1 })

    expect(await logged()).toMatchObject([
      { text: 'noise at night', place: 'portal', locale: 'en', answer: null, ticket: null },
      { text: 'zzqx blorp', hits: 0, fit: 0 },
    ])
    expect((await logged())[0]?.hits).toBeGreaterThan(0)
  })

  test('is one search while somebody types on or opens what was found, and another when they ask anew', async () => {
    await settle('noi')
    await settle('noise at')
    await settle('noise at night')
    await settle('noise at night', { answer: '/en/help/noise#outside' })
    expect(await logged()).toMatchObject([{ text: 'noise at night', answer: '/en/help/noise' }])

    await settle('noise at night and by day')
    torv.clock.forward(HOUR_MS)
    await settle('noise at night and by day')

    expect(await logged()).toHaveLength(3)
  })

  test('knows the case that the same visitor opened within a day, over midnight as well, and no other’s', async () => {
    const grace = torv.visitor('192.0.2.11')
    await settle('noise at night')
    await settle('noise at night', {}, grace)
    torv.clock.forward(23 * HOUR_MS)

    const reference = await openCase()

    expect(await searchesBefore(torv.services, reference)).toMatchObject([{ text: 'noise at night', ticket: reference }])
    expect((await logged()).map(({ ticket }) => ticket)).toEqual([reference, null])
    const staff = await torv.staff()
    expect(await (await staff.get(`/api/desk/tickets/${reference}`)).json()).toMatchObject({ searched: [{ text: 'noise at night' }] })
    const { searched } = (await (await ada.get(`/api/tickets/${reference}`)).json()) as { searched?: object[] }
    expect(searched).toBeUndefined()
  })

  test('leaves a search alone that is older than a day', async () => {
    await settle('noise at night')
    torv.clock.forward(25 * HOUR_MS)
    await openCase()

    expect(await logged()).toMatchObject([{ ticket: null }])
  })

  test('knows the chat that followed in the widget', async () => {
    const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example.com'], locale: 'en' })
    const { token } = (await (await ada.post('/api/widget/visitors', { site })).json()) as { token: string }
    await settle('noise at night', { place: 'widget' })

    const asked = await ada.post('/api/widget/conversations', { text: 'It hums' }, { authorization: `Bearer ${token}`, 'torv-site': site })

    const { reference } = (await asked.json()) as { reference: string }
    expect(await searchesBefore(torv.services, reference)).toMatchObject([{ place: 'widget', ticket: reference }])
  })

  test('PR2 holds no address, browser or cookie, and forgets in time, by itself and twice as well as once', async () => {
    await settle('noise at night', {}, ada, { 'user-agent': 'Netscape 4' })
    await settle('noise at night', {}, ada, { 'user-agent': 'Mosaic 1' })
    const [first, second] = await logged()
    const stored = JSON.stringify([await logged(), await torv.services.db.all('select * from search_salts')])
    expect(first?.visitor).not.toBe(second?.visitor)
    expect(stored).not.toMatch(/192\.0\.2|Netscape|Mosaic/)
    expect(ada.cookies.size).toBe(0)

    torv.clock.forward(3 * DAY_MS)
    for (let twice = 0; twice < 2; twice++) await forgetSearches(torv.services)
    expect(await torv.services.db.all('select * from search_salts')).toEqual([])
    expect(await logged()).toHaveLength(2)

    torv.clock.forward(400 * DAY_MS)
    for (let twice = 0; twice < 2; twice++) await forgetSearches(torv.services)
    expect(await logged()).toEqual([])
  })

  test('leaves out staff and programs, and takes nothing that is not a page of ours for an answer', async () => {
    const staff = await torv.staff()
    await settle('noise at night', {}, staff)
    await settle('noise at night', {}, ada, { 'user-agent': 'Examplebot/2.1' })
    await settle('   ')
    expect(await logged()).toEqual([])

    await settle('noise at night', { answer: 'https://elsewhere.example/en/help/noise' })

    expect(await logged()).toMatchObject([{ answer: null }])
    expect((await ada.post('/api/searches', { text: 'x'.repeat(300), locale: 'en' })).status).toBe(422)
    expect((await ada.post('/api/searches', { text: 'noise', locale: 'xx' })).status).toBe(422)
  })
})
