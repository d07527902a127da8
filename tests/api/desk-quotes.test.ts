import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const DAY = 24 * 3_600_000
const CANARY = 'canary-4d31'

let torv: Torv
let sam: Client
beforeEach(async () => {
  torv = await startTorv()
  sam = await torv.staff()
})
afterEach(stopTorvs)

type Listed = { reference: string; status: string; net: number; firstLine: string | null }
type State = { status: string; currency: string; n: number; net: number }

let asked = 0
async function ask(buyer: { name?: string; company?: string; email?: string } = {}, lines: object[] = [{ product: 'pump', quantity: 1 }]) {
  const request = { lines, need: '', name: 'Ada Lund', email: ADA, company: 'Acme', locale: 'en', ...buyer }
  const answer = await torv.visitor(`192.0.2.${++asked % 250}`).post('/api/quotes', request)
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

/** Prices what was asked for, as this line, and sends it. */
async function offer(reference: string, line: object = {}, by = sam) {
  await by.post(`/api/desk/quotes/${reference}/opening`)
  const saved = await by.put(`/api/desk/quotes/${reference}/draft`, {
    lines: [{ product: 'pump', quantity: 1, ...line }],
    validDays: 30,
  })
  if (!saved.ok) throw new Error(await saved.text())
  const sent = await by.post(`/api/desk/quotes/${reference}/sending`, { hash: ((await saved.json()) as { hash: string }).hash })
  if (!sent.ok) throw new Error(await sent.text())
}

async function list(query = '', client = sam): Promise<string[]> {
  const answer = await client.get(`/api/desk/quotes?${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { quotes: Listed[] }).quotes.map(({ reference }) => reference)
}

async function totals(query = '', client = sam): Promise<State[]> {
  return ((await (await client.get(`/api/desk/quotes/pipeline?${query}`)).json()) as { states: State[] }).states
}

describe('the pipeline', () => {
  test('shows who waits longest first, and what each state is worth before VAT', async () => {
    const first = await ask()
    torv.clock.forward(60_000)
    const second = await ask({ name: 'Grace Holm', email: GRACE, company: 'Globex' }, [{ product: 'filter', quantity: 2 }])
    torv.clock.forward(60_000)
    const third = await ask()
    await offer(third)

    expect(await list('view=todo')).toEqual([first, second])
    expect(await list('view=sent')).toEqual([third])
    expect(await list('view=all')).toEqual([third, second, first])
    expect(await totals()).toEqual([
      { status: 'requested', currency: 'DKK', n: 2, net: 1_000_000 + 57_866 },
      { status: 'sent', currency: 'DKK', n: 1, net: 1_000_000 },
    ])
  })

  test('counts a draft as what it would come to, and an offer that stands as what was offered', async () => {
    const reference = await ask()
    await sam.post(`/api/desk/quotes/${reference}/opening`)
    await sam.put(`/api/desk/quotes/${reference}/draft`, { lines: [{ product: 'pump', quantity: 2 }], validDays: 30 })
    expect(await totals()).toMatchObject([{ status: 'pricing', net: 2_000_000 }])
    await offer(reference)
    expect(await totals()).toMatchObject([{ status: 'sent', net: 1_000_000 }])

    const ada = await torv.signedIn(ADA)
    await ada.post(`/api/quotes/${reference}/counter`, { text: 'Three?' })
    await sam.put(`/api/desk/quotes/${reference}/draft`, { lines: [{ product: 'pump', quantity: 3 }], validDays: 30 })
    expect(await totals()).toMatchObject([{ status: 'countered', net: 3_000_000 }])

    await sam.request('DELETE', `/api/desk/quotes/${reference}/counter`, { text: 'No.' }, {})
    expect(await totals()).toMatchObject([{ status: 'sent', net: 1_000_000 }])
  })

  test('counts what the buyer has chosen', async () => {
    const reference = await ask()
    await offer(reference, { id: '1', range: { min: 1, max: 4 } })
    const ada = await torv.signedIn(ADA)

    const chosen = await ada.put(`/api/quotes/${reference}/choices`, { revision: 1, choices: { 1: { quantity: 4 } } })

    expect(chosen.ok).toBe(true)
    expect(await totals()).toMatchObject([{ status: 'sent', net: 4_000_000 }])
  })

  test('calls an offer expired the moment it is, before any job has said so', async () => {
    const reference = await ask()
    await offer(reference)
    torv.clock.forward(30 * DAY)

    expect(await list('view=sent')).toEqual([])
    expect(await list('view=lost')).toEqual([reference])
    expect(await totals()).toMatchObject([{ status: 'expired', n: 1 }])
  })

  test('finds quotes by customer, product, reference and the beginnings of words', async () => {
    const pump = await ask()
    const filter = await ask({ name: 'Grace Åbyhøj', email: GRACE, company: 'Globex & Sønner' }, [{ product: 'filter', quantity: 1 }])

    expect(await list('view=all&q=acme')).toEqual([pump])
    expect(await list('view=all&q=glob+s%C3%B8n')).toEqual([filter])
    expect(await list('view=all&q=%C3%A5byh%C3%B8')).toEqual([filter]) // no reference has an o in it
    expect(await list('view=all&q=big+pu')).toEqual([pump])
    expect(await list(`view=all&q=${filter}`)).toEqual([filter])
    expect(await list('view=all&q=grace%40globex')).toEqual([filter])
    expect(await list('view=all&q=acme+globex')).toEqual([])
    expect(await list('view=all&product=filter')).toEqual([filter])
    for (const none of ['filt', 'filter-2', 'a%20%22b%22%20OR%20filter', '%22', '*'])
      expect(await list(`view=all&product=${none}`)).toEqual([])
    expect(await list(`view=all&q=${encodeURIComponent('" OR * NEAR( -')}`)).toHaveLength(0)
  })

  test('filters by state, value, age, expiry, owner and approval, and what makes no sense asks for nothing', async () => {
    const small = await ask({}, [{ product: 'filter', quantity: 1 }])
    torv.clock.forward(10 * DAY)
    const large = await ask({}, [{ product: 'pump', quantity: 3 }])
    const sent = await ask()
    await offer(sent, { discountBp: 500 })
    const asked = await ask()
    await offer(asked, { discountBp: 5_000 })

    expect(await list('view=all&status=requested&sort=newest')).toEqual([large, small])
    expect(await list('view=all&status=requested&status=sent&sort=value')).toEqual([large, sent, small])
    expect(await list('view=all&min=20000')).toEqual([large])
    expect(await list('view=all&max=300')).toEqual([small])
    expect(await list('view=all&min=20000&currency=EUR')).toEqual([])
    expect(await list('view=todo&quiet=7')).toEqual([small])
    expect(await list('view=todo&created=7&sort=newest')).toEqual([asked, large])
    expect(await list('view=all&approval=1')).toEqual([asked])
    expect(await list('view=approval')).toEqual([asked])
    expect(await list('view=all&owner=me&sort=newest')).toEqual([asked, sent])
    expect(await list('view=all&owner=nobody&sort=newest')).toEqual([large, small])
    expect(await list('view=all&expiring=3')).toEqual([])
    torv.clock.forward(28 * DAY)
    expect(await list('view=all&expiring=3')).toEqual([sent])
    expect(await list('view=nonsense&min=x&quiet=5&status=none&owner=all&sort=up&currency=dollars')).toHaveLength(3)
  })

  test('gives a quote to a colleague, and only to one', async () => {
    const anna = await torv.staff('admin')
    const { owners } = (await (await sam.get('/api/desk/quotes/owners')).json()) as { owners: { id: number; name: string }[] }
    const admin = owners.find(({ name }) => name === 'Sam admin')
    const reference = await ask()

    expect((await sam.put(`/api/desk/quotes/${reference}/owner`, { ownerId: admin?.id })).status).toBe(204)
    expect(await list('view=mine', anna)).toEqual([reference])
    expect(await list('view=mine')).toEqual([])
    await torv.signedIn(ADA)
    const customer = await torv.services.db.get<{ id: number }>(`select id from users where role = 'customer'`)
    expect((await sam.put(`/api/desk/quotes/${reference}/owner`, { ownerId: customer?.id })).status).toBe(422)
    expect((await sam.put(`/api/desk/quotes/${reference}/owner`, { ownerId: null })).status).toBe(204)
    expect(await list('view=mine', anna)).toEqual([])
  })

  test('pages through many without losing or repeating any', async () => {
    const references: string[] = []
    for (let n = 0; n < 53; n++) references.push(await ask({ email: `buyer${n}@acme.example` }))

    const pages: string[] = []
    let after: string | null = ''
    while (after !== null) {
      const answer: Response = await sam.get(`/api/desk/quotes?view=all&sort=value${after && `&after=${after}`}`)
      const page = (await answer.json()) as { quotes: Listed[]; next: string | null }
      pages.push(...page.quotes.map(({ reference }) => reference))
      after = page.next
    }

    expect(pages).toHaveLength(53)
    expect(new Set(pages)).toEqual(new Set(references))
    const { columns } = (await (await sam.get('/api/desk/quotes/board?view=todo')).json()) as {
      columns: { status: string; quotes: Listed[] }[]
    }
    expect(columns.find(({ status }) => status === 'requested')?.quotes).toHaveLength(20)
    expect((await sam.get('/api/desk/quotes?after=1.Q-XX')).status).toBe(422)
  })

  test('tells the open desk of every quote that changes', async () => {
    const told = async () =>
      (
        await torv.services.db.all<{ reference: string }>(
          `select data ->> 'reference' as reference from events where kind = 'desk.changed' order by id`,
        )
      ).map(({ reference }) => reference)
    const reference = await ask()
    expect(await told()).toEqual([reference])

    await offer(reference)

    expect(await told()).toEqual([reference, reference, reference, reference]) // asked for, opened, drafted, sent
    const ada = await torv.signedIn(ADA)
    await ada.post(`/api/quotes/${reference}/messages`, { text: 'Hello' })
    expect(await told()).toHaveLength(5)
  })
})

describe('saved views', () => {
  type View = { id: number; name: string; query: string; shared: boolean; isMine: boolean }
  const viewsOf = async (client: Client) => ((await (await client.get('/api/desk/quotes/views')).json()) as { views: View[] }).views
  async function save(client: Client, view: object) {
    const answer = await client.post('/api/desk/quotes/views', view)
    expect(answer.status).toBe(201)
    return ((await answer.json()) as { id: number }).id
  }

  test('are one’s own until they are shared, and keep only what the pipeline knows', async () => {
    const anna = await torv.staff('admin')
    const id = await save(sam, { name: 'Large and old', query: 'view=all&min=50000&quiet=14&as=board&evil=1&status=sent&status=x&after=1' })
    expect(await viewsOf(sam)).toMatchObject([{ id, name: 'Large and old', shared: false, isMine: true }])
    expect(Object.fromEntries(new URLSearchParams((await viewsOf(sam))[0]?.query))).toEqual({
      ...{ view: 'all', min: '50000', quiet: '14', as: 'board', status: 'sent' },
    })
    expect(await viewsOf(anna)).toEqual([])

    expect((await sam.put(`/api/desk/quotes/views/${id}`, { name: 'Large', shared: true })).status).toBe(204)

    expect(await viewsOf(anna)).toMatchObject([{ id, name: 'Large', shared: true, isMine: false }])
  })

  test('are changed and deleted by their owner alone', async () => {
    const anna = await torv.staff('admin')
    const shared = await save(sam, { name: 'Shared', query: 'view=won', shared: true })
    const own = await save(sam, { name: 'Own', query: 'view=won' })
    const before = await viewsOf(sam)

    expect((await anna.put(`/api/desk/quotes/views/${shared}`, { name: 'Hers' })).status).toBe(403)
    expect((await anna.delete(`/api/desk/quotes/views/${shared}`)).status).toBe(403)
    expect((await anna.put(`/api/desk/quotes/views/${own}`, { name: 'Hers' })).status).toBe(404)
    expect((await anna.delete(`/api/desk/quotes/views/${own}`)).status).toBe(404)
    expect(await viewsOf(sam)).toEqual(before)

    expect((await sam.delete(`/api/desk/quotes/views/${own}`)).status).toBe(204)
    expect((await viewsOf(sam)).map(({ name }) => name)).toEqual(['Shared'])
  })

  test('have a name of their own each', async () => {
    const first = await save(sam, { name: 'Mine', query: '' })
    const second = await save(sam, { name: 'Other', query: '' })

    for (const refused of [
      await sam.post('/api/desk/quotes/views', { name: 'Mine', query: '' }),
      await sam.put(`/api/desk/quotes/views/${second}`, { name: 'Mine' }),
      await sam.post('/api/desk/quotes/views', { name: ' ', query: '' }),
    ])
      expect(refused.status).toBe(422)
    expect((await viewsOf(sam)).map(({ id }) => id)).toEqual([first, second])
  })
})

describe('who is not staff', () => {
  test('AC5 is turned away from everything of the pipeline, and nothing changes', async () => {
    const reference = await ask()
    const ada = await torv.signedIn(ADA)
    const { id } = (await (await sam.post('/api/desk/quotes/views', { name: CANARY, query: 'view=all', shared: true })).json()) as {
      id: number
    }
    const routes: [string, string, object?][] = [
      ['GET', ''],
      ['GET', '/board'],
      ['GET', '/pipeline'],
      ['GET', '/owners'],
      ['GET', '/views'],
      ['POST', '/views', { name: 'x', query: '' }],
      ['PUT', `/views/${id}`, { name: 'y' }],
      ['DELETE', `/views/${id}`],
      ['PUT', `/${reference}/owner`, { ownerId: null }],
    ]
    for (const [method, path, json] of routes) {
      const [stranger, customer] = [torv.visitor(), ada].map((client) => client.request(method, `/api/desk/quotes${path}`, json, {}))
      expect([method, path, (await stranger)?.status, (await customer)?.status]).toEqual([method, path, 401, 403])
      expect(await (await customer)?.text()).not.toContain(CANARY)
    }

    expect(await torv.services.db.all('select id, name from desk_views')).toEqual([{ id, name: CANARY }])
    for (const [method, path, json] of routes)
      expect((await sam.request(method, `/api/desk/quotes${path}`, json, {})).ok || `${method} ${path}`).toBe(true)
  })
})
