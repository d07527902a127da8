import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findContact } from '../../api/accounts/store.ts'
import { type Action, canDo, pathOf, type Side, type Status, TRANSITIONS, UNDO_MS } from '../../api/quotes/model.ts'
import { requestQuote } from '../../api/quotes/request.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const DAY = 24 * 3_600_000
const ENDS = new Set(['accepted', 'declined', 'withdrawn', 'refused', 'expired'])
const lines = [{ id: '1', product: 'pump', options: {}, quantity: 2 }]
/** A run on a server costs a round trip for each statement: there a sample is enough. */
const isServer = process.env.TEST_DATABASE === 'server'
const ROUNDS = isServer ? 40 : 200
const WALKS = isServer ? 15 : 60

let torv: Torv
let ada: Client
let agent: Client
let admin: Client
beforeEach(async () => {
  torv = await startTorv()
  ada = await torv.signedIn(ADA)
  agent = await torv.staff('agent')
  admin = await torv.staff('admin')
})
afterEach(stopTorvs)

async function request(): Promise<string> {
  const buyer = { name: 'Ada', company: '', email: ADA, phone: '' }
  const known = await torv.services.db.get<{ id: number }>('select id from contacts where email = :email', { email: ADA })
  const contact = known && (await findContact(torv.services, known.id))
  return requestQuote(torv.services, { lines, need: '', buyer, locale: 'en', contact, confirm: false })
}

type Shown = { status: Status; revision: number; document: { total: number } }
const shown = async (reference: string) =>
  (await (await agent.get(`/api/desk/quotes/${reference}`)).json()) as { status: Status; revision: number }
const read = async (reference: string) => (await (await ada.get(`/api/quotes/${reference}`)).json()) as Shown

async function send(by: Client, reference: string, discountBp: number) {
  const saved = await by.put(`/api/desk/quotes/${reference}/draft`, { lines: [{ ...lines[0], discountBp }], validDays: 30 })
  if (!saved.ok) return saved
  const { hash } = (await saved.json()) as { hash: string }
  return by.post(`/api/desk/quotes/${reference}/sending`, { hash })
}

async function approve(by: Client, reference: string) {
  const { revisions, revision } = (await (await by.get(`/api/desk/quotes/${reference}`)).json()) as {
    revision: number
    revisions: { number: number; hash: string }[]
  }
  return by.post(`/api/desk/quotes/${reference}/approval`, {
    hash: revisions.find(({ number }) => number > revision)?.hash ?? '0'.repeat(64),
  })
}

async function accept(reference: string) {
  const { revision, document } = await read(reference)
  return ada.post(`/api/quotes/${reference}/acceptance`, { revision, totalMinor: document.total, name: 'Ada Lund' })
}

/** How each action of the table is asked for. */
const asked: Record<Exclude<Action, 'expire'>, (by: Client, reference: string) => Promise<Response>> = {
  open: (by, reference) => by.post(`/api/desk/quotes/${reference}/opening`),
  withdraw: (by, reference) => by.post(`/api/quotes/${reference}/withdrawal`),
  ask: (by, reference) => by.post(`/api/desk/quotes/${reference}/question`, { text: 'How large?' }),
  submit: (by, reference) => send(by, reference, 2_000),
  send: (by, reference) => send(by, reference, 500),
  refuse: (by, reference) => by.post(`/api/desk/quotes/${reference}/refusal`, { text: 'Sorry' }),
  answer: (by, reference) => by.post(`/api/quotes/${reference}/answer`, { text: 'So large' }),
  approve,
  return: (by, reference) => by.request('DELETE', `/api/desk/quotes/${reference}/approval`, { text: 'Less' }, {}),
  accept: (_by, reference) => accept(reference),
  counter: (by, reference) => by.post(`/api/quotes/${reference}/counter`, { text: 'Cheaper?' }),
  decline: (by, reference) => by.post(`/api/quotes/${reference}/decline`, { reason: 'price' }),
  recall: (by, reference) => by.post(`/api/desk/quotes/${reference}/recall`),
  'stand-by': (by, reference) => by.request('DELETE', `/api/desk/quotes/${reference}/counter`, { text: 'No' }, {}),
  undo: (by, reference) => by.delete(`/api/quotes/${reference}/acceptance`),
  'ask-again': (by, reference) => by.post(`/api/quotes/${reference}/renewal`, { text: 'Once more' }),
  requote: (by, reference) => by.post(`/api/desk/quotes/${reference}/renewal`),
}

const actions = [...new Set(TRANSITIONS.map(({ action }) => action))]
const sideOf = (action: Action): Side => TRANSITIONS.find((row) => row.action === action)?.by ?? 'clock'
const clientOf = (side: Side) => (side === 'customer' ? ada : side === 'manager' ? admin : agent)

test('no sequence of actions reaches a state that the table forbids, and what it allows succeeds', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...actions), { minLength: 4, maxLength: 14 }), async (walk) => {
      const reference = await request()
      let status: Status = 'requested'
      let [acceptedAt, expiresAt] = [0, 0]
      // Half of the steps are whatever comes; the others keep the walk alive by taking a way that is open.
      for (const [at, drawn] of walk.entries()) {
        const open: Action[] = TRANSITIONS.filter(({ from }) => from === status).map(({ action }) => action)
        const action = at % 2 ? drawn : (open[(walk.length * at) % open.length] ?? drawn)
        if (action === 'expire') {
          torv.clock.forward(31 * DAY)
        } else {
          const mayUndo = action !== 'undo' || torv.clock.now() < acceptedAt + UNDO_MS
          const allowed = canDo(status, action, sideOf(action)) && mayUndo
          const answer = await asked[action](clientOf(sideOf(action)), reference)
          expect(answer.ok, `${action} when ${status}: ${answer.status}`).toBe(allowed)
          if (!allowed) expect([403, 404, 409, 422]).toContain(answer.status)
          else status = pathOf(action).to
          if (allowed && action === 'accept') acceptedAt = torv.clock.now()
          if (allowed && (action === 'send' || action === 'approve')) expiresAt = torv.clock.now() + 30 * DAY
        }
        if (status === 'sent' && torv.clock.now() >= expiresAt) status = 'expired'
        expect((await shown(reference)).status, `after ${action}`).toBe(status)
      }
      await followsTheTable(reference)
    }),
    { numRuns: WALKS },
  )
})

test(`${ROUNDS} rounds of accept ∥ withdraw ∥ new version ∥ decline end in exactly one terminal state`, { timeout: 240_000 }, async () => {
  const ended: Record<string, number> = {}
  for (let round = 0; round < ROUNDS; round++) {
    const reference = await request()
    await asked.open(agent, reference)
    await send(agent, reference, 0)
    const first = await read(reference)
    expect(first).toMatchObject({ status: 'sent', revision: 1 })
    const acceptance = { revision: 1, totalMinor: first.document.total, name: 'Ada Lund' }
    const contenders = [
      () => ada.post(`/api/quotes/${reference}/acceptance`, acceptance),
      () => asked.withdraw(ada, reference),
      () => asked.decline(ada, reference),
      async () => {
        const recalled = await asked.recall(agent, reference)
        return recalled.ok ? send(agent, reference, 100) : recalled
      },
    ]
    await Promise.all(
      shuffled(contenders).map(async (contend) => {
        await new Promise((go) => setTimeout(go, randomInt(4)))
        return contend()
      }),
    )

    const { status, revision } = await shown(reference)
    // A new version that came first is before the buyer now, and nobody has answered it.
    if (status === 'sent') {
      expect(revision).toBe(2)
      expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptance)).status).toBe(409)
      expect((await accept(reference)).ok).toBe(true)
    }
    const last = await shown(reference)
    expect(ENDS.has(last.status)).toBe(true)
    const moves = await followsTheTable(reference)
    expect(moves.filter(({ to }) => ENDS.has(to))).toHaveLength(1)
    const kept = await torv.services.db.all('select 1 from quotes where reference = :reference and accepted_at is not null', { reference })
    expect(kept.length).toBe(last.status === 'accepted' ? 1 : 0)
    ended[status] = (ended[status] ?? 0) + 1
  }
  expect(Object.keys(ended).length, `all rounds went one way: ${JSON.stringify(ended)}`).toBeGreaterThan(1)
})

/** Every move in the log begins where the one before ended, along the table, and the last one leads to where the quote stands. */
async function followsTheTable(reference: string) {
  const rows = await torv.services.db.all<{ kind: string; data: string }>(
    'select kind, data from events where subject = :reference order by id',
    { reference },
  )
  const moves = rows.map(({ data }) => JSON.parse(data) as { from: string; to: string }).filter(({ to }) => to)
  let status = ''
  for (const { from, to } of moves) {
    // That time runs out is a fact of the clock; a job may or may not have written it down.
    if (from === 'expired' && status === 'sent') status = 'expired'
    expect(from).toBe(status)
    if (from)
      expect(
        TRANSITIONS.some((row) => row.from === from && row.to === to),
        `${from} → ${to}`,
      ).toBe(true)
    status = to
  }
  const stands = (await shown(reference)).status
  expect(stands === 'expired' && status === 'sent' ? 'sent' : stands).toBe(status)
  return moves
}

function shuffled<T>(list: T[]): T[] {
  return list
    .map((value) => ({ value, order: randomInt(1_000_000) }))
    .sort((a, b) => a.order - b.order)
    .map(({ value }) => value)
}
