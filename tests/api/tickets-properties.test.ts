import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { tendTickets } from '../../api/tickets/clock.ts'
import { statusAfter, type TicketAction, type TicketStatus, TRANSITIONS, transition } from '../../api/tickets/model.ts'
import { findAnyTicket } from '../../api/tickets/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const DAY_MS = 24 * 3_600_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', locale: 'en' }
const WALKS = process.env.TEST_DATABASE === 'server' ? 10 : 60

let torv: Torv
let ada: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  torv.clock.set('2027-01-04T10:00+01:00') // by day, when customers may be written to
  ada = await torv.signedIn('ada@acme.example')
  staff = await torv.staff()
})
afterEach(stopTorvs)

const status = async (reference: string) => (await findAnyTicket(torv.services, reference)).status

async function open(): Promise<string> {
  torv.services.limits.clear('tickets from 192.0.2.1')
  torv.services.limits.clear('guesses from 192.0.2.1') // spam is to its customer a case that never was; sixty asked for would be guessing
  return ((await (await ada.post('/api/tickets', draft)).json()) as { reference: string }).reference
}

/** Every so often for so many days, as the process does. */
async function letPass(days: number) {
  for (let day = 0; day < days; day++) {
    torv.clock.forward(DAY_MS)
    await tendTickets(torv.services)
  }
}

const move = (action: string) => (reference: string) => staff.post(`/api/desk/tickets/${reference}/moves`, { action })
const say = (move?: string) => (reference: string) => staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Hello', move })

/** How each action is asked for over the API; those of the clock come with time. */
const asked = {
  write: (reference: string) => ada.post(`/api/tickets/${reference}/messages`, { text: 'Hello' }),
  confirm: (reference: string) => ada.post(`/api/tickets/${reference}/resolution`),
  dispute: (reference: string) => ada.delete(`/api/tickets/${reference}/resolution`),
  reply: say(),
  wait: say('wait'),
  resolve: move('resolve'),
  hold: move('hold'),
  reopen: move('reopen'),
  spam: move('spam'),
}
const actions = Object.keys(asked) as (keyof typeof asked)[] // its own keys
const MOVES_ALONE: TicketAction[] = ['resolve', 'hold', 'reopen', 'spam', 'confirm', 'dispute']

test('no sequence of actions reaches a status that the table forbids, and what it allows succeeds', { timeout: 240_000 }, async () => {
  const reached = new Set<TicketStatus>()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...actions, 'time' as const), { minLength: 4, maxLength: 14 }), async (walk) => {
      let reference = await open()
      let before: TicketStatus = 'new'
      for (const action of walk) {
        if (action === 'time') {
          await letPass(before === 'waiting' ? 26 : 16)
          const expected: TicketStatus = before === 'waiting' ? 'resolved' : before === 'resolved' ? 'closed' : before
          before = await status(reference)
          // Counted as solved, it may have been closed since.
          expect(expected === 'resolved' ? ['resolved', 'closed'] : [expected]).toContain(before)
        } else {
          const answer = await asked[action](reference)
          const gone = before === 'spam' && transition(action).by === 'customer'
          const follows = before === 'closed' && action === 'write'
          // A move without a word is refused where it would move nothing; words may stand where they move nothing.
          const after: TicketStatus | undefined =
            MOVES_ALONE.includes(action) && !transition(action).from.includes(before) ? undefined : statusAfter(before, action)
          const allowed = follows || (!gone && after !== undefined)
          expect(answer.ok, `${action} when ${before}: ${answer.status}`).toBe(allowed)
          if (!allowed) expect([404, 409]).toContain(answer.status)
          if (follows) {
            const next = ((await answer.json()) as { reference: string }).reference
            expect(next).not.toBe(reference)
            expect(await status(reference)).toBe('closed')
            reference = next
            before = 'new'
          } else if (allowed) before = after ?? before
          expect(await status(reference), `after ${action}`).toBe(before)
        }
        reached.add(before)
        await keepsItsTimes(reference)
      }
      await followsTheTable(reference)
    }),
    // The first walk goes everywhere once, so that what is reached is no matter of luck.
    { numRuns: WALKS, examples: [[['hold', 'reply', 'wait', 'resolve', 'time', 'time', 'write', 'spam']]] },
  )
  expect([...reached].sort()).toEqual(['closed', 'hold', 'new', 'open', 'resolved', 'spam', 'waiting'])
})

/** Both due times stand still exactly while somebody else has the word, or it is solved. */
async function keepsItsTimes(reference: string) {
  const ticket = await findAnyTicket(torv.services, reference)
  expect(ticket.pausedAt !== null).toBe(['waiting', 'hold', 'resolved'].includes(ticket.status))
  expect(ticket.waitingSince !== null).toBe(ticket.status === 'waiting')
  expect(ticket.resolvedAt !== null).toBe(ticket.status === 'resolved' || ticket.status === 'closed')
}

/** Every move in the log begins where the one before ended, along the table, and says who and why by its action. */
async function followsTheTable(reference: string) {
  const rows = await torv.services.db.all<{ actor: string; data: string }>(
    `select actor, data from events where subject = :reference and kind = 'ticket.moved' order by id`,
    { reference },
  )
  let stands: TicketStatus = 'new'
  for (const { actor, data } of rows) {
    const { action, from, to } = JSON.parse(data) as { action: TicketAction; from: TicketStatus; to: TicketStatus }
    expect(from).toBe(stands)
    expect(TRANSITIONS[action].from).toContain(from)
    expect(TRANSITIONS[action].to).toBe(to)
    expect(actor).toMatch({ customer: /^contact:/, staff: /^user:/, clock: /^clock$/ }[TRANSITIONS[action].by])
    stands = to
  }
  expect(await status(reference)).toBe(stands)
}
