import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { ADA } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR = 3_600_000
const CASE = { kind: 'question', subject: 'Is it loud?', text: 'It hums.', locale: 'en' }

let torv: Torv
let staff: Client
let ada: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
  ada = await torv.signedIn(ADA)
})
afterEach(stopTorvs)

async function times(): Promise<number[]> {
  return ((await (await torv.visitor().get('/api/bookings/times?kind=callback')).json()) as { times: number[] }).times
}

async function book(client: Client, more: object = {}) {
  const [first] = await times()
  return client.post('/api/bookings', {
    kind: 'callback',
    startsAt: first,
    name: 'Ada',
    phone: '+45 20 00 00 00',
    words: 'About the hum',
    ...more,
  })
}

async function booked(client: Client, more: object = {}): Promise<string> {
  const answer = await book(client, more)
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function asked(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/tickets', { ...CASE, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

type Call = { reference: string; ticket: string | null; isDone: boolean; words: string; startsAt: number }
async function callbacks(): Promise<Call[]> {
  return ((await (await staff.get('/api/desk/bookings/callbacks')).json()) as { callbacks: Call[] }).callbacks
}

async function thread(client: Client, ticket: string, path = '/api/tickets'): Promise<{ text: string; author: string }[]> {
  return ((await (await client.get(`${path}/${ticket}`)).json()) as { messages: { text: string; author: string }[] }).messages
}

/** Lets the clock run to the time of the first one. */
async function toTheCall() {
  const [first] = await times()
  torv.clock.forward(Math.max(0, (first ?? 0) - torv.clock.now()) + 1_000)
}

describe('a callback', () => {
  test('is at times of the opening hours, soon, and needs a number', async () => {
    const [first] = await times()
    expect(first).toBeGreaterThan(torv.clock.now() + 0.24 * HOUR)
    expect((await book(ada, { phone: '' })).status).toBe(422)
    expect((await book(torv.visitor(), { email: 'guest@a.example', locale: 'en' })).status).toBe(201)
  })

  test('about a case stands in that case, for its customer and for staff', async () => {
    const ticket = await asked(ada)
    const reference = await booked(ada, { ticket })

    for (const [client, path] of [
      [ada, '/api/tickets'],
      [staff, '/api/desk/tickets'],
    ] as const)
      expect(await (await client.get(`${path}/${ticket}/appointments`)).json()).toMatchObject({
        appointments: [{ reference, status: 'booked' }],
      })
    expect(await (await staff.get(`/api/desk/bookings/${reference}`)).json()).toMatchObject({ ticket, phone: '+45 20 00 00 00' })
  })

  test('about a guest’s case needs no address: the link knows whose it is', async () => {
    const guest = torv.visitor()
    const ticket = await asked(guest, { name: 'Gus', email: 'gus@a.example' })

    const reference = await booked(guest, { ticket })

    const { contact } = (await (await staff.get(`/api/desk/bookings/${reference}`)).json()) as { contact: { email: string } }
    expect(contact.email).toBe('gus@a.example')
  })

  test('AC2 about another’s case cannot be asked for, nor seen', async () => {
    const ticket = await asked(ada)
    await booked(ada, { ticket })
    const grace = await torv.signedIn('grace@globex.example')

    const [theirs, nobodys] = [await book(grace, { ticket }), await book(grace, { ticket: 'T-222222' })]
    expect([theirs.status, nobodys.status]).toEqual([404, 404])
    expect(await theirs.text()).toBe(await nobodys.text())
    for (const client of [grace, torv.visitor()]) expect((await client.get(`/api/tickets/${ticket}/appointments`)).status).toBe(404)
    expect((await grace.get('/api/desk/bookings/callbacks')).status).toBe(403)
    expect((await book(grace, { item: 'P-222222' })).status).toBe(404)
  })
})

describe('calling back', () => {
  test('writes what was said into the case, once, and is done with', async () => {
    const ticket = await asked(ada)
    const reference = await booked(ada, { ticket })
    const call = { reached: true, minutes: 7, text: 'Tightened the screws together.' }
    expect((await staff.post(`/api/desk/bookings/${reference}/call`, call)).status).toBe(409) // its time has not come
    torv.clock.forward(4 * 24 * HOUR)
    expect((await callbacks()).map((one) => [one.reference, one.isDone])).toEqual([[reference, false]])

    expect((await staff.post(`/api/desk/bookings/${reference}/call`, { ...call, minutes: 0 })).status).toBe(422)
    expect((await staff.post(`/api/desk/bookings/${reference}/call`, call)).status).toBe(200)
    expect((await staff.post(`/api/desk/bookings/${reference}/call`, call)).status).toBe(409)

    const words = (await thread(ada, ticket)).map(({ text }) => text)
    expect(words).toHaveLength(2)
    expect(words[1]).toContain('Tightened the screws together.')
    expect(await (await ada.get(`/api/tickets/${ticket}/appointments`)).json()).toMatchObject({ appointments: [{ status: 'held' }] })
    expect(await callbacks()).toEqual([]) // of a day before, and done
  })

  test('is written down by one of two who do it at once', async () => {
    const ticket = await asked(ada)
    const reference = await booked(ada, { ticket })
    torv.clock.forward(4 * 24 * HOUR)
    const call = { reached: true, minutes: 7, text: 'Tightened the screws together.' }

    const both = await Promise.all([1, 2].map(() => staff.post(`/api/desk/bookings/${reference}/call`, call)))

    expect(both.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await thread(ada, ticket)).toHaveLength(2)
  })

  test('about a case that has ended meanwhile is written into another', async () => {
    const ticket = await asked(ada)
    const reference = await booked(ada, { ticket })
    expect((await staff.post(`/api/desk/tickets/${ticket}/moves`, { action: 'spam' })).ok).toBe(true)
    torv.clock.forward(4 * 24 * HOUR)

    const answer = await staff.post(`/api/desk/bookings/${reference}/call`, { reached: true, minutes: 3, text: 'All is well.' })

    expect(answer.status).toBe(200)
    const { ticket: another } = (await answer.json()) as { ticket: string }
    expect(another).not.toBe(ticket)
    expect((await thread(ada, another)).at(-1)?.text).toContain('All is well.')
  })

  test('about no case opens one', async () => {
    const reference = await booked(ada)
    torv.clock.forward(4 * 24 * HOUR)

    const answer = await staff.post(`/api/desk/bookings/${reference}/call`, { reached: true, minutes: 3, text: 'All is well.' })

    const { ticket } = (await answer.json()) as { ticket: string }
    expect((await thread(ada, ticket)).map(({ text }) => text)).toEqual(['About the hum', expect.stringContaining('All is well.')])
  })

  test('that reaches nobody is kept as that, and stays in the day’s list', async () => {
    const reference = await booked(ada)
    await toTheCall()
    torv.clock.forward(60_000)
    const listed = (await callbacks()).map((one) => one.reference)
    expect(listed).toEqual([reference])

    // The day may end between booking and calling; what is over is then in no list.
    expect((await staff.post(`/api/desk/bookings/${reference}/call`, { reached: false })).status).toBe(200)

    expect(await (await ada.get(`/api/bookings/${reference}`)).json()).toMatchObject({ status: 'missed' })
    expect((await callbacks()).every(({ isDone }) => isDone)).toBe(true)
  })
})
