import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { tendTickets } from '../../api/tickets/clock.ts'
import { ENOUGH_CASES } from '../../api/tickets/promise.ts'
import { findAnyTicket } from '../../api/tickets/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const HOUR_MS = 3_600_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
let ada: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  until('2026-11-24T09:00+01:00') // a Tuesday; the company is open from eight to four, on Fridays until three
  ada = await torv.signedIn(ADA)
  staff = await torv.staff()
})
afterEach(stopTorvs)

function until(moment: string) {
  torv.clock.set(moment)
}

async function tendAt(moment: string) {
  until(moment)
  await tendTickets(torv.services)
  await torv.settle()
}

async function open(more: object = {}): Promise<string> {
  torv.services.limits.clear('tickets from 192.0.2.1')
  return ((await (await ada.post('/api/tickets', { ...draft, ...more })).json()) as { reference: string }).reference
}

const move = (reference: string, action: string, more: object = {}) =>
  staff.post(`/api/desk/tickets/${reference}/moves`, { action, ...more })
const answer = (reference: string, more: object = {}) =>
  staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Which model is it?', ...more })
const stored = (reference: string) => findAnyTicket(torv.services, reference)
/** To the minute: the clock goes on while a test runs. */
const iso = (at: number | null) => at && new Date(Math.floor(at / 60_000) * 60_000).toISOString()

type Shown = {
  status: string
  answerBy: number | null
  promise: string | null
  solveBy: number | null
  endsAt: number | null
  escalated: boolean
}
const shown = async (reference: string) => (await (await ada.get(`/api/tickets/${reference}`)).json()) as Shown
const eventsOf = async (reference: string, kind: string) =>
  (
    await torv.services.db.all<{ data: string }>('select data from events where subject = :reference and kind = :kind order by id', {
      reference,
      kind,
    })
  ).map(({ data }) => JSON.parse(data) as Record<string, unknown>)
const mailsToAda = async (word: string) => (await torv.mails()).filter(({ to, subject }) => to === ADA && subject.includes(word))

describe('a case on hold', () => {
  test('is taken up by the clock when the company opens on its day, and the customer never reads of it', async () => {
    const reference = await open()
    expect((await move(reference, 'hold', { until: '2026-11-28', why: 'The part comes on Saturday' })).status).toBe(204)
    expect(await shown(reference)).toMatchObject({ status: 'open' })

    await tendAt('2026-11-30T07:59+01:00')
    expect((await stored(reference)).status).toBe('hold')
    await tendAt('2026-11-30T08:00+01:00')

    expect(await stored(reference)).toMatchObject({ status: 'open', holdUntil: null, pausedAt: null })
    expect(await eventsOf(reference, 'ticket.moved')).toMatchObject([
      { action: 'hold', from: 'new', to: 'hold', why: 'The part comes on Saturday' },
      { action: 'wake', from: 'hold', to: 'open', why: 'date' },
    ])
  })

  test('takes another date, none at all, and no day that has passed', async () => {
    const reference = await open()
    await answer(reference, { move: 'hold', until: '2026-11-26' })
    expect(iso((await stored(reference)).holdUntil)).toBe('2026-11-26T07:00:00.000Z')

    expect((await move(reference, 'hold', { until: '2026-11-27' })).status).toBe(204)
    expect(iso((await stored(reference)).holdUntil)).toBe('2026-11-27T07:00:00.000Z')
    expect((await move(reference, 'hold', { until: '2026-11-24' })).status).toBe(422)
    await move(reference, 'hold')
    await tendAt('2027-02-01T09:00+01:00')

    expect((await stored(reference)).status).toBe('hold')
  })
})

describe('a customer we wait for', () => {
  test('is asked twice by mail and by day, and then the case counts as solved', async () => {
    const reference = await open()
    await answer(reference, { move: 'wait' })
    expect(iso((await shown(reference)).endsAt)).toBe('2026-12-08T08:00:00.000Z')

    await tendAt('2026-11-26T12:00+01:00')
    expect(await mailsToAda('waiting')).toHaveLength(0)
    await tendAt('2026-11-27T23:00+01:00') // nobody is written to by night
    expect(await mailsToAda('waiting')).toHaveLength(0)
    await tendAt('2026-11-30T08:30+01:00')
    await tendAt('2026-11-30T09:00+01:00')
    expect(await mailsToAda('waiting')).toHaveLength(1)
    await tendAt('2026-12-04T09:00+01:00')
    const notices = await mailsToAda('waiting')
    expect(notices).toHaveLength(2)
    expect(notices[1]?.text).toContain('last reminder')
    expect((await stored(reference)).status).toBe('waiting')

    await tendAt('2026-12-12T10:00+01:00')

    expect((await stored(reference)).status).toBe('resolved')
    expect(await mailsToAda('take it as solved')).toHaveLength(1)
    expect((await eventsOf(reference, 'ticket.moved')).at(-1)).toMatchObject({
      action: 'give-up',
      from: 'waiting',
      to: 'resolved',
      why: 'silence',
    })
  })

  test('who writes is not asked any more, and a new question begins anew', async () => {
    const reference = await open()
    await answer(reference, { move: 'wait' })
    await tendAt('2026-11-30T09:00+01:00')
    expect(await mailsToAda('waiting')).toHaveLength(1)

    await ada.post(`/api/tickets/${reference}/messages`, { text: 'The big one.' })
    await tendAt('2026-12-10T09:00+01:00')
    expect((await stored(reference)).status).toBe('open')
    await answer(reference, { move: 'wait' })
    await tendAt('2026-12-11T09:00+01:00')

    expect(await stored(reference)).toMatchObject({ status: 'waiting', nudges: 0 })
    expect(await mailsToAda('waiting')).toHaveLength(1)
  })

  test('is given time after each notice, though the clock stood still for weeks', async () => {
    const reference = await open()
    await answer(reference, { move: 'wait' })

    await tendAt('2027-01-20T09:00+01:00')
    await tendAt('2027-01-20T09:01+01:00')

    expect(await stored(reference)).toMatchObject({ status: 'waiting', nudges: 1 })
  })
})

describe('the times we have set ourselves', () => {
  test('count opening hours, and stand still while we wait and on hold', async () => {
    const reference = await open() // a problem: an answer in 4, solved in 16 opening hours
    expect(
      await stored(reference).then(({ firstResponseDueAt, resolutionDueAt }) => [iso(firstResponseDueAt), iso(resolutionDueAt)]),
    ).toEqual(['2026-11-24T12:00:00.000Z', '2026-11-26T08:00:00.000Z'])

    until('2026-11-24T11:00+01:00')
    await answer(reference, { move: 'wait' })
    until('2026-11-25T09:00+01:00')
    await ada.post(`/api/tickets/${reference}/messages`, { text: 'The big one.' })
    expect(iso((await stored(reference)).resolutionDueAt)).toBe('2026-11-26T14:00:00.000Z') // six hours of opening later
    expect(iso((await shown(reference)).solveBy)).toBe('2026-11-26T14:00:00.000Z')
    await move(reference, 'hold', { until: '2026-11-27' })

    expect(iso((await shown(reference)).solveBy)).toBe('2026-11-30T14:00:00.000Z') // fourteen hours from Friday morning
    await tendAt('2026-11-27T08:00:30+01:00')
    expect(iso((await stored(reference)).resolutionDueAt)).toBe('2026-11-30T14:00:00.000Z')
  })

  test('stay missed when they were before the clock was stopped, and do not move when a solved case is closed', async () => {
    const reference = await open()
    until('2026-12-01T09:00+01:00')
    const before = await stored(reference)
    expect(before.resolutionDueAt).toBeLessThan(torv.clock.now())
    await answer(reference, { move: 'resolve' })
    expect(await stored(reference)).toMatchObject({ resolutionDueAt: before.resolutionDueAt })

    await tendAt('2026-12-20T09:00+01:00')

    expect(await stored(reference)).toMatchObject({ status: 'closed', resolutionDueAt: before.resolutionDueAt, pausedAt: null })
  })

  test('go on where they stood when a solved case is opened again', async () => {
    const reference = await open()
    until('2026-11-24T11:00+01:00')
    await answer(reference, { move: 'resolve' })
    until('2026-11-25T11:00+01:00')

    expect((await ada.delete(`/api/tickets/${reference}/resolution`)).status).toBe(204)

    expect(await stored(reference)).toMatchObject({ status: 'open', reopened: 1 })
    expect(iso((await stored(reference)).resolutionDueAt)).toBe('2026-11-27T08:00:00.000Z')
    expect((await ada.delete(`/api/tickets/${reference}/resolution`)).status).toBe(409)
  })
})

describe('the promise', () => {
  /** Cases of the same hour a week apart, each answered after so many opening hours. */
  async function history(hours: number[]) {
    for (const [n, taken] of hours.entries()) {
      until(new Date(Date.parse('2026-11-24T09:00+01:00') + n * 60_000).toISOString())
      const reference = await open({ kind: 'question' })
      await torv.services.db.batch([
        { sql: 'update tickets set first_response_open_ms = :ms where reference = :reference', args: { reference, ms: taken * HOUR_MS } },
      ])
    }
    until('2026-12-01T09:00+01:00')
  }

  test('is the target as long as too few have written at this hour of the week, and says so', async () => {
    await history(Array.from({ length: ENOUGH_CASES - 1 }, () => 20))

    const reference = await open()

    expect(await shown(reference)).toMatchObject({ promise: 'too-few', answerBy: (await stored(reference)).firstResponseDueAt })
    await torv.settle()
    expect((await mailsToAda('We have your case')).at(-1)?.text).toContain('Too few have written')
  })

  test('is what nine of ten have had, when that is later than the target; page and mail say the same', async () => {
    await history([...Array.from({ length: 18 }, () => 6), 7, 30])

    const reference = await open()

    expect(await shown(reference)).toMatchObject({ promise: 'usual' })
    expect(iso((await shown(reference)).answerBy)).toBe('2026-12-01T14:00:00.000Z')
    await torv.settle()
    expect((await mailsToAda(reference))[0]?.text).toMatch(/1 December 2026 at 15[:.]00/)
  })

  test('is the target when we are usually quicker, and gives way to the solution after an answer', async () => {
    await history(Array.from({ length: ENOUGH_CASES }, () => 1))
    const reference = await open()
    expect(await shown(reference)).toMatchObject({ promise: 'target', answerBy: (await stored(reference)).firstResponseDueAt })

    torv.clock.forward(2 * HOUR_MS)
    await answer(reference)

    expect(await shown(reference)).toMatchObject({ promise: null, answerBy: null, solveBy: (await stored(reference)).resolutionDueAt })
    const row = await torv.services.db.get<{ ms: number }>(
      'select first_response_open_ms as ms from tickets where reference = :reference',
      {
        reference,
      },
    )
    expect(Math.floor((row?.ms ?? 0) / 60_000)).toBe(120)
  })
})

describe('a complaint', () => {
  const toManager = async () =>
    (await torv.mails()).filter(({ to, subject }) => to === 'admin@testvaerk.example' && subject.includes('complaint'))

  test('goes to the manager once when its time is near, and the customer is told kindly', async () => {
    await torv.staff('admin')
    const reference = await open({ kind: 'complaint' }) // an answer in four opening hours: by one o’clock
    const problem = await open()
    await tendAt('2026-11-24T11:59+01:00')
    expect(await toManager()).toHaveLength(0)
    expect(await shown(reference)).toMatchObject({ escalated: false })

    await tendAt('2026-11-24T12:01+01:00')
    await tendAt('2026-11-24T15:00+01:00')

    expect(await toManager()).toHaveLength(1)
    expect(await shown(reference)).toMatchObject({ escalated: true })
    expect(await shown(problem)).toMatchObject({ escalated: false })
    expect(await eventsOf(reference, 'ticket.escalated')).toEqual([{ reason: 'near', why: '' }])
  })

  test('is escalated when its time has passed, by staff before that, and not again once somebody has looked', async () => {
    await torv.staff('admin')
    const [late, by] = [await open({ kind: 'complaint' }), await open({ kind: 'complaint' })]
    expect((await staff.post(`/api/desk/tickets/${by}/escalation`, { why: 'Second time this month' })).status).toBe(204)
    expect((await staff.post(`/api/desk/tickets/${by}/escalation`, {})).status).toBe(409)
    await staff.delete(`/api/desk/tickets/${by}/escalation`)
    expect(await shown(by)).toMatchObject({ escalated: false })

    await tendAt('2026-11-26T09:00+01:00')

    expect(await eventsOf(late, 'ticket.escalated')).toEqual([{ reason: 'late', why: '' }])
    expect(await eventsOf(by, 'ticket.escalated')).toEqual([{ reason: 'staff', why: 'Second time this month' }])
    expect((await ada.post(`/api/desk/tickets/${late}/escalation`, {})).status).toBe(403)
  })
})
