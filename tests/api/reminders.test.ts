import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { remindDue } from '../../api/followup/job.ts'
import { placeOrders } from '../../api/quotes/orders/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const DAY = 24 * 3_600_000
const request = { lines: [{ product: 'pump', options: {}, quantity: 1 }], name: 'Ada Lund', email: ADA, locale: 'en' }

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  torv.clock.set('2026-11-24T09:00+01:00') // a Tuesday
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Plan = { kind: string; step: number; at: number }
type Shown = {
  plan: Plan | null
  sent: { kind: string; outcome: string }[]
  canChange: boolean
  answer: { answer: string; reason: string } | null
}

/** Ada, signed in, with an offer before her. */
async function offered(validDays = 60, email = ADA): Promise<{ ada: Client; reference: string }> {
  const ada = await torv.signedIn(email)
  const asked = await ada.post('/api/quotes', { ...request, email })
  const { reference } = (await asked.json()) as { reference: string }
  await offer(reference, validDays)
  return { ada, reference }
}

async function offer(reference: string, validDays = 60) {
  await staff.post(`/api/desk/quotes/${reference}/opening`)
  const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, { lines: request.lines, validDays, note: '' })
  const sent = await staff.post(`/api/desk/quotes/${reference}/sending`, { hash: ((await saved.json()) as { hash: string }).hash })
  if (!sent.ok) throw new Error(await sent.text())
}

async function accept(ada: Client, reference: string) {
  const shown = (await (await ada.get(`/api/quotes/${reference}`)).json()) as { revision: number; document: { total: number } }
  return ada.post(`/api/quotes/${reference}/acceptance`, { revision: shown.revision, totalMinor: shown.document.total, name: 'Ada Lund' })
}

/** What the clock does every minute, with the mails that follow. */
async function tick() {
  await torv.settle()
  await remindDue(torv.services)
  await torv.settle()
}

async function shown(reference: string): Promise<Shown> {
  await torv.settle()
  return (await (await staff.get(`/api/desk/follow-ups/${reference}`)).json()) as Shown
}

async function plan(reference: string): Promise<Plan> {
  const { plan } = await shown(reference)
  if (!plan) throw new Error('Nothing is planned')
  return plan
}

/** Moves the clock to the next reminder, and lets it be sent. */
async function remind(reference: string): Promise<string> {
  const { at, kind } = await plan(reference)
  torv.clock.forward(at - torv.clock.now() + 1_000)
  await tick()
  return kind
}

const reminders = async (to = ADA) =>
  (await torv.mails()).filter((mail) => mail.to === to && /List-Unsubscribe|No more reminders/.test(mail.text))
const due = () => torv.services.db.all(`select id from events where kind = 'quote.reminder-due'`)
/** Headers as they went out, newest last. */
async function raw(about: RegExp): Promise<string> {
  const folder = join(torv.dataDir, 'outbox')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.eml')).sort()
  const mails = await Promise.all(files.map(async (file) => (await readFile(join(folder, file), 'utf8')).split('\r\n\r\n')[0] ?? ''))
  return (mails.findLast((headers) => about.test(headers)) ?? '').replace(/\r\n[ \t]+/g, ' ')
}

describe('a silent customer', () => {
  test('is asked kindly: otherwise when they have looked, and before the offer runs out', async () => {
    const { ada, reference } = await offered()
    await tick()
    expect(await reminders()).toEqual([])

    expect(await remind(reference)).toBe('not-viewed')
    await ada.post(`/api/quotes/${reference}/view`)
    expect(await remind(reference)).toBe('viewed')
    expect(await remind(reference)).toBe('viewed')
    expect(await remind(reference)).toBe('expiring')

    const mails = await reminders()
    expect(mails.map(({ subject }) => subject)).toEqual([
      expect.stringContaining('is waiting for you'),
      expect.stringContaining('questions'),
      expect.stringContaining('questions'),
      expect.stringContaining('is valid until'),
    ])
    for (const answer of ['later', 'change', 'not-now'])
      expect(mails[0]?.text).toMatch(new RegExp(`/en/open/[\\w-]{43}\\?answer=${answer}`))
    expect((await shown(reference)).sent).toHaveLength(4)
  })

  test('is asked once, though several processes look at the same time', async () => {
    const { reference } = await offered()
    const { at } = await plan(reference)
    torv.clock.forward(at - torv.clock.now() + 1_000)

    await Promise.all(Array.from({ length: 6 }, () => remindDue(torv.services)))
    await tick()

    expect(await due()).toHaveLength(1)
    expect(await reminders()).toHaveLength(1)
  })

  test('is not asked by night when the process was away by day', async () => {
    const { reference } = await offered()
    const { at } = await plan(reference)
    // The evening of that day, by any clock in Copenhagen.
    torv.clock.set(`${new Date(at).toISOString().slice(0, 10)}T20:00Z`)
    await tick()
    expect(await due()).toEqual([])

    // The plan says when instead, and then it comes.
    const { next_at } = (await torv.services.db.get<{ next_at: number }>('select next_at from follow_ups')) ?? { next_at: 0 }
    expect(next_at).toBeGreaterThan(torv.clock.now())
    torv.clock.forward(next_at - torv.clock.now() + 1)
    await tick()
    expect(await due()).toHaveLength(1)
  })

  const WORDS: [string, (ada: Client, reference: string) => Promise<Response>][] = [
    ['a message', (ada, reference) => ada.post(`/api/quotes/${reference}/messages`, { text: 'Hm' })],
    ['a counter-offer', (ada, reference) => ada.post(`/api/quotes/${reference}/counter`, { text: 'Cheaper?', lines: [] })],
    ['a decline', (ada, reference) => ada.post(`/api/quotes/${reference}/decline`, { reason: 'price', text: '' })],
    ['not now', (ada, reference) => ada.post(`/api/quotes/${reference}/reminder-answers`, { answer: 'not-now', reason: 'budget' })],
    [
      'not now, since another was chosen',
      (ada, reference) => ada.post(`/api/quotes/${reference}/reminder-answers`, { answer: 'not-now', reason: 'chose-another' }),
    ],
    ['an acceptance', accept],
  ]
  test.each(WORDS)('is asked no more after %s', async (_name, say) => {
    const { ada, reference } = await offered()
    const { at } = await plan(reference)

    const answer = await say(ada, reference)
    expect([204, 201]).toContain(answer.status)

    // Even if the reader of the log has not come so far: the job asks the log itself.
    torv.clock.forward(at - torv.clock.now() + 1_000)
    await remindDue(torv.services)
    for (let day = 0; day < 12; day++) {
      await tick()
      torv.clock.forward(5 * DAY)
    }
    expect(await due()).toEqual([])
    expect((await shown(reference)).plan?.kind ?? 'none').not.toMatch(/viewed|expiring/)
  })

  test('who speaks between the planning and the mail gets none', async () => {
    const { ada, reference } = await offered()
    const { at } = await plan(reference)
    torv.clock.forward(at - torv.clock.now() + 1_000)
    await remindDue(torv.services)
    expect(await due()).toHaveLength(1)

    await ada.post(`/api/quotes/${reference}/messages`, { text: 'I am on it' })
    await torv.settle()

    expect(await reminders()).toEqual([])
  })

  test('is asked anew about a new version', async () => {
    const { ada, reference } = await offered()
    await ada.post(`/api/quotes/${reference}/counter`, { text: 'Cheaper?', lines: [] })
    expect((await shown(reference)).plan).toBeNull()

    await offer(reference)

    expect(await remind(reference)).toBe('not-viewed')
    expect(await reminders()).toHaveLength(1)
  })
})

describe('one tap', () => {
  test('asks for another day, and on that day they are asked, run out or not', async () => {
    const { ada, reference } = await offered(30)
    const day = (days: number) => new Date(torv.clock.now() + days * DAY).toISOString().slice(0, 10)
    const answer = (on: string) => ada.post(`/api/quotes/${reference}/reminder-answers`, { answer: 'later', on })

    expect((await answer(day(-1))).status).toBe(422)
    expect((await answer(day(500))).status).toBe(422)
    expect((await answer('2027-02-30')).status).toBe(422)
    expect((await answer(day(45))).status).toBe(204)
    expect(await plan(reference)).toMatchObject({ kind: 'asked' })

    expect(await remind(reference)).toBe('asked')
    const [mail] = (await torv.mails()).filter(({ subject }) => subject.includes('You asked us to write'))
    expect(mail?.text).toContain('ran out')
    expect(mail?.text).not.toContain('answer=later')
    expect((await shown(reference)).plan).toBeNull()
    expect((await answer(day(60))).status).toBe(409)
  })

  test('works from the link in the mail, without signing in', async () => {
    const { reference } = await offered()
    await remind(reference)
    const [mail] = await reminders()
    const elsewhere = torv.visitor()
    await elsewhere.post('/api/access', { token: /open\/([\w-]{43})\?answer=not-now/.exec(mail?.text ?? '')?.[1] })

    expect(
      (await elsewhere.post(`/api/quotes/${reference}/reminder-answers`, { answer: 'not-now', reason: 'season', text: 'In spring' }))
        .status,
    ).toBe(204)

    expect((await shown(reference)).answer).toMatchObject({ answer: 'not-now', reason: 'season', text: 'In spring' })
    const event = await torv.services.db.get<{ data: string }>(`select data from events where kind = 'quote.reminder-answered'`)
    expect(JSON.parse(event?.data ?? '{}')).toMatchObject({ from: 'sent', to: 'sent', answer: 'not-now', why: 'In spring' })
  })

  test('BN5 is only a tap: opening every link of the mail changes nothing', async () => {
    const { ada, reference } = await offered()
    await remind(reference)
    const mail = (await reminders())[0]
    const tables = ['quotes', 'follow_ups', 'reminder_answers', 'mail_preferences', 'events']
    const everything = async () => JSON.stringify(await Promise.all(tables.map((table) => torv.services.db.all(`select * from ${table}`))))
    const before = await everything()
    const paths = [...(mail?.text ?? '').matchAll(/http:\/\/localhost:4321(\/\S+)/g)].map(([, path = '']) => path)
    const oneClick = /List-Unsubscribe: <http:\/\/localhost:4321([^>]+)>/i.exec(await raw(/List-Unsubscribe/i))?.[1] ?? ''
    expect(paths.length).toBeGreaterThanOrEqual(5)
    expect(oneClick).toMatch(/^\/api\/unsubscribe\//)

    for (const client of [ada, torv.visitor()]) {
      for (const path of [...paths, oneClick, `/api/quotes/${reference}/reminder-answers`]) await client.get(path)
      expect((await client.get(oneClick)).status).toBe(303)
    }
    expect(await everything()).toBe(before)
  })

  test('AC2 another’s offer is not there to be answered', async () => {
    const { reference } = await offered()
    const grace = await torv.signedIn(GRACE)
    const later = { answer: 'later', on: '2099-01-01' }

    for (const client of [grace, torv.visitor()]) {
      expect((await client.post(`/api/quotes/${reference}/reminder-answers`, later)).status).toBe(404)
      expect((await client.get(`/api/quotes/${reference}/reminder-answers`)).status).toBe(404)
      expect((await client.post(`/api/quotes/${reference}/check-in`, { answer: 'fine' })).status).toBe(404)
    }
    expect((await shown(reference)).answer).toBeNull()
  })
})

describe('unsubscribing', () => {
  test('is one click in the mail program, holds for its kind, and leaves what they asked for alone', async () => {
    const { reference } = await offered()
    await remind(reference)
    const headers = await raw(/List-Unsubscribe/i)
    const path = /List-Unsubscribe: <http:\/\/localhost:4321(\/api\/unsubscribe\/[\w-]{43}\/reminders)>/i.exec(headers)?.[1] ?? ''
    expect(headers).toMatch(/List-Unsubscribe-Post: List-Unsubscribe=One-Click/i)
    // As a mail program does it: no cookie, no origin.
    const click = (path: string, body = 'List-Unsubscribe=One-Click') =>
      torv.app.request(
        path,
        { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } },
        { incoming: { socket: {} } },
      )

    expect((await click(path, 'x=y')).status).toBe(422)
    expect((await click(path.replace('/reminders', '/codes'))).status).toBe(404)
    expect((await click(`/api/unsubscribe/${'x'.repeat(43)}/reminders`)).status).toBe(404)
    expect((await torv.services.db.all('select * from mail_preferences')).length).toBe(0)
    expect((await click(path)).status).toBe(204)
    expect((await click(path)).status).toBe(204)

    const sent = (await reminders()).length
    for (let day = 0; day < 10; day++) {
      torv.clock.forward(6 * DAY)
      await tick()
    }
    expect(await reminders()).toHaveLength(sent)
    expect((await shown(reference)).sent.some(({ outcome }) => outcome === 'unwanted')).toBe(true)

    const again = await offered()
    await torv.settle()
    expect(
      (await torv.mails()).some(({ to, subject }) => to === ADA && subject.includes(again.reference) && subject.includes('ready')),
    ).toBe(true)
  })

  test('is seen and changed on a page of its own, by link or signed in, for that address only', async () => {
    const { ada, reference } = await offered()
    await remind(reference)
    const token = /mail-preferences\/([\w-]{43})/.exec((await reminders())[0]?.text ?? '')?.[1]
    const visitor = torv.visitor()

    const before = (await (await visitor.get(`/api/mail-preferences/${token}`)).json()) as { email: string; wanted: object }
    expect(before).toEqual({
      email: 'a•••@acme.example',
      wanted: { reminders: true, 'check-ins': true, maintenance: true, status: true, news: true },
    })
    expect((await visitor.put(`/api/mail-preferences/${token}`, { reminders: true, 'check-ins': false, news: false })).status).toBe(204)

    expect(await (await ada.get('/api/mail-preferences/mine')).json()).toMatchObject({
      wanted: { reminders: true, 'check-ins': false, news: false },
    })
    expect(await (await (await torv.signedIn(GRACE)).get('/api/mail-preferences/mine')).json()).toMatchObject({
      wanted: { 'check-ins': true },
    })
    expect((await visitor.get('/api/mail-preferences/mine')).status).toBe(401)
    expect((await visitor.get(`/api/mail-preferences/${'y'.repeat(43)}`)).status).toBe(404)
  })

  test('SI7 the link in the mail is nowhere in the database', async () => {
    const { reference } = await offered()
    await remind(reference)
    const token = /mail-preferences\/([\w-]{43})/.exec((await reminders())[0]?.text ?? '')?.[1] ?? ''
    expect(token).toHaveLength(43)

    const tables = await torv.services.db.all<{ name: string }>(`select name from sqlite_master where type = 'table'`)
    for (const { name } of tables) expect(JSON.stringify(await torv.services.db.all(`select * from "${name}"`))).not.toContain(token)
  })
})

describe('after buying', () => {
  test('they are asked some days after it came, not after it was ordered', async () => {
    const { ada, reference } = await offered()
    await accept(ada, reference)
    torv.clock.forward(5 * DAY)
    await placeOrders(torv.services)
    const ordered = await plan(reference)
    const on = new Date(torv.clock.now()).toISOString().slice(0, 10)
    expect((await staff.post(`/api/desk/quotes/${reference}/delivery`, { on })).status).toBe(204)

    const delivered = await plan(reference)

    expect([ordered.kind, delivered.kind]).toEqual(['check-in', 'check-in'])
    expect(delivered.at - ordered.at).toBeGreaterThan(3 * DAY)
  })

  test('they are asked once how it goes, and can say so', async () => {
    const { ada, reference } = await offered()
    await accept(ada, reference)
    expect(await remind(reference)).toBe('check-in')
    await tick()

    const asked = (await torv.mails()).filter(({ to, subject }) => to === ADA && subject.startsWith('How is it going'))
    expect(asked).toHaveLength(1)
    expect(asked[0]?.text).toContain('answer=something')
    expect((await ada.post(`/api/quotes/${reference}/check-in`, { answer: 'fine', text: 'Warm!' })).status).toBe(204)
    expect(await shown(reference)).toMatchObject({ plan: null, answer: { answer: 'fine', text: 'Warm!' } })
  })

  test('nobody is asked who took it back', async () => {
    const { ada, reference } = await offered()
    await accept(ada, reference)
    await torv.settle()
    expect((await ada.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(204)

    torv.clock.forward(40 * DAY)
    await tick()

    expect((await torv.mails()).some(({ subject }) => subject.startsWith('How is it going'))).toBe(false)
    expect((await ada.post(`/api/quotes/${reference}/check-in`, { answer: 'fine' })).status).toBe(409)
  })
})

describe('staff', () => {
  test('sees what was sent and what is next, stops it, puts it off and lets it go on', async () => {
    const { reference } = await offered()
    await remind(reference)
    const next = await plan(reference)
    const set = (change: object, client = staff) => client.put(`/api/desk/follow-ups/${reference}`, change)

    expect((await set({ do: 'stop' })).status).toBe(204)
    expect(await shown(reference)).toMatchObject({ plan: null, sent: [{ kind: 'not-viewed' }] })
    torv.clock.forward(next.at - torv.clock.now() + 1_000)
    await tick()
    expect(await due()).toHaveLength(1)

    expect((await set({ do: 'postpone', until: '2020-01-01' })).status).toBe(422)
    const until = new Date(torv.clock.now() + 14 * DAY).toISOString().slice(0, 10)
    expect((await set({ do: 'postpone', until })).status).toBe(204)
    expect((await plan(reference)).at).toBeGreaterThanOrEqual(Date.parse(until) - 2 * 3_600_000)
    expect((await set({ do: 'resume' })).status).toBe(204)
    await remind(reference)
    expect(await due()).toHaveLength(2)
  })

  test('AC9 alone may', async () => {
    const { ada, reference } = await offered()
    const path = `/api/desk/follow-ups/${reference}`

    expect((await torv.visitor().get(path)).status).toBe(401)
    expect((await ada.get(path)).status).toBe(403)
    expect((await ada.put(path, { do: 'stop' })).status).toBe(403)
    expect((await staff.get('/api/desk/follow-ups/Q-222222')).status).toBe(404)
    expect((await shown(reference)).plan).not.toBeNull()
  })
})

test('CO13 nothing that is typed becomes a header or another recipient of a reminder', async () => {
  const { reference } = await offered()
  const evil = 'Pump\r\nBcc: eve@evil.example'
  const draft = { lines: [{ text: evil, unitPrice: 100, quantity: 1, options: {} }], validDays: 30, note: '' }
  await staff.post(`/api/desk/quotes/${reference}/recall`)
  expect((await staff.put(`/api/desk/quotes/${reference}/draft`, draft)).status).toBe(422)
  expect((await torv.visitor().post('/api/quotes', { ...request, name: evil })).status).toBe(422)
  draft.lines[0] = { text: 'Pump, eve@evil.example <eve@evil.example>', unitPrice: 100, quantity: 1, options: {} }
  const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, draft)
  await staff.post(`/api/desk/quotes/${reference}/sending`, { hash: ((await saved.json()) as { hash: string }).hash })
  const ada = await torv.signedIn(ADA)
  await accept(ada, reference)
  await remind(reference)

  const headers = await raw(/How is it going/)
  expect(headers).not.toBe('')
  expect(headers.match(/^To: .*$/gim)).toEqual([`To: ${ADA}`])
  expect(headers).not.toMatch(/^Bcc:/im)
})
