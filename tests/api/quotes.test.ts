import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { canonicalJson, sha256 } from '../../api/platform/canonical-json.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const DAY = 24 * 3_600_000
const CANARY = 'canary-77e0'
const request = {
  lines: [{ product: 'pump', options: { colour: 'graphite' }, quantity: 5 }],
  need: 'Before winter',
  name: 'Ada',
  email: ADA,
  locale: 'en',
}

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Shown = {
  status: string
  turn: string
  revision: number
  document: { total: number; net: number; lines: { id: string; unitPrice: number; net: number }[]; vat: { vat: number }[] }
  hash: string
  accepted: { by: string; hash: string; at: number } | null
  actions: string[]
  isYours: boolean
}

async function ask(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/quotes', { ...request, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function read(client: Client, reference: string): Promise<Shown> {
  const answer = await client.get(`/api/quotes/${reference}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Shown
}

/** Prices what was asked for and sends it: the next revision. */
async function offer(reference: string, line: object = {}): Promise<void> {
  await staff.post(`/api/desk/quotes/${reference}/opening`)
  const draft = { lines: [{ ...request.lines[0], ...line }], validDays: 30, note: '' }
  const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, draft)
  if (!saved.ok) throw new Error(await saved.text())
  const { hash } = (await saved.json()) as { hash: string }
  const sent = await staff.post(`/api/desk/quotes/${reference}/sending`, { hash })
  if (!sent.ok) throw new Error(await sent.text())
}

/** Ada, signed in, with an offer before her. */
async function offered(): Promise<{ ada: Client; reference: string; shown: Shown }> {
  const ada = await torv.signedIn(ADA)
  const reference = await ask(ada)
  await offer(reference)
  return { ada, reference, shown: await read(ada, reference) }
}

function acceptance({ revision, document }: Shown) {
  return { revision, totalMinor: document.total, name: 'Ada Lund' }
}

async function events(reference: string): Promise<string[]> {
  const rows = await torv.services.db.all<{ kind: string }>('select kind from events where subject = :reference order by id', { reference })
  return rows.map(({ kind }) => kind)
}

async function everything() {
  const tables = ['quotes', 'quote_revisions', 'quote_messages', 'events', 'contacts', 'access_links', 'mails', 'sessions']
  return JSON.stringify(await Promise.all(tables.map((table) => torv.services.db.all(`select * from ${table}`))))
}

describe('a quote', () => {
  test('goes from a guest’s request to an accepted offer, by the link in the mail and a code', async () => {
    const guest = torv.visitor()
    const reference = await ask(guest)
    expect(await read(guest, reference)).toMatchObject({ status: 'requested', turn: 'us', isYours: false })
    await offer(reference)
    await torv.settle()

    const mail = (await torv.mails()).findLast(({ to, subject }) => to === ADA && subject.includes('ready'))
    const elsewhere = torv.visitor()
    await elsewhere.post('/api/access', { token: /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] })
    const shown = await read(elsewhere, reference)
    // 5 pumps at the tier price of 9,000.00 with graphite at 500.50 each, and 25 % VAT.
    expect(shown).toMatchObject({ status: 'sent', turn: 'you', revision: 1, document: { net: 4_750_250, total: 5_937_813 } })
    expect(mail?.text).toContain('59,378.13')
    expect((await elsewhere.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(401)

    expect((await elsewhere.post(`/api/quotes/${reference}/codes`)).status).toBe(202)
    await torv.settle()
    const code = /\b(\d{3}) (\d{3})\b/.exec((await torv.mails()).findLast(({ to }) => to === ADA)?.text ?? '')
    expect((await elsewhere.post('/api/sign-in', { code: `${code?.[1]}${code?.[2]}` })).status).toBe(200)
    expect((await elsewhere.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(204)

    const accepted = await read(elsewhere, reference)
    expect(accepted).toMatchObject({ status: 'accepted', accepted: { by: 'Ada Lund', hash: shown.hash } })
    expect(sha256(canonicalJson(accepted.document as never))).toBe(shown.hash)
    expect(await torv.services.db.get('select stage from contacts where email = :email', { email: ADA })).toEqual({ stage: 'customer' })
  })

  test('can be un-accepted for fifteen minutes, and no longer', async () => {
    const { ada, reference, shown } = await offered()
    await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))

    expect((await ada.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({ status: 'sent', accepted: null })

    await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))
    torv.clock.forward(15 * 60_000 + 1)
    expect((await ada.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(409)
    expect(await read(ada, reference)).toMatchObject({ status: 'accepted' })
  })

  test('is declined with a reason, and asked for again', async () => {
    const { ada, reference } = await offered()

    expect((await ada.post(`/api/quotes/${reference}/decline`, { reason: 'because' })).status).toBe(422)
    expect((await ada.post(`/api/quotes/${reference}/decline`, { reason: 'price', text: 'Too dear' })).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({
      status: 'declined',
      turn: 'nobody',
      declined: { reason: 'price', text: 'Too dear' },
    })

    expect((await ada.post(`/api/quotes/${reference}/renewal`, { text: 'Please try again' })).status).toBe(204)
    await offer(reference)
    expect(await read(ada, reference)).toMatchObject({ status: 'sent', revision: 2 })
  })

  test('that gives too much off waits for a manager', async () => {
    const ada = await torv.signedIn(ADA)
    const admin = await torv.staff('admin')
    const reference = await ask(ada)
    await offer(reference, { discountBp: 1_500 })
    expect(await read(ada, reference)).toMatchObject({ status: 'pricing', revision: 0 })

    const desk = (await (await admin.get(`/api/desk/quotes/${reference}`)).json()) as { status: string; revisions: { hash: string }[] }
    expect(desk.status).toBe('approval')
    const { hash } = desk.revisions.at(-1) ?? { hash: '' }
    expect((await staff.post(`/api/desk/quotes/${reference}/approval`, { hash })).status).toBe(403)
    expect((await admin.post(`/api/desk/quotes/${reference}/approval`, { hash })).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({ status: 'sent', revision: 1 })
  })

  test('is frozen once it is sent', async () => {
    const { reference } = await offered()

    const change = torv.services.db.batch([{ sql: `update quote_revisions set document = '{}' where number = 1` }])

    await expect(change).rejects.toThrow('frozen')
    expect((await staff.put(`/api/desk/quotes/${reference}/draft`, { lines: request.lines, validDays: 30 })).status).toBe(409)
  })

  test('goes through question, answer and counter-offer, each side in its turn', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await ask(ada)
    await staff.post(`/api/desk/quotes/${reference}/opening`)
    expect((await ada.post(`/api/quotes/${reference}/answer`, { text: 'Nobody asked' })).status).toBe(409)
    expect((await staff.post(`/api/desk/quotes/${reference}/question`, { text: 'How big is the tank?' })).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({ status: 'needs-info', turn: 'you' })
    expect((await ada.post(`/api/quotes/${reference}/answer`, { text: '200 litres' })).status).toBe(204)
    await offer(reference)
    expect((await ada.post(`/api/quotes/${reference}/counter`, { text: '5 % less?' })).status).toBe(204)
    expect(await read(ada, reference)).toMatchObject({ status: 'countered', turn: 'us' })
    const stand = await staff.request('DELETE', `/api/desk/quotes/${reference}/counter`, { text: 'Sorry, no' }, {})
    expect(stand.status).toBe(204)

    const { messages, status } = (await (await ada.get(`/api/quotes/${reference}`)).json()) as {
      messages: { text: string }[]
      status: string
    }
    expect(status).toBe('sent')
    expect(messages.map(({ text }) => text)).toEqual(['How big is the tank?', '200 litres', '5 % less?', 'Sorry, no'])
    expect(await events(reference)).toEqual([
      'quote.requested',
      'quote.opened',
      'quote.info-asked',
      'quote.answered',
      'quote.drafted',
      'quote.sent',
      'quote.countered',
      'quote.counter-refused',
    ])
  })
})

describe('what a customer may say of a price', () => {
  test.each([-1, 0, 0.5, 1e9, '1e3', '', ' ', null, true, [5], '5.0', Number.MAX_SAFE_INTEGER, 51])(
    'QU1 a quantity of %j is refused',
    async (quantity) => {
      const answer = await torv.visitor().post('/api/quotes', { ...request, lines: [{ ...request.lines[0], quantity }] })

      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: { 'lines.0.quantity': expect.any(String) } })
      expect(await torv.services.db.all('select 1 from quotes')).toEqual([])
    },
  )

  test('QU1 a price, total, currency or discount in the body is ignored', async () => {
    const guest = torv.visitor()
    const cheap = { price: 1, unitPrice: 1, unit_price: 1, net: 1, discountBp: 10_000, discount: 99, vatBp: 0, currency: 'EUR' }
    const reference = await ask(guest, {
      lines: [{ ...request.lines[0], ...cheap }],
      total: 1,
      net: 1,
      currency: 'EUR',
      status: 'accepted',
      revision: 9,
    })

    expect(await read(guest, reference)).toMatchObject({
      status: 'requested',
      revision: 0,
      currency: 'DKK',
      document: { total: 5_937_813 },
    })
  })

  test.each([
    ['a product that is not sold', { product: 'nothing' }, 'lines.0.product'],
    ['an option that is not offered', { options: { size: 'xl' } }, 'lines.0.options.size'],
    ['a choice that is not offered', { options: { colour: 'gold' } }, 'lines.0.options.colour'],
    ['more than is sold at once', { quantity: 51 }, 'lines.0.quantity'],
  ])('QU1 %s is refused, naming the field', async (_name, line, field) => {
    const answer = await torv.visitor().post('/api/quotes', { ...request, lines: [{ ...request.lines[0], ...line }] })

    expect(answer.status).toBe(422)
    expect(Object.keys(((await answer.json()) as { errors: object }).errors)).toEqual([field])
  })

  test('QU1 of an offer, the buyer chooses within what it leaves, and sets no price of it', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await ask(ada)
    await offer(reference, { range: { min: 2, max: 8 } })
    const before = await read(ada, reference)
    const id = before.document.lines[0]?.id ?? ''
    const choose = (line: object, more: object = {}) =>
      ada.put(`/api/quotes/${reference}/choices`, { revision: 1, choices: { [id]: line }, ...more })

    for (const quantity of [-1, 0, 0.5, 1, 9, 1e9, '1e3', '', null, true, [5]]) expect((await choose({ quantity })).status).toBe(422)
    for (const quantity of [-1, 0, 0.5, 1e9, '1e3']) {
      const counter = { text: 'This many?', lines: [{ id, quantity }] }
      expect((await ada.post(`/api/quotes/${reference}/counter`, counter)).status).toBe(422)
      expect((await ada.post('/api/quotes/price', { lines: [{ ...request.lines[0], quantity }] })).status).toBe(422)
    }
    expect(await read(ada, reference)).toEqual(before)

    const cheap = { unitPrice: 1, unitPriceMinor: 1, net: 1, discountBp: 10_000, vatBp: 0, total: 1, currency: 'EUR' }
    expect((await choose({ quantity: 5, ...cheap }, cheap)).status).toBe(204)
    expect((await read(ada, reference)).document).toEqual(before.document)
    const instant = await ada.post('/api/quotes/price', { lines: [{ ...request.lines[0], ...cheap }], ...cheap })
    expect(await instant.json()).toMatchObject({ currency: 'DKK', total: 5_937_813 })
  })

  test('QU1 prices are whole minor units, the same on every way out', async () => {
    const { ada, reference, shown } = await offered()
    await torv.settle()
    const list = (await (await ada.get('/api/quotes')).json()) as { quotes: { total: number }[] }
    const instant = (await (await torv.visitor().post('/api/quotes/price', { lines: request.lines })).json()) as { total: number }
    const mail = (await torv.mails()).findLast(({ subject }) => subject.includes(reference) && subject.includes('ready'))

    expect([list.quotes[0]?.total, instant.total, shown.document.total]).toEqual([5_937_813, 5_937_813, 5_937_813])
    expect(mail?.text).toContain('59,378.13')
    for (const amount of [shown.document.net, shown.document.total, ...shown.document.vat.map(({ vat }) => vat)])
      expect(Number.isInteger(amount)).toBe(true)
  })
})

describe('accepting', () => {
  test.each([
    ['at the last millisecond', -1, 204],
    ['at expiry', 0, 409],
    ['after it', 1, 409],
  ])('QU2 %s', async (_name, late, status) => {
    const { ada, reference, shown } = await offered()
    const row = await torv.services.db.get<{ expires_at: number }>('select expires_at from quotes')
    const now = torv.services.clock.now
    torv.services.clock.now = () => Number(row?.expires_at) + late

    const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))

    torv.services.clock.now = now
    expect(answer.status).toBe(status)
    if (status === 409) expect(await answer.json()).toMatchObject({ type: '/problems/quote-expired' })
  })

  test('QU3 fifty at once, under the same and different keys, make one acceptance, one event and one mail', async () => {
    const { ada, reference, shown } = await offered()
    const same = randomUUID()

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown), { 'idempotency-key': n % 2 ? same : randomUUID() }),
      ),
    )
    await torv.settle()

    const won = answers.filter(({ status, headers }) => status === 204 && !headers.has('idempotency-replayed'))
    expect(won).toHaveLength(1)
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 409]))
    expect((await events(reference)).filter((kind) => kind === 'quote.accepted')).toHaveLength(1)
    expect((await torv.mails()).filter(({ to, subject }) => to === ADA && subject.includes('accepted'))).toHaveLength(1)
  })

  test('QU4 an older revision is refused, naming the current one', async () => {
    const { ada, reference, shown } = await offered()
    await staff.post(`/api/desk/quotes/${reference}/recall`)
    await offer(reference, { quantity: 6 })

    const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))

    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ type: '/problems/quote-moved-on', revision: 2 })
    expect(await read(ada, reference)).toMatchObject({ status: 'sent', revision: 2 })
  })

  test('QU4 another total than the one shown is refused', async () => {
    const { ada, reference, shown } = await offered()

    expect((await ada.post(`/api/quotes/${reference}/acceptance`, { ...acceptance(shown), totalMinor: 1 })).status).toBe(409)
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(204)
  })

  test('QU4 a draft, a withdrawn and a declined quote cannot be accepted', async () => {
    const ada = await torv.signedIn(ADA)
    const [draft, withdrawn] = [await ask(ada), await ask(ada)]
    await staff.post(`/api/desk/quotes/${draft}/opening`)
    await staff.put(`/api/desk/quotes/${draft}/draft`, { lines: request.lines, validDays: 30 })
    await ada.post(`/api/quotes/${withdrawn}/withdrawal`)
    const { reference: declined, shown } = await offered()
    await ada.post(`/api/quotes/${declined}/decline`, { reason: 'price' })

    for (const reference of [draft, withdrawn, declined]) {
      const answer = await ada.post(`/api/quotes/${reference}/acceptance`, acceptance({ ...shown, revision: 1 }))
      const { status, revision } = await read(ada, reference)
      expect(answer.status).toBe(409)
      expect(await answer.json()).toMatchObject({ status, revision }) // what is current
      expect(await read(ada, reference)).toMatchObject({ accepted: null })
    }
    expect(await torv.services.db.all('select 1 from acceptances')).toEqual([])
  })

  test('QU4 who holds the link but is somebody else may not accept; who, when and what is recorded', async () => {
    const grace = await torv.signedIn('grace@globex.example')
    const { ada, reference, shown } = await offered()
    await torv.settle()
    const mail = (await torv.mails()).findLast(({ to, subject }) => to === ADA && subject.includes('ready'))
    await grace.post('/api/access', { token: /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] })
    expect(await read(grace, reference)).toMatchObject({ isYours: false }) // forwarded: may look

    expect((await grace.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(403)
    expect((await staff.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(404)

    await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))
    const row = await torv.services.db.get('select accepted_revision, accepted_by, accepted_hash, accepted_at from quotes')
    expect(row).toEqual({ accepted_revision: 1, accepted_by: 'Ada Lund', accepted_hash: shown.hash, accepted_at: expect.any(Number) })
    const event = await torv.services.db.get<{ actor: string; data: string }>(
      `select actor, data from events where kind = 'quote.accepted'`,
    )
    expect(event?.actor).toMatch(/^contact:\d+$/)
    expect(event?.data).toContain(shown.hash)
  })
})

describe('somebody else', () => {
  test('AC1 another’s quote does not exist on any read route', async () => {
    const ada = await torv.signedIn(ADA)
    const grace = await torv.signedIn('grace@globex.example')
    const reference = await ask(ada, { need: CANARY })
    expect(await (await ada.get(`/api/quotes/${reference}`)).text()).toContain(CANARY) // or the 404 below would prove nothing

    const denied = await grace.get(`/api/quotes/${reference}`)
    const never = await grace.get('/api/quotes/Q-222222')
    expect(denied.status).toBe(404)
    expect([...denied.headers]).toEqual([...never.headers])
    expect(await denied.text()).toBe(await never.text())
    expect(await (await grace.get('/api/quotes')).text()).not.toContain(reference)
    expect((await grace.get(`/api/desk/quotes/${reference}`)).status).toBe(403)
    expect((await torv.visitor().get('/api/desk/quotes')).status).toBe(401)
  })

  test('AC2 another’s quote cannot be written to, and nothing is stored or mailed', async () => {
    const { reference, shown } = await offered()
    const grace = await torv.signedIn('grace@globex.example')
    await torv.settle()
    const before = await everything()

    const writes: [string, string, object][] = [
      ['POST', 'view', {}],
      ['POST', 'messages', { text: CANARY }],
      ['POST', 'codes', {}],
      ['POST', 'acceptance', acceptance(shown)],
      ['DELETE', 'acceptance', {}],
      ['POST', 'decline', { reason: 'price' }],
      ['POST', 'withdrawal', {}],
      ['POST', 'answer', { text: CANARY }],
      ['POST', 'counter', { text: CANARY }],
      ['POST', 'renewal', { text: CANARY }],
    ]
    for (const [method, path, json] of writes) {
      const denied = await grace.request(method, `/api/quotes/${reference}/${path}`, json, {})
      const never = await grace.request(method, `/api/quotes/Q-222222/${path}`, json, {})
      expect([path, denied.status]).toEqual([path, 404])
      expect(await denied.text()).toBe(await never.text())
    }
    for (const path of ['opening', 'recall', 'sending', 'messages']) {
      expect((await grace.post(`/api/desk/quotes/${reference}/${path}`, { text: CANARY })).status).toBe(403)
    }

    await torv.settle()
    expect(await everything()).toBe(before)
  })

  test('AC4 five hundred guesses are all denied, and told to wait from the sixtieth', async () => {
    const guest = torv.visitor()
    const reference = await ask(guest)
    const thief = torv.visitor('198.51.100.7')

    const statuses: number[] = []
    for (let n = 0; n < 500; n++)
      statuses.push((await thief.get(`/api/${n % 2 ? 'quotes/Q' : 'tickets/T'}-22${String(n).padStart(4, '2')}`)).status)

    expect(statuses.slice(0, 59)).toEqual(Array(59).fill(404))
    expect(new Set(statuses.slice(59))).toEqual(new Set([429]))
    expect((await thief.post('/api/access', { token: 'a'.repeat(43) })).status).toBe(429)
    await read(guest, reference) // who knows theirs goes on
  })

  test('AC6 a message carries the name on the request, not what we know of the address', async () => {
    const ada = await torv.signedIn(ADA)
    await ask(ada, { name: 'Ada Secret Lund' })
    const guest = torv.visitor()
    const reference = await ask(guest, { name: 'Whoever' }) // with Ada's address

    await guest.post(`/api/quotes/${reference}/messages`, { text: 'Hello' })

    const shown = await (await guest.get(`/api/quotes/${reference}`)).text()
    expect(shown).toContain('Whoever')
    expect(shown).not.toContain('Secret')
  })

  test('AC10 fields that are not the customer’s to set are ignored', async () => {
    const guest = torv.visitor()
    const reference = await ask(guest, {
      contactId: 99,
      contact: { id: 1 },
      stage: 'customer',
      emailVerified: true,
      accepted_by: 'Eve',
      id: 7,
      reference: 'Q-222222',
    })

    expect(reference).not.toBe('Q-222222')
    const row = await torv.services.db.get('select stage, email_verified_at from contacts where email = :email', { email: ADA })
    expect(row).toEqual({ stage: 'lead', email_verified_at: null })
    expect(await torv.services.db.get('select status, accepted_by from quotes')).toEqual({ status: 'requested', accepted_by: null })
  })

  test('AC8 notes, drafts and approvals among staff are nowhere a customer can look', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await ask(ada)
    await staff.post(`/api/desk/quotes/${reference}/opening`)
    await staff.put(`/api/desk/quotes/${reference}/draft`, {
      lines: [{ text: CANARY, quantity: 1, unitPrice: 100 }],
      validDays: 30,
      note: CANARY,
    })
    await staff.post(`/api/desk/quotes/${reference}/messages`, { text: CANARY, internal: true })
    await torv.settle()

    expect(await (await staff.get(`/api/desk/quotes/${reference}`)).text()).toContain(CANARY) // it was stored
    for (const path of [`/api/quotes/${reference}`, '/api/quotes', `/api/help/search?q=${CANARY}`]) {
      expect(await (await ada.get(path)).text()).not.toContain(CANARY)
    }
    expect(JSON.stringify(await torv.mails())).not.toContain(CANARY)
    expect(JSON.stringify(await torv.services.db.all('select * from events'))).not.toContain(CANARY)
  })

  test('BN5 no GET of a quote changes anything', async () => {
    const { ada, reference } = await offered()
    await torv.settle()
    const before = await everything()

    for (const path of ['', '/acceptance', '/view', '/decline', '/codes']) await ada.get(`/api/quotes/${reference}${path}`)
    await staff.get(`/api/desk/quotes/${reference}`)
    await staff.get('/api/desk/quotes/pipeline')

    expect(await everything()).toBe(before)
  })
})

describe('a request sent twice', () => {
  test('AP1 makes one quote and gets one answer', async () => {
    const guest = torv.visitor()
    const key = { 'idempotency-key': randomUUID() }
    const first = await guest.post('/api/quotes', request, key)
    guest.cookies.clear()

    const again = await guest.post('/api/quotes', request, key)

    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const { reference } = (await again.clone().json()) as { reference: string }
    await read(guest, reference) // the cookie that was lost with the first answer has come again
    expect(await again.text()).toBe(await first.text())
    expect((await guest.post('/api/quotes', { ...request, need: 'other' }, key)).status).toBe(422)
    expect(await torv.services.db.all('select 1 from quotes')).toHaveLength(1)
  })

  test('MA6 tells a stranger’s address once in ten minutes, and repeats nothing of what was typed', async () => {
    const guest = torv.visitor()
    for (let n = 0; n < 4; n++) await ask(guest, { need: CANARY, name: CANARY, company: CANARY })
    await torv.settle()

    const mails = (await torv.mails()).filter(({ to }) => to === ADA)
    expect(mails).toHaveLength(1)
    expect(JSON.stringify(mails)).not.toContain(CANARY)
  })

  test('MA6 tells five strangers an hour from one place, and takes in what the others ask for', async () => {
    const guest = torv.visitor()
    const answers = []
    for (let n = 0; n < 8; n++) answers.push(await guest.post('/api/quotes', { ...request, email: `x${n}@stranger.example` }))
    await torv.settle()

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect((await torv.mails()).filter(({ to }) => to.endsWith('@stranger.example'))).toHaveLength(5)
  })
})

test('an offer that has run out says so, whatever a job did', async () => {
  const { ada, reference } = await offered()
  torv.clock.forward(29 * DAY)
  expect(await read(ada, reference)).toMatchObject({ status: 'sent', turn: 'you' })

  torv.clock.forward(2 * DAY)
  expect(await read(ada, reference)).toMatchObject({ status: 'expired', turn: 'nobody' })
  expect(await events(reference)).not.toContain('quote.expired') // no job has run
})
