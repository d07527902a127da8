import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetLists } from '../../api/quotes/list-store.ts'
import type { Client } from '../support/client.ts'
import { pdf, png } from '../support/sample-files.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const DAY = 24 * 3_600_000
const PUMP = { product: 'pump', options: { colour: 'sand' }, quantity: '2' }
const FILTER = { product: 'filter', quantity: '1' }
const CANARY = 'canary-41c7'
const person = { name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
let guest: Client
beforeEach(async () => {
  torv = await startTorv()
  guest = torv.visitor()
})
afterEach(stopTorvs)

type Line = { key: string; product?: string; text?: string; options: Record<string, string>; quantity: string }
type Pasted = { lines: Line[]; added: number; mistakes: { number: number; text: string; reason: string; message: string }[] }

async function listOf(client: Client): Promise<Line[]> {
  return ((await (await client.get('/api/quotes/list')).json()) as { lines: Line[] }).lines
}

async function add(client: Client, ...lines: object[]): Promise<Response> {
  return client.post('/api/quotes/list/lines', { lines })
}

async function paste(client: Client, text: string): Promise<Pasted> {
  const answer = await client.post('/api/quotes/list/paste', { text })
  expect(answer.status).toBe(200)
  return (await answer.json()) as Pasted
}

async function upload(client: Client, name = 'plan.pdf', bytes = pdf): Promise<string> {
  return ((await (await client.upload(name, bytes)).json()) as { id: string }).id
}

describe('a quote list', () => {
  test('is kept for a browser: products with their options, words, and quantities as typed', async () => {
    await add(guest, PUMP, { product: 'filter', quantity: 3 })
    await add(guest, { text: 'A bracket for a slanted wall', quantity: 'two' })

    expect(await listOf(guest)).toMatchObject([
      { product: 'pump', options: { colour: 'sand' }, quantity: '2' },
      { product: 'filter', options: {}, quantity: '3' },
      { text: 'A bracket for a slanted wall', quantity: 'two' },
    ])
    expect(await listOf(torv.visitor())).toEqual([])
  })

  test('makes more of the same one line, and takes only options that there are', async () => {
    await add(guest, PUMP, { ...PUMP, quantity: '3' }, { ...PUMP, options: { colour: 'pink', gold: 'yes' } })

    expect(await listOf(guest)).toMatchObject([{ options: { colour: 'sand' }, quantity: '7' }])
    expect((await add(guest, { product: 'no-such', quantity: '1' })).status).toBe(422)
  })

  test('keeps what another window has added since, and not what was taken off', async () => {
    await add(guest, PUMP, FILTER)
    const shown = await listOf(guest)
    await add(guest, { product: 'special', quantity: '1' }) // in another window

    const [pump] = shown
    const answer = await guest.put('/api/quotes/list', { lines: [{ ...pump, quantity: '9' }], known: shown.map(({ key }) => key) })

    expect(answer.status).toBe(200)
    expect(await listOf(guest)).toMatchObject([{ product: 'pump', quantity: '9' }, { product: 'special' }])
  })

  test('loses nothing when many add at once', async () => {
    await add(guest, PUMP) // so that all share one browser's token

    await Promise.all(Array.from({ length: 8 }, (_, n) => add(guest, { text: `Thing ${n}`, quantity: '1' })))

    expect(await listOf(guest)).toHaveLength(9)
  })

  test('is full at a hundred lines, and says so', async () => {
    const lines = Array.from({ length: 100 }, (_, n) => ({ text: `Thing ${n}`, quantity: '1' }))
    expect((await add(guest, ...lines)).status).toBe(200)

    expect((await add(guest, PUMP)).status).toBe(422)
    expect(await listOf(guest)).toHaveLength(100)
    expect((await paste(guest, 'PUMP-1, 1')).mistakes).toMatchObject([{ number: 1, reason: 'list-full' }])
  })

  test('gives no cookie to who only looks, and is forgotten after a month', async () => {
    await listOf(guest)
    await guest.put('/api/quotes/list', { lines: [] })
    expect(guest.cookies.size).toBe(0)

    await add(guest, PUMP)
    torv.clock.forward(31 * DAY)
    await forgetLists(torv.services)

    expect(await listOf(guest)).toEqual([])
  })

  test('of a browser becomes part of the contact’s when somebody signs in, with its files, and leaves nothing after signing out', async () => {
    const ada = await torv.signedIn(ADA)
    await add(ada, PUMP)
    await guest.post('/api/sign-in/codes', { email: ADA, locale: 'en' })
    await add(guest, { ...PUMP, quantity: '1' }, { text: CANARY, quantity: '1' })
    const file = await upload(guest)
    await torv.settle()
    const code = /\b(\d{3}) (\d{3})\b/.exec((await torv.mails()).findLast(({ to }) => to === ADA)?.text ?? '')
    const before = guest.cookies.get('torv-guest')
    expect((await guest.post('/api/sign-in', { code: `${code?.[1]}${code?.[2]}` })).status).toBe(200)

    expect(await listOf(guest)).toMatchObject([{ product: 'pump', quantity: '3' }, { text: CANARY }])
    expect(await listOf(ada)).toEqual(await listOf(guest))
    expect((await ada.get(`/api/uploads/${file}`)).status).toBe(200)

    await guest.delete('/api/session')
    expect(guest.cookies.size).toBe(0)
    expect(await listOf(guest)).toEqual([])
    guest.cookies.set('torv-guest', before ?? '')
    expect(await listOf(guest)).toEqual([]) // nor under the token it had
    expect((await guest.get(`/api/uploads/${file}`)).status).toBe(404)
  })

  test('SI7 the database holds no token that opens it', async () => {
    await add(guest, PUMP)
    const token = guest.cookies.get('torv-guest') ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)

    const rows = await torv.services.db.all('select * from quote_lists')

    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('AC1 AC2 is nobody else’s to read or change', async () => {
    const [ada, grace] = [await torv.signedIn(ADA), await torv.signedIn('grace@globex.example')]
    await add(ada, { text: CANARY, quantity: '1' })
    const [line] = await listOf(ada)

    expect(JSON.stringify(await listOf(grace))).not.toContain(CANARY)
    await grace.put('/api/quotes/list', { lines: [], known: [line?.key] })
    await grace.put('/api/quotes/list', { lines: [{ ...line, text: 'mine' }], known: [line?.key] })

    expect(await listOf(ada)).toMatchObject([{ text: CANARY }])
  })
})

describe('pasted lines', () => {
  test.each([
    ['commas', 'PUMP-1, 2\nFILTER-1,3'],
    ['semicolons', 'PUMP-1;2\r\nFILTER-1;3\r\n'],
    ['tabs', 'PUMP-1\t2\nFILTER-1\t3'],
    ['"3 x" before', '2 x PUMP-1\n3× FILTER-1'],
    ['"x 3" after', 'PUMP-1 x 2\nFILTER-1 3'],
    ['quotes', '"PUMP-1","2"\n"FILTER-1";"3"'],
    ['any case and names', 'pump-1, 2\nfilter, 3'],
    ['units', 'PUMP-1, 2 pcs\nFILTER-1;3 stk'],
    ['the quantity first', '2, PUMP-1\n3;FILTER-1'],
    ['English headings', 'SKU,Quantity\nPUMP-1,2\nFILTER-1,3'],
    ['Danish headings', 'Varenr.;Betegnelse;Antal\nPUMP-1;Pumpe 9;2\nFILTER-1;Filter, 2025;3'],
    ['a name between', 'PUMP-1;Big Pump;2\nFILTER-1;Air filter;3'],
    ['empty lines', '\n\nPUMP-1, 2\n\n  \nFILTER-1,3\n'],
    ['the same twice', 'PUMP-1, 1\nFILTER-1, 3\nPUMP-1'],
  ])('with %s are read', async (_, text) => {
    expect(await paste(guest, text)).toMatchObject({ mistakes: [] })

    expect(await listOf(guest)).toMatchObject([
      { product: 'pump', options: { colour: 'sand' }, quantity: '2' },
      { product: 'filter', quantity: '3' },
    ])
  })

  test('are each answered by themselves: the good ones are added, the others named', async () => {
    const text = [
      'sku,quantity',
      'PUMP-1,2',
      'NO-SUCH,1',
      'PUMP-1,-1',
      'PUMP-1,0',
      'PUMP-1,0.5',
      'PUMP-1,1e3',
      'PUMP-1,1000000000',
      'PUMP-1,99',
      'PUMP-1,49',
      '=cmd|x!A1,1',
      'FILTER-1,"3',
      '<img src=x onerror=__xss()>',
    ].join('\n')

    const { added, mistakes } = await paste(guest, text)

    expect(added).toBe(1)
    expect(mistakes.map(({ number, reason }) => [number, reason])).toEqual([
      [3, 'unknown-sku'],
      [4, 'whole-number'],
      [5, 'too-small'],
      [6, 'whole-number'],
      [7, 'whole-number'],
      [8, 'whole-number'],
      [9, 'too-large'],
      [10, 'too-large'], // with the two that are there
      [11, 'unknown-sku'],
      [12, 'whole-number'],
      [13, 'unknown-sku'],
    ])
    expect(mistakes[0]).toMatchObject({ text: 'NO-SUCH,1', message: 'No product has that number.' })
    expect(await listOf(guest)).toMatchObject([{ product: 'pump', quantity: '2' }])
  })

  test('are answered in the reader’s language, and none is too much', async () => {
    const answer = await guest.post('/api/quotes/list/paste', { text: 'X,1' }, { 'accept-language': 'da' })
    expect(await answer.text()).toContain('varenummer')

    expect((await guest.post('/api/quotes/list/paste', { text: 'X'.repeat(20_001) })).status).toBe(422)
    expect((await paste(guest, '')).added).toBe(0)
    expect((await paste(guest, ',;\t\n"\n\u0000\n'.repeat(500))).added).toBe(0)
  })
})

describe('asking for a quote', () => {
  const lines = [
    { product: 'pump', options: { colour: 'graphite' }, quantity: 5 },
    { text: 'A bracket for a slanted wall', quantity: 2 },
  ]

  async function ask(client: Client, more: object = {}): Promise<Response> {
    return client.post('/api/quotes', { lines, ...person, ...more })
  }

  async function asked(client: Client, more: object = {}): Promise<string> {
    const answer = await ask(client, more)
    if (answer.status !== 201) throw new Error(await answer.text())
    return ((await answer.json()) as { reference: string }).reference
  }

  test('takes words for what is in no catalogue, at a price on request', async () => {
    const reference = await asked(guest)

    const { document } = (await (await guest.get(`/api/quotes/${reference}`)).json()) as { document: Record<string, unknown> }
    expect(document).toMatchObject({
      lines: [
        { product: 'pump', net: 4_750_250 },
        { product: null, name: 'A bracket for a slanted wall', quantity: 2, net: null },
      ],
      total: 5_937_813,
      unpriced: 1,
    })
  })

  test('takes files along, and who may see the quote may read them', async () => {
    const [photo, plan] = [await upload(guest, 'photo.png', png()), await upload(guest)]

    const reference = await asked(guest, { uploads: [photo, plan] })

    const shown = (await (await guest.get(`/api/quotes/${reference}`)).json()) as { uploads: { id: string; name: string }[] }
    expect(shown.uploads).toMatchObject([{ id: photo, name: 'photo.png' }, { id: plan }])
    const staff = await torv.staff()
    const desk = (await (await staff.get(`/api/desk/quotes/${reference}`)).json()) as { uploads: object[] }
    expect(desk.uploads).toHaveLength(2)
    for (const reader of [guest, staff, await torv.signedIn(ADA)]) expect((await reader.get(`/api/uploads/${photo}`)).status).toBe(200)

    expect((await guest.delete(`/api/uploads/${photo}`)).status).toBe(404)
    expect((await guest.get('/api/uploads')).status).toBe(200)
    expect(await (await guest.get('/api/uploads')).json()).toEqual({ uploads: [] })
  })

  test('CO10 an attached file is nobody else’s to read, to remove or to attach once more', async () => {
    const photo = await upload(guest, 'photo.png', png())
    const reference = await asked(guest, { uploads: [photo] })
    const grace = await torv.signedIn('grace@globex.example')
    expect((await guest.get(`/api/uploads/${photo}`)).status).toBe(200)

    for (const stranger of [grace, torv.visitor()]) {
      expect((await stranger.get(`/api/uploads/${photo}`)).status).toBe(404)
      expect((await stranger.delete(`/api/uploads/${photo}`)).status).toBe(404)
    }
    // The browser's own token is not enough any more: what counts is who may see the quote.
    guest.cookies.delete('torv-access')
    expect((await guest.get(`/api/uploads/${photo}`)).status).toBe(404)
    expect((await ask(guest, { uploads: [photo] })).status).toBe(422)
    const row = await torv.services.db.get('select attached_to from uploads where id = :photo', { photo })
    expect(row).toEqual({ attached_to: reference })
  })

  test('CO10 another’s file, one taken back and one that never was are refused alike, and no quote is made', async () => {
    const theirs = await upload(torv.visitor('198.51.100.9'))
    const mine = await upload(guest)
    const gone = await upload(guest)
    await guest.delete(`/api/uploads/${gone}`)

    const answers = await Promise.all([theirs, gone, 'A'.repeat(43)].map((id) => ask(guest, { uploads: [mine, id] })))

    const texts = await Promise.all(answers.map((answer) => answer.text()))
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 422])
    expect(new Set(texts).size).toBe(1)
    expect(await torv.services.db.all('select * from quotes')).toEqual([])
    expect((await ask(guest, { uploads: [mine] })).status).toBe(201)
  })

  test('two requests at once share no file: one of them has it', async () => {
    const photo = await upload(guest, 'photo.png', png())

    const answers = await Promise.all([ask(guest, { uploads: [photo] }), ask(guest, { uploads: [photo] })])

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422])
  })

  test('QU1 AC10 no price, rate or number of their own comes in with words or files', async () => {
    const sly = {
      text: 'A bracket',
      quantity: 1,
      unitPrice: 1,
      net: 1,
      discountBp: 10_000,
      vatBp: 0,
      id: '99',
      selected: false,
      sku: 'PUMP-1',
    }

    const reference = await asked(guest, { lines: [sly], total: 1, currency: 'EUR', files: ['x'] })

    const { document } = (await (await guest.get(`/api/quotes/${reference}`)).json()) as { document: Record<string, unknown> }
    expect(document).toMatchObject({
      currency: 'DKK',
      lines: [{ id: '1', sku: null, unitPrice: null, net: null, discountBp: 0, vatBp: 2_500, selected: true }],
      total: 0,
    })
  })

  test.each([
    { text: 'A bracket', quantity: -1 },
    { text: 'A bracket', quantity: 0 },
    { text: 'A bracket', quantity: 0.5 },
    { text: 'A bracket', quantity: 1e9 },
    { text: 'A bracket', quantity: '1e3' },
    { text: '', quantity: 1 },
    { text: 'two\nlines', quantity: 1 },
    { text: 'x'.repeat(201), quantity: 1 },
    { text: 'A bracket', product: 'pump', quantity: 1 },
    { quantity: 1 },
    { product: 'PUMP-1', quantity: 1 },
    { product: 'pump', options: { colour: 'gold' }, quantity: 1 },
  ])('QU1 the line %j is refused', async (line) => {
    expect((await ask(guest, { lines: [line] })).status).toBe(422)
    expect(await torv.services.db.all('select * from quotes')).toEqual([])
  })

  test('QU1 what is no name of a file is refused', async () => {
    for (const uploads of [['x'], [1], 'x', ['../x'], Array.from({ length: 11 }, () => 'A'.repeat(43))]) {
      expect((await ask(guest, { uploads })).status).toBe(422)
    }
  })
})
