import { readFile } from 'node:fs/promises'
import { afterEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs } from '../support/torv.ts'

afterEach(stopTorvs)

type Filter = { field: string; without: number | null; choices: { id: string }[] | null }
type Choice = { id: string; count: number }
type Facet = { fact: string; type: string; min: number; max: number; choices: Choice[] }
type Listing = {
  products: { slug: string; name: string; price: unknown; replacedBy: { slug: string } | null }[]
  total: number
  next: string | null
  filters: Filter[]
  facets: { categories: Choice[]; price: { min: number; max: number } | null; facts: Facet[] }
}

/** What only the draft itself says; what somebody types may come back to them. */
const CANARY = /is not out yet|ikke ude endnu|Canarydraft Pump|7070707|8838384|"max":777/
/** Every amount of a product whose price is for nobody: list, tier and option, with VAT and without. */
const HIDDEN = /7654321|9567901|7543219|9429024|4567812|5709765|8765432|10956790|1020304|1168724/

async function listing(client: Client, query = ''): Promise<Listing> {
  const answer = await client.get(`/api/catalog/products${query}`)
  expect(answer.status, await answer.clone().text()).toBe(200)
  return (await answer.json()) as Listing
}
const slugs = async (client: Client, query?: string) => (await listing(client, query)).products.map(({ slug }) => slug)
const counts = (choices: Choice[] | undefined) => Object.fromEntries((choices ?? []).map(({ id, count }) => [id, count]))

describe('the catalogue', () => {
  test('is everything that is still made, in the order the company gave it', async () => {
    const visitor = (await startTorv()).visitor()

    const { products, total, next } = await listing(visitor)

    expect(products.map(({ slug }) => slug)).toEqual(['pump', 'special', 'trade-pump', 'filter', 'valve'])
    expect({ total, next }).toEqual({ total: 5, next: null })
    expect(products[0]?.price).toEqual({ kind: 'from', currency: 'DKK', excluded: 1000000, included: 1250000, unit: 'piece' })
    expect(products[1]?.price).toEqual({ kind: 'on-request' })
  })

  test('is narrowed down by category, by the ends of a number, by choices and by price', async () => {
    const visitor = (await startTorv()).visitor()

    expect(await slugs(visitor, '?category=parts')).toEqual(['filter'])
    expect(await slugs(visitor, '?category=parts&category=trade')).toEqual(['filter', 'valve'])
    expect(await slugs(visitor, '?fact.power.min=9&fact.power.max=12')).toEqual(['pump', 'trade-pump'])
    expect(await slugs(visitor, '?fact.weight.max=0,4')).toEqual(['valve']) // as Danes write it
    expect(await slugs(visitor, '?fact.fits=flat')).toEqual(['pump', 'trade-pump', 'valve'])
    expect(await slugs(visitor, '?fact.fits=flat&fact.power.min=10')).toEqual(['trade-pump'])
    expect(await slugs(visitor, '?priceMax=50000')).toEqual(['filter'])
    expect(await slugs(visitor, '?priceMin=50000')).toEqual(['pump'])
    expect(await slugs(visitor, '?q=&category=&fact.power.min=&priceMax=')).toHaveLength(5) // a form with nothing filled in
  })

  test('counts what each choice would leave, as if nothing of the same fact were chosen', async () => {
    const visitor = (await startTorv()).visitor()

    const { facets, total } = await listing(visitor, '?fact.fits=flat&category=pumps')

    expect(total).toBe(2)
    expect(counts(facets.categories)).toEqual({ pumps: 2, parts: 0, trade: 1 })
    expect(counts(facets.facts.find(({ fact }) => fact === 'fits')?.choices)).toEqual({ house: 2, flat: 2 })
    expect(facets.facts.find(({ fact }) => fact === 'power')).toMatchObject({ type: 'number', min: 9, max: 12 })
    expect(facets.price).toEqual({ min: 1250000, max: 1250000 })
    expect(facets.facts.map(({ fact }) => fact)).not.toContain('class') // nothing found here has one
  })

  test('says which filter to give up when nothing is left', async () => {
    const visitor = (await startTorv()).visitor()

    const { total, filters } = await listing(visitor, '?category=pumps&fact.fits=house&fact.power.max=5')

    expect(total).toBe(0)
    expect(filters.map(({ field, without }) => [field, without])).toEqual([
      ['category', 1 - 1],
      ['fact.power', 2],
      ['fact.fits', 0],
    ])
  })

  test('sorts by price, with what has none shown at the end, and by name as the language does', async () => {
    const visitor = (await startTorv()).visitor()

    expect(await slugs(visitor, '?sort=price-up')).toEqual(['filter', 'pump', 'special', 'trade-pump', 'valve'])
    expect(await slugs(visitor, '?sort=price-down')).toEqual(['pump', 'filter', 'special', 'trade-pump', 'valve'])
    const names = async (locale: string) => (await listing(visitor, `?sort=name&locale=${locale}`)).products.map(({ name }) => name)
    expect(await names('da')).toEqual(['Luftfilter', 'Stor pumpe', 'Særlig pumpe', 'Øventil', 'Åpumpe'])
    expect(await names('en')).toEqual(['Air filter', 'Ångström Pump', 'Big Pump', 'Island Valve', 'Special Pump'])
  })

  test('is handed out page by page, each product once', async () => {
    const visitor = (await startTorv()).visitor()
    const all = await slugs(visitor, '?sort=name')
    expect(all).toHaveLength(5)

    const pages: string[][] = []
    let next: string | null = ''
    while (next !== null) {
      const page: Listing = await listing(visitor, `?sort=name&limit=2${next && `&after=${next}`}`)
      pages.push(page.products.map(({ slug }) => slug))
      next = page.next
    }

    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1])
    expect(pages.flat()).toEqual(all)
    expect((await visitor.get('/api/catalog/products?after=no-such')).status).toBe(422)
  })

  test.each([
    ['big pumb', 'en', 'pump'],
    ['stor pmupe', 'da', 'pump'],
    ['særlig', 'da', 'special'],
    ['saerlig', 'da', 'special'],
    ['øventil', 'da', 'valve'],
    ['oventil', 'da', 'valve'],
    ['ÅPUMPE', 'da', 'trade-pump'],
    ['aapumpe', 'da', 'trade-pump'],
    ['PUMP-1', 'en', 'pump'],
    ['venerable', 'en', 'pump'], // what it replaced
  ])('is searched with typos and in every spelling: %s', async (q, locale, slug) => {
    const visitor = (await startTorv()).visitor()

    const found = await slugs(visitor, `?${new URLSearchParams({ q, locale })}`)

    expect(found.slice(0, 2)).toContain(slug)
  })

  test('is searched and narrowed down at once; an older model is found and says what took its place', async () => {
    const visitor = (await startTorv()).visitor()

    expect((await slugs(visitor, '?q=pump')).toSorted()).toEqual(['old-pump', 'pump', 'special', 'trade-pump'])
    expect(await slugs(visitor, '?q=pump&fact.power.min=30')).toEqual(['special'])
    const { products } = await listing(visitor, '?q=venerable')
    expect(products.find(({ slug }) => slug === 'old-pump')?.replacedBy).toEqual({ slug: 'pump', name: 'Big Pump' })
    const { total, filters } = await listing(visitor, '?q=zzzzz')
    expect({ total, filters: filters.map(({ field }) => field) }).toEqual({ total: 0, filters: ['q'] })
  })

  test('refuses numbers that are none, and passes over what it does not know', async () => {
    const visitor = (await startTorv()).visitor()

    for (const query of ['fact.power.min=many', 'priceMin=1e9', 'priceMax=-', 'limit=1000', 'limit=0', 'sort=colour']) {
      const answer = await visitor.get(`/api/catalog/products?${query}`)
      expect([query, answer.status]).toEqual([query, 422])
      expect(Object.keys(((await answer.json()) as { errors: object }).errors)).toEqual([query.split('=')[0]])
    }
    expect(await slugs(visitor, '?utm_source=mail&fact.colour=red&fact.fits=boat&category=boats')).toHaveLength(5)
  })
})

describe('a product', () => {
  test('tells everything its page does', async () => {
    const visitor = (await startTorv()).visitor()

    const answer = await (await visitor.get('/api/catalog/products/pump?locale=da')).json()

    expect(answer).toMatchObject({
      name: 'Stor pumpe',
      facts: [
        { kind: 'power', name: 'Effekt', value: '9\u00a0kW' },
        { kind: 'weight', name: 'Vægt', value: '90\u00a0kg' },
        { kind: 'fits', name: 'Passer til', value: 'Huse og Lejligheder' },
      ],
      tiers: [{ from: 5, price: 900000 }],
      accessories: [{ slug: 'filter' }],
      replacedBy: null,
    })
    expect((await visitor.get('/api/catalog/products/no-such')).status).toBe(404)
  })
})

describe('a comparison', () => {
  type Comparison = {
    products: { slug: string }[]
    price: { differs: boolean; cells: { isBest: boolean }[] }
    rows: { id: string; differs: boolean; cells: { text: string | null; isBest: boolean }[] }[]
    left: number
  }
  const compare = async (client: Client, products: string) =>
    (await (await client.get(`/api/catalog/comparison?products=${products}`)).json()) as Comparison

  test('puts facts side by side, marks what differs and what is best', async () => {
    const visitor = (await startTorv()).visitor()

    const { products, rows, price } = await compare(visitor, 'pump,special,filter')

    expect(products.map(({ slug }) => slug)).toEqual(['pump', 'special', 'filter'])
    const row = (id: string) => rows.find((row) => row.id === id)
    expect(row('power')?.cells).toEqual([
      { text: '9\u00a0kW', isBest: false },
      { text: 'up to 40 kW', isBest: false }, // more is not better here
      { text: null, isBest: false },
    ])
    expect(row('weight')?.cells.map(({ isBest }) => isBest)).toEqual([true, false, false])
    expect(rows.map(({ differs }) => differs)).toEqual(rows.map(() => true))
    expect(price.cells.map(({ isBest }) => isBest)).toEqual([false, false, true])
    const same = await compare(visitor, 'pump,pump')
    expect(same.products).toHaveLength(1)
    expect(same.rows.some(({ cells }) => cells.some(({ isBest }) => isBest))).toBe(false)
  })

  test('takes four, and says how many were left out', async () => {
    const visitor = (await startTorv()).visitor()

    const { products, left } = await compare(visitor, 'pump,special,no-such,filter,trade-pump,valve')

    expect(products.map(({ slug }) => slug)).toEqual(['pump', 'special', 'filter', 'trade-pump'])
    expect(left).toBe(2)
  })
})

describe('a price that is not for everybody', () => {
  const wanted = (product: string, quantity = 1) => ({ lines: [{ product, quantity, options: {} }] })
  const everywhere = [
    '/api/catalog/products?limit=48',
    '/api/catalog/products?sort=price-up&q=pump',
    '/api/catalog/products/trade-pump',
    '/api/catalog/products/valve',
    '/api/catalog/cards?products=trade-pump,valve',
    '/api/catalog/comparison?products=trade-pump,valve,pump',
    '/api/help/search?q=trade',
  ]

  test('is in no answer to a guest or a customer, whether the product or its category says so', async () => {
    const torv = await startTorv()
    const clerk = await torv.staff()
    expect(await (await clerk.get('/api/catalog/products/trade-pump')).text()).toMatch(HIDDEN) // or the looking below would prove nothing
    expect(await (await clerk.get('/api/catalog/products/valve')).text()).toMatch(HIDDEN)

    for (const client of [torv.visitor(), await torv.signedIn('ada@acme.example')]) {
      for (const path of everywhere) expect(await (await client.get(path)).text()).not.toMatch(HIDDEN)
      for (const lines of [wanted('trade-pump'), wanted('trade-pump', 5), wanted('valve')]) {
        const priced = await (await client.post('/api/quotes/price', lines)).json()
        expect(JSON.stringify(priced)).not.toMatch(HIDDEN)
        expect(priced).toMatchObject({ net: 0, unpriced: 1, lines: [{ listUnit: null, tierUnit: null, unitPrice: null, net: null }] })
      }
    }
  })

  test('is none at all for members of an organisation that gets its prices on request', async () => {
    const torv = await startTorv()
    const ada = await torv.signedIn('ada@acme.example')
    const founded = await ada.post('/api/organisation', { name: 'Acme' })
    expect(founded.status, await founded.clone().text()).toBeLessThan(300)
    expect((await listing(ada)).facets.price).toEqual({ min: 36166, max: 1250000 }) // founding one opens and closes nothing
    expect(await (await ada.get('/api/catalog/products/trade-pump')).text()).not.toMatch(HIDDEN)

    await torv.services.db.batch([{ sql: `update organisations set price_terms = 'on-request'`, args: {} }])

    expect((await listing(ada)).facets.price).toBe(null)
    expect(await slugs(ada, '?priceMin=1')).toEqual([])
    const priced = await (await ada.post('/api/quotes/price', wanted('pump'))).json()
    expect(priced).toMatchObject({ net: 0, unpriced: 1 })
    expect(JSON.stringify(priced)).not.toMatch(/1000000|900000|50050/)
    expect((await listing(torv.visitor())).facets.price).toEqual({ min: 36166, max: 1250000 })
  })

  test('cannot be found out by filters or by the order', async () => {
    const visitor = (await startTorv()).visitor()

    expect(await slugs(visitor, '?priceMin=9000000')).toEqual([])
    expect(await slugs(visitor, '?sort=price-down')).toEqual(['pump', 'filter', 'special', 'trade-pump', 'valve'])
    expect((await listing(visitor)).facets.price).toEqual({ min: 36166, max: 1250000 })
  })

  test('is reckoned with by staff, and a price of their own is all that the buyer gets to know', async () => {
    const torv = await startTorv()
    const ada = await torv.signedIn('ada@acme.example')
    const clerk = await torv.staff('admin')
    const asked = await ada.post('/api/quotes', { ...wanted('trade-pump'), name: 'Ada Lund' }, { 'idempotency-key': 'a-key-of-ada' })
    const { reference } = (await asked.json()) as { reference: string }
    expect(await (await ada.get(`/api/quotes/${reference}`)).text()).not.toMatch(HIDDEN)

    await clerk.post(`/api/desk/quotes/${reference}/opening`, {})
    const draft = { lines: [{ ...wanted('trade-pump').lines[0], unitPrice: 5000000 }], validDays: 30, note: '' }
    const saved = await clerk.put(`/api/desk/quotes/${reference}/draft`, draft)
    const text = await saved.text()
    expect(saved.status, text).toBe(200)
    const { hash } = JSON.parse(text) as { hash: string }
    await clerk.post(`/api/desk/quotes/${reference}/sending`, { hash }, { 'idempotency-key': 'a-key-of-sam' })

    const sent = await (await ada.get(`/api/quotes/${reference}`)).text()
    expect(sent).toContain('5000000')
    expect(sent).not.toMatch(HIDDEN)
  })
})

describe('SE1', () => {
  test('SE1 a draft is in no result, suggestion, count, comparison, price or quote, whatever a client asks for', async () => {
    const torv = await startTorv()
    const ada = await torv.signedIn('ada@acme.example')
    const all = await listing(ada)
    expect(all.total).toBe(5)
    expect(await readFile('tests/support/content/products/draft.yaml', 'utf8')).toMatch(CANARY) // it is there to be found

    for (const client of [torv.visitor(), ada, await torv.staff()]) {
      for (const path of [
        '/api/catalog/products',
        '/api/catalog/products?q=canarydraft',
        '/api/catalog/products?q=canary-draft-1',
        '/api/catalog/products?q=kanariekladde&locale=da',
        '/api/catalog/products?status=draft&drafts=true&include=draft&filter=status%3Ddraft',
        '/api/catalog/products?status[]=draft&limit=48&sort=price-down',
        '/api/catalog/products?fact.power.min=700',
        '/api/catalog/products?after=draft',
        '/api/catalog/products/draft',
        '/api/catalog/products/draft?status=draft',
        '/api/catalog/cards?products=draft',
        '/api/catalog/comparison?products=draft,pump',
        '/api/catalog/products/special',
        '/api/help/search?q=canarydraft',
        '/api/help/search?q=canar&kind=product',
        '/api/help/search?q=pump&product=draft',
        '/api/widget/search?q=canarydraft',
      ]) {
        expect([path, CANARY.test(await (await client.get(path)).text())]).toEqual([path, false])
      }
      expect((await client.get('/api/catalog/products/draft')).status).toBe(404)
    }
    for (const query of ['?q=canarydraft', '?fact.power.min=700', '?priceMin=8838383&priceMax=8838384'])
      expect(await listing(ada, query)).toMatchObject({ total: 0, products: [] })
    expect((await listing(ada, '?status=draft')).facets).toEqual(all.facets)
    const price = await ada.post('/api/quotes/price', { lines: [{ product: 'draft', quantity: 1, options: {} }] })
    expect(price.status).toBe(422)
    expect(await price.text()).not.toMatch(CANARY)
    expect((await ada.post('/api/quotes', { lines: [{ product: 'draft', quantity: 1, options: {} }], name: 'Ada' })).status).toBe(422)
  })

  test('SE1 a draft answers like what never was', async () => {
    const visitor = (await startTorv()).visitor()

    const draft = await visitor.get('/api/catalog/products/draft')
    const nothing = await visitor.get('/api/catalog/products/nothing')

    expect(draft.status).toBe(404)
    expect(await draft.text()).toBe(await nothing.text())
    expect([...draft.headers]).toEqual([...nothing.headers])
  })
})

describe('SE2', () => {
  test.each([
    ['operators', '"pump" AND (NOT) OR NEAR/2 pump* -"^title:" {x} [y] <z> \\ \' ; --'],
    ['ten thousand stars', '*'.repeat(10_000)],
    ['a hundred kilobytes', 'pump '.repeat(20_000)],
    ['a hundred kilobytes of one word', 'p'.repeat(100_000)],
    ['no word at all', '\u0000\ud800\u202e%'],
  ])('SE2 %s in the search for products are only words', async (_, q) => {
    const visitor = (await startTorv()).visitor()

    const answer = await visitor.get(`/api/catalog/products?q=${encodeURIComponent(q.toWellFormed())}`)

    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ products: expect.any(Array) })
  })

  test('SE2 a thousand filters are no more than those there are', async () => {
    const visitor = (await startTorv()).visitor()
    const many = Array.from({ length: 1000 }, (_, n) => `fact.fits=flat&fact.x${n}=y&category=pumps`).join('&')

    const { filters, products } = await listing(visitor, `?${many}`)

    expect(products.map(({ slug }) => slug)).toEqual(['pump', 'trade-pump'])
    expect(filters.map(({ field }) => field)).toEqual(['category', 'fact.fits'])
  })
})
