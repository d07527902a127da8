import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetOutgoing, sendDueReplies, UNDO_REPLY_MS } from '../../api/tickets/outgoing.ts'
import { endSittings } from '../../api/tickets/presence.ts'
import type { Client } from '../support/client.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'
import { XSS } from '../support/xss.ts'

const ADA = 'ada@acme.example'
const HOUR_MS = 3_600_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada Lund', email: ADA, locale: 'en' }

let torv: Torv
let sam: Client
beforeEach(async () => {
  torv = await startTorv()
  sam = await torv.staff()
})
afterEach(stopTorvs)

async function open(more: object = {}, client = torv.visitor()): Promise<string> {
  const answer = await client.post('/api/tickets', { ...draft, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function json<T>(answer: Response | Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T
}

type Listed = { tickets: { reference: string; team: string | null; tags: string[] }[]; next?: string }
type Read = {
  status: string
  tags: string[]
  watched: boolean
  snooze: { until: number; note: string } | null
  outgoing: { id: number; text: string; failed: string | null }[]
  messages: { text: string; internal: boolean; author: string }[]
  can: { write: boolean; reply: boolean; moves: string[] }
  team: string | null
  assigneeId: number | null
}

const read = (reference: string, client = sam) => json<Read>(client.get(`/api/desk/tickets/${reference}`))
const listed = async (query: string, client = sam) =>
  (await json<Listed>(client.get(`/api/desk/tickets?${query}`))).tickets.map(({ reference }) => reference)
const userId = async (email: string) =>
  Number((await torv.services.db.get<{ id: number }>('select id from users where email = :email', { email }))?.id)
const happened = async (kind: string) =>
  (await torv.services.db.all<{ data: string }>('select data from events where kind = :kind order by id', { kind })).map(
    ({ data }) => JSON.parse(data) as Record<string, unknown>,
  )

describe('whose a case is', () => {
  test('a new case goes to the first team that takes its kind and queue', async () => {
    const problem = await open()
    const complaint = await open({ kind: 'complaint' })

    expect((await read(problem)).team).toBe('support')
    expect((await read(complaint)).team).toBe('complaints')
    const cleo = await torv.staff('agent', 'cleo@testvaerk.example')
    expect(await listed('team=mine')).toEqual([problem]) // Sam is no member where members are named
    expect(await listed('team=mine', cleo)).toEqual([complaint, problem])
    expect(await listed('team=complaints')).toEqual([complaint])
  })

  test('is given to a colleague, or to another team, and told to the log', async () => {
    const reference = await open()
    await torv.staff('admin')
    const boss = await userId('admin@testvaerk.example')

    expect((await sam.put(`/api/desk/tickets/${reference}/owner`, { userId: boss })).status).toBe(204)
    expect((await sam.put(`/api/desk/tickets/${reference}/team`, { team: 'sales' })).status).toBe(204)

    expect(await read(reference)).toMatchObject({ assigneeId: boss, team: 'sales' })
    expect(await listed(`owner=${boss}`)).toEqual([reference])
    expect(await listed('owner=nobody')).toEqual([])
    expect(await happened('ticket.routed')).toEqual([{ from: 'support', to: 'sales' }])
    expect((await sam.put(`/api/desk/tickets/${reference}/owner`, { userId: 999 })).status).toBe(422)
    expect((await sam.put(`/api/desk/tickets/${reference}/team`, { team: 'nobody' })).status).toBe(422)
    await sam.put(`/api/desk/tickets/${reference}/team`, { team: 'sales' })
    expect(await happened('ticket.routed')).toHaveLength(1) // nothing changed
  })
})

describe('tags', () => {
  test('find a case again, once however often they are given, at most twenty', async () => {
    const [one, other] = [await open(), await open()]
    for (const tag of ['Noise', ' noise ', 'night/day']) await sam.post(`/api/desk/tickets/${one}/tags`, { tag })

    expect((await read(one)).tags).toEqual(['night/day', 'noise'])
    expect(await listed('tag=NOISE')).toEqual([one])
    expect(await happened('ticket.tagged')).toHaveLength(2)
    expect(await json(sam.get('/api/desk/tickets/choices'))).toMatchObject({ tags: ['night/day', 'noise'] })
    await sam.delete(`/api/desk/tickets/${one}/tags?tag=${encodeURIComponent('night/day')}`)
    expect((await read(one)).tags).toEqual(['noise'])

    for (let n = 0; n < 20; n++) await sam.post(`/api/desk/tickets/${other}/tags`, { tag: `tag ${n}` })
    expect((await sam.post(`/api/desk/tickets/${other}/tags`, { tag: 'one more' })).status).toBe(422)
    expect((await read(other)).tags).toHaveLength(20)
  })

  test('CO1 are text wherever they stand, whatever is in them', async () => {
    const reference = await open()
    for (const payload of XSS.filter((payload) => payload.length <= 40 && !/[\n\r]/.test(payload)).slice(0, 15))
      await sam.post(`/api/desk/tickets/${reference}/tags`, { tag: payload })
    const { tags } = await read(reference)
    expect(tags.length).toBeGreaterThan(5)
    expect(await listed(`tag=${encodeURIComponent(tags[0] ?? '')}`)).toEqual([reference])
    for (const tag of ['', ' ', 'a'.repeat(41), 'two\nlines', 7, null])
      expect((await sam.post(`/api/desk/tickets/${reference}/tags`, { tag })).status).toBe(422)
  })
})

describe('what staff keeps for themselves', () => {
  test('a reminder comes up when its time has come, for one of us only', async () => {
    const reference = await open()
    const boss = await torv.staff('admin')
    const until = torv.clock.now() + HOUR_MS
    expect((await sam.put(`/api/desk/tickets/${reference}/snooze`, { until, note: 'Ring the fitter' })).status).toBe(204)
    expect((await read(reference)).snooze).toEqual({ until, note: 'Ring the fitter' })
    expect(await listed('view=all&only=reminders')).toEqual([])

    torv.clock.forward(HOUR_MS + 1)

    expect(await listed('view=all&only=reminders')).toEqual([reference])
    expect(await listed('view=all&only=reminders', boss)).toEqual([])
    expect((await read(reference, boss)).snooze).toBeNull()
    expect(await json(sam.get('/api/desk/tickets/choices'))).toMatchObject({ reminders: 1 })
    expect((await read(reference)).status).toBe('new') // it does nothing to the case
    await sam.delete(`/api/desk/tickets/${reference}/snooze`)
    expect((await read(reference)).snooze).toBeNull()
    for (const until of [torv.clock.now() - 1, torv.clock.now() + 400 * 24 * HOUR_MS])
      expect((await sam.put(`/api/desk/tickets/${reference}/snooze`, { until })).status).toBe(422)
  })

  test('watching lists a case, whosever it is; views of cases stand apart from those of quotes', async () => {
    const reference = await open()
    await sam.put(`/api/desk/tickets/${reference}/watch`, {})
    expect(await listed('only=watched')).toEqual([reference])
    await sam.delete(`/api/desk/tickets/${reference}/watch`)
    expect(await listed('only=watched')).toEqual([])

    const view = { name: 'Mine', query: 'view=all&owner=me&evil=1&view=no', shared: true }
    expect((await sam.post('/api/desk/tickets/views', view)).status).toBe(201)
    expect((await sam.post('/api/desk/quotes/views', { name: 'Mine', query: 'view=mine' })).status).toBe(201)
    expect((await sam.post('/api/desk/tickets/views', view)).status).toBe(422)
    const boss = await torv.staff('admin')
    const { views } = await json<{ views: { id: number }[] }>(boss.get('/api/desk/tickets/views'))
    expect(views).toMatchObject([{ name: 'Mine', query: 'view=inbox&owner=me', isMine: false }])
    expect((await boss.delete(`/api/desk/tickets/views/${views[0]?.id}`)).status).toBe(403)
  })
})

describe('the list', () => {
  test('is searched by words of the case and of its contact', async () => {
    const hums = await open()
    const drips = await open({ subject: 'Vandet drypper', email: 'grace@globex.example', name: 'Grace Ærø' })

    expect(await listed('view=all&q=hum')).toEqual([hums])
    expect(await listed('view=all&q=globex')).toEqual([drips])
    expect(await listed('view=all&q=%C3%A6r')).toEqual([drips])
    expect(await listed(`view=all&q=${hums}`)).toEqual([hums])
    expect(await listed('view=all&q=vandet%20grace')).toEqual([drips]) // a word of each
    expect(await listed('view=all&q=Vandet%20g')).toEqual([]) // one letter is a word
    expect(await listed('view=all&q=DRYPP')).toEqual([drips])
    expect(await listed('view=all&q=%C3%A6r%C3%B8')).toEqual([drips])
    expect(await listed('view=all&q=nothing')).toEqual([])
    for (const hostile of ['"', '*', 'a OR b', 'NEAR(', '(', "'; drop table tickets; --", '*'.repeat(90)])
      expect((await sam.get(`/api/desk/tickets?q=${encodeURIComponent(hostile)}`)).status).toBe(200)
  })

  test('finds a case by what its customer is called now', async () => {
    const reference = await open({ email: 'grace@globex.example', name: 'Grace Hopper' })
    expect(await listed('view=all&q=hopper')).toEqual([reference])

    await torv.services.db.batch([{ sql: `update contacts set name = 'Grace Murray' where email = 'grace@globex.example'` }])

    expect(await listed('view=all&q=hopper')).toEqual([])
    expect(await listed('view=all&q=murray')).toEqual([reference])
  })

  test('of a tag follows its cases from state to state, what changed last first', async () => {
    const [one, two] = [await open(), await open({ subject: 'It drips' })]
    for (const reference of [one, two]) await sam.post(`/api/desk/tickets/${reference}/tags`, { tag: 'recall' })
    expect(await listed('tag=recall')).toEqual([two, one])

    torv.clock.forward(HOUR_MS)
    await sam.post(`/api/desk/tickets/${one}/replies`, { text: 'We are on our way.', action: 'open' })
    await sam.post(`/api/desk/tickets/${two}/moves`, { action: 'resolve' })

    expect(await listed('tag=recall')).toEqual([one])
    expect(await listed('view=solved&tag=recall')).toEqual([two])
    expect(await listed('view=all&tag=recall')).toEqual(await listed('view=all'))
    expect(await listed('view=all&tag=recall&q=drips')).toEqual([two])
    expect(await listed(`view=all&tag=recall&q=${two.toLowerCase()}`)).toEqual([two])
    expect(await listed('view=all&tag=recall&kind=complaint')).toEqual([])
    await torv.services.db.batch([{ sql: `update tickets set kind = 'complaint' where reference = '${one}'` }])
    expect(await listed('view=all&tag=recall&kind=complaint')).toEqual([one])
    expect(await listed('view=all&tag=recall&owner=nobody&only=watched')).toEqual([])
  })

  test('does the same to many at once, and says which would not', async () => {
    const [one, two] = [await open(), await open()]
    await sam.post(`/api/desk/tickets/${two}/moves`, { action: 'resolve' })
    const all = { references: [one, two, 'T-222222'] }

    expect(await json(sam.post('/api/desk/tickets/bulk', { ...all, do: 'move', action: 'resolve' }))).toEqual({
      done: [one],
      refused: [
        { reference: two, type: 'not-your-turn' },
        { reference: 'T-222222', type: 'not-found' },
      ],
    })
    expect(await json(sam.post('/api/desk/tickets/bulk', { ...all, do: 'tag', tag: 'Winter' }))).toMatchObject({ done: [one, two] })
    expect(await listed('view=all&tag=winter')).toHaveLength(2)
    const me = await userId('agent@testvaerk.example')
    expect(await json(sam.post('/api/desk/tickets/bulk', { ...all, do: 'assign', userId: me }))).toMatchObject({ done: [one, two] })
    for (const wrong of [{ do: 'delete' }, { do: 'move', action: 'merge' }, { do: 'assign', userId: 999 }, { do: 'team', team: 'x' }])
      expect((await sam.post('/api/desk/tickets/bulk', { ...all, ...wrong })).status, JSON.stringify(wrong)).toBe(422)
    expect((await sam.post('/api/desk/tickets/bulk', { references: [], do: 'tag', tag: 'x' })).status).toBe(422)
  })
})

describe('a case opened for somebody', () => {
  test('is theirs, and they hear of it only when staff says so', async () => {
    const asked = {
      kind: 'problem',
      subject: 'No heat',
      text: 'Rang us about it.',
      locale: 'da',
      email: ADA,
      name: 'Ada Lund',
      channel: 'phone',
    }
    const quiet = await json<{ reference: string }>(sam.post('/api/desk/tickets', asked))
    await torv.settle()
    expect((await torv.mails()).filter(({ to }) => to === ADA)).toEqual([])
    await sam.post('/api/desk/tickets', { ...asked, confirm: true })
    await torv.settle()
    expect((await torv.mails()).filter(({ to }) => to === ADA)).toHaveLength(1)

    const ada = await torv.signedIn(ADA)
    expect(await json(ada.get(`/api/tickets/${quiet.reference}`))).toMatchObject({ subject: 'No heat', status: 'new' })
    expect(await happened('ticket.opened')).toMatchObject([{ channel: 'phone' }, { channel: 'phone', confirm: true }])
  })

  test('is refused without anybody, for a product that is none; and for a contact by number it is theirs', async () => {
    const asked = { kind: 'problem', subject: 'No heat', text: 'Rang.', locale: 'en' }
    for (const wrong of [{}, { contactId: 99 }, { email: ADA, product: 'nothing' }, { email: 'ada' }, { email: ADA, kind: 'wish' }])
      expect((await sam.post('/api/desk/tickets', { ...asked, ...wrong })).status, JSON.stringify(wrong)).toBe(422)
    await open()
    const contact = await torv.services.db.get<{ id: number }>('select id from contacts where email = :email', { email: ADA })

    const { reference } = await json<{ reference: string }>(sam.post('/api/desk/tickets', { ...asked, contactId: contact?.id }))

    expect(await json(sam.get(`/api/desk/tickets/${reference}`))).toMatchObject({ person: { email: ADA, name: 'Ada Lund' } })
  })
})

describe('macros', () => {
  const macro = { name: 'Ask for the number', text: { en: 'Hi {name}, about {reference}: {agent} needs the number.', da: 'Hej {name}.' } }

  test('go to a customer in their language, with the gaps filled once', async () => {
    const { id } = await json<{ id: number }>(sam.post('/api/desk/tickets/macros', { ...macro, move: 'wait', tag: 'Asked' }))
    const english = await open({ name: '{agent}', email: 'grace@globex.example' })
    const danish = await open({ locale: 'da' })

    expect(await json(sam.get(`/api/desk/tickets/${english}/macros/${id}`))).toEqual({
      text: `Hi {agent}, about ${english}: Sam agent needs the number.`,
      move: 'wait',
      tag: 'asked',
    })
    expect(await json(sam.get(`/api/desk/tickets/${danish}/macros/${id}`))).toMatchObject({ text: 'Hej Ada Lund.' })
    expect((await sam.get(`/api/desk/tickets/${danish}/macros/99`)).status).toBe(404)
  })

  test('greet without a name whoever has told none, and not by their address', async () => {
    const { id } = await json<{ id: number }>(
      sam.post('/api/desk/tickets/macros', { ...macro, text: { en: 'Hi {name},\n\n{name} wrote.' } }),
    )
    const nameless = await open({ name: '', email: 'nameless@globex.example' })

    expect(await json(sam.get(`/api/desk/tickets/${nameless}/macros/${id}`))).toMatchObject({ text: 'Hi,\n\n wrote.' })
  })

  test('are refused without a name, with a name that is taken, without words, or with a gap nobody can fill', async () => {
    const { id } = await json<{ id: number }>(sam.post('/api/desk/tickets/macros', macro))
    for (const wrong of [
      { name: '' },
      {},
      { name: 'b', text: { en: '', da: '' } },
      { name: 'c', text: { en: 'Hi {nmae}' } },
      { name: 'd', move: 'spam' },
    ])
      expect((await sam.post('/api/desk/tickets/macros', { ...macro, ...wrong })).status, JSON.stringify(wrong)).toBe(422)
    expect((await sam.put(`/api/desk/tickets/macros/${id}`, { ...macro, name: 'Renamed' })).status).toBe(204)
    expect(await json(sam.get('/api/desk/tickets/macros'))).toMatchObject({ macros: [{ name: 'Renamed', createdBy: 'Sam agent' }] })
    expect((await sam.delete(`/api/desk/tickets/macros/${id}`)).status).toBe(204)
    expect((await sam.delete(`/api/desk/tickets/macros/${id}`)).status).toBe(404)
  })
})

describe('a reply that can be taken back', () => {
  const say = async (reference: string, more: object = {}, client = sam) =>
    json<{ id: number }>(client.post(`/api/desk/tickets/${reference}/replies`, { text: 'canary-undo: tighten it.', ...more }))
  const seenByAda = async (reference: string) => (await (await torv.signedIn(ADA)).get(`/api/tickets/${reference}`)).text()

  test('is nowhere until ten seconds have passed, and then everywhere, once', async () => {
    const reference = await open()
    await say(reference, { move: 'wait' })
    expect(await sendDueReplies(torv.services)).toBe(0)
    expect(await seenByAda(reference)).not.toContain('canary-undo')
    expect((await read(reference)).outgoing).toMatchObject([{ text: 'canary-undo: tighten it.', failed: null }])
    torv.clock.forward(UNDO_REPLY_MS)

    const sent = await Promise.all([sendDueReplies(torv.services), sendDueReplies(torv.services), sendDueReplies(torv.services)])

    expect(sent.reduce((sum, n) => sum + n, 0)).toBe(1)
    expect(await seenByAda(reference)).toContain('canary-undo')
    const { messages, status, outgoing } = await read(reference)
    expect({ n: messages.length, status, outgoing }).toEqual({ n: 2, status: 'waiting', outgoing: [] })
    expect(await happened('ticket.replied')).toHaveLength(1)
    await torv.settle()
    expect((await torv.mails()).filter(({ to, text }) => to === ADA && text.includes('canary-undo'))).toHaveLength(1)
  })

  test('is taken back by who wrote it, with its words, and never sent', async () => {
    const reference = await open()
    const { id } = await say(reference)
    const boss = await torv.staff('admin')
    expect((await boss.delete(`/api/desk/tickets/${reference}/replies/${id}`)).status).toBe(404)

    expect(await json(sam.delete(`/api/desk/tickets/${reference}/replies/${id}`))).toEqual({
      text: 'canary-undo: tighten it.',
      move: null,
      uploads: [],
    })
    torv.clock.forward(UNDO_REPLY_MS)

    expect(await sendDueReplies(torv.services)).toBe(0)
    expect((await read(reference)).messages).toHaveLength(1)
    expect((await sam.delete(`/api/desk/tickets/${reference}/replies/${id}`)).status).toBe(409)
  })

  test('is not taken back and sent, whichever comes first', async () => {
    for (let round = 0; round < 8; round++) {
      const reference = await open({}, torv.visitor(`192.0.2.${round}`))
      const { id } = await say(reference)
      torv.clock.forward(UNDO_REPLY_MS)

      const [, undone] = await Promise.all([sendDueReplies(torv.services), sam.delete(`/api/desk/tickets/${reference}/replies/${id}`)])

      const wasSent = (await read(reference)).messages.length === 2
      expect({ wasSent, status: undone.status }).toEqual({ wasSent, status: wasSent ? 409 : 200 })
    }
  })

  test('that finds its case closed says so to who wrote it, and keeps the words', async () => {
    const reference = await open()
    await say(reference)
    await torv.services.db.batch([{ sql: `update tickets set status = 'closed'` }])
    torv.clock.forward(UNDO_REPLY_MS)

    expect(await sendDueReplies(torv.services)).toBe(0)

    expect((await read(reference)).outgoing).toMatchObject([{ text: 'canary-undo: tighten it.', failed: 'ticket-closed' }])
    expect((await sam.post(`/api/desk/tickets/${reference}/replies`, { text: 'Again' })).status).toBe(409)
    torv.clock.forward(25 * HOUR_MS)
    await forgetOutgoing(torv.services)
    expect((await read(reference)).outgoing).toHaveLength(1)
  })
})

test('a call is written into the thread, for staff or for the customer too, and counts as an answer', async () => {
  const reference = await open()
  const call = { name: 'Ada Lund', direction: 'in', minutes: 12, text: 'canary-call: she heard it at night.' }
  expect((await sam.post(`/api/desk/tickets/${reference}/calls`, call)).status).toBe(201)
  const ada = await torv.signedIn(ADA)
  expect(await (await ada.get(`/api/tickets/${reference}`)).text()).not.toContain('canary-call')

  await sam.post(`/api/desk/tickets/${reference}/calls`, { ...call, minutes: 1, direction: 'out', internal: false })

  expect(await (await ada.get(`/api/tickets/${reference}`)).text()).toContain('canary-call')
  const [, first, second] = (await read(reference)).messages
  expect(first).toMatchObject({
    internal: true,
    text: 'Ada Lund rang us: 12 minutes on the telephone.\n\ncanary-call: she heard it at night.',
  })
  expect(second).toMatchObject({ internal: false, text: expect.stringContaining('We rang Ada Lund: 1 minute on the telephone.') })
  expect(await happened('ticket.noted')).toMatchObject([{ call: { minutes: 12, direction: 'in' } }])
  const stored = await torv.services.db.all('select channel, kind from messages order by id')
  expect(stored).toMatchObject([{ kind: 'message' }, { channel: 'phone', kind: 'call' }, { channel: 'phone', kind: 'call' }])
  expect(await torv.services.db.get('select first_response_at is not null as answered from tickets')).toEqual({ answered: 1 })
  for (const wrong of [{ minutes: 0 }, { minutes: 601 }, { name: '' }, { direction: 'up' }, { text: '' }])
    expect((await sam.post(`/api/desk/tickets/${reference}/calls`, { ...call, ...wrong })).status).toBe(422)
})

describe('who else is here', () => {
  const at = (client: Client, reference: string, more: object = {}) =>
    json<{ others: object[] }>(client.put(`/api/desk/tickets/${reference}/presence`, { active: true, ...more }))

  test('is said while they are, and never after they left', async () => {
    const reference = await open()
    const boss = await torv.staff('admin')
    expect(await at(sam, reference)).toEqual({ others: [] })
    expect(await at(boss, reference, { typing: true })).toEqual({ others: [{ name: 'Sam agent', typing: false }] })
    expect(await at(sam, reference)).toEqual({ others: [{ name: 'Sam admin', typing: true }] })

    await boss.delete(`/api/desk/tickets/${reference}/presence`)
    expect(await at(sam, reference)).toEqual({ others: [] })

    await at(boss, reference)
    torv.clock.forward(13_000) // the browser crashed
    expect(await at(sam, reference)).toEqual({ others: [] })
    expect(await at(sam, await open())).toEqual({ others: [] })
  })

  test('AC7 is for staff: customers are told nothing of it, by no page, list or stream', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open({}, ada)
    await torv.services.db.batch([{ sql: `update users set name = 'canary-presence' where email = 'agent@testvaerk.example'` }])
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`))
    await stream.next('ready')
    const boss = await torv.staff('admin')
    await at(sam, reference, { typing: true })
    expect(JSON.stringify(await at(boss, reference))).toContain('canary-presence') // or there would be nothing to find
    await sam.delete(`/api/desk/tickets/${reference}/presence`)
    await sam.post(`/api/desk/tickets/${reference}/replies`, { text: 'Not yet.' })

    await boss.post(`/api/desk/tickets/${reference}/messages`, { text: 'The next that is heard.' })

    await stream.next('message')
    expect(stream.raw()).toContain('The next that is heard.')
    expect(stream.raw()).not.toMatch(/canary-presence|typing|Not yet/)
    await stream.close()
    for (const path of [`/api/tickets/${reference}`, '/api/tickets'])
      expect(await (await ada.get(path)).text()).not.toMatch(/canary-presence|typing|Not yet/)
    for (const who of [ada, torv.visitor()]) {
      const answers = [
        await who.put(`/api/desk/tickets/${reference}/presence`, {}),
        await who.delete(`/api/desk/tickets/${reference}/presence`),
      ]
      expect(answers.map(({ status }) => status)).toEqual(who === ada ? [403, 403] : [401, 401])
    }
  })

  test('the seconds of a sitting are counted by us, and only those in which they were active', async () => {
    const reference = await open()
    const sit = async (seconds: number, active: boolean) => {
      torv.clock.forward(seconds * 1000)
      await at(sam, reference, { active })
    }
    await at(sam, reference)
    for (let n = 0; n < 6; n++) await sit(5, true)
    await sit(5, false) // looked away
    await sit(60, true) // the lid was closed
    await sit(5, true)
    await sam.delete(`/api/desk/tickets/${reference}/presence`)

    const [sitting] = await happened('ticket.worked')
    expect(Number(sitting?.seconds)).toBeGreaterThanOrEqual(35)
    expect(Number(sitting?.seconds)).toBeLessThanOrEqual(37)

    // One that ended without a word is written down by the clock, once.
    await at(sam, reference)
    await sit(5, true)
    torv.clock.forward(3 * 60_000)
    await endSittings(torv.services)
    await endSittings(torv.services)
    expect(await happened('ticket.worked')).toHaveLength(2)
  })
})

test('AC5 read-only staff see everything and change nothing', async () => {
  const reference = await open()
  const other = await open()
  const { id } = await json<{ id: number }>(sam.post('/api/desk/tickets/macros', { name: 'a', text: { en: 'b' } }))
  const reply = await json<{ id: number }>(sam.post(`/api/desk/tickets/${reference}/replies`, { text: 'Soon.' }))
  const reader = await torv.staff('reader')
  const me = await userId('reader@testvaerk.example')
  const tables = ['tickets', 'messages', 'ticket_tags', 'ticket_links', 'ticket_watchers', 'ticket_snoozes', 'macros', 'outgoing_replies']
  const everything = async () => {
    const rows = await Promise.all(
      [...tables, 'desk_views', 'ticket_presence'].map((table) => torv.services.db.all(`select * from ${table}`)),
    )
    return JSON.stringify([rows, await torv.services.db.get('select count(*) as n from events')])
  }
  const before = await everything()
  const one = `/api/desk/tickets/${reference}`
  expect(await read(reference, reader)).toMatchObject({ status: 'new', can: { write: false, reply: false, moves: [] } })
  expect(await listed('view=all', reader)).toEqual([other, reference])
  expect((await reader.get('/api/desk/quotes')).status).toBe(200)

  const attempts: [string, string, object?][] = [
    ['POST', `${one}/tags`, { tag: 'mine' }],
    ['DELETE', `${one}/tags?tag=mine`],
    ['PUT', `${one}/watch`],
    ['PUT', `${one}/assignment`],
    ['DELETE', `${one}/assignment`],
    ['PUT', `${one}/owner`, { userId: me }],
    ['PUT', `${one}/team`, { team: 'sales' }],
    ['PUT', `${one}/snooze`, { until: torv.clock.now() + HOUR_MS }],
    ['POST', `${one}/messages`, { text: 'Hello', internal: true }],
    ['POST', `${one}/replies`, { text: 'Hello' }],
    ['DELETE', `${one}/replies/${reply.id}`],
    ['POST', `${one}/calls`, { name: 'Ada', direction: 'in', minutes: 1, text: 'x' }],
    ['POST', `${one}/moves`, { action: 'resolve' }],
    ['PUT', `${one}/presence`, { typing: true }],
    ['POST', `${one}/merge`, { into: other }],
    ['POST', `${one}/links`, { reference: other }],
    ['POST', `${one}/split`, { messages: [1] }],
    ['POST', '/api/desk/tickets/bulk', { references: [reference], do: 'tag', tag: 'x' }],
    ['POST', '/api/desk/tickets', { kind: 'problem', subject: 'a', text: 'b', locale: 'en', email: ADA }],
    ['POST', '/api/desk/tickets/macros', { name: 'b', text: { en: 'c' } }],
    ['DELETE', `/api/desk/tickets/macros/${id}`],
    ['POST', '/api/desk/tickets/views', { name: 'b', query: '' }],
    ['POST', '/api/desk/quotes', { name: 'Ada', email: ADA, locale: 'en', currency: 'DKK' }],
  ]
  for (const [method, path, json] of attempts) expect((await reader.request(method, path, json, {})).status, `${method} ${path}`).toBe(403)

  expect(await everything()).toBe(before)
  expect((await sam.put(`${one}/owner`, { userId: me })).status).toBe(422) // work is not given to who cannot do it
})
