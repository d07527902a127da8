import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { until } from '../support/ports.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const BO = 'bo@acme.example'
const EVA = 'eva@acme.example'
const GRACE = 'grace@globex.example'
const CANARY = 'canary-91f4'
const request = {
  lines: [{ product: 'pump', options: { colour: 'graphite' }, quantity: 5 }],
  need: CANARY,
  name: 'Ada',
  email: ADA,
  locale: 'en',
}
/** Five pumps at 9,500.50 each, and 25 % VAT. */
const TOTAL = 5_937_813

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Shown = {
  status: string
  revision: number
  hash: string
  document: { total: number }
  actions: string[]
  isYours: boolean
  needsApproval: boolean
  may: { write: boolean; forward: boolean; approve: boolean }
  forwarded: { by: string; right: string } | null
  shares: { key: string; email: string; right: string }[]
  approvals: { decision: string; name: string; text: string; revision: number }[]
  messages: { authorName: string; text: string }[]
}

async function ok(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer
}

async function ask(client: Client, more: object = {}): Promise<string> {
  const answer = await ok(await client.post('/api/quotes', { ...request, ...more }))
  return ((await answer.json()) as { reference: string }).reference
}

async function offer(reference: string, line: object = {}): Promise<void> {
  await staff.post(`/api/desk/quotes/${reference}/opening`)
  const draft = { lines: [{ ...request.lines[0], ...line }], validDays: 30, note: '' }
  const { hash } = (await (await ok(await staff.put(`/api/desk/quotes/${reference}/draft`, draft))).json()) as { hash: string }
  await ok(await staff.post(`/api/desk/quotes/${reference}/sending`, { hash }))
}

async function read(client: Client, reference: string): Promise<Shown> {
  return (await (await ok(await client.get(`/api/quotes/${reference}`))).json()) as Shown
}

async function offered(more: object = {}): Promise<{ ada: Client; reference: string }> {
  const ada = await torv.signedIn(ADA)
  const reference = await ask(ada, more)
  await offer(reference)
  return { ada, reference }
}

function acceptance({ revision, document }: Shown) {
  return { revision, totalMinor: document.total, name: 'Somebody' }
}

async function linkTo(email: string): Promise<string> {
  await torv.settle()
  const mail = (await torv.mails()).findLast(({ to, text }) => to === email && text.includes('/open/'))
  return /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] ?? ''
}

/** A browser of nobody we know, that has opened the link in the mail. */
async function opens(token: string): Promise<Client> {
  const client = torv.visitor('203.0.113.5')
  await ok(await client.post('/api/access', { token }))
  return client
}

async function forward(from: Client, reference: string, right: string, email = BO): Promise<Client> {
  await ok(await from.post(`/api/quotes/${reference}/shares`, { email, name: 'Bo', right, text: 'Have a look' }))
  return opens(await linkTo(email))
}

/** Ada manages Acme; the others join it. */
async function acme(...others: [string, object][]): Promise<{ ada: Client; members: Client[] }> {
  const ada = await torv.signedIn(ADA)
  await ok(await ada.post('/api/organisation', { name: 'Acme' }))
  const members: Client[] = []
  for (const [email, rights] of others) {
    await ok(await ada.post('/api/organisation/invitations', { email, ...rights }))
    await torv.settle()
    const mail = (await torv.mails()).findLast(({ to, text }) => to === email && text.includes('/invitations/'))
    const client = await torv.signedIn(email)
    await ok(await client.post(`/api/invitations/${/invitations\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]}/acceptance`))
    members.push(client)
  }
  return { ada, members }
}

const rows = (table: string) => torv.services.db.all(`select * from ${table} order by 1`)
const state = async () =>
  JSON.stringify([
    await rows('quotes'),
    await rows('quote_messages'),
    await rows('quote_shares'),
    await rows('quote_approvals'),
    await rows('quote_counters'),
  ])

/** Every way to change a quote that speaks for the buyer. */
const BUYERS: [string, string, object][] = [
  ['POST', 'acceptance', { revision: 1, totalMinor: TOTAL, name: 'Eve' }],
  ['DELETE', 'acceptance', {}],
  ['POST', 'decline', { reason: 'price', text: '' }],
  ['POST', 'withdrawal', {}],
  ['POST', 'answer', { text: 'x' }],
  ['POST', 'counter', { text: 'x', lines: [] }],
  ['POST', 'renewal', { text: 'x' }],
  ['PUT', 'choices', { revision: 1, choices: {} }],
  ['POST', 'codes', {}],
  ['POST', 'shares', { email: 'x@acme.example', right: 'view' }],
  ['PUT', 'organisation', {}],
  ['DELETE', 'organisation', {}],
]

describe('a forwarded quote', () => {
  test('is seen by a colleague without an account, who is told by whom and why', async () => {
    const { ada, reference } = await offered()
    const bo = await forward(ada, reference, 'view')

    expect(await read(bo, reference)).toMatchObject({
      forwarded: { right: 'view' },
      actions: [],
      isYours: false,
      shares: [],
      may: { write: false },
    })
    const mail = (await torv.mails()).findLast(({ to }) => to === BO)
    expect(mail?.text).toContain('Have a look')
    expect((await read(ada, reference)).shares).toMatchObject([{ email: BO, right: 'view' }])
    const desk = (await (await staff.get(`/api/desk/quotes/${reference}`)).json()) as Shown
    expect(desk.shares).toMatchObject([{ email: BO, right: 'view' }])
  })

  test.each(['view', 'comment', 'approve'])('QU4 AC2 a link to %s binds nobody and changes nothing that is the buyer’s', async (right) => {
    const { ada, reference } = await offered()
    const bo = await forward(ada, reference, right)
    expect((await bo.get(`/api/quotes/${reference}`)).status).toBe(200) // or what follows would prove nothing
    const before = await state()

    for (const [method, path, json] of BUYERS)
      expect([path, (await bo.request(method, `/api/quotes/${reference}/${path}`, json, {})).status]).toEqual([path, 403])
    const { shares } = await read(ada, reference)
    expect((await bo.delete(`/api/quotes/${reference}/shares/${shares[0]?.key}`)).status).toBe(403)
    expect((await bo.get(`/api/quotes/${reference}/shares`)).status).toBe(403)

    expect(await state()).toBe(before)
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(await read(ada, reference)))).status).toBe(204)
  })

  test('a link to view neither writes nor decides; one to comment writes under their own name', async () => {
    const { ada, reference } = await offered()
    const viewer = await forward(ada, reference, 'view')
    const { revision, hash } = await read(viewer, reference)
    expect((await viewer.post(`/api/quotes/${reference}/messages`, { text: 'x' })).status).toBe(403)
    expect((await viewer.post(`/api/quotes/${reference}/decision`, { revision, hash, decision: 'approved' })).status).toBe(403)

    const eva = await forward(ada, reference, 'comment', EVA)
    expect((await eva.post(`/api/quotes/${reference}/messages`, { text: 'Is the bracket part of it?' })).status).toBe(201)
    expect((await eva.post(`/api/quotes/${reference}/decision`, { revision, hash, decision: 'approved' })).status).toBe(403)

    const { messages } = await read(ada, reference)
    expect(messages.at(-1)?.authorName).toContain('Bo (forwarded by')
    await torv.settle()
    expect((await torv.mails()).some(({ to, text }) => to === ADA && text.includes('Is the bracket part of it?'))).toBe(true)
  })

  test('AC1 opens that quote alone', async () => {
    const { ada, reference } = await offered()
    const other = await ask(ada)
    const bo = await forward(ada, reference, 'approve')

    const answer = await bo.get(`/api/quotes/${other}`)
    expect(answer.status).toBe(404)
    expect(await answer.text()).toBe(await (await bo.get('/api/quotes/Q-ZZZZZZ')).text())
    expect(await (await bo.get('/api/quotes')).json()).toMatchObject({ quotes: [] })
    expect((await bo.get('/api/organisation')).status).toBe(401)
  })

  test('ends when the buyer ends it, when it is forwarded anew, and after thirty days', async () => {
    const { ada, reference } = await offered()
    const first = await forward(ada, reference, 'approve')
    const second = await forward(ada, reference, 'view')
    expect((await first.get(`/api/quotes/${reference}`)).status).toBe(404)
    expect((await read(second, reference)).forwarded).toMatchObject({ right: 'view' })

    const { shares } = await read(ada, reference)
    expect(shares).toHaveLength(1)
    expect((await ada.delete(`/api/quotes/${reference}/shares/${shares[0]?.key}`)).status).toBe(204)
    expect((await second.get(`/api/quotes/${reference}`)).status).toBe(404)

    const third = await forward(ada, reference, 'view', EVA)
    torv.clock.forward(31 * 24 * 3_600_000)
    expect((await third.get(`/api/quotes/${reference}`)).status).toBe(404)
  })

  test('BN5 opening the link, as a scanner does, changes nothing and is not the buyer looking', async () => {
    const { ada, reference } = await offered()
    await ok(await ada.post(`/api/quotes/${reference}/shares`, { email: BO, right: 'approve' }))
    const token = await linkTo(BO)
    const before = await state()

    for (let n = 0; n < 3; n++) {
      const scanner = await opens(token)
      await read(scanner, reference)
      expect((await scanner.post(`/api/quotes/${reference}/view`)).status).toBe(204)
    }
    expect(await state()).toBe(before)
    await ada.post(`/api/quotes/${reference}/view`)
    expect(await state()).not.toBe(before) // the buyer looking is written down
  })

  test('MA6 whoever only holds a link forwards without a word or a name of theirs', async () => {
    const guest = torv.visitor()
    const reference = await ask(guest, { name: 'Spam <b>buy now</b>', company: 'spam.example' })
    await ok(await guest.post(`/api/quotes/${reference}/shares`, { email: BO, right: 'view', text: 'http://spam.example' }))
    await torv.settle()

    const mail = (await torv.mails()).findLast(({ to }) => to === BO)
    expect(mail).toBeDefined()
    expect(`${mail?.subject} ${mail?.text} ${mail?.html}`).not.toMatch(/spam|buy now/i)
  })

  test('MA6 whoever only holds a link writes to a stranger once in ten minutes, and to five an hour', async () => {
    const guest = torv.visitor('198.51.100.7')
    const send = (reference: string, email: string) => guest.post(`/api/quotes/${reference}/shares`, { email, right: 'view' })
    const [one, other] = [await ask(guest), await ask(guest)]

    expect([(await send(one, BO)).status, (await send(other, BO)).status]).toEqual([202, 429])
    for (let n = 0; n < 8; n++) await send(n % 2 ? one : other, `stranger${n}@globex.example`)
    await torv.settle()

    const told = (await torv.mails()).map(({ to }) => to)
    expect(told.filter((to) => to === BO)).toHaveLength(1)
    expect(told.filter((to) => to.startsWith('stranger'))).toHaveLength(3) // and Bo was asked for twice
  })

  test('goes to ten colleagues an hour, and no more; CO13 to one address each', async () => {
    const { ada, reference } = await offered()
    for (const email of ['a@acme.example,b@acme.example', 'a@acme.example\r\nbcc: b@acme.example'])
      expect((await ada.post(`/api/quotes/${reference}/shares`, { email, right: 'view' })).status).toBe(422)
    expect((await ada.post(`/api/quotes/${reference}/shares`, { email: BO, right: 'view', name: 'Bo\r\nBcc: x@y.example' })).status).toBe(
      422,
    )
    expect((await ada.post(`/api/quotes/${reference}/shares`, { email: ADA, right: 'approve' })).status).toBe(422)

    const statuses: number[] = []
    for (let n = 0; n < 12; n++)
      statuses.push((await ada.post(`/api/quotes/${reference}/shares`, { email: `n${n}@acme.example`, right: 'view' })).status)
    expect(statuses).toEqual([...Array(10).fill(202), 429, 429])
    await torv.settle()
    expect((await torv.mails()).filter(({ text }) => text.includes('/open/') && text.includes('forwarded'))).toHaveLength(10)
  })

  test('AC10 no field of a body gives more than was meant', async () => {
    const { ada, reference } = await offered()
    const more = { role: 'manager', organisation: 1, id: 9, contactId: 1, decision: 'approved', sharedBy: 1, key: 'mine' }
    await ok(await ada.post(`/api/quotes/${reference}/shares`, { email: BO, right: 'view', ...more }))
    const bo = await opens(await linkTo(BO))
    expect((await read(bo, reference)).forwarded).toMatchObject({ right: 'view' })
    expect((await ada.post(`/api/quotes/${reference}/shares`, { email: EVA, right: 'accept' })).status).toBe(422)
    expect(await rows('quote_approvals')).toEqual([])
  })

  test('SI7 no link that works stands in the database', async () => {
    const { ada, reference } = await offered()
    await ok(await ada.post(`/api/quotes/${reference}/shares`, { email: BO, right: 'view' }))
    const token = await linkTo(BO)
    expect(token).toHaveLength(43)

    expect(
      JSON.stringify([await rows('quote_shares'), await rows('access_links'), await rows('events'), await rows('mails')]),
    ).not.toContain(token)
  })

  test('AC4 500 guesses of references and of links from one address all fail, and from the 60th are told to wait', async () => {
    const { reference } = await offered()
    for (const [at, guess] of [
      (client: Client, n: number) => client.get(`/api/quotes/Q-${String(n).padStart(6, '2').replaceAll(/[01]/g, '3')}`),
      (client: Client, n: number) => client.post('/api/access', { token: String(n).padStart(43, 'x') }),
    ].entries()) {
      const guesser = torv.visitor(`198.51.100.${at + 1}`)
      const statuses: number[] = []
      for (let n = 0; n < 500; n++) statuses.push((await guess(guesser, n)).status)
      expect(new Set(statuses.slice(0, 59))).toEqual(new Set([404]))
      expect(new Set(statuses.slice(59))).toEqual(new Set([429]))
      expect((await guesser.get(`/api/quotes/${reference}`)).status).toBe(429)
    }
  })
})

describe('within an organisation', () => {
  test('AC1 a quote asked for in its name is seen by those with the right, and by nobody else', async () => {
    const { ada, members } = await acme([BO, { role: 'reader' }], [EVA, { role: 'member' }])
    const [bo, eva] = members as [Client, Client]
    const shared = await ask(ada, { forOrganisation: true })
    const own = await ask(ada)
    const grace = await torv.signedIn(GRACE)
    await ok(await grace.post('/api/organisation', { name: 'Globex' }))

    expect((await read(bo, shared)).may).toMatchObject({ write: true, forward: false })
    expect((await bo.get(`/api/quotes/${own}`)).status).toBe(404)
    for (const outsider of [eva, grace, torv.visitor()]) {
      expect((await outsider.get(`/api/quotes/${shared}`)).status).toBe(404)
      expect(await (await outsider.get('/api/quotes')).text()).not.toContain(shared)
    }
    const listed = (await (await bo.get('/api/quotes')).json()) as { quotes: { reference: string }[] }
    expect(listed.quotes.map(({ reference }) => reference)).toEqual([shared])
  })

  test('SI10 a contact without an organisation, or an unproven one, asks in nobody’s name', async () => {
    const { ada, members } = await acme([BO, { role: 'reader' }])
    const [bo] = members as [Client]
    const grace = await torv.signedIn(GRACE)
    await ask(grace, { forOrganisation: true, organisation: 1, organisationId: 1 })
    await ask(torv.visitor(), { email: ADA, forOrganisation: true })
    expect(await torv.services.db.all('select organisation_id from quotes')).toEqual([{ organisation_id: null }, { organisation_id: null }])

    const shared = await ask(ada, { forOrganisation: true })
    expect((await bo.get(`/api/quotes/${shared}`)).status).toBe(200)
    await torv.services.db.batch([{ sql: 'update contacts set email_verified_at = null where email = :email', args: { email: BO } }])
    expect((await bo.get(`/api/quotes/${shared}`)).status).toBe(404)
    expect((await (await bo.get('/api/quotes')).json()) as object).toMatchObject({ quotes: [] })
  })

  test('QU4 a member accepts up to their amount, in its currency, and not without the right', async () => {
    const { ada, members } = await acme(
      [BO, { role: 'buyer', acceptsUpTo: { DKK: TOTAL - 1 } }],
      [EVA, { role: 'reader' }],
      ['max@acme.example', { role: 'buyer', acceptsUpTo: { EUR: TOTAL } }],
    )
    const [bo, eva, max] = members as [Client, Client, Client]
    const reference = await ask(ada, { forOrganisation: true })
    await offer(reference)
    const shown = await read(bo, reference)
    expect(shown.document.total).toBe(TOTAL)
    expect(shown.actions).not.toContain('accept')

    for (const client of [bo, eva, max])
      expect((await client.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(403)
    expect((await read(ada, reference)).status).toBe('sent')
    const { members: listed } = (await (await ada.get('/api/organisation')).json()) as { members: { key: string; email: string }[] }
    await ok(
      await ada.put(`/api/organisation/members/${listed.find(({ email }) => email === BO)?.key}`, {
        role: 'buyer',
        acceptsUpTo: { DKK: TOTAL },
      }),
    )
    expect((await bo.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(204)

    const [accepted] = await torv.services.db.all<{ actor: string }>(`select actor from events where kind = 'quote.accepted'`)
    const [{ id } = { id: 0 }] = await torv.services.db.all<{ id: number }>('select id from contacts where email = :email', { email: BO })
    expect(accepted?.actor).toBe(`contact:${id}`)
    expect((await eva.delete(`/api/quotes/${reference}/acceptance`)).status).toBe(403)
  })

  test('whoever it was made for accepts it, unless the organisation says otherwise', async () => {
    const { ada, members } = await acme([BO, { role: 'reader' }])
    const [bo] = members as [Client]
    const reference = await ask(bo, { forOrganisation: true, name: 'Bo', email: BO })
    await offer(reference)
    await ok(await ada.put('/api/organisation/rules', { approvalOver: null, approvers: 'asked', contactAccepts: false }))
    const shown = await read(bo, reference)
    expect(shown.actions).not.toContain('accept')
    expect((await bo.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(403)
    expect((await bo.delete(`/api/quotes/${reference}/organisation`)).status).toBe(403) // nor is the rule left so

    await ok(await ada.put('/api/organisation/rules', { approvalOver: null, approvers: 'asked', contactAccepts: true }))
    expect((await bo.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(204)
  })

  test('AC3 who leaves loses everything at once, and their own work stays with the organisation', async () => {
    const { ada, members } = await acme([BO, { role: 'buyer', acceptsUpTo: { DKK: TOTAL } }])
    const [bo] = members as [Client]
    const adas = await ask(ada, { forOrganisation: true })
    const bos = await ask(bo, { forOrganisation: true, name: 'Bo', email: BO })
    await offer(bos)
    const byLink = await opens(await linkTo(BO))
    const forwarded = await forward(bo, bos, 'view', 'private@home.example')
    const ticket = (await (
      await ok(await ada.post('/api/tickets', { kind: 'question', subject: 'S', text: CANARY, forOrganisation: true }))
    ).json()) as { reference: string }
    for (const reference of [adas, bos]) expect((await bo.get(`/api/quotes/${reference}`)).status).toBe(200)
    expect((await byLink.get(`/api/quotes/${bos}`)).status).toBe(200)
    const stream = readStream(await bo.get(`/api/tickets/${ticket.reference}/stream`))
    await stream.next('ready')

    await ok(await bo.delete('/api/organisation/membership'))

    for (const reference of [adas, bos]) expect((await bo.get(`/api/quotes/${reference}`)).status).toBe(404)
    expect((await byLink.get(`/api/quotes/${bos}`)).status).toBe(404)
    expect((await forwarded.get(`/api/quotes/${bos}`)).status).toBe(404)
    expect((await bo.get(`/api/tickets/${ticket.reference}`)).status).toBe(404)
    await until('the stream to end', () => stream.ended() || undefined, 5_500)
    expect((await read(ada, bos)).isYours).toBe(true)
  })

  test('the desk sees its quotes and cases; AC10 nothing of a body puts a case there', async () => {
    const { ada } = await acme()
    const reference = await ask(ada, { forOrganisation: true })
    await ok(await ada.post('/api/tickets', { kind: 'question', subject: 'Shared', text: 'x', forOrganisation: true }))
    const grace = await torv.signedIn(GRACE)
    await ok(
      await grace.post('/api/tickets', {
        kind: 'question',
        subject: 'Alone',
        text: 'x',
        forOrganisation: true,
        organisation: 1,
        organisationId: 1,
      }),
    )

    const seen = (await (await staff.get('/api/desk/organisations/1')).json()) as {
      quotes: { reference: string }[]
      tickets: { subject: string }[]
    }
    expect(seen.quotes.map((quote) => quote.reference)).toEqual([reference])
    expect(seen.tickets.map(({ subject }) => subject)).toEqual(['Shared'])
  })

  test('AC1 AC2 a case in its name is read and answered by colleagues with the right, and does not exist for others', async () => {
    const { ada, members } = await acme([BO, { role: 'reader' }], [EVA, { role: 'member' }])
    const [bo, eva] = members as [Client, Client]
    const { reference } = (await (
      await ok(await ada.post('/api/tickets', { kind: 'question', subject: 'S', text: CANARY, forOrganisation: true }))
    ).json()) as { reference: string }
    const grace = await torv.signedIn(GRACE)

    await ok(await bo.post(`/api/tickets/${reference}/messages`, { text: 'I have that too' }))
    expect((await bo.post(`/api/tickets/${reference}/resolution`)).status).toBe(404) // reading is not deciding
    const thread = (await (await ok(await ada.get(`/api/tickets/${reference}`))).json()) as { messages: { authorName: string }[] }
    expect(thread.messages.at(-1)?.authorName).toBe(BO)
    expect(await (await bo.get('/api/tickets')).text()).toContain(reference)
    for (const outsider of [eva, grace]) {
      expect((await outsider.get(`/api/tickets/${reference}`)).status).toBe(404)
      expect((await outsider.post(`/api/tickets/${reference}/messages`, { text: 'x' })).status).toBe(404)
      expect((await outsider.get(`/api/tickets/${reference}/stream`)).status).toBe(404)
      expect(await (await outsider.get('/api/tickets')).text()).not.toContain(reference)
    }
  })
})

describe('approval', () => {
  const rules = { approvalOver: { DKK: 1_000_000 }, approvers: 'asked', contactAccepts: true }

  test('is owed before accepting; whoever was asked gives it, for this version only', async () => {
    const { ada } = await acme()
    await ok(await ada.put('/api/organisation/rules', rules))
    const reference = await ask(ada, { forOrganisation: true })
    await offer(reference)
    const shown = await read(ada, reference)
    expect(shown.needsApproval).toBe(true)
    const refused = await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ type: '/problems/approval-needed' })

    const bo = await forward(ada, reference, 'approve')
    const say = (decision: string, { revision, hash }: Shown, text = '') =>
      bo.post(`/api/quotes/${reference}/decision`, { revision, hash, decision, text })
    await ok(await say('refused', shown, 'Too dear'))
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(409)
    await ok(await say('approved', shown, 'Fine after all'))
    await torv.settle()
    expect((await torv.mails()).findLast(({ to }) => to === ADA)?.text).toContain('Fine after all')
    expect((await read(ada, reference)).approvals).toMatchObject([
      { decision: 'approved', name: 'Bo', text: 'Fine after all', revision: 1 },
    ])

    // A newer version needs a new word, and the old one cannot be given for it.
    await ok(await ada.post(`/api/quotes/${reference}/counter`, { text: 'One more please', lines: [] }))
    await offer(reference, { quantity: 6 })
    const newer = await read(ada, reference)
    expect(newer).toMatchObject({ revision: 2, needsApproval: true })
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(newer))).status).toBe(409)
    expect((await say('approved', shown)).status).toBe(409)
    await ok(await say('approved', newer))
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(newer))).status).toBe(204)
    expect((await say('refused', newer)).status).toBe(409) // it is bought
  })

  test('by members only, when the organisation says so; and nobody approves for themselves', async () => {
    const { ada, members } = await acme([BO, { role: 'manager' }])
    const [bo] = members as [Client]
    await ok(await ada.put('/api/organisation/rules', { ...rules, approvers: 'members' }))
    const reference = await ask(ada, { forOrganisation: true })
    await offer(reference)
    const shown = await read(ada, reference)
    const said = { revision: shown.revision, hash: shown.hash, decision: 'approved' }
    const asked = await forward(ada, reference, 'approve', 'second-mailbox@home.example')
    await ok(await asked.post(`/api/quotes/${reference}/decision`, said))
    await ok(await ada.post(`/api/quotes/${reference}/decision`, said)) // as a manager she may, but it does not count for her
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(409)

    await ok(await bo.post(`/api/quotes/${reference}/decision`, said))
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown))).status).toBe(204)
  })

  test('below the amount, nobody needs to be asked', async () => {
    const { ada } = await acme()
    await ok(await ada.put('/api/organisation/rules', { ...rules, approvalOver: { DKK: TOTAL } }))
    const reference = await ask(ada, { forOrganisation: true })
    await offer(reference)

    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance(await read(ada, reference)))).status).toBe(204)
  })

  test('at the moment of accepting, of a no or of a newer version: the statement decides', async () => {
    const { ada } = await acme()
    await ok(await ada.put('/api/organisation/rules', rules))
    for (let round = 0; round < 6; round++) {
      const reference = await ask(ada, { forOrganisation: true })
      await offer(reference)
      const shown = await read(ada, reference)
      const said = { revision: shown.revision, hash: shown.hash }
      const bo = await forward(ada, reference, 'approve', `bo${round}@acme.example`)
      await ok(await bo.post(`/api/quotes/${reference}/decision`, { ...said, decision: 'approved' }))

      const [no, yes, recalled] = await Promise.all([
        bo.post(`/api/quotes/${reference}/decision`, { ...said, decision: 'refused' }),
        ada.post(`/api/quotes/${reference}/acceptance`, acceptance(shown)),
        staff.post(`/api/desk/quotes/${reference}/recall`),
      ])

      const kinds = (
        await torv.services.db.all<{ kind: string }>('select kind from events where subject = :reference order by id', { reference })
      ).map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'quote.accepted')).toHaveLength(yes.status === 204 ? 1 : 0)
      expect(yes.status === 204 && recalled.status === 204).toBe(false)
      // A no that was written before the acceptance stops it.
      if (yes.status === 204 && no.status === 204) expect(kinds.indexOf('quote.buyer-refused')).toBe(-1)
    }
  })
})
