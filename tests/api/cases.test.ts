import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { bookingCases } from '../../api/bookings/own-cases.ts'
import type { Asked } from '../../api/cases/model.ts'
import type { User } from '../../api/platform/http.ts'
import { quoteCases } from '../../api/quotes/own-cases.ts'
import type { Services } from '../../api/services.ts'
import { addSite } from '../../api/sites/store.ts'
import { ticketCases } from '../../api/tickets/own-cases.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const HOUR = 3_600_000

type Case = { kind: string; reference: string; title: string; state: string; status: string; label: string; colleague: string | null }

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

async function list(client: Client, query: Record<string, string> = {}): Promise<{ cases: Case[]; next: string | null }> {
  const answer = await client.get(`/api/cases?${new URLSearchParams(query)}`)
  if (answer.status !== 200) throw new Error(await answer.text())
  return (await answer.json()) as { cases: Case[]; next: string | null }
}

async function titles(client: Client, query: Record<string, string> = {}): Promise<string[]> {
  return (await list(client, query)).cases.map(({ title }) => title)
}

async function ticket(client: Client, subject: string, more: object = {}): Promise<string> {
  const answer = await client.post('/api/tickets', {
    kind: 'problem',
    subject,
    text: 'All night.',
    name: 'Ada',
    email: ADA,
    locale: 'en',
    ...more,
  })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function quote(client: Client, need = '', more: object = {}): Promise<string> {
  const lines = [{ product: 'pump', quantity: 1 }]
  const answer = await client.post('/api/quotes', { lines, need, name: 'Ada', email: ADA, locale: 'en', ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

describe('my cases', () => {
  test('are tickets and quotes in one list, what changed last first, and say whose turn it is', async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const hum = await ticket(ada, 'It hums')
    torv.clock.forward(HOUR)
    const asked = await quote(ada)
    torv.clock.forward(HOUR)
    const done = await ticket(ada, 'It drips')
    await ada.post(`/api/tickets/${done}/resolution`)
    torv.clock.forward(HOUR)
    await sam.post(`/api/desk/tickets/${hum}/messages`, { text: 'Which model?', move: 'wait' })

    const { cases } = await list(ada)

    expect(cases.map(({ kind, reference, state }) => [kind, reference, state])).toEqual([
      ['ticket', hum, 'you'],
      ['ticket', done, 'done'],
      ['quote', asked, 'us'],
    ])
    expect(cases.every(({ label }) => label.length > 3)).toBe(true)
    expect((await list(ada, { state: 'you' })).cases.map(({ reference }) => reference)).toEqual([hum])
    expect((await list(ada, { state: 'us' })).cases.map(({ reference }) => reference)).toEqual([asked])
    expect((await list(ada, { state: 'done', kind: 'ticket' })).cases.map(({ reference }) => reference)).toEqual([done])
    expect((await list(ada, { kind: 'quote' })).cases.map(({ reference }) => reference)).toEqual([asked])
  })

  test('an offer whose time is up is finished, and one that waits for an answer is not', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await quote(ada)
    const until = torv.clock.now() + HOUR
    await torv.services.db.batch([{ sql: `update quotes set status = 'sent', expires_at = :until`, args: { until } }])
    expect((await list(ada, { state: 'you' })).cases.map((one) => one.reference)).toEqual([reference])

    torv.clock.forward(2 * HOUR)

    expect((await list(ada, { state: 'you' })).cases).toEqual([])
    expect((await list(ada, { state: 'done' })).cases).toMatchObject([{ reference, status: 'expired' }])
  })

  test('come page by page, each once, also when all changed at the same moment', async () => {
    const ada = await torv.signedIn(ADA)
    for (let n = 0; n < 20; n++) {
      await ticket(ada, `Case ${n}`)
      if (n % 2) torv.clock.forward(11 * 60_000)
    }
    for (let n = 0; n < 12; n++) await quote(ada)
    await torv.services.db.batch([{ sql: 'update tickets set updated_at = 5000' }, { sql: 'update quotes set updated_at = 5000' }])

    const first = await list(ada)
    const second = await list(ada, { cursor: first.next ?? '' })

    expect([first.cases.length, second.cases.length, second.next]).toEqual([25, 7, null])
    expect(new Set([...first.cases, ...second.cases].map(({ reference }) => reference)).size).toBe(32)
    expect((await ada.get('/api/cases?cursor=nonsense')).status).toBe(422)
  })

  test('are found by what was said in them, in any letters, and by reference; not by what staff noted', async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const hum = await ticket(ada, 'It hums', { text: 'Siden ÅRSSKIFTET brummer den 100% af natten_' })
    const asked = await quote(ada, 'For the summer house')
    await sam.post(`/api/desk/tickets/${hum}/messages`, { text: 'Look under the lid.' })
    await sam.post(`/api/desk/tickets/${hum}/messages`, { text: 'A difficult customer', internal: true })

    expect(await titles(ada, { q: 'årsskiftet' })).toEqual(['It hums'])
    expect(await titles(ada, { q: 'under the LID' })).toEqual(['It hums'])
    expect(await titles(ada, { q: hum.toLowerCase() })).toEqual(['It hums'])
    expect(await titles(ada, { q: '100% af' })).toEqual(['It hums'])
    expect((await list(ada, { q: 'summer' })).cases.map(({ reference }) => reference)).toEqual([asked])
    expect(await titles(ada, { q: 'pump' })).toHaveLength(1) // a line of the quote
    for (const q of ['difficult', '100x', 'natten%', 'no such thing']) expect(await titles(ada, { q })).toEqual([])
  })

  test('AC7 AC8 say nothing of a note among staff: not even that something changed', async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const hum = await ticket(ada, 'It hums')
    const asked = await quote(ada)
    torv.clock.forward(HOUR)
    // Sealed positions in the log are new each time.
    const shown = async (path: string) => JSON.parse(await (await ada.get(path)).text(), (key, value) => (key === 'cursor' ? null : value))
    const seen = () => Promise.all(['/api/cases', '/api/tickets', `/api/tickets/${hum}`, `/api/quotes/${asked}`].map(shown))
    const before = await seen()

    expect((await sam.post(`/api/desk/tickets/${hum}/messages`, { text: 'A difficult customer', internal: true })).ok).toBe(true)
    expect((await sam.post(`/api/desk/quotes/${asked}/messages`, { text: 'A difficult customer', internal: true })).ok).toBe(true)

    expect(await seen()).toEqual(before)
  })

  test('of a guest are those whose links the browser has opened', async () => {
    const [guest, other] = [torv.visitor(), torv.visitor()]
    const reference = await ticket(guest, 'It hums')
    await ticket(other, 'Another thing')

    expect((await list(guest)).cases).toMatchObject([{ reference, colleague: null }])
    expect((await list(torv.visitor())).cases).toEqual([])
    expect(await titles(guest, { whose: 'colleagues' })).toEqual([])
  })

  test('AC1 another contact’s are in no list and no search', async () => {
    const [ada, grace] = [await torv.signedIn(ADA), await torv.signedIn('grace@globex.example')]
    const reference = await ticket(ada, 'It hums')
    await quote(ada, 'For the summer house')
    expect((await list(ada)).cases).toHaveLength(2)

    for (const query of [{}, { q: 'hums' }, { q: reference }, { whose: 'colleagues' }, { kind: 'quote' }] as Record<string, string>[]) {
      expect((await list(grace, query)).cases).toEqual([])
    }
  })

  test('AC8 spam and what was merged into another are in no list', async () => {
    const ada = await torv.signedIn(ADA)
    const [spam, kept] = [await ticket(ada, 'Spam'), await ticket(ada, 'Kept')]
    await torv.services.db.batch([{ sql: `update tickets set status = 'spam' where reference = :spam`, args: { spam } }])

    expect((await list(ada)).cases.map(({ reference }) => reference)).toEqual([kept])
  })

  test('a visitor’s chats are in nobody’s list', async () => {
    const client = torv.visitor()
    const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
    const { token } = (await (await client.post('/api/widget/visitors', { site })).json()) as { token: string }
    const headers = { authorization: `Bearer ${token}`, 'torv-site': site }
    expect((await client.post('/api/widget/conversations', { text: 'Hello' }, headers)).status).toBe(201)

    expect((await list(client)).cases).toEqual([])
    expect((await list(await torv.signedIn(ADA))).cases).toEqual([])
  })
})

describe('colleagues', () => {
  test('with that right are seen with their names, and apart from one’s own', async () => {
    const [ada, grace] = [await torv.signedIn(ADA), await torv.signedIn('grace@acme.example')]
    await ada.post('/api/organisation', { name: 'Acme', country: 'DK' })
    await torv.services.db.batch([
      {
        sql: `insert into organisation_members (key, organisation_id, contact_id, role, joined_at)
              select 'a-key', o.id, c.id, 'reader', 1 from organisations o, contacts c where c.email = 'grace@acme.example'`,
      },
    ])
    const shared = await ticket(ada, 'Shared', { forOrganisation: true })
    const own = await ticket(ada, 'Her own')
    const hers = await ticket(grace, 'By Grace')

    expect((await list(grace)).cases.map(({ reference }) => reference).sort()).toEqual([shared, hers].sort())
    const { cases } = await list(grace, { whose: 'colleagues' })
    expect(cases).toMatchObject([{ reference: shared, colleague: expect.stringMatching(/Ada|ada@/) }])
    expect(await titles(grace, { whose: 'mine' })).toEqual(['By Grace'])
    expect((await list(ada, { whose: 'mine' })).cases.map(({ reference }) => reference).sort()).toEqual([shared, own].sort())

    await torv.services.db.batch([{ sql: `update organisation_members set role = 'member' where role = 'reader'` }])
    expect((await list(grace)).cases.map(({ reference }) => reference)).toEqual([hers])
  })
})

test('each part of the list is read from the top of an index of its own, however much of others there is', async () => {
  const { services } = torv
  const plans: string[] = []
  const all = async (sql: string, args: Record<string, string>) => {
    const steps = await services.db.all<{ detail: string }>(`explain query plan ${sql}`, args)
    plans.push(steps.map(({ detail }) => detail).join('\n'))
    return []
  }
  const watched = { ...services, db: { ...services.db, all } } as unknown as Services // only asked for lists
  const user: User = { id: 1, contactId: 1, email: ADA, name: '', role: 'customer', locale: 'en', readOnly: false }
  const actor = { user, access: [{ subject: 'T-222222', contactId: 1 }], shares: [] }

  for (const asked of [{}, { state: 'us' }, { state: 'done', whose: 'mine' }, { after: { at: 5, reference: 'T-222222' } }] as Asked[]) {
    for (const find of [ticketCases, quoteCases, bookingCases]) await find(watched, actor, asked)
  }

  expect(plans).toHaveLength(12)
  const steps = plans.join('\n').split('\n')
  const [read, whole] = [
    steps.filter((step) => /^SEARCH (tickets|quotes|bookings) /.test(step)),
    steps.filter((step) => /^SCAN (tickets|quotes|bookings)\b/.test(step)),
  ]
  expect(whole).toEqual([])
  expect(new Set(read.map((step) => /(INDEX|PRIMARY) (\w+)/.exec(step)?.[2]))).toEqual(
    new Set([
      ...['KEY', 'tickets_of_contact', 'tickets_of_organisation', 'sqlite_autoindex_tickets_1'],
      ...['quotes_of_contact_by_change', 'quotes_of_organisation_by_change', 'sqlite_autoindex_quotes_1'],
      ...['bookings_of_contact_by_change', 'sqlite_autoindex_bookings_1'],
    ]),
  )
})
