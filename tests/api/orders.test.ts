import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dayOf, yearsAfter } from '../../api/quotes/orders/model.ts'
import { placeOrders } from '../../api/quotes/orders/store.ts'
import type { Client } from '../support/client.ts'
import { acceptanceOf, offered, read, WANTED } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const UNDO_MS = 15 * 60_000
const LINES = [
  WANTED,
  { text: 'Installation', quantity: 1, unitPrice: 100_000, options: {} },
  { product: 'filter', options: {}, quantity: 2, optional: true, selected: false },
]

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

async function ordered() {
  const bought = await offered(torv, staff, LINES)
  const answer = await bought.ada.post(`/api/quotes/${bought.reference}/acceptance`, acceptanceOf(bought.shown))
  if (!answer.ok) throw new Error(await answer.text())
  torv.clock.forward(UNDO_MS)
  await placeOrders(torv.services)
  return bought
}

type Owned = {
  product: string
  quantity: number
  boughtOn: string
  warrantyUntil: string | null
  deliveredOn: string | null
  order: string
}

async function products(client: Client): Promise<Owned[]> {
  return ((await (await client.get('/api/account/products')).json()) as { products: Owned[] }).products
}

async function eventsOf(reference: string) {
  const rows = await torv.services.db.all<{ kind: string }>(
    `select kind from events where subject = :reference and kind like 'order.%' order by id`,
    { reference },
  )
  return rows.map(({ kind }) => kind)
}

describe('an accepted quote', () => {
  test('becomes an order once it can no longer be taken back, and only once', async () => {
    const { ada, reference, shown } = await offered(torv, staff, LINES)
    await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown))
    torv.clock.forward(UNDO_MS - 5_000)
    await placeOrders(torv.services)
    expect(await read(ada, reference)).toMatchObject({ order: null })
    expect(await products(ada)).toEqual([])

    torv.clock.forward(5_000)
    await Promise.all([placeOrders(torv.services), placeOrders(torv.services)])
    await placeOrders(torv.services)

    expect(await read(ada, reference)).toMatchObject({ order: { reference: expect.stringMatching(/^O-\w{6}$/), deliveredOn: null } })
    expect(await eventsOf(reference)).toEqual(['order.created'])
    expect((await ada.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(409)
  })

  test('that is taken back becomes none', async () => {
    const { ada, reference, shown } = await offered(torv, staff, LINES)
    await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown))
    await ada.delete(`/api/quotes/${reference}/acceptance`)

    torv.clock.forward(UNDO_MS)
    await placeOrders(torv.services)

    expect(await read(ada, reference)).toMatchObject({ order: null })
  })

  test('makes its products the buyer’s: those that were taken, with their warranty', async () => {
    const { ada } = await ordered()

    const owned = await products(ada)

    const today = dayOf(torv.services.clock.now(), 'Europe/Copenhagen')
    expect(owned).toHaveLength(1)
    expect(owned[0]).toMatchObject({ product: 'pump', quantity: 5, options: { colour: 'graphite' }, serialNumber: null, isMine: true })
    expect(owned[0]?.warrantyUntil).toBe(yearsAfter(owned[0]?.boughtOn ?? '', 5))
    expect(owned[0]?.boughtOn.slice(0, 7)).toBe(today.slice(0, 7))
  })

  test('is delivered on a day that staff writes down once; the warranty runs from it', async () => {
    const { ada, reference } = await ordered()
    const path = `/api/desk/quotes/${reference}/delivery`
    expect((await staff.post(path, { on: '2999-01-01' })).status).toBe(422)
    expect((await staff.post(path, { on: 'tomorrow' })).status).toBe(422)
    expect((await ada.post(path, { on: '2026-01-31' })).status).toBe(403)

    expect((await staff.post(path, { on: '2026-01-31' })).status).toBe(204)
    expect((await staff.post(path, { on: '2026-02-01' })).status).toBe(409)

    expect((await products(ada))[0]).toMatchObject({ deliveredOn: '2026-01-31', warrantyUntil: '2031-01-31' })
    expect(await eventsOf(reference)).toEqual(['order.created', 'order.delivered'])
  })

  test('that is no order yet cannot be delivered', async () => {
    const { reference } = await offered(torv, staff)

    expect((await staff.post(`/api/desk/quotes/${reference}/delivery`, { on: '2026-01-31' })).status).toBe(409)
    expect(await eventsOf(reference)).toEqual([])
  })

  test('AC1 shows its products to nobody else', async () => {
    const { ada } = await ordered()
    expect(await products(ada)).toHaveLength(1)

    expect(await products(await torv.signedIn('grace@globex.example'))).toEqual([])
    expect(await products(staff)).toEqual([])
    expect((await torv.visitor().get('/api/account/products')).status).toBe(401)
  })
})

describe('a warranty', () => {
  test.each([
    ['2024-02-29', 1, '2025-02-28'],
    ['2026-08-31', 0.5, '2027-02-28'],
    ['2026-11-25', 5, '2031-11-25'],
    ['2026-12-31', 2.5, '2029-06-30'],
  ])('from %s for %d years ends on %s', (day, years, until) => {
    expect(yearsAfter(day, years)).toBe(until)
  })
})
