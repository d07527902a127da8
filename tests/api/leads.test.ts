import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { leadReader } from '../../api/leads/reader.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const DAY = 24 * 3_600_000
const request = { lines: [{ product: 'pump', options: {}, quantity: 1 }], name: 'Ada Lund', company: 'Acme', email: ADA, locale: 'en' }

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Summary = { id: number; email: string; name: string; stage: string; score: number; source: string; ownerName: string | null }
type Full = Summary & {
  version: number
  parts: { part: string; points: number }[]
  timeline: { kind: string; about: string; by: string; name: string }[]
  notes: { text: string; authorName: string }[]
  staff: { id: number; email: string }[]
  origin: Record<string, string>
  nextContactOn: string | null
}

async function ask(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/quotes', { ...request, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function offer(reference: string) {
  await staff.post(`/api/desk/quotes/${reference}/opening`)
  const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, { lines: request.lines, validDays: 30, note: '' })
  const sent = await staff.post(`/api/desk/quotes/${reference}/sending`, { hash: ((await saved.json()) as { hash: string }).hash })
  if (!sent.ok) throw new Error(await sent.text())
}

async function list(query = ''): Promise<Summary[]> {
  await torv.settle()
  const answer = await staff.get(`/api/desk/leads${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { leads: Summary[] }).leads
}

async function lead(email = ADA): Promise<Full> {
  const found = (await list(`?q=${encodeURIComponent(email)}`))[0]
  if (!found) throw new Error(`${email} is no lead`)
  return (await (await staff.get(`/api/desk/leads/${found.id}`)).json()) as Full
}

/** Made-up leads, without the year it takes to earn them. */
async function leadsOf(n: number, each: (index: number) => { name?: string; company?: string } = () => ({})) {
  const rows = Array.from({ length: n }, (_, index) => {
    const { name = `Person ${index}`, company = '' } = each(index)
    return `person${index}@many.example,${name},${company}`
  })
  const read = await staff.request('POST', '/api/desk/leads/imports?name=many.csv', ['email,name,company', ...rows].join('\n'), {
    'content-type': 'text/csv',
  })
  const { token } = (await read.json()) as { token: string }
  await staff.post(`/api/desk/leads/imports/${token}/start`, { conflicts: 'keep' })
  await expect
    .poll(async () => ((await (await staff.get(`/api/desk/leads/imports/${token}`)).json()) as { status: string }).status)
    .toBe('done')
}

describe('a lead', () => {
  test('is made by whoever asks for a quote, with where they came from, and moves along with the quote', async () => {
    const ada = await torv.signedIn(ADA)
    const source = { page: '/en/products/pump', referrer: 'news.example', utm_source: 'Newsletter', utm_campaign: 'winter' }
    const reference = await ask(torv.visitor(), { email: GRACE, name: 'Grace', company: 'Globex', source })
    expect(await lead(GRACE)).toMatchObject({ stage: 'new', source: 'newsletter', origin: { door: 'quote', ...source } })

    const adas = await ask(ada)
    await offer(adas)
    expect(await lead()).toMatchObject({ stage: 'proposal', source: 'sign-in', ownerName: 'Sam agent' })
    const shown = (await (await ada.get(`/api/quotes/${adas}`)).json()) as { revision: number; document: { total: number } }
    await ada.post(`/api/quotes/${adas}/acceptance`, { revision: shown.revision, totalMinor: shown.document.total, name: 'Ada Lund' })
    expect(await lead()).toMatchObject({ stage: 'customer' })
    await ada.delete(`/api/quotes/${adas}/acceptance`)
    expect(await lead()).toMatchObject({ stage: 'proposal' })
    await ada.post(`/api/quotes/${adas}/decline`, { reason: 'price', text: '' })

    const now = await lead()
    expect(now).toMatchObject({ stage: 'lost' })
    expect(now.parts.map(({ part }) => part)).toEqual(['asked-for-quote', 'declined'])
    expect(now.timeline.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(['quote.declined', 'quote.accepted', 'lead.moved', 'quote.sent']),
    )
    expect((await lead(GRACE)).timeline.map(({ about }) => about)).toContain(reference)
  })

  test('is made by a case, too, and what was made up about the source decides nothing', async () => {
    const source = { utm_source: 'x'.repeat(500), page: 'https://evil.example' }
    const opened = await torv
      .visitor()
      .post('/api/tickets', { kind: 'question', subject: 'Hm', text: 'Hm?', email: ADA, name: 'Ada', locale: 'en', source })

    expect(opened.status).toBe(201)
    expect(await lead()).toMatchObject({ source: 'ticket', origin: { door: 'ticket' }, score: 5 })
  })

  test('SI7 whose page was opened by a link in a mail brings no token of it along', async () => {
    await ask(torv.visitor(), { source: { page: `/en/mail-preferences/${'x'.repeat(43)}`, utm_source: 'mail' } })

    expect(JSON.stringify(await lead())).not.toContain('xxx')
  })

  test('cools down, and warms up again', async () => {
    await ask(torv.visitor())
    const fresh = (await lead()).score
    torv.clock.forward(45 * DAY)
    expect((await lead()).score).toBeLessThan(fresh)

    await ask(torv.visitor())
    expect((await lead()).score).toBeGreaterThan(fresh)
  })

  test('is read from the log once, whoever reads', async () => {
    await ask(torv.visitor())
    const readers = [leadReader(torv.services), leadReader(torv.services)]
    await Promise.all(readers.map((reader) => reader.catchUp()))
    await Promise.all(readers.map((reader) => reader.catchUp()))

    const made = await torv.services.db.all(`select id from events where kind = 'lead.created'`)
    expect(made).toHaveLength(1)
  })

  test('has an owner, a next date and notes', async () => {
    await ask(torv.visitor())
    const { id, version, staff: colleagues } = await lead()
    const owner = colleagues[0]?.id
    expect(await (await staff.get('/api/desk/leads/due')).json()).toMatchObject({ n: 0 })

    const change = { version, stage: 'qualified', ownerId: owner, nextContactOn: '2020-01-31', nextContactNote: 'Call about the roof' }
    expect((await staff.patch(`/api/desk/leads/${id}`, change)).status).toBe(204)
    expect((await staff.post(`/api/desk/leads/${id}/notes`, { text: 'Wants it before winter' })).status).toBe(201)

    const after = await lead()
    expect(after).toMatchObject({ stage: 'qualified', nextContactOn: '2020-01-31', ownerName: 'Sam agent' })
    expect(after.notes).toMatchObject([{ text: 'Wants it before winter', authorName: 'Sam agent' }])
    expect(await (await staff.get('/api/desk/leads/due')).json()).toMatchObject({ n: 1 })
    expect((await list('?due=1&owner=me')).map(({ id }) => id)).toEqual([id])
    expect(await list('?owner=none')).toEqual([])
  })

  test('loses no edit when two change it at once', async () => {
    await ask(torv.visitor())
    const { id, version } = await lead()

    const answers = await Promise.all(
      ['2026-12-01', '2026-12-02', '2026-12-03'].map((nextContactOn) => staff.patch(`/api/desk/leads/${id}`, { version, nextContactOn })),
    )

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409, 409])
    const refused = answers.find(({ status }) => status === 409)
    expect(await refused?.json()).toMatchObject({ type: '/problems/edited-meanwhile', version: version + 1 })
  })
})

describe('the list of leads', () => {
  test('is sorted, searched and turned page by page without losing or repeating anybody', async () => {
    await leadsOf(120, (index) => ({ company: ['Ærø VVS', 'Øst', 'Åse', 'Bo'][index] ?? 'Zink' }))
    for (const sort of ['score', 'new', 'name', 'next']) {
      const seen: string[] = []
      for (let cursor: string | null = ''; cursor !== null; ) {
        const answer = await staff.get(`/api/desk/leads?sort=${sort}${cursor && `&cursor=${cursor}`}`)
        const page = (await answer.json()) as { leads: Summary[]; next: string | null }
        seen.push(...page.leads.map(({ email }) => email))
        cursor = page.next
        torv.clock.forward(DAY)
      }
      expect(new Set(seen).size).toBe(120)
      expect(seen).toHaveLength(120)
    }
    const named = (await (await staff.get('/api/desk/leads?sort=name&q=person')).json()) as { leads: (Summary & { company: string })[] }
    expect(named.leads[0]?.company).toBe('Bo')
    expect((await list('?q=ÆRØ')).map(({ email }) => email)).toEqual(['person0@many.example'])
    expect(await list('?q=%25')).toEqual([]) // a sign of the search engine's own is a sign like any other
  })

  test('answers nonsense with a problem, or begins anew', async () => {
    expect((await staff.get('/api/desk/leads?sort=colour')).status).toBe(422)
    expect((await staff.get('/api/desk/leads?stage=dead')).status).toBe(422)
    expect((await staff.get('/api/desk/leads?cursor=%00nonsense')).status).toBe(200)
    expect((await staff.get('/api/desk/leads/0')).status).toBe(404)
    expect((await staff.get('/api/desk/leads/x')).status).toBe(404)
    expect((await staff.get('/api/desk/leads/imports/x')).status).toBe(404)
  })
})

test('AC9 leads are for staff only: a guest is asked to sign in, a customer turned away', async () => {
  await ask(torv.visitor())
  const { id, version } = await lead()
  const ada = await torv.signedIn(ADA)
  const routes: [string, string, unknown?][] = [
    ['GET', '/api/desk/leads'],
    ['GET', '/api/desk/leads/facets'],
    ['GET', '/api/desk/leads/due'],
    ['GET', '/api/desk/leads/export'],
    ['GET', `/api/desk/leads/${id}`],
    ['PATCH', `/api/desk/leads/${id}`, { version, stage: 'lost' }],
    ['POST', `/api/desk/leads/${id}/notes`, { text: 'x' }],
    ['POST', '/api/desk/leads/imports', 'email\na@b.example'],
  ]

  for (const [method, path, json] of routes) {
    expect([path, (await torv.visitor().request(method, path, json, {})).status]).toEqual([path, 401])
    expect([path, (await ada.request(method, path, json, {})).status]).toEqual([path, 403])
  }
  expect(await lead()).toMatchObject({ stage: 'new', version })
})

test('AC10 score, id, source and heat in a body change nothing', async () => {
  await ask(torv.visitor())
  const before = await lead()

  await staff.patch(`/api/desk/leads/${before.id}`, {
    version: before.version,
    score: 100,
    heat: 1e9,
    source: 'evil',
    id: 7,
    email: 'x@y.example',
  })
  await ask(torv.visitor(), { score: 100, stage: 'customer', ownerId: 1, email: GRACE })

  const { id, email, source, score, stage } = before
  expect(await lead()).toMatchObject({ id, email, source, score, stage, version: before.version + 1 })
  expect(await lead(GRACE)).toMatchObject({ stage: 'new', ownerName: null })
  expect((await staff.patch(`/api/desk/leads/${before.id}`, { version: before.version + 1, ownerId: 999_999 })).status).toBe(422)
})

test('AC6 a customer’s own quote says nothing of score, stage or owner', async () => {
  const ada = await torv.signedIn(ADA)
  const reference = await ask(ada)
  await lead()

  const text = await (await ada.get(`/api/quotes/${reference}`)).text()
  expect(text).not.toMatch(/"(score|heat|ownerId|ownerName)"/)
})
