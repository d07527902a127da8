import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Case, casesIn } from '../../api/metrics/cases.ts'
import { openClock } from '../../api/metrics/open-clock.ts'
import { CASE_METRICS, caseNumbers, casesBehind, helpNumbers, type Now } from '../../api/metrics/service.ts'
import type { Event } from '../../api/platform/events.ts'
import type { TicketFacts } from '../../api/tickets/facts.ts'
import { afterOpeningHours, type OpeningTimes } from '../../api/tickets/hours.ts'
import { TRANSITIONS } from '../../api/tickets/model.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

// Open from 8 to 16 on weekdays; Monday 19 October 2026 is two hours from Greenwich, Monday 26 October one.
const weekday = ['08:00-16:00']
const times: OpeningTimes = {
  timeZone: 'Europe/Copenhagen',
  openingHours: { monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday, friday: weekday, saturday: [], sunday: [] },
  holidays: [{ date: '2026-10-21', name: { en: 'Outing', da: 'Udflugt' } }] as OpeningTimes['holidays'],
}
const at = (moment: string) => Date.parse(`2026-10-${moment}:00+02:00`)
const clock = openClock(times, at('01T00:00'), at('30T00:00'))

describe('the clock of the company', () => {
  test('runs from eight to four on weekdays, and not on the day of the outing', () => {
    expect(clock(at('19T09:00'), at('19T11:30'))).toBe(2.5 * HOUR)
    expect(clock(at('19T15:00'), at('20T09:00'))).toBe(2 * HOUR)
    expect(clock(at('20T15:00'), at('22T09:00'))).toBe(2 * HOUR)
    expect(clock(at('23T15:00'), at('26T10:00'))).toBe(2 * HOUR) // a weekend, and the end of summer time: nine o'clock by then
    expect(clock(at('24T10:00'), at('25T10:00'))).toBe(0)
    expect(clock(at('20T10:00'), at('19T10:00'))).toBe(0)
  })

  test('says the same as the rule that deadlines are made with', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20 * DAY }), fc.integer({ min: 1, max: 40 }), (after, hours) => {
        const from = at('01T00:00') + after
        expect(openClock(times, from, from + 40 * DAY)(from, afterOpeningHours(times, from, hours))).toBe(hours * HOUR)
      }),
    )
  })

  test('runs always for a company that never opens', () => {
    const never = {
      ...times,
      openingHours: Object.fromEntries(Object.keys(times.openingHours).map((day) => [day, []])),
    } as unknown as OpeningTimes
    expect(openClock(never, at('01T00:00'), at('30T00:00'))(at('19T22:00'), at('20T02:00'))).toBe(4 * HOUR)
  })
})

let id = 0
const facts = (reference: string, more: Partial<TicketFacts> = {}): TicketFacts => ({
  ...{
    id: ++id,
    reference,
    kind: 'question',
    channel: 'web',
    team: null,
    status: 'closed',
    subject: '',
    locale: 'en',
    contactId: 1,
    saidName: '',
  },
  ...{ firstResponseDueAt: at('19T16:00'), resolutionDueAt: at('20T16:00') },
  ...more,
})
const event = (subject: string, kind: string, moment: string, data: Event['data'] = {}, actor = 'user:7'): Event => ({
  ...{ id: ++id, at: at(moment), kind: `ticket.${kind}`, subject, actor, data },
})
const opened = (subject: string, moment: string) => event(subject, 'opened', moment, {}, 'contact:1')
const replied = (subject: string, moment: string, actor = 'user:7') => event(subject, 'replied', moment, { author: 'staff' }, actor)
const moved = (subject: string, moment: string, to: string, actor = 'user:7') => event(subject, 'moved', moment, { to }, actor)

describe('the story of a case', () => {
  test('is told by its events: answers of people, solving, opening again, whose it is, and the time spent on it', () => {
    const [one] = casesIn(
      [facts('T-A')],
      [
        opened('T-A', '19T08:00'),
        replied('T-A', '19T08:01', 'torv'), // an automatic answer is none
        event('T-A', 'replied', '19T08:30', { author: 'customer' }, 'contact:1'),
        replied('T-A', '19T09:00'),
        event('T-A', 'assigned', '19T09:05', { userId: 9 }),
        event('T-A', 'worked', '19T09:10', { seconds: 120 }),
        moved('T-A', '19T10:00', 'resolved'),
        moved('T-A', '20T10:00', 'open', 'contact:1'),
        replied('T-A', '20T11:00', 'user:9'),
        event('T-A', 'worked', '20T11:00', { seconds: 60 }),
        moved('T-A', '20T12:00', 'resolved'),
        event('T-A', 'rated', '20T13:00', { score: 2 }, 'contact:1'),
        event('T-A', 'rated', '20T14:00', { score: 5 }, 'contact:1'),
        moved('T-A', '28T12:00', 'closed', 'clock'),
      ],
    )

    expect(one).toMatchObject({
      ...{ openedAt: at('19T08:00'), answeredAt: at('19T09:00'), answers: 2, answersToSolve: 1, person: 'user:9', workedMs: 180_000 },
      ...{ firstSolvedAt: at('19T10:00'), solvedAt: at('20T12:00'), reopened: 1, rating: { score: 5 }, isLeftOut: false },
      open: [
        { from: at('19T08:00'), until: at('19T10:00') },
        { from: at('20T10:00'), until: at('20T12:00') },
      ],
    })
  })

  test('counts the answer that solves it, which stands after its move in the log', () => {
    const [one] = casesIn([facts('T-A')], [opened('T-A', '19T08:00'), moved('T-A', '19T09:00', 'resolved'), replied('T-A', '19T09:00')])
    expect(one).toMatchObject({ answersToSolve: 1, answers: 1 })
  })

  test('is left out when it was merged, spam, or begins before the log', () => {
    const cases = casesIn(
      [facts('T-A', { status: 'merged' }), facts('T-B', { status: 'spam' }), facts('T-C')],
      [opened('T-A', '19T08:00'), opened('T-B', '19T08:00'), moved('T-C', '19T08:00', 'open')],
    )
    expect(cases.map(({ reference, isLeftOut }) => [reference, isLeftOut])).toEqual([
      ['T-A', true],
      ['T-B', true],
    ])
  })
})

describe('the numbers of service', () => {
  const week = { start: at('19T00:00'), end: at('26T00:00') }
  const known: Now = { now: at('26T00:00'), open: clock }

  // Worked out by hand. A is answered after 1 hour and solved after 4 with one answer; B after 8 hours on the clock, too late, with two
  // answers, and is opened again and solved on Friday; C is never answered; D was merged and counts nowhere.
  const cases = casesIn(
    [
      facts('T-A'),
      facts('T-B', { team: 'repairs' }),
      facts('T-C', { firstResponseDueAt: at('22T16:00'), resolutionDueAt: at('29T16:00') }),
      facts('T-D', { status: 'merged' }),
    ],
    [
      ...[opened('T-A', '19T08:00'), replied('T-A', '19T09:00'), moved('T-A', '19T12:00', 'resolved')],
      ...[event('T-A', 'worked', '19T12:00', { seconds: 600 }), event('T-A', 'rated', '20T12:00', { score: 4 })],
      ...[opened('T-B', '19T10:00'), replied('T-B', '20T10:00'), replied('T-B', '20T11:00'), moved('T-B', '20T12:00', 'resolved')],
      ...[moved('T-B', '22T09:00', 'open'), moved('T-B', '23T09:00', 'resolved')],
      ...[event('T-B', 'worked', '23T09:00', { seconds: 1200 }), event('T-B', 'rated', '23T10:00', { score: 1 })],
      ...[opened('T-C', '22T08:00'), event('T-C', 'replied', '22T09:00', { author: 'customer' }, 'contact:1')],
      ...[opened('T-D', '19T08:00'), replied('T-D', '19T08:30'), moved('T-D', '19T08:40', 'merged')],
    ],
  )

  test('come out as worked out by hand', () => {
    expect(caseNumbers(week, cases, known)).toEqual({
      ...{ opened: 3, solved: 2, csat: 1 / 2, resolution: 2 / 3, 'first-contact': 1 / 2, reopened: 1 / 2, backlog: 1 },
      'first-response': (1 * HOUR + 8 * HOUR) / 2, // Monday 10 to 16 and Tuesday 8 to 10
      'solve-time': (4 * HOUR + 23 * HOUR) / 2, // B: 6 on Monday, 8 on Tuesday, none on Wednesday, 8 on Thursday, 1 on Friday
      handling: (600 + 1200) * 500,
      sla: 1 / 3, // A in time, B late, C overdue
      'sla-solved': 2 / 2, // A and B were solved first by Tuesday at four; C has until Thursday
    })
  })

  test('have nothing to say of a time in which nothing happened', () => {
    const numbers = caseNumbers({ start: at('01T00:00'), end: at('02T00:00') }, cases, known)
    expect(numbers).toMatchObject({ opened: 0, solved: 0, backlog: 0, csat: null, 'first-response': null, handling: null, sla: null })
  })

  test('count what was open at the end of a day, or is open now', () => {
    const backlog = (end: string) => caseNumbers({ start: at('19T00:00'), end: at(end) }, cases, known).backlog
    expect([backlog('19T09:00'), backlog('19T13:00'), backlog('21T00:00'), backlog('22T12:00'), backlog('24T00:00')]).toEqual([
      1, 1, 0, 2, 1,
    ])
    expect(caseNumbers({ start: at('26T00:00'), end: at('30T00:00') }, cases, known).backlog).toBe(1)
  })

  test('over any walk through the states, are shares of cases that are there, and every one leads to its rows', () => {
    const walk = fc.array(fc.tuple(fc.constantFrom(...Object.values(TRANSITIONS).map(({ to }) => to)), fc.boolean()), { maxLength: 12 })
    fc.assert(
      fc.property(fc.array(walk, { minLength: 1, maxLength: 8 }), (walks) => {
        const named = walks.map((steps, n) => ({ reference: `T-${n}`, steps }))
        const events = named.flatMap(({ reference, steps }) => [
          opened(reference, '19T08:00'),
          ...steps.flatMap(([to, withReply], n) => {
            const moment = `19T${String(9 + Math.floor(n / 2)).padStart(2, '0')}:${n % 2 ? '30' : '00'}`
            return [moved(reference, moment, to), ...(withReply ? [replied(reference, moment)] : [])]
          }),
        ])
        const told: Case[] = casesIn(
          named.map(({ reference }) => facts(reference)),
          events,
        )
        const numbers = caseNumbers(week, told, known)

        for (const metric of ['csat', 'resolution', 'first-contact', 'sla', 'sla-solved', 'reopened'] as const) {
          expect(numbers[metric] ?? 0).toBeGreaterThanOrEqual(0)
          expect(numbers[metric] ?? 0).toBeLessThanOrEqual(1)
        }
        expect(numbers.opened).toBe(walks.length)
        expect((numbers.solved ?? 0) + (numbers.backlog ?? 0)).toBe(walks.length)
        for (const metric of CASE_METRICS) expect(casesBehind(metric, week, told, known).length > 0 || !numbers[metric]).toBe(true)
        for (const { open } of told)
          for (const [n, span] of open.slice(1).entries()) expect(span.from).toBeGreaterThanOrEqual(open[n]?.until ?? Infinity)
      }),
    )
  })

  test('of the help centre come from the log of searches and from what readers said', () => {
    const search = (visitor: string, answeredAt: number | null = null, ticketAt: number | null = null) => ({
      at: at('19T10:00'),
      place: 'portal',
      visitor,
      answeredAt,
      ticketAt,
    })
    const read = at('19T10:01')
    const log = {
      searches: [
        { ...search('f'), place: 'ticket' },
        search('a', read),
        search('b', read, read + HOUR),
        search('c'),
        search('d'),
        { ...search('e', read), at: at('01T10:00') },
      ],
      ratings: [
        { at: read, helpful: 1 },
        { at: read, helpful: 1 },
        { at: read, helpful: 0 },
      ],
    }

    expect(helpNumbers(week, log, known.now)).toEqual({
      ...{ search: 0.5, deflection: 0.5, helpful: 2 / 3 },
      deflected: { proven: 1, followed: 1, pending: 0, rate: 0.5 },
    })
    expect(helpNumbers(week, { searches: [], ratings: [] }, known.now)).toMatchObject({ search: null, deflection: null, helpful: null })
  })
})
