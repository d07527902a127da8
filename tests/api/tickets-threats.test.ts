import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { moves, statusAfter, TICKET_STATUSES, type TicketAction, TRANSITIONS } from '../../api/tickets/model.ts'
import type { Client } from '../support/client.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const CANARY = 'canary-5b1f'
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

async function open(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/tickets', { ...draft, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function read(client: Client, reference: string) {
  const answer = await client.get(`/api/tickets/${reference}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as {
    status: string
    label: string
    cursor: string
    messages: { number: number; text: string }[]
    follows: string | null
  }
}

async function rows() {
  const tables = ['tickets', 'messages', 'events', 'contacts', 'access_links', 'mails', 'sessions', 'idempotency', 'sign_in_requests']
  const counted = tables.map(async (table) => [table, await torv.services.db.all(`select * from ${table}`)])
  return JSON.stringify(await Promise.all(counted))
}

describe('the states of a ticket', () => {
  test('each action leads only where the table says', () => {
    for (const status of TICKET_STATUSES) {
      for (const action of Object.keys(TRANSITIONS) as TicketAction[]) {
        const { from, to, stays } = TRANSITIONS[action] as { from: readonly string[]; to: string; stays: readonly string[] }
        const expected = from.includes(status) ? to : stays.includes(status) ? status : undefined
        expect(statusAfter(status, action)).toBe(expected)
        expect(moves(status, action)).toBe(from.includes(status))
      }
    }
  })

  test('no action leads out of closed, and nothing but staff out of spam', () => {
    const leaving = (status: string) =>
      Object.entries(TRANSITIONS)
        .filter(([, { from }]) => (from as readonly string[]).includes(status))
        .map(([, { by }]) => by)

    expect(leaving('closed')).toEqual([])
    expect(leaving('spam')).toEqual(['staff'])
  })
})

describe('a case', () => {
  test('is opened by a guest, answered, solved, and opened again by a reply', async () => {
    const ada = torv.visitor()
    const staff = await torv.staff()
    const reference = await open(ada)
    expect(await read(ada, reference)).toMatchObject({ status: 'new', label: 'Received', messages: [{ number: 1, text: draft.text }] })

    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Tighten the screws.', move: 'wait' })
    expect(await read(ada, reference)).toMatchObject({ status: 'waiting', messages: [{}, { number: 2, text: 'Tighten the screws.' }] })

    await ada.post(`/api/tickets/${reference}/messages`, { text: 'That helped.' })
    expect(await read(ada, reference)).toMatchObject({ status: 'open' })

    expect((await ada.post(`/api/tickets/${reference}/resolution`)).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({ status: 'resolved' })

    await ada.post(`/api/tickets/${reference}/messages`, { text: 'No, it hums again.' })
    expect(await read(ada, reference)).toMatchObject({ status: 'open' })
    expect(await (await staff.get(`/api/desk/tickets/${reference}`)).json()).toMatchObject({ reopened: 1 })
  })

  test('that is closed is followed by a new one', async () => {
    const ada = torv.visitor()
    const reference = await open(ada)
    await torv.services.db.batch([{ sql: `update tickets set status = 'closed'` }])

    const answer = await ada.post(`/api/tickets/${reference}/messages`, { text: 'It is back.' })

    const { reference: next } = (await answer.json()) as { reference: string }
    expect(next).not.toBe(reference)
    expect(await read(ada, next)).toMatchObject({ status: 'new', follows: reference })
    expect(await read(ada, reference)).toMatchObject({ status: 'closed' })
  })

  test('loses no message when many write at once', async () => {
    const ada = torv.visitor()
    const staff = await torv.staff()
    const reference = await open(ada)

    const writes = Array.from({ length: 20 }, (_, n) =>
      n % 2
        ? ada.post(`/api/tickets/${reference}/messages`, { text: `Customer ${n}` })
        : staff.post(`/api/desk/tickets/${reference}/messages`, { text: `Staff ${n}`, ...(n % 4 && { move: 'wait' }) }),
    )
    expect((await Promise.all(writes)).map(({ status }) => status)).toEqual(writes.map(() => 201))

    const { messages } = await read(ada, reference)
    expect(messages.map(({ number }) => number)).toEqual(Array.from({ length: 21 }, (_, n) => n + 1))
  })

  test('that is not filled in is refused by field, in the reader’s language, and nothing is stored', async () => {
    const before = await rows()

    const answer = await torv
      .visitor()
      .post('/api/tickets', { ...draft, subject: ' ', email: 'ada', product: 'nothing' }, { 'accept-language': 'da' })

    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toMatchObject({ errors: { subject: 'Feltet skal udfyldes.', email: expect.stringContaining('e-mail') } })
    expect(await rows()).toBe(before)
  })

  test('MA6 is confirmed by a mail that repeats nothing of it, with a link that opens it', async () => {
    await open(torv.visitor(), { subject: `Buy ${CANARY}`, text: `https://spam.example ${CANARY}`, name: CANARY })
    await torv.settle()

    const mail = (await torv.mails()).find(({ to }) => to === ADA)
    expect(`${mail?.subject}${mail?.text}${mail?.html}`).not.toContain(CANARY)
    const token = /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]
    const elsewhere = torv.visitor()
    const opened = (await (await elsewhere.post('/api/access', { token })).json()) as { subject: string }
    expect(await read(elsewhere, opened.subject)).toMatchObject({ status: 'new' })
  })
})

describe('somebody else', () => {
  test('AC1 another’s case does not exist on any read route', async () => {
    const ada = await torv.signedIn(ADA)
    const grace = await torv.signedIn('grace@globex.example')
    const reference = await open(ada, { text: CANARY })
    for (const path of ['', '/stream']) {
      const own = await ada.get(`/api/tickets/${reference}${path}`)
      expect(own.status).toBe(200) // or the 404 below would prove nothing
      if (path) await own.body?.cancel()

      const denied = await grace.get(`/api/tickets/${reference}${path}`)
      const never = await grace.get(`/api/tickets/T-222222${path}`)
      expect(denied.status).toBe(404)
      expect([...denied.headers]).toEqual([...never.headers])
      expect(await denied.text()).toBe(await never.text())
    }
    expect(await (await grace.get('/api/tickets')).text()).not.toContain(reference)
    expect((await grace.get(`/api/desk/tickets/${reference}`)).status).toBe(403)
    expect((await torv.visitor().get(`/api/desk/tickets/${reference}`)).status).toBe(401)
  })

  test('AC2 another’s case cannot be written to, and nothing is stored or mailed', async () => {
    const ada = await torv.signedIn(ADA)
    const grace = await torv.signedIn('grace@globex.example')
    const reference = await open(ada)
    await torv.settle()
    const before = await rows()

    for (const [path, json] of [
      ['messages', { text: CANARY }],
      ['resolution', {}],
    ] as const) {
      const denied = await grace.post(`/api/tickets/${reference}/${path}`, json)
      const never = await grace.post(`/api/tickets/T-222222/${path}`, json)
      expect(denied.status).toBe(404)
      expect(await denied.text()).toBe(await never.text())
    }
    for (const path of ['messages', 'moves']) {
      expect((await grace.post(`/api/desk/tickets/${reference}/${path}`, { text: CANARY, action: 'resolve' })).status).toBe(403)
    }

    await torv.settle()
    expect(await rows()).toBe(before)
    expect((await ada.post(`/api/tickets/${reference}/messages`, { text: 'Mine' })).status).toBe(201)
  })

  test('AC2 a signed-in address that a guest typed belongs to its owner, not to the guest', async () => {
    const ada = await torv.signedIn(ADA)
    const own = await open(ada)
    const guest = torv.visitor()
    const theirs = await open(guest) // with Ada's address

    expect((await guest.get(`/api/tickets/${own}`)).status).toBe(404)
    await read(guest, theirs)
  })

  test('AC10 fields that are not the customer’s to set are ignored', async () => {
    const ada = torv.visitor()
    const reference = await open(ada, {
      status: 'closed',
      channel: 'mail',
      contactId: 7,
      reopened: 9,
      internal: true,
      assignee: 1,
      reference: 'T-222222',
      id: 99,
    })
    await ada.post(`/api/tickets/${reference}/messages`, {
      text: 'Hi',
      author: 'staff',
      authorName: 'Root',
      internal: true,
      number: 99,
      status: 'spam',
    })

    const row = await torv.services.db.get('select * from tickets')
    expect(row).toMatchObject({ reference, status: 'new', channel: 'web', reopened: 0 })
    expect(reference).not.toBe('T-222222')
    const messages = await torv.services.db.all('select author, author_name, internal, number from messages order by id')
    expect(messages).toEqual([
      { author: 'customer', author_name: 'Ada', internal: 0, number: 1 },
      { author: 'customer', author_name: 'Ada', internal: 0, number: 2 },
    ])
  })

  test('BN5 no GET changes anything', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada)
    await torv.settle()
    const mail = (await torv.mails()).findLast(({ to }) => to === ADA)
    const token = /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]
    const paths = [
      '/api/me',
      '/api/tickets',
      `/api/tickets/${reference}`,
      `/api/tickets/${reference}/stream`,
      '/api/help/search?q=noise',
      `/api/access?token=${token}`,
      '/api/session',
      `/api/tickets/${reference}/resolution`,
    ]
    const before = await rows()

    for (const path of paths)
      for (const client of [ada, torv.visitor(), await Promise.resolve(torv.visitor())]) await (await client.get(path)).body?.cancel()

    expect(await rows()).toBe(before)
  })
})

describe('notes among staff', () => {
  test('AC8 a note is nowhere a customer can look, and leaves no gap', async () => {
    const ada = await torv.signedIn(ADA)
    const staff = await torv.staff()
    const reference = await open(ada)
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
    await stream.next('ready')

    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: CANARY, internal: true })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Public words' })
    await stream.next('message')
    await torv.settle()

    expect(await (await staff.get(`/api/desk/tickets/${reference}`)).text()).toContain(CANARY) // it was stored
    const seen = [
      await (await ada.get(`/api/tickets/${reference}`)).text(),
      await (await ada.get('/api/tickets')).text(),
      await (await ada.get(`/api/help/search?q=${CANARY}`)).text(),
      stream.raw(),
      JSON.stringify(await torv.mails()),
      JSON.stringify(await torv.services.db.all('select * from events')),
    ]
    for (const text of seen) expect(text).not.toContain(CANARY)
    expect(stream.raw()).toContain('Public words')
    expect((await read(ada, reference)).messages.map(({ number }) => number)).toEqual([1, 2])
    await stream.close()
  })
})

describe('the live stream', () => {
  test('sends what was missed once, in order, from the last id', async () => {
    const ada = torv.visitor()
    const staff = await torv.staff()
    const reference = await open(ada)
    const { cursor } = await read(ada, reference)
    const reply = (text: string) => staff.post(`/api/desk/tickets/${reference}/messages`, { text })
    await reply('one')

    const first = readStream(await ada.get(`/api/tickets/${reference}/stream?since=${cursor}`))
    const one = await first.next('message')
    await first.close()
    await reply('two')
    await reply('three')
    const second = readStream(await ada.get(`/api/tickets/${reference}/stream`, { 'last-event-id': one.id }))
    await second.next('message', 2)
    await reply('four')
    await second.next('message', 3)

    const texts = second.events.filter(({ event }) => event === 'message').map(({ data }) => (data as { text: string }).text)
    expect(texts).toEqual(['two', 'three', 'four'])
    expect(one.data).toMatchObject({ number: 2, text: 'one', author: 'staff' })
    await second.close()
  })

  test('AP3 line ends and "data:" in names and messages make one event each, the text intact', async () => {
    const nasty = 'one\ndata: {"evil":1}\n\nevent: message\nid: 7\n\r\ntwo\u2028three'
    const ada = torv.visitor()
    const staff = await torv.staff('agent', 'nasty@testvaerk.example')
    const reference = await open(ada)
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
    await stream.next('ready')

    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: nasty })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'after' })
    await stream.next('message', 2)

    const texts = stream.events.filter(({ event }) => event === 'message').map(({ data }) => (data as { text: string }).text)
    expect(texts).toEqual([nasty.replace('\r\n', '\n'), 'after'])
    await stream.close()
  })

  test('AP3 twenty streams by one user are refused with a reason, and seven tabs still work', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada)
    const answers = await Promise.all(Array.from({ length: 20 }, () => ada.get(`/api/tickets/${reference}/stream`)))
    const open_ = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status === 429)

    expect(open_.length).toBeGreaterThanOrEqual(7)
    expect(refused.length).toBe(20 - open_.length)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.headers.get('retry-after')).toBeTruthy()
    expect(await refused[0]?.json()).toMatchObject({ type: '/problems/too-many', detail: expect.any(String) })

    const streams = open_.map(readStream)
    await ada.post(`/api/tickets/${reference}/messages`, { text: 'to all' })
    await Promise.all(streams.slice(0, 7).map((stream) => stream.next('message')))
    await Promise.all(streams.map((stream) => stream.close()))
    expect((await ada.get(`/api/tickets/${reference}/stream`)).status).toBe(200) // closed ones count no more
  })

  test('AC3 ends with the right to it, before anything more is told', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada)
    ada.cookies.delete('torv-access')
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
    await stream.next('ready')

    await ada.delete('/api/session')
    await (await torv.staff()).post(`/api/desk/tickets/${reference}/messages`, { text: 'canary-after-sign-out' })

    await expect.poll(stream.ended).toBe(true) // at once: nothing is told before asking again
    expect(stream.raw()).not.toContain('canary-after-sign-out')
  })
})

describe('AP1 a repeated request', () => {
  test('AP1 gives the first answer again, refuses other words under its key, and happens once', async () => {
    const ada = torv.visitor()
    const key = { 'idempotency-key': randomUUID() }
    const first = await ada.post('/api/tickets', draft, key)
    const cookies = new Map(ada.cookies)
    ada.cookies.clear()

    const again = await ada.post('/api/tickets', draft, key)
    const other = await ada.post('/api/tickets', { ...draft, text: 'other' }, key)

    expect(again.status).toBe(201)
    expect(await again.text()).toBe(await first.text())
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ type: '/problems/key-of-another' })
    expect(await torv.services.db.all('select 1 from tickets')).toHaveLength(1)
    expect(cookies.size).toBe(1)

    torv.clock.forward(25 * 3_600_000)
    expect((await ada.post('/api/tickets', { ...draft, text: 'a day later' }, key)).status).toBe(201)
  })

  test('AP1 is told to wait while the first one runs, and happens once', async () => {
    const ada = torv.visitor()
    const key = { 'idempotency-key': randomUUID() }

    const answers = await Promise.all(Array.from({ length: 5 }, () => ada.post('/api/tickets', draft, key)))

    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1)
    expect(new Set(statuses.filter((status) => status !== 201))).toEqual(new Set([409]))
    expect(await torv.services.db.all('select 1 from tickets')).toHaveLength(1)
  })

  test('AP1 that was refused may be sent again, corrected, under the same key', async () => {
    const ada = torv.visitor()
    const key = { 'idempotency-key': randomUUID() }

    expect((await ada.post('/api/tickets', { ...draft, subject: '' }, key)).status).toBe(422)
    expect((await ada.post('/api/tickets', draft, key)).status).toBe(201)
  })
})
