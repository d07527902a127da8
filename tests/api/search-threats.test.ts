import { afterEach, expect, test } from 'vitest'
import type { SearchAnswer } from '../../api/help/search/engine.ts'
import type { Client } from '../support/client.ts'
import { askFor, draft as keepDraft, offer } from '../support/quotes.ts'
import { startTorv, stopTorvs } from '../support/torv.ts'

// What is searched for is anybody's text; the contract of the engines has more of it (`search-contract.ts`).

afterEach(stopTorvs)

const draft = {
  kind: 'problem',
  subject: 'About a canaryflue',
  text: 'The canaryflue hums.',
  name: 'Ada',
  email: 'ada@acme.example',
  locale: 'en',
}
const referenceOf = async (answer: Promise<Response>) => ((await (await answer).json()) as { reference: string }).reference
const search = (q: string) => `/api/help/search?locale=en&q=${encodeURIComponent(q)}`

test('SE2 operators, ten thousand stars and 100 KB of words get an answer, never a failure', async () => {
  const visitor = (await startTorv()).visitor()
  expect((await visitor.get(search('noise'))).status).toBe(200)
  const hostile = [
    '*'.repeat(10_000),
    'noise '.repeat(17_000),
    '"'.repeat(5_000),
    'noise AND (',
    'NEAR(noise',
    'title:*',
    '\u0000',
    "' OR 1=1",
  ]

  for (const q of hostile) {
    const answer = await visitor.get(search(q))
    expect(answer.status, q.slice(0, 20)).toBeLessThan(500)
    expect(await answer.text(), q.slice(0, 20)).not.toMatch(/sqlite|fts5|stack|at .*\.ts/i)
  }
})

test("SE1 what somebody writes in a case or a quote is in nobody else's search, suggestions or counts", async () => {
  const torv = await startTorv()
  const [ada, grace, guest] = [await torv.signedIn('ada@acme.example'), await torv.signedIn('grace@globex.example'), torv.visitor()]
  const opened = await ada.post('/api/tickets', draft)
  expect(opened.status).toBe(201)
  expect(await (await ada.get('/api/cases?q=canaryflue')).json()).toMatchObject({ cases: [{ title: 'About a canaryflue' }] })

  for (const other of [grace, guest]) {
    for (const q of ['canaryflue', 'canaryf', 'canaryfleu', 'about a canaryflue']) {
      const found = (await (await other.get(search(q))).json()) as SearchAnswer
      expect(JSON.stringify(found), q).not.toMatch(/canaryflue/)
      expect(found.didYouMean, q).toBeNull()
      const cases = await other.get(`/api/cases?q=${encodeURIComponent(q)}`)
      expect(await cases.text(), q).not.toMatch(/canary|T-\w{6}/)
    }
  }
})

test('SE1 a note, a draft and a case of another organisation are in no search, list or count of who may not read them', async () => {
  const torv = await startTorv()
  const [ada, bo, grace] = [
    await torv.signedIn('ada@acme.example'),
    await torv.signedIn('bo@acme.example'),
    await torv.signedIn('grace@globex.example'),
  ]
  await ada.post('/api/organisation', { name: 'Acme' })
  await grace.post('/api/organisation', { name: 'Globex' })
  await torv.services.db.batch([
    {
      sql: `insert into organisation_members (key, organisation_id, contact_id, role, joined_at)
            select 'a-key', o.id, c.id, 'reader', 1 from organisations o, contacts c where o.name = 'Acme' and c.email = 'bo@acme.example'`,
    },
  ])
  const staff = await torv.staff()
  const reference = await referenceOf(ada.post('/api/tickets', { ...draft, forOrganisation: true }))
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'canarynote', internal: true })
  const quote = await askFor(ada, { forOrganisation: true, need: 'About a canaryflue' })
  await staff.post(`/api/desk/quotes/${quote}/messages`, { text: 'canarynote', internal: true })
  await offer(staff, quote)
  await staff.post(`/api/desk/quotes/${quote}/recall`)
  await keepDraft(staff, quote, [{ text: 'canarydraft', quantity: 1, unitPrice: 100 }], { note: 'canarydraft' })
  const cases = async (client: Client, query: string) =>
    ((await (await client.get(`/api/cases?${query}`)).json()) as { cases: { reference: string }[] }).cases
      .map((one) => one.reference)
      .sort()
  for (const client of [ada, bo]) expect(await cases(client, 'q=canaryflue')).toEqual([quote, reference].sort()) // or the rest proves nothing
  expect(await (await staff.get(`/api/desk/quotes/${quote}`)).text()).toMatch(/canarynote.*canarydraft|canarydraft.*canarynote/s)

  for (const client of [ada, bo, grace, torv.visitor()]) {
    for (const q of ['canarynote', 'canarydraft', 'canaryn', 'canaryd']) {
      for (const more of ['', '&whose=colleagues', '&kind=quote', '&internal=1&staff=true&scope=staff'])
        expect(await cases(client, `q=${q}${more}`), `${q}${more}`).toEqual([])
      const found = await client.get(`${search(q)}&scope=staff&internal=1`)
      expect(await found.text()).not.toMatch(/canarynote|canarydraft/)
    }
  }
  for (const more of ['', '&q=canaryflue', '&whose=colleagues', '&organisation=1', `&q=${reference}`, `&q=${quote}`])
    expect(await cases(grace, more.slice(1)), more).toEqual([])
})

test('SE1 nothing a client sends widens what it may find', async () => {
  const guest = (await startTorv()).visitor()
  const narrow = (await (await guest.get(search('noise'))).json()) as SearchAnswer
  expect(narrow.hits.length).toBeGreaterThan(0)

  const wide = await guest.get(`${search('noise')}&audiences=customers&audience=staff&scope=staff&visibleTo=customers&kinds=draft`)

  expect(((await wide.json()) as SearchAnswer).hits).toEqual(narrow.hits)
})
