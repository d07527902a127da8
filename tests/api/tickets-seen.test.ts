import { afterEach, beforeEach, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import type { Client } from '../support/client.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const CANARY = 'canary-note-77'
const draft = { kind: 'complaint', subject: 'It hums', text: 'All night long.', locale: 'en' }

let torv: Torv
let ada: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  ada = await torv.signedIn(ADA)
  staff = await torv.staff()
})
afterEach(stopTorvs)

const open = async (client: Client, more: object = {}) =>
  ((await (await client.post('/api/tickets', { ...draft, ...more })).json()) as { reference: string }).reference

test('AC4 500 guesses of references from one address all fail, and from the 60th are told to wait', async () => {
  const guesser = torv.visitor('203.0.113.9')
  const statuses: number[] = []
  for (let n = 0; n < 500; n++) {
    const guess = `T-${n
      .toString(29)
      .toUpperCase()
      .padStart(6, '2')
      .replaceAll(/[01OIL]/g, '3')
      .slice(-6)}`
    const path = n % 2 ? `/api/tickets/${guess}` : `/api/ratings/${guess.padEnd(43, 'x')}`
    statuses.push((await guesser.get(path)).status)
  }

  expect(new Set(statuses)).toEqual(new Set([404, 429]))
  expect(statuses.slice(59).every((status) => status === 429)).toBe(true)
  const reference = await open(ada)
  expect((await ada.get(`/api/tickets/${reference}`)).status).toBe(200) // who knows theirs is not bothered
})

/** Every name of a field in it, however deep. */
function fieldsIn(value: unknown, found = new Set<string>()): Set<string> {
  if (Array.isArray(value)) for (const item of value) fieldsIn(item, found)
  else if (value && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) {
      found.add(name)
      fieldsIn(inner, found)
    }
  return found
}

test('AC7 that a case waits for somebody else tells its customer nothing, on its stream either', async () => {
  const reference = await open(ada)
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'We look into it.' })
  const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
  await stream.next('ready')

  for (const action of ['hold', 'reopen', 'resolve']) await staff.post(`/api/desk/tickets/${reference}/moves`, { action })

  await stream.next('status')
  expect(stream.events.filter(({ event }) => event === 'status').map(({ data }) => data)).toMatchObject([{ status: 'resolved' }])
  await stream.close()
})

test('AC6 a ticket’s stream and the widget hold no field that REST does not give its customer: no note, no staff mail, no score', async () => {
  const reference = await open(ada)
  const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
  await stream.next('ready')
  const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example.com'], locale: 'en' })
  const visitor = torv.visitor()
  const { token } = (await (await visitor.post('/api/widget/visitors', { site })).json()) as { token: string }
  const asVisitor = { authorization: `Bearer ${token}`, 'torv-site': site }
  const chat = (await (await visitor.post('/api/widget/conversations', { text: 'Hello' }, asVisitor)).json()) as { reference: string }
  const chatStream = readStream(await visitor.get(`/api/widget/conversations/${chat.reference}/stream`, asVisitor))
  await chatStream.next('ready')

  for (const one of [reference, chat.reference]) {
    await staff.post(`/api/desk/tickets/${one}/messages`, { text: CANARY, internal: true })
    await staff.post(`/api/desk/tickets/${one}/escalation`, { why: CANARY })
    await staff.post(`/api/desk/tickets/${one}/moves`, { action: 'hold', until: '2099-01-05', why: CANARY })
    await staff.post(`/api/desk/tickets/${one}/messages`, { text: 'An answer', move: 'resolve' })
  }
  await stream.next('message')
  await chatStream.next('message')
  await stream.next('status', 2)
  await ada.put(`/api/tickets/${reference}/rating`, { score: 1, comment: 'canary-comment' })

  const rest = await (await ada.get(`/api/tickets/${reference}`)).json()
  const widget = await (await visitor.get(`/api/widget/conversations/${chat.reference}`, asVisitor)).json()
  const theirRating = await (await ada.get(`/api/tickets/${reference}/rating`)).json()
  // Chat has a word of its own for whether they have said who they are.
  const allowed = new Set([...fieldsIn(rest), ...fieldsIn(theirRating), 'introduced'])
  const frames = [...stream.events, ...chatStream.events].filter(({ event }) => event === 'message' || event === 'status')
  expect(frames.length).toBeGreaterThan(4)
  for (const { data } of frames) for (const field of fieldsIn(data)) expect(allowed).toContain(field)
  for (const field of fieldsIn(widget)) expect(allowed).toContain(field)
  const all = [stream.raw(), chatStream.raw(), JSON.stringify(rest), JSON.stringify(widget)].join()
  for (const secret of [CANARY, 'testvaerk.example', 'assignee', 'score', 'hold', 'internal', 'firstResponseDueAt', 'nudges'])
    expect(all, secret).not.toContain(secret)
  await stream.close()
  await chatStream.close()
})

test('AC6 what the widget answers to whoever writes in it holds no field that REST does not give a customer, and the desk’s stream is staff’s', async () => {
  const reference = await open(ada)
  const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example.com'], locale: 'en' })
  const visitor = torv.visitor()
  const { token } = (await (await visitor.post('/api/widget/visitors', { site })).json()) as { token: string }
  const asVisitor = { authorization: `Bearer ${token}`, 'torv-site': site }
  const begun = (await (await visitor.post('/api/widget/conversations', { text: 'Hello' }, asVisitor)).json()) as { reference: string }
  const chat = begun.reference
  const at = `/api/widget/conversations/${chat}`
  await staff.post(`/api/desk/tickets/${chat}/messages`, { text: CANARY, internal: true })
  for (const one of [chat, reference]) await staff.post(`/api/desk/tickets/${one}/moves`, { action: 'resolve' })
  await ada.put(`/api/tickets/${reference}/rating`, { score: 1, comment: 'Loud' })
  const rest = [
    await (await ada.get(`/api/tickets/${reference}`)).json(),
    await (await ada.get('/api/tickets')).json(),
    await (await ada.get(`/api/tickets/${reference}/rating`)).json(),
  ]
  const allowed = new Set([...fieldsIn(rest), 'introduced', 'conversations'])

  const answers = [
    begun,
    await (await visitor.put(`${at}/rating`, { score: 1, comment: 'Loud' }, asVisitor)).json(),
    await (await visitor.get('/api/widget/conversations', asVisitor)).json(),
    await (await visitor.post(`${at}/messages`, { text: 'Still?' }, asVisitor)).json(),
  ]

  expect(fieldsIn(answers).size).toBeGreaterThan(10)
  for (const field of fieldsIn(answers)) expect(allowed).toContain(field)
  for (const secret of [CANARY, 'testvaerk.example', 'assignee', 'internal', 'visitorId', 'contactId'])
    expect(JSON.stringify(answers), secret).not.toContain(secret)
  for (const client of [ada, visitor]) expect((await client.get('/api/desk/stream', asVisitor)).status).toBeGreaterThanOrEqual(401)
})
