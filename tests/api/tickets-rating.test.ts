import { afterEach, beforeEach, expect, test } from 'vitest'
import { tendTickets } from '../../api/tickets/clock.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const HOUR_MS = 3_600_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
let guest: Client
let staff: Client
let reference: string
beforeEach(async () => {
  torv = await startTorv()
  torv.clock.set('2026-11-24T09:00+01:00') // a Tuesday
  guest = torv.visitor()
  staff = await torv.staff()
  reference = ((await (await guest.post('/api/tickets', draft)).json()) as { reference: string }).reference
})
afterEach(stopTorvs)

const resolve = () => staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })
const rate = (score: unknown, comment = '', client = guest) => client.put(`/api/tickets/${reference}/rating`, { score, comment })
const questions = async () => (await torv.mails()).filter(({ to, subject }) => to === ADA && subject.includes('How did we do?'))
const tokenIn = (text = '') => /\/rate\/([\w-]{43})/.exec(text)?.[1] ?? ''
const ratedEvents = async () =>
  (await torv.services.db.all<{ data: string }>(`select data from events where kind = 'ticket.rated' order by id`)).map(({ data }) =>
    JSON.parse(data),
  )

async function tendLater(hours: number) {
  torv.clock.forward(hours * HOUR_MS)
  await tendTickets(torv.services)
  await torv.settle()
}

test('the question is asked by mail a day after the case was solved, once, and not at all when it was opened again', async () => {
  await resolve()
  await tendLater(23)
  expect(await questions()).toHaveLength(0)
  await guest.post(`/api/tickets/${reference}/messages`, { text: 'It hums again.' })
  await tendLater(24)
  expect(await questions()).toHaveLength(0)

  await resolve()
  await tendLater(24)
  await tendLater(24)

  const asked = await questions()
  expect(asked).toHaveLength(1)
  expect(asked[0]?.text).toMatch(/\/api\/unsubscribe|mail-preferences/)
})

test('one answer, without signing in, changed within a day and not after; staff reads it beside the case', async () => {
  await resolve()
  await tendLater(24)
  const token = tokenIn((await questions())[0]?.text)
  const mailed = torv.visitor('198.51.100.4')
  expect(await (await mailed.get(`/api/ratings/${token}`)).json()).toEqual({ reference, subject: 'It hums', rating: null, canRate: true })

  expect((await mailed.put(`/api/ratings/${token}`, { score: 2, comment: 'Slow.' })).status).toBe(204)
  torv.clock.forward(23 * HOUR_MS)
  expect((await mailed.put(`/api/ratings/${token}`, { score: '4', comment: 'Slow, but kind.' })).status).toBe(204)
  torv.clock.forward(2 * HOUR_MS)
  expect((await mailed.put(`/api/ratings/${token}`, { score: 1 })).status).toBe(409)

  expect(await (await staff.get(`/api/desk/tickets/${reference}`)).json()).toMatchObject({
    rating: { score: 4, comment: 'Slow, but kind.' },
  })
  expect(await ratedEvents()).toEqual([
    { score: 2, commented: true },
    { score: 4, commented: true },
  ])
  expect(await (await mailed.get(`/api/ratings/${token}`)).json()).toMatchObject({ canRate: false, rating: { score: 4 } })
})

test('an answer in the thread spares the mail; what is not solved cannot be rated, and a score is from one to five', async () => {
  expect((await rate(5)).status).toBe(409)
  await resolve()
  for (const score of [0, 6, 2.5, 'many']) expect((await rate(score)).status).toBe(422)
  expect((await rate(5)).status).toBe(204)

  await tendLater(24)

  expect(await questions()).toHaveLength(0)
  expect(await (await guest.get(`/api/tickets/${reference}/rating`)).json()).toMatchObject({ rating: { score: 5 }, canRate: false })
})

test('BN5 opening the link changes nothing, whoever opens it and how often', async () => {
  await resolve()
  await tendLater(24)
  const token = tokenIn((await questions())[0]?.text)
  const before = await torv.services.db.get('select count(*) as n from events')
  for (let n = 0; n < 5; n++) expect((await torv.visitor().get(`/api/ratings/${token}`)).status).toBe(200)

  expect(await torv.services.db.get('select count(*) as n from events')).toEqual(before)
  expect(await torv.services.db.all('select * from ratings')).toEqual([])
})

test('AC1 AC2 another’s case is not theirs to rate, and a rating’s link opens nothing else of the case', async () => {
  const grace = await torv.signedIn('grace@globex.example')
  await resolve()
  await tendLater(24)
  const token = tokenIn((await questions())[0]?.text)
  expect((await rate(5, '', guest)).status).toBe(204) // or the refusals would prove nothing

  expect((await rate(1, '', grace)).status).toBe(404)
  expect((await grace.get(`/api/tickets/${reference}/rating`)).status).toBe(404)
  expect((await grace.get(`/api/ratings/${'x'.repeat(43)}`)).status).toBe(404)
  const holder = torv.visitor()
  await holder.get(`/api/ratings/${token}`)
  expect((await holder.get(`/api/tickets/${reference}`)).status).toBe(404)
})
