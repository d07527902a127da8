import { afterEach, beforeEach, expect, test } from 'vitest'
import { SERVICE_METRICS } from '../../api/metrics/service.ts'
import { eventIfChanged } from '../../api/platform/events.ts'
import { dayOf } from '../../api/tickets/hours.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Numbers = Record<string, number | null>
type Service = {
  whole: Numbers
  periods: { numbers: Numbers }[]
  kinds: { id: string; numbers: Numbers }[]
  people: { id: string; name: string; numbers: Numbers }[]
  leftOut: number
}
const service = async (query = '') => (await (await staff.get(`/api/desk/metrics/service${query}`)).json()) as Service
const rows = async (metric: string) =>
  (await (await staff.get(`/api/desk/metrics/service/${metric}`)).json()) as {
    cases?: { reference: string; worth: number | null }[]
    help?: object[]
  }

async function opened(client: Client, kind = 'problem'): Promise<string> {
  const draft = { kind, subject: '=It hums', text: 'All night.', name: '=Ada', email: 'ada@acme.example', locale: 'en' }
  return ((await (await client.post('/api/tickets', draft)).json()) as { reference: string }).reference
}

/** What the desk writes down when somebody has worked in a case. */
function worked(subject: string, seconds: number) {
  return torv.services.db.batch([
    { sql: 'update tickets set updated_at = updated_at where reference = :subject', args: { subject } },
    eventIfChanged('ticket.worked', { subject, actor: 'user:1', at: torv.clock.now(), data: { seconds, userId: 1 } }),
  ])
}

test('the numbers of service come from the log, each leads to the rows behind it, and all have a plot', async () => {
  const [ada, grace] = [torv.visitor('192.0.2.10'), torv.visitor('192.0.2.11')]
  expect((await service()).whole).toMatchObject({ opened: 0, csat: null, backlog: 0, search: null })
  const solved = await opened(ada)
  const waits = await opened(grace, 'question')
  const spam = await opened(torv.visitor('192.0.2.12'))
  await staff.post(`/api/desk/tickets/${solved}/messages`, { text: 'It is the fan.', move: 'resolve' })
  await staff.post(`/api/desk/tickets/${spam}/moves`, { action: 'spam' })
  await worked(solved, 90)
  expect((await ada.put(`/api/tickets/${solved}/rating`, { score: 5 })).status).toBe(204)

  const { whole, periods, kinds, people, leftOut } = await service()

  expect(whole).toMatchObject({ opened: 2, solved: 1, csat: 1, resolution: 0.5, 'first-contact': 1, reopened: 0, backlog: 1, sla: 1 })
  expect(whole.handling).toBe(90_000)
  expect(leftOut).toBe(1)
  expect(periods).toHaveLength(13)
  for (const { numbers } of periods) expect(Object.keys(numbers)).toEqual(expect.arrayContaining([...SERVICE_METRICS]))
  expect(kinds.map(({ id, numbers }) => [id, numbers.opened])).toEqual([
    ['problem', 1],
    ['question', 1],
  ])
  expect(people).toMatchObject([{ name: 'Sam agent', numbers: { solved: 1 } }])
  expect((await rows('opened')).cases?.map(({ reference }) => reference)).toEqual(expect.arrayContaining([solved, waits]))
  expect((await rows('backlog')).cases).toMatchObject([{ reference: waits, worth: null }])
  expect((await rows('handling')).cases).toMatchObject([{ reference: solved, worth: 90_000 }])
  expect((await rows('csat')).cases).toMatchObject([{ reference: solved, worth: 1 }])
})

test('a rating counts when it was given, long after its case was last touched', async () => {
  const ada = torv.visitor()
  const reference = await opened(ada)
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'It is the fan.', move: 'resolve' })
  torv.clock.forward(40 * 24 * HOUR)
  expect((await ada.put(`/api/tickets/${reference}/rating`, { score: 5 })).status).toBe(204)

  const month = dayOf(torv.clock.now(), 'Europe/Copenhagen').slice(0, 7)
  expect((await service(`?from=${month}&to=${month}`)).whole).toMatchObject({ opened: 0, csat: 1 })
})

test('they can be asked for by kind, team and person', async () => {
  await opened(torv.visitor('192.0.2.10'))
  const question = await opened(torv.visitor('192.0.2.11'), 'question')
  await staff.put(`/api/desk/tickets/${question}/assignment`, {})
  await torv.services.db.batch([{ sql: `update tickets set team = 'repairs' where reference = :question`, args: { question } }])

  const { people } = await service()
  expect((await service('?kind=question')).whole.opened).toBe(1)
  expect((await service('?team=repairs')).whole.opened).toBe(1)
  expect((await service(`?person=${people[0]?.id}`)).whole.opened).toBe(1)
  expect((await service('?kind=visit')).whole.opened).toBe(0)
  expect((await service('?from=2020-01&to=2020-02')).whole).toMatchObject({ opened: 0, backlog: 0 })
})

test('search success, proven deflection and helpful articles stand beside them', async () => {
  const ada = torv.visitor('192.0.2.10')
  await ada.post('/api/searches', { text: 'noise', locale: 'en', answer: '/en/help/noise' })
  await torv.visitor('192.0.2.11').post('/api/searches', { text: 'zzqx', locale: 'en' })
  await ada.post('/api/help/feedback', { article: 'noise', locale: 'en', helpful: true })
  expect((await service()).whole).toMatchObject({ search: 0.5, deflection: null, helpful: 1 })

  torv.clock.forward(24 * HOUR)

  expect((await service()).whole).toMatchObject({ search: 0.5, deflection: 1, helpful: 1 })
  expect((await rows('deflection')).help).toMatchObject([{ what: 'noise', answer: '/en/help/noise', outcome: 'proven' }])
  expect((await rows('search')).help).toHaveLength(2)
  expect((await rows('helpful')).help).toMatchObject([{ what: 'noise', outcome: 'helped' }])
})

test('CO12 they travel as CSV in which numbers are numbers and no cell is a formula', async () => {
  const reference = await opened(torv.visitor('192.0.2.10'))
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'It is the fan.', move: 'resolve' })
  await torv.visitor('192.0.2.11').post('/api/searches', { text: '=zzqx', locale: 'en' })

  const table = await (await staff.get('/api/desk/metrics/service/csv')).text()
  const cases = await (await staff.get('/api/desk/metrics/service/opened/csv')).text()
  const searches = await (await staff.get('/api/desk/metrics/service/search/csv')).text()

  expect(table).toContain('"from_month","opened","solved","csat"')
  expect(table).toMatch(/"\d{4}-\d\d",1,1,,1,1,/)
  expect(cases).toContain(`"${reference}","'=Ada","'=It hums",`)
  expect(searches).toContain(`"'=zzqx"`)
})

test('SE1 they are for staff, and refuse what they do not know', async () => {
  const ada = await torv.signedIn('ada@acme.example')
  expect((await staff.get('/api/desk/metrics/service')).status).toBe(200)

  for (const path of ['service', 'service/csv', 'service/search', 'service/search/csv']) {
    expect((await torv.visitor().get(`/api/desk/metrics/${path}`)).status).toBe(401)
    expect((await ada.get(`/api/desk/metrics/${path}`)).status).toBe(403)
  }
  for (const query of ['?from=2026-13', '?from=2027-01&to=2026-01', '?grain=day', '?person=ada', '?kind=a%20b'])
    expect((await staff.get(`/api/desk/metrics/service${query}`)).status, query).toBe(422)
  expect((await staff.get('/api/desk/metrics/service/nothing')).status).toBe(422)
})
