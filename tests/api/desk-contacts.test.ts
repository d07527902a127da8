import { afterEach, beforeEach, expect, test } from 'vitest'
import { mergeWords } from '../../api/desk/words.ts'
import type { Client } from '../support/client.ts'
import { askFor, offer } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'

let torv: Torv
let sam: Client
beforeEach(async () => {
  torv = await startTorv()
  sam = await torv.staff()
})
afterEach(stopTorvs)

type Listed = { contacts: { id: number; email: string; openTickets: number }[]; next?: number }

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}
const found = async (query: string) => (await json<Listed>(sam.get(`/api/desk/contacts${query}`))).contacts.map(({ email }) => email)

async function write(email: string, name: string, more: object = {}) {
  const asked = { kind: 'problem', subject: 'It hums', text: 'All night.', name, email, locale: 'en', ...more }
  return json<{ reference: string }>(torv.visitor().post('/api/tickets', asked))
}

test('contacts are found by any word of theirs, also after it was changed', async () => {
  await write(ADA, 'Ada Lund')
  await write('grace@globex.example', 'Grace Ærø')

  expect(await found('')).toEqual(['grace@globex.example', ADA])
  expect(await found('?q=lun')).toEqual([ADA])
  expect(await found('?q=globex%20grace')).toEqual(['grace@globex.example'])
  expect(await found('?q=%C3%A6r%C3%B8')).toEqual(['grace@globex.example'])
  expect(await found('?q=lund%20globex')).toEqual([])
  for (const hostile of ['"', '*', 'a OR b', 'NEAR(', '***']) expect(await found(`?q=${encodeURIComponent(hostile)}`)).toEqual([])
  await torv.services.db.batch([{ sql: `update contacts set company = 'Acme Varme', phone = '+45 12 34 56 78' where email = '${ADA}'` }])
  expect(await found('?q=varme')).toEqual([ADA])
  expect(await found('?q=12%2034')).toEqual([ADA])
  await torv.services.db.batch([{ sql: `update contacts set company = 'Globex' where email = '${ADA}'` }])
  expect(await found('?q=varme')).toEqual([])
})

test('an index of words in many pieces is made whole, and finds the same', async () => {
  const { db } = torv.services
  const pieces = async () => (await db.all('select distinct segid from contact_words_idx')).length
  await db.batch([{ sql: "insert into contact_words (contact_words, rank) values ('automerge', 0)" }])
  for (const name of ['Ada', 'Grace', 'Karen', 'Birthe', 'Nadia', 'Tom']) await write(`${name}@acme.example`.toLowerCase(), `${name} Lund`)
  const before = await found('?q=lund')
  expect([before.length, await pieces()]).toEqual([6, 6])

  await mergeWords(torv.services, 'contact')

  expect(await pieces()).toBe(1)
  expect(await found('?q=lund')).toEqual(before)
  await write('ada@acme.example', 'Ada Holm')
  await mergeWords(torv.services, 'contact') // nothing to do
  expect(await found('?q=lun')).toEqual(before)
})

test('the list goes on where the page before ended, and counts what is open', async () => {
  const { db, clock } = torv.services
  const many = Array.from({ length: 53 }, (_, n) => ({
    sql: 'insert into contacts (email, name, locale, created_at) values (:email, :name, :locale, :at)',
    args: { email: `c${n}@acme.example`, name: `C ${n}`, locale: 'en', at: clock.now() - (n % 2) * 1000 },
  }))
  await db.batch(many)
  await write('c7@acme.example', 'C 7')

  const first = await json<Listed>(sam.get('/api/desk/contacts'))
  const second = await json<Listed>(sam.get(`/api/desk/contacts?after=${first.next}`))

  const all = [...first.contacts, ...second.contacts]
  expect([first.contacts.length, second.contacts.length, new Set(all.map(({ id }) => id)).size]).toEqual([50, 3, 53])
  expect(second.next).toBeUndefined()
  expect(all.filter(({ openTickets }) => openTickets)).toMatchObject([{ email: 'c7@acme.example', openTickets: 1 }])
})

test('a contact’s page has everything of theirs and nothing of anybody else', async () => {
  const ada = await torv.signedIn(ADA)
  const ticket = await write(ADA, 'Ada Lund')
  const quote = await askFor(ada)
  await offer(sam, quote)
  const other = await write('grace@globex.example', 'canary-grace')
  await torv.settle()
  const contact = await torv.services.db.get<{ id: number }>(`select id from contacts where email = '${ADA}'`)

  const page = await sam.get(`/api/desk/contacts/${contact?.id}`)

  const text = await page.text()
  expect(JSON.parse(text)).toMatchObject({
    contact: { email: ADA, stage: 'lead' },
    lead: { id: contact?.id, stage: 'proposal' },
    tickets: [{ reference: ticket.reference, status: 'new', channel: 'web' }],
    quotes: [{ reference: quote, status: 'sent' }],
    products: [],
    bookings: [],
  })
  expect(text).not.toMatch(new RegExp(`canary-grace|${other.reference}`))
})

test('somebody whom the log was not read of yet has a page; who never was has none; and none of it is for customers', async () => {
  await write(ADA, 'Ada Lund')
  const contact = await torv.services.db.get<{ id: number }>(`select id from contacts where email = '${ADA}'`)
  expect(await json(sam.get(`/api/desk/contacts/${contact?.id}`))).toMatchObject({ contact: { email: ADA }, lead: null })
  for (const wrong of ['99', '0', 'x', '1e3']) expect((await sam.get(`/api/desk/contacts/${wrong}`)).status).toBe(404)

  const ada = await torv.signedIn(ADA)
  for (const path of ['/api/desk/contacts', `/api/desk/contacts/${contact?.id}`]) {
    expect((await ada.get(path)).status).toBe(403)
    expect((await torv.visitor().get(path)).status).toBe(401)
  }
})
