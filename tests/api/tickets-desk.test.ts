import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closeResolved } from '../../api/tickets/clock.ts'
import type { Client } from '../support/client.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const DAY_MS = 24 * 3_600_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

async function open(client = torv.visitor(), more: object = {}): Promise<string> {
  return ((await (await client.post('/api/tickets', { ...draft, ...more })).json()) as { reference: string }).reference
}

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}

type Listed = { tickets: { reference: string }[]; next?: string }

describe('the inbox', () => {
  test('lists what needs staff, by kind and by whose it is, a page at a time', async () => {
    const references = []
    for (let n = 0; n < 27; n++) references.push(await open(torv.visitor(`192.0.2.${n}`), { kind: n ? 'problem' : 'return' }))
    const first = await json<Listed>(staff.get('/api/desk/tickets'))
    const second = await json<Listed>(staff.get(`/api/desk/tickets?cursor=${first.next}`))
    const seen = [...first.tickets, ...second.tickets].map(({ reference }) => reference)

    expect(first.tickets).toHaveLength(25)
    expect(new Set(seen)).toEqual(new Set(references))
    expect(seen).toHaveLength(27)
    expect(second.next).toBeUndefined()
    expect((await json<Listed>(staff.get('/api/desk/tickets?kind=return'))).tickets).toHaveLength(1)
    expect((await json<Listed>(staff.get('/api/desk/tickets?owner=me'))).tickets).toEqual([])
    expect((await staff.get('/api/desk/tickets?cursor=1.T-1')).status).toBe(422)
  })

  test('gives a case to who answers first, and lets them give it back', async () => {
    const reference = await open()
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'I am on it.' })
    expect(await json(staff.get(`/api/desk/tickets/${reference}`))).toMatchObject({ assigned: { toMe: true }, status: 'open' })
    expect(await json(staff.get('/api/desk/inbox'))).toMatchObject({ tickets: { open: 1, mine: 1 } })

    await staff.delete(`/api/desk/tickets/${reference}/assignment`)

    expect(await json(staff.get(`/api/desk/tickets/${reference}`))).toMatchObject({ assigned: null })
  })

  test('says beside a case by when it is due, and what its customer has besides', async () => {
    const ada = await torv.signedIn(ADA)
    await ada.post('/api/account/products', { product: 'pump', serialNumber: 'PU-123456' })
    await ada.post('/api/quotes', { lines: [{ product: 'pump', options: {}, quantity: 1 }], name: 'Ada' })
    const reference = await open(ada)
    type Shown = { next: { answerBy: number | null; solveBy: number | null }; person: { quotes: object[]; products: object[] } }
    const read = () => json<Shown>(staff.get(`/api/desk/tickets/${reference}`))

    const { next, person } = await read()
    expect(next).toMatchObject({ answerBy: expect.any(Number), solveBy: null })
    expect(person.products).toMatchObject([{ quantity: 1, serialNumber: 'PU-123456' }])
    expect(person.quotes).toMatchObject([{ reference: expect.stringMatching(/^Q-/), status: 'requested' }])
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'I am on it.' })
    expect((await read()).next).toMatchObject({ answerBy: null, solveBy: expect.any(Number) })
  })

  test('hears of every change', async () => {
    const stream = readStream(await staff.get('/api/desk/stream'))
    await stream.next('ready')

    const reference = await open()

    expect((await stream.next('changed')).data).toEqual({ reference })
    await stream.close()
  })

  test('is not for customers', async () => {
    const ada = await torv.signedIn(ADA)
    for (const path of ['tickets', 'inbox', 'stream', 'outbox', 'outbox/1']) {
      expect((await ada.get(`/api/desk/${path}`)).status).toBe(403)
      expect((await torv.visitor().get(`/api/desk/${path}`)).status).toBe(401)
    }
  })
})

describe('a case', () => {
  test('cannot be moved where the table does not lead', async () => {
    const reference = await open()
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })

    expect((await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'wait' })).status).toBe(409)
    expect((await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'close' })).status).toBe(422)
  })

  test('marked as spam is gone for the customer, and comes back when staff says so', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada)

    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'spam' })
    expect((await ada.get(`/api/tickets/${reference}`)).status).toBe(404)
    expect((await ada.post(`/api/tickets/${reference}/messages`, { text: 'Hello?' })).status).toBe(404)

    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'reopen' })
    expect((await ada.get(`/api/tickets/${reference}`)).status).toBe(200)
  })

  test('closes by itself two weeks after it was solved, once', async () => {
    const reference = await open()
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })
    torv.clock.forward(13 * DAY_MS)
    expect(await closeResolved(torv.services)).toBe(0)

    torv.clock.forward(2 * DAY_MS)

    expect(await closeResolved(torv.services)).toBe(1)
    expect(await closeResolved(torv.services)).toBe(0)
    expect(await torv.services.db.get('select status from tickets where reference = :reference', { reference })).toEqual({
      status: 'closed',
    })
  })
})

describe('mails', () => {
  test('tell the customer of an answer and of a solution in one, with the words', async () => {
    const reference = await open()
    await torv.settle()
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Tighten the screws.', move: 'resolve' })
    await torv.settle()

    const mails = (await torv.mails()).filter(({ to }) => to === ADA)
    expect(mails).toHaveLength(2) // the receipt, and this
    expect(mails[1]?.text).toContain('Tighten the screws.')
    expect(mails[1]?.text).toMatch(/\/en\/open\/[\w-]{43}/)
  })

  test('MA6 go to an address at most once in ten minutes, and five times an hour for a sender', async () => {
    for (let n = 0; n < 4; n++) await open(torv.visitor())
    for (let n = 0; n < 8; n++) await open(torv.visitor('198.51.100.7'), { email: `stranger${n}@globex.example` })
    await torv.settle()

    const mails = await torv.mails()
    expect(mails.filter(({ to }) => to === ADA)).toHaveLength(1)
    expect(mails.filter(({ to }) => to.startsWith('stranger'))).toHaveLength(5)
    expect(await torv.services.db.all('select 1 from tickets')).toHaveLength(12) // all were taken in
  })
})

describe('the outbox', () => {
  test('shows what a mail said, but a sign-in code to admins only', async () => {
    const admin = await torv.staff('admin')
    await open()
    await torv.visitor().post('/api/sign-in/codes', { email: 'admin@testvaerk.example' })
    await torv.settle()
    const { mails } = await json<{ mails: { id: number; template: string }[] }>(staff.get('/api/desk/outbox'))
    const idOf = (template: string) => mails.find((mail) => mail.template === template)?.id

    expect(await json(staff.get(`/api/desk/outbox/${idOf('ticket.received')}`))).toMatchObject({
      words: { text: expect.stringContaining('/open/') },
    })
    expect(await json(staff.get(`/api/desk/outbox/${idOf('account.code')}`))).not.toHaveProperty('words')
    expect(await json(admin.get(`/api/desk/outbox/${idOf('account.code')}`))).toHaveProperty('words')
    expect((await staff.get('/api/desk/outbox/999999')).status).toBe(404)
    expect((await staff.get('/api/desk/outbox/x')).status).toBe(404)
  })
})
