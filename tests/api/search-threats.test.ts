import { afterEach, expect, test } from 'vitest'
import type { SearchAnswer } from '../../api/help/search/engine.ts'
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

test('SE1 nothing a client sends widens what it may find', async () => {
  const guest = (await startTorv()).visitor()
  const narrow = (await (await guest.get(search('noise'))).json()) as SearchAnswer
  expect(narrow.hits.length).toBeGreaterThan(0)

  const wide = await guest.get(`${search('noise')}&audiences=customers&audience=staff&scope=staff&visibleTo=customers&kinds=draft`)

  expect(((await wide.json()) as SearchAnswer).hits).toEqual(narrow.hits)
})
