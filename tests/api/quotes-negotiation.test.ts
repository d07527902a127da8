import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson, sha256 } from '../../api/platform/canonical-json.ts'
import { applyChoices } from '../../api/quotes/choices.ts'
import { writeDocument } from '../../api/quotes/document.ts'
import { changesBetween, negotiationOf } from '../../api/quotes/negotiation.ts'
import { type OfferedLine, priceLines } from '../../api/quotes/pricing.ts'
import { loadContent } from '../../content/load.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const content = loadContent('tests/support/content')
const pump = { product: 'pump', options: {}, quantity: 2 }
const crane = { text: 'Crane, one day', options: {}, quantity: 1, unitPrice: 400_000, optional: true }

function documentOf(lines: OfferedLine[], usedIds: string[] = []) {
  const priced = priceLines(lines, { content, currency: 'DKK', locale: 'en' }, usedIds)
  const buyer = { name: 'Ada', company: '', email: ADA, phone: '' }
  return writeDocument({ reference: 'Q-222222', revision: 1, locale: 'en', currency: 'DKK', buyer, lines: priced }, content.company)
}

describe('lines of an offer', () => {
  test('keep their ids from revision to revision, and a new one gets a number that none has had', () => {
    const lines = priceLines([{ ...pump, id: '2' }, crane, { ...pump, id: '2' }], { content, currency: 'DKK', locale: 'en' }, [
      '1',
      '2',
      '5',
    ])

    expect(lines.map(({ id }) => id)).toEqual(['2', '6', '7'])
  })

  test('that are optional count once the buyer takes them, at the price that was offered', () => {
    const offer = documentOf([pump, crane])

    expect(offer).toMatchObject({ net: 2_000_000, total: 2_500_000 })
    expect(applyChoices(offer, { 2: { selected: true } })).toMatchObject({ net: 2_400_000, total: 3_000_000 })
    expect(offer.lines[1]).toMatchObject({ optional: true, selected: false })
  })

  test('with a range are priced as for the least of it, so that a price for many is not had for one', () => {
    const [line] = documentOf([{ ...pump, quantity: 5, range: { min: 1, max: 10 } }]).lines

    expect(line).toMatchObject({ tierUnit: 1_000_000, net: 5_000_000 })
  })

  test('leave the choices that the offer leaves, and no others', () => {
    const offer = documentOf([{ ...pump, quantity: 5, range: { min: 2, max: 8 }, unitPrice: 900_001, discountBp: 333 }, crane, pump])

    expect(applyChoices(offer, { 1: { quantity: 7 } }).lines[0]).toMatchObject({ quantity: 7, discount: 209_790, net: 6_090_217 })
    for (const quantity of [1, 9]) expect(() => applyChoices(offer, { 1: { quantity } })).toThrow('invalid-input')
    expect(() => applyChoices(offer, { 3: { selected: false } })).toThrow('invalid-input')
    expect(() => applyChoices(offer, { 3: { quantity: 1 } })).toThrow('invalid-input')
    expect(() => applyChoices(offer, { 4: { selected: true } })).toThrow('invalid-input')
  })
})

test('VAT follows the line where staff or the product says so', () => {
  const offer = documentOf([pump, { ...crane, optional: false, vatBp: 0 }])

  expect(offer.vat).toEqual([
    { rateBp: 2500, net: 2_000_000, vat: 500_000 },
    { rateBp: 0, net: 400_000, vat: 0 },
  ])
})

test('what is asked, offered and agreed stands beside each other, by line and term', () => {
  const offer = documentOf([{ ...pump, deliveryOn: '2027-02-01' }, crane])
  const counter = (lines: { id: string; quantity?: number; unitPriceMinor?: number; deliveryOn?: string }[]) => ({
    ...{ revision: 1, text: '', authorName: 'Ada', at: 0 },
    lines: lines.map((line) => ({ text: '', ...line })),
  })

  const stands = negotiationOf(offer, [counter([{ id: '1', quantity: 3, unitPriceMinor: 950_000 }]), counter([{ id: '1', quantity: 2 }])])

  expect(stands).toEqual({
    1: {
      quantity: { asked: 2, offered: 2, agreed: true },
      unitPrice: { asked: 950_000, offered: 1_000_000, agreed: false },
    },
  })
})

test('a price that is asked for stands beside what one costs with the discount taken off', () => {
  const asks = [{ revision: 1, text: '', authorName: 'Ada', at: 0, lines: [{ id: '1', unitPriceMinor: 750_000, text: '' }] }]
  const standsAt = (discountBp: number) => negotiationOf(documentOf([{ ...pump, discountBp }]), asks)[1]?.unitPrice

  expect(standsAt(1_000)).toEqual({ asked: 750_000, offered: 900_000, agreed: false })
  expect(standsAt(2_500)).toEqual({ asked: 750_000, offered: 750_000, agreed: true })
})

test('what changed between two revisions is named, line by line', () => {
  const before = documentOf([pump, crane])
  const after = documentOf(
    [
      { ...pump, id: '1', quantity: 3 },
      { ...pump, product: 'filter' },
    ],
    ['1', '2'],
  )

  expect(changesBetween(before, after)).toMatchObject({
    lines: [
      { kind: 'changed', id: '1', fields: [{ field: 'quantity', from: 2, to: 3 }, { field: 'net' }] },
      { kind: 'added', id: '3', name: 'Air filter' },
      { kind: 'removed', id: '2', name: 'Crane, one day' },
    ],
    fields: [{ field: 'net' }, { field: 'total' }],
  })
  expect(changesBetween(before, before)).toEqual({ lines: [], fields: [] })
})

describe('a negotiation', () => {
  let torv: Torv
  let staff: Client
  let ada: Client
  beforeEach(async () => {
    torv = await startTorv()
    staff = await torv.staff()
    ada = await torv.signedIn(ADA)
  })
  afterEach(stopTorvs)

  async function request(): Promise<string> {
    const answer = await ada.post('/api/quotes', { lines: [pump], name: 'Ada' })
    const { reference } = (await answer.json()) as { reference: string }
    await staff.post(`/api/desk/quotes/${reference}/opening`)
    return reference
  }

  async function send(reference: string, lines: object[]) {
    const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, { lines, validDays: 30 })
    const { hash } = (await saved.json()) as { hash: string }
    const sent = await staff.post(`/api/desk/quotes/${reference}/sending`, { hash })
    if (!sent.ok) throw new Error(await sent.text())
  }

  type Shown = {
    status: string
    revision: number
    hash: string
    document: { total: number }
    negotiation: object
    revisions: { changes: object | null }[]
  }
  const read = async (reference: string) => (await (await ada.get(`/api/quotes/${reference}`)).json()) as Shown
  const accept = (reference: string, { revision, document, hash }: Shown) =>
    ada.post(`/api/quotes/${reference}/acceptance`, { revision, totalMinor: document.total, hash, name: 'Ada Lund' })

  test('goes over counter-offers by line to an offer that is accepted as the buyer has chosen it', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }, crane])
    const asked = { text: 'Could it be three?', lines: [{ id: '1', quantity: 3, unitPriceMinor: 980_000, deliveryOn: '2099-03-01' }] }
    expect((await ada.post(`/api/quotes/${reference}/counter`, asked)).status).toBe(204)
    const desk = (await (await staff.get(`/api/desk/quotes/${reference}`)).json()) as { negotiation: object; ownerId: number | null }
    expect(desk.negotiation).toMatchObject({ 1: { quantity: { asked: 3, offered: 2, agreed: false } } })
    expect(desk.ownerId).toEqual(expect.any(Number))

    await send(reference, [
      { ...pump, id: '1', quantity: 3, unitPrice: 980_000 },
      { ...crane, id: '2' },
    ])
    const second = await read(reference)
    expect(second).toMatchObject({ revision: 2, document: { total: 3_675_000 } })
    expect(second.negotiation).toMatchObject({
      1: { quantity: { agreed: true }, unitPrice: { agreed: true }, deliveryOn: { agreed: false } },
    })
    expect(second.revisions[1]?.changes).toMatchObject({ lines: [{ id: '1', kind: 'changed' }] })

    const choices = { revision: 2, choices: { 2: { selected: true } } }
    expect((await ada.put(`/api/quotes/${reference}/choices`, choices)).status).toBe(204)
    expect((await accept(reference, second)).status).toBe(409) // the total is another one now
    const chosen = await read(reference)
    expect(chosen.document.total).toBe(4_175_000)
    expect((await accept(reference, chosen)).status).toBe(204)

    const accepted = (await (await ada.get(`/api/quotes/${reference}`)).json()) as { document: never; accepted: { hash: string } }
    expect(sha256(canonicalJson(accepted.document))).toBe(accepted.accepted.hash)
    expect(await (await ada.get('/api/quotes')).json()).toMatchObject({ quotes: [{ total: 4_175_000 }] })
    await torv.settle()
    for (const to of [ADA, torv.services.content.company.email]) {
      const mail = (await torv.mails()).findLast((mail) => mail.to === to && mail.subject.includes(reference))
      expect(mail?.text).toContain('41,750.00')
      expect(mail?.text).not.toContain('36,750.00')
    }
  })

  test('brings what a buyer says of one line to the thread of both sides and to the mail', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }, crane])
    const asked = { text: 'Two things.', lines: [{ id: '1', unitPriceMinor: 980_000, text: 'The neighbour paid less.' }] }
    expect((await ada.post(`/api/quotes/${reference}/counter`, asked)).status).toBe(204)

    const said = [
      { text: 'Two things.', lineId: null },
      { text: 'The neighbour paid less.', lineId: '1' },
    ]
    for (const [who, path] of [[ada, `/api/quotes/${reference}`] as const, [staff, `/api/desk/quotes/${reference}`] as const]) {
      const { messages } = (await (await who.get(path)).json()) as { messages: object[] }
      expect(messages.slice(-2)).toMatchObject(said)
    }
    await torv.settle()
    const { email } = torv.services.content.company
    const mail = (await torv.mails()).findLast(({ to, text }) => to === email && text.includes('Two things.'))
    expect(mail?.text).toMatch(/Two things\.\s+\S.*: The neighbour paid less\./)
  })

  test('lets the buyer choose only of what is before them', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }, crane])
    const choose = (revision: number, choices: object) => ada.put(`/api/quotes/${reference}/choices`, { revision, choices })

    expect((await choose(1, { 2: { selected: true } })).status).toBe(204)
    expect((await choose(1, { 2: { selected: true } })).status).toBe(204) // said again
    expect((await choose(0, { 2: { selected: true } })).status).toBe(422)
    expect((await choose(2, { 2: { selected: true } })).status).toBe(409)
    expect((await choose(1, { 1: { selected: false } })).status).toBe(422)
    expect((await choose(1, { 1: { quantity: 1 } })).status).toBe(422)
    await ada.post(`/api/quotes/${reference}/counter`, { text: 'Cheaper, please' })
    expect((await choose(1, { 2: { selected: false } })).status).toBe(409)
    torv.clock.forward(31 * 24 * 3_600_000)
    expect((await choose(1, { 2: { selected: false } })).status).toBe(409)
  })

  test('refuses a counter-offer about nothing, about lines that are not there, and for days gone by', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }])
    const counter = async (body: object) => {
      const answer = await ada.post(`/api/quotes/${reference}/counter`, body)
      return { status: answer.status, fields: Object.keys(((await answer.json()) as { errors?: object }).errors ?? {}) }
    }

    expect(await counter({ text: '', lines: [] })).toEqual({ status: 422, fields: ['text'] })
    expect(await counter({ lines: [{ id: '9', quantity: 1 }] })).toEqual({ status: 422, fields: ['lines.0.id'] })
    expect(await counter({ lines: [{ id: '1' }] })).toEqual({ status: 422, fields: ['lines.0.text'] })
    expect(await counter({ lines: [{ id: '1', deliveryOn: '2020-01-01' }] })).toEqual({ status: 422, fields: ['lines.0.deliveryOn'] })
    expect(await counter({ lines: [{ id: '1', quantity: 0 }] })).toEqual({ status: 422, fields: ['lines.0.quantity'] })
    expect((await read(reference)).status).toBe('sent')
  })

  test('has comments on a line that both sides can write', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }])

    expect((await ada.post(`/api/quotes/${reference}/messages`, { text: 'With feet?', lineId: '1' })).status).toBe(201)
    expect((await ada.post(`/api/quotes/${reference}/messages`, { text: 'And this?', lineId: '4' })).status).toBe(422)
    expect((await staff.post(`/api/desk/quotes/${reference}/messages`, { text: 'Yes.', lineId: '1' })).status).toBe(201)
    const { messages } = (await (await ada.get(`/api/quotes/${reference}`)).json()) as { messages: { text: string; lineId: string }[] }
    expect(messages).toMatchObject([
      { text: 'With feet?', lineId: '1' },
      { text: 'Yes.', lineId: '1' },
    ])
  })

  test('writes down who moved it, from where, to where, why and what it was worth', async () => {
    const reference = await request()
    await send(reference, [{ ...pump, id: '1' }])
    await ada.post(`/api/quotes/${reference}/decline`, { reason: 'price', text: 'Too dear' })

    const rows = await torv.services.db.all<{ kind: string; data: string; actor: string }>(
      'select kind, actor, data from events where subject = :reference order by id',
      { reference },
    )
    const moves = rows.map(({ kind, actor, data }) => ({ kind, actor, ...JSON.parse(data) })).filter(({ to }) => to)
    expect(moves).toMatchObject([
      { kind: 'quote.requested', from: '', to: 'requested', net: 2_000_000, currency: 'DKK', actor: expect.stringMatching(/^contact:/) },
      { kind: 'quote.opened', from: 'requested', to: 'pricing', actor: expect.stringMatching(/^user:/) },
      { kind: 'quote.sent', from: 'pricing', to: 'sent', revision: 1, total: 2_500_000 },
      { kind: 'quote.declined', from: 'sent', to: 'declined', why: 'Too dear', reason: 'price' },
    ])
  })
})
