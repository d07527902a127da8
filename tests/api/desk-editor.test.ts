import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const CANARY = 'canary-9b52'

let torv: Torv
let sam: Client
beforeEach(async () => {
  torv = await startTorv()
  sam = await torv.staff()
})
afterEach(stopTorvs)

type Line = Record<string, unknown>
type Taken = { lines: Line[]; differences: { kind: string; line: string; from?: number; to?: number }[]; note?: string }

async function begin(buyer: object = {}): Promise<string> {
  const answer = await sam.post('/api/desk/quotes', { name: 'Ada Lund', email: ADA, locale: 'en', currency: 'DKK', ...buyer })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function draft(reference: string, lines: object[], more: object = {}): Promise<string> {
  const saved = await sam.put(`/api/desk/quotes/${reference}/draft`, { lines, validDays: 30, ...more })
  if (!saved.ok) throw new Error(await saved.text())
  return ((await saved.json()) as { hash: string }).hash
}

async function send(reference: string, lines: object[], more: object = {}) {
  const sent = await sam.post(`/api/desk/quotes/${reference}/sending`, { hash: await draft(reference, lines, more) })
  if (!sent.ok) throw new Error(await sent.text())
}

async function json<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}

describe('a quote begun for somebody who called', () => {
  test('is its beginner’s, in pricing, and tells the customer nothing until it is sent', async () => {
    const reference = await begin({ need: 'Called about a pump' })
    await torv.settle()
    expect((await torv.mails()).map(({ to }) => to)).toEqual([])
    const { quotes } = await json<{ quotes: object[] }>(sam.get('/api/desk/quotes?view=mine'))
    expect(quotes).toMatchObject([{ reference, status: 'pricing', buyer: 'Ada Lund' }])

    await send(reference, [{ product: 'pump', quantity: 1 }])
    await torv.settle()

    expect((await torv.mails()).filter(({ to }) => to === ADA)).toHaveLength(1)
    const ada = await torv.signedIn(ADA)
    expect(await json(ada.get(`/api/quotes/${reference}`))).toMatchObject({ status: 'sent', document: { net: 1_000_000 } })
    const kinds = await torv.services.db.all<{ kind: string }>('select kind from events where subject = :reference order by id', {
      reference,
    })
    expect(kinds.map(({ kind }) => kind).slice(0, 2)).toEqual(['quote.requested', 'quote.opened'])
  })

  test('is refused without an address, or in money we do not take; sent twice it is one', async () => {
    const good = { name: 'Ada', email: ADA, locale: 'en', currency: 'EUR' }
    for (const wrong of [{ email: 'ada' }, { name: '' }, { currency: 'JPY' }, { currency: 'money' }, { locale: 'sv' }])
      expect((await sam.post('/api/desk/quotes', { ...good, ...wrong })).status).toBe(422)
    expect(await torv.services.db.get('select count(*) as n from quotes')).toEqual({ n: 0 })

    const key = { 'idempotency-key': 'the-same-key' }
    const [first, second] = [await sam.post('/api/desk/quotes', good, key), await sam.post('/api/desk/quotes', good, key)]
    expect(await first.json()).toEqual(await second.json())
    expect(await torv.services.db.get('select count(*) as n from quotes')).toEqual({ n: 1 })
  })
})

test('a preview says what a draft comes to, and keeps nothing', async () => {
  const reference = await begin()
  const before = await torv.services.db.all('select * from quote_revisions')
  const lines = [
    { product: 'pump', quantity: 2, discountBp: 1_000 },
    { product: 'filter', quantity: 1, optional: true },
    { text: 'Fitting', quantity: 1, unitPrice: 5_000, vatBp: 0 },
  ]

  const { document } = await json<{ document: object }>(sam.post(`/api/desk/quotes/${reference}/preview`, { lines, validDays: 30 }))

  expect(document).toMatchObject({ net: 1_805_000, total: 2_255_000, revision: 1 })
  expect(await torv.services.db.all('select * from quote_revisions')).toEqual(before)
  expect((await sam.post(`/api/desk/quotes/${reference}/preview`, { lines: [{ product: 'x', quantity: 1 }], validDays: 30 })).status).toBe(
    422,
  )
})

describe('lines of an older quote', () => {
  test('are priced from today’s catalogue, and what is different is said', async () => {
    const older = await begin()
    await send(older, [
      {
        product: 'pump',
        options: { colour: 'graphite' },
        quantity: 2,
        unitPrice: 1_000_000,
        discountBp: 500,
        note: 'By the door',
        deliveryOn: '2099-01-01',
      },
      { text: 'Fitting', quantity: 1, unitPrice: 5_000 },
      { product: 'filter', quantity: 3, optional: true, range: { min: 1, max: 5 } },
    ])
    const reference = await begin()

    const taken = await json<Taken>(sam.get(`/api/desk/quotes/${reference}/copies/${older}`))

    expect(taken.lines).toEqual([
      { product: 'pump', options: { colour: 'graphite' }, quantity: 2, discountBp: 500, range: null, note: 'By the door' },
      { text: 'Fitting', options: {}, quantity: 1, unitPrice: 5_000 },
      { product: 'filter', options: {}, quantity: 3, optional: true, selected: false, range: { min: 1, max: 5 } },
    ])
    expect(taken.differences).toEqual([{ kind: 'price', line: 'Big Pump', from: 1_000_000, to: 1_050_050 }])
    await draft(reference, taken.lines) // and can be offered as they are
  })

  test('go on in words when the catalogue no longer has them, and lose amounts in other money', async () => {
    const older = await begin()
    await send(older, [
      { product: 'pump', options: { colour: 'graphite' }, quantity: 20 },
      { product: 'filter', quantity: 1 },
      { text: 'Fitting', quantity: 1, unitPrice: 5_000 },
    ])
    const reference = await begin({ currency: 'EUR', locale: 'da' })
    const { products } = torv.services.content
    torv.services.content.products = products
      .filter(({ slug }) => slug !== 'filter')
      .map((product) => ({
        ...product,
        maxQuantity: 10,
        options: product.options.map((option) => ({ ...option, choices: option.choices.slice(0, 1) })),
      }))

    const { lines, differences } = await json<Taken>(sam.get(`/api/desk/quotes/${reference}/copies/${older}`))

    expect(lines).toMatchObject([
      { product: 'pump', options: { colour: 'sand' }, quantity: 10 },
      { text: 'Air filter' },
      { text: 'Fitting' },
    ])
    expect(lines[2]).not.toHaveProperty('unitPrice')
    expect(differences.map(({ kind, line }) => `${kind}: ${line}`)).toEqual([
      'choice: Big Pump',
      'quantity: Big Pump',
      'gone: Air filter',
      'no-price: Fitting',
      'language: Fitting',
    ])
    await draft(reference, lines)
  })
})

describe('a template', () => {
  const lines = [
    { product: 'pump', options: { colour: 'sand' }, quantity: 1, discountBp: 300 },
    { text: 'Fitting', quantity: 1, unitPrice: 5_000 },
  ]
  async function save(name: string): Promise<number> {
    const template = { name, lines, note: 'Welcome', validDays: 14, locale: 'en', currency: 'DKK' }
    const answer = await sam.post('/api/desk/quotes/templates', template)
    expect(answer.status).toBe(201)
    return ((await answer.json()) as { id: number }).id
  }

  test('fills a draft, in the customer’s language once it has been told', async () => {
    const id = await save('Villa')
    const [english, danish] = [await begin(), await begin({ locale: 'da' })]
    expect(await json<Taken>(sam.get(`/api/desk/quotes/${english}/templates/${id}`))).toMatchObject({
      ...{
        lines: [
          { product: 'pump', discountBp: 300 },
          { text: 'Fitting', unitPrice: 5_000 },
        ],
        differences: [],
        note: 'Welcome',
        validDays: 14,
      },
    })
    const untold = await json<Taken>(sam.get(`/api/desk/quotes/${danish}/templates/${id}`))
    expect(untold.differences).toEqual([
      { kind: 'language', line: 'Fitting' },
      { kind: 'language', line: 'Welcome' },
    ])

    const words = { name: 'Villa, standard', note: { en: 'Welcome', da: 'Velkommen' }, texts: { 1: { da: 'Montering' } } }
    expect((await sam.put(`/api/desk/quotes/templates/${id}`, words)).status).toBe(204)

    expect(await json<Taken>(sam.get(`/api/desk/quotes/${danish}/templates/${id}`))).toMatchObject({
      ...{ lines: [{}, { text: 'Montering' }], differences: [], note: 'Velkommen' },
    })
    const { templates } = await json<{ templates: { name: string }[] }>(sam.get('/api/desk/quotes/templates'))
    expect(templates.map(({ name }) => name)).toEqual(['Villa, standard'])
  })

  test('has a name of its own, and can be deleted once', async () => {
    const [first, second] = [await save('Villa'), await save('Flat')]
    expect((await sam.put(`/api/desk/quotes/templates/${second}`, { name: 'Villa' })).status).toBe(422)
    expect(
      (await sam.post('/api/desk/quotes/templates', { name: 'Flat', lines, validDays: 1, locale: 'en', currency: 'DKK' })).status,
    ).toBe(422)

    expect((await sam.delete(`/api/desk/quotes/templates/${first}`)).status).toBe(204)
    expect((await sam.delete(`/api/desk/quotes/templates/${first}`)).status).toBe(404)
    expect((await sam.put('/api/desk/quotes/templates/x', { name: 'y' })).status).toBe(404)
  })
})

describe('customers', () => {
  test('AC5 are turned away from templates, copies, previews and quotes for others', async () => {
    const reference = await begin()
    const ada = await torv.signedIn(ADA)
    const routes: [string, string, object?][] = [
      ['POST', '', { name: 'x', email: 'x@y.example', locale: 'en', currency: 'DKK' }],
      ['GET', '/templates'],
      ['POST', '/templates', { name: 'x', lines: [{ text: 'x', quantity: 1 }], validDays: 1, locale: 'en', currency: 'DKK' }],
      ['PUT', '/templates/1', { name: 'x' }],
      ['DELETE', '/templates/1'],
      ['GET', `/${reference}/templates/1`],
      ['GET', `/${reference}/copies/${reference}`],
      ['POST', `/${reference}/preview`, { lines: [{ text: 'x', quantity: 1 }], validDays: 1 }],
    ]
    for (const [method, path, body] of routes)
      for (const [client, status] of [
        [torv.visitor(), 401],
        [ada, 403],
      ] as const)
        expect([method, path, (await client.request(method, `/api/desk/quotes${path}`, body, {})).status]).toEqual([method, path, status])

    expect(await torv.services.db.all('select 1 from quote_templates')).toEqual([])
    expect(await torv.services.db.get('select count(*) as n from quotes')).toEqual({ n: 1 })
  })

  test('AC8 find no note, template or view of ours anywhere', async () => {
    const reference = await begin()
    const lines = [{ product: 'pump', quantity: 1 }]
    await sam.post('/api/desk/quotes/views', { name: CANARY, query: `view=all&q=${CANARY}`, shared: true })
    const template = { name: CANARY, lines: [{ text: CANARY, quantity: 1 }], note: CANARY, validDays: 14, locale: 'en', currency: 'DKK' }
    expect((await sam.post('/api/desk/quotes/templates', template)).status).toBe(201)
    await sam.post(`/api/desk/quotes/${reference}/messages`, { text: CANARY, internal: true })
    await send(reference, lines)
    expect(JSON.stringify(await torv.services.db.all('select * from desk_views'))).toContain(CANARY) // or nothing would prove anything
    await torv.settle()

    const ada = await torv.signedIn(ADA)
    const seen = await Promise.all(
      [
        `/api/quotes/${reference}`,
        '/api/quotes',
        `/api/quotes/${reference}/pdf`,
        '/api/me',
        `/api/help/search?q=${'canary'}&locale=en`,
      ].map(async (path) => Buffer.from(await (await ada.get(path)).arrayBuffer()).toString('latin1')),
    )

    expect(seen[0]).toContain(reference)
    expect(seen.join('\n')).not.toContain(CANARY)
    expect(JSON.stringify(await torv.mails())).not.toContain(CANARY)
  })
})
