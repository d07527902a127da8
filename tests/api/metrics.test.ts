import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { periodsOf } from '../../api/metrics/periods.ts'
import { goalOf, median, numbersOf, storiesIn } from '../../api/metrics/sales.ts'
import type { Event } from '../../api/platform/events.ts'
import { type Action, pathOf, STATUSES, type Status, TRANSITIONS } from '../../api/quotes/model.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const CPH = 'Europe/Copenhagen'
const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('periods', () => {
  test('are those of the company’s own calendar, over summer time and the turn of the year', () => {
    const months = periodsOf('month', '2026-10', '2027-01', CPH)

    expect(months.map(({ month }) => month)).toEqual(['2026-10', '2026-11', '2026-12', '2027-01'])
    expect(months[0]).toMatchObject({ start: Date.parse('2026-09-30T22:00Z'), end: Date.parse('2026-10-31T23:00Z') })
    for (const [at, { end }] of months.slice(0, -1).entries()) expect(months[at + 1]?.start).toBe(end)
    expect(periodsOf('quarter', '2026-11', '2027-02', CPH).map(({ month }) => month)).toEqual(['2026-10', '2027-01'])
  })
})

let id = 0
const event = (kind: string, at: number, data: Event['data'] = {}, actor = 'user:7'): Event => ({
  id: ++id,
  at,
  kind,
  subject: 'Q-AAAAAA',
  actor,
  data,
})
const whole = { month: '2026-01', start: 0, end: 100 * DAY }

describe('the story of a quote', () => {
  test('counts the first version sent, what was accepted, and whose it is', () => {
    const [story] = storiesIn([
      event('quote.requested', 0, { to: 'requested', currency: 'DKK', net: 5 }, 'guest'),
      event('quote.opened', HOUR, { to: 'pricing' }),
      event('quote.sent', 2 * HOUR, { to: 'sent', net: 10, currency: 'DKK' }, 'user:9'),
      event('quote.sent', 9 * HOUR, { to: 'sent', net: 12, currency: 'DKK' }, 'user:9'),
      event('quote.accepted', 10 * HOUR, { to: 'accepted', net: 12, currency: 'DKK' }, 'contact:1'),
    ])

    expect(story).toEqual({
      ...{ reference: 'Q-AAAAAA', person: 'user:7', currency: 'DKK', requestedAt: 0, firstSentAt: 2 * HOUR },
      outcome: { status: 'accepted', at: 10 * HOUR, net: 12, reason: 'accepted' },
    })
    const numbers = numbersOf(whole, story ? [story] : [], [HOUR, 200 * DAY], 24)
    expect(numbers).toEqual({
      ...{ leads: 1, sent: 1, volume: 1, conversion: 1, revenue: 12, average: 12, lost: 0, quota: 0.5 },
      ...{ 'time-to-quote': 2 * HOUR, 'time-to-close': 8 * HOUR },
    })
  })

  test('has no end when an acceptance was undone, or a lost one taken up again', () => {
    const sent = event('quote.sent', 0, { to: 'sent', net: 10, currency: 'DKK' })
    const undone = storiesIn([
      sent,
      event('quote.accepted', 1, { to: 'accepted', net: 10 }),
      event('quote.acceptance-undone', 2, { to: 'sent' }),
    ])
    const revived = storiesIn([sent, event('quote.expired', 1, { to: 'expired' }), event('quote.asked-again', 2, { to: 'pricing' })])

    for (const stories of [undone, revived])
      expect(numbersOf(whole, stories, [], null)).toMatchObject({ volume: 0, lost: 0, conversion: 0, revenue: 0 })
  })

  test('over any walk through the states, won and lost never count one quote twice, and conversion is a share', () => {
    const walks = fc.array(fc.array(fc.nat(), { maxLength: 30 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(walks, (choices) => {
        const events = choices.flatMap((walk, quote) => walked(walk).map((one) => ({ ...one, subject: `Q-${quote}` })))
        const numbers = numbersOf(whole, storiesIn(events), [], null)
        expect(numbers.volume + numbers.lost).toBeLessThanOrEqual(choices.length)
        expect(numbers.conversion ?? 0).toBeGreaterThanOrEqual(0)
        expect(numbers.conversion ?? 0).toBeLessThanOrEqual(1)
        expect(numbers.revenue).toBe(numbers.volume * 100)
      }),
    )
  })
})

/** The events of one quote that takes, at each step, one of the ways that are open. */
function walked(choices: number[]): Event[] {
  const kinds: Partial<Record<Action, string>> = {
    send: 'quote.sent',
    approve: 'quote.sent',
    accept: 'quote.accepted',
    undo: 'quote.acceptance-undone',
  }
  let status: Status = STATUSES[0]
  return choices.map((choice, at) => {
    const open = TRANSITIONS.filter(({ from }) => from === status)
    const { action } = open[choice % open.length] ?? TRANSITIONS[0]
    status = pathOf(action).to
    return event(kinds[action] ?? `quote.${action}`, at, { to: status, net: 100, currency: 'DKK' })
  })
}

test('the median is the middle one, or the mean of the two in the middle', () => {
  expect([median([]), median([null, 5]), median([9, 1, 5]), median([1, 2, 4, 9])]).toEqual([null, 5, 5, 3])
})

test('a goal is the quarter’s, a third of it for a month, and a person’s own', () => {
  const salesQuotas = [{ quarter: '2026-Q4', amount: { DKK: 900 }, people: { 'sam@x.example': { DKK: 300 } } }]
  const [month] = periodsOf('month', '2026-11', '2026-11', CPH)
  const [quarter] = periodsOf('quarter', '2026-11', '2026-11', CPH)
  const [other] = periodsOf('quarter', '2026-01', '2026-01', CPH)
  if (!month || !quarter || !other) throw new Error('there are three periods')

  expect(goalOf(quarter, 'quarter', { salesQuotas }, 'DKK')).toBe(900)
  expect(goalOf(month, 'month', { salesQuotas }, 'DKK')).toBe(300)
  expect(goalOf(quarter, 'quarter', { salesQuotas }, 'DKK', 'sam@x.example')).toBe(300)
  expect(goalOf(quarter, 'quarter', { salesQuotas }, 'DKK', 'nobody@x.example')).toBeNull()
  expect(goalOf(other, 'quarter', { salesQuotas }, 'DKK')).toBeNull()
})

describe('the numbers of a running Torv', () => {
  let torv: Torv
  let staff: Client
  beforeEach(async () => {
    torv = await startTorv()
    staff = await torv.staff()
  })
  afterEach(stopTorvs)

  type Sales = {
    periods: { numbers: Record<string, number | null> }[]
    whole: Record<string, number | null>
    reasons: object[]
    people: { name: string; numbers: object }[]
  }
  const sales = async (query = '') => (await (await staff.get(`/api/desk/metrics/sales${query}`)).json()) as Sales

  async function sold(email: string, fate: 'accept' | 'decline') {
    const customer = await torv.signedIn(email)
    const lines = [{ product: 'pump', options: {}, quantity: 1 }]
    const { reference } = (await (await customer.post('/api/quotes', { lines, name: '=Ada' })).json()) as { reference: string }
    await staff.post(`/api/desk/quotes/${reference}/opening`)
    torv.clock.forward(2 * HOUR)
    const { hash } = (await (await staff.put(`/api/desk/quotes/${reference}/draft`, { lines, validDays: 30 })).json()) as { hash: string }
    await staff.post(`/api/desk/quotes/${reference}/sending`, { hash })
    const acceptance = { revision: 1, totalMinor: 1_250_000, name: 'Ada' }
    const said =
      fate === 'accept'
        ? await customer.post(`/api/quotes/${reference}/acceptance`, acceptance)
        : await customer.post(`/api/quotes/${reference}/decline`, { reason: 'price' })
    if (!said.ok) throw new Error(await said.text())
    return reference
  }

  test('come from the log, and each leads to the rows behind it', async () => {
    expect((await sales()).whole).toMatchObject({ sent: 0, conversion: null, revenue: 0 })
    const won = await sold('ada@acme.example', 'accept')
    const lost = await sold('grace@globex.example', 'decline')

    const { whole, reasons, periods, people } = await sales()
    expect(whole).toMatchObject({ sent: 2, volume: 1, conversion: 0.5, revenue: 1_000_000, average: 1_000_000, lost: 1 })
    expect(whole['time-to-quote']).toBeGreaterThanOrEqual(2 * HOUR)
    expect(periods).toHaveLength(13)
    expect(periods.reduce((sum, { numbers }) => sum + (numbers.revenue ?? 0), 0)).toBe(1_000_000)
    expect(reasons).toEqual([{ reason: 'price', n: 1 }])
    expect(people.find(({ name }) => name === 'Sam agent')?.numbers).toMatchObject({ sent: 2, volume: 1 })

    const rows = async (metric: string) =>
      ((await (await staff.get(`/api/desk/metrics/sales/${metric}`)).json()) as { rows: object[] }).rows
    expect(await rows('volume')).toMatchObject([{ reference: won, net: 1_000_000 }])
    expect(await rows('lost')).toMatchObject([{ reference: lost, status: 'price' }])
    expect(await rows('sent')).toHaveLength(2)
  })

  test('forget an acceptance that was undone', async () => {
    const reference = await sold('ada@acme.example', 'accept')
    const ada = await torv.signedIn('ada@acme.example')
    expect((await sales()).whole.volume).toBe(1)

    await ada.delete(`/api/quotes/${reference}/acceptance`)

    expect((await sales()).whole).toMatchObject({ volume: 0, revenue: 0, conversion: 0 })
  })

  test('CO12 travel as CSV in which numbers are numbers and no cell is a formula', async () => {
    await sold('ada@acme.example', 'accept')

    const table = await (await staff.get('/api/desk/metrics/sales/csv')).text()
    const rows = await (await staff.get('/api/desk/metrics/sales/volume/csv')).text()

    expect(table).toContain(',1,10000,10000,"DKK"')
    expect(rows).toContain('"\'=Ada"')
    expect(rows).toContain(',10000,"DKK"')
  })

  test('are for staff, and refuse what they do not know', async () => {
    const ada = await torv.signedIn('ada@acme.example')
    expect((await staff.get('/api/desk/metrics/sales')).status).toBe(200)

    for (const path of ['sales', 'sales/csv', 'sales/volume', 'sales/volume/csv']) {
      expect((await torv.visitor().get(`/api/desk/metrics/${path}`)).status).toBe(401)
      expect((await ada.get(`/api/desk/metrics/${path}`)).status).toBe(403)
    }
    for (const query of ['?from=2026-13', '?from=2027-01&to=2026-01', '?currency=XXX', '?grain=day', '?person=ada']) {
      expect((await staff.get(`/api/desk/metrics/sales${query}`)).status, query).toBe(422)
    }
    expect((await staff.get('/api/desk/metrics/sales/nothing')).status).toBe(422)
  })
})

test('the reading thread reads what was committed, says what is wrong, and cannot write', async () => {
  const torv = await startTorv()
  await torv.staff()

  expect(await torv.services.reader.all('select role from users')).toMatchObject([{ role: 'agent' }])
  await expect(torv.services.reader.all('select * from nowhere')).rejects.toThrow(/nowhere/)
  if (process.env.TEST_DATABASE !== 'server') {
    await expect(torv.services.reader.all(`delete from users returning id`)).rejects.toThrow(/readonly|query_only|write/i)
    expect(await torv.services.reader.all('select role from users')).toHaveLength(1)
  }
  await stopTorvs()
})
