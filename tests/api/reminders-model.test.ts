import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Given, nextReminder, type Silence } from '../../api/followup/model.ts'
import { sendableAt } from '../../api/followup/sending-hours.ts'
import { dayOf } from '../../api/tickets/hours.ts'
import { loadContent } from '../../content/load.ts'

const { company } = loadContent('tests/support/content')
const DAY = 24 * 3_600_000
/** A Monday at ten by the clock in Copenhagen. */
const SENT = Date.parse('2026-06-01T08:00Z')
const offer: Silence = {
  revision: 1,
  sentAt: SENT,
  viewedAt: null,
  expiresAt: SENT + 30 * DAY,
  isOpen: true,
  spokenAt: null,
  askedFor: null,
  acceptedAt: null,
  deliveryOn: null,
  stoppedAt: null,
  notBefore: null,
}

/** All that would be sent if the customer never said a word. */
function all(silence: Silence, settings = company) {
  const given: Given[] = []
  for (let next = nextReminder(silence, given, settings); next; next = nextReminder(silence, given, settings)) {
    given.push({ ...next, revision: silence.revision })
    if (given.length > 50) throw new Error('It never ends')
  }
  return given.map(({ kind, step, at }) => [kind, step, new Date(at).toISOString()])
}

describe('the cadence', () => {
  test('of an offer that nobody has opened', () => {
    expect(all(offer)).toEqual([
      ['not-viewed', 2, '2026-06-03T08:00:00.000Z'],
      ['not-viewed', 6, '2026-06-08T06:00:00.000Z'], // the sixth day is a Sunday
      ['expiring', 5, '2026-06-26T08:00:00.000Z'],
      ['expiring', 1, '2026-06-30T08:00:00.000Z'],
    ])
  })

  test('of one that was looked at is another, and counts from then', () => {
    expect(all({ ...offer, viewedAt: SENT + DAY })).toEqual([
      ['viewed', 4, '2026-06-08T06:00:00.000Z'], // a Saturday
      ['viewed', 10, '2026-06-12T08:00:00.000Z'],
      ['expiring', 5, '2026-06-26T08:00:00.000Z'],
      ['expiring', 1, '2026-06-30T08:00:00.000Z'],
    ])
  })

  test.each<[string, Partial<Silence>, unknown]>([
    ['ends with a word', { spokenAt: SENT + 1 }, undefined],
    ['ends when it is not for them to answer', { isOpen: false }, undefined],
    ['ends when staff says so', { stoppedAt: SENT }, undefined],
    ['waits as long as staff says', { notBefore: SENT + 7 * DAY }, { kind: 'not-viewed', step: 6, at: SENT + 7 * DAY }],
    ['comes on the day they named, and only then', { spokenAt: SENT, askedFor: SENT + 21 * DAY }, { kind: 'asked', at: SENT + 21 * DAY }],
    ['comes on that day though the offer has run out', { spokenAt: SENT, askedFor: SENT + 42 * DAY, isOpen: false }, { kind: 'asked' }],
    [
      'asks how it goes some days after it was accepted',
      { acceptedAt: SENT, spokenAt: SENT, isOpen: false },
      { kind: 'check-in', at: SENT + 14 * DAY },
    ],
    [
      'or after it was delivered',
      { acceptedAt: SENT, spokenAt: SENT, isOpen: false, deliveryOn: '2026-07-01' },
      { kind: 'check-in', at: Date.parse('2026-07-15T06:00Z') },
    ],
  ])('%s', (_name, change, expected) => {
    const next = nextReminder({ ...offer, ...change }, [], company)
    if (expected === undefined) expect(next).toBeUndefined()
    else expect(next).toMatchObject(expected as object)
  })

  test('says what was missed once, and leaves the rest', () => {
    // As after a week in which no mail could be sent.
    const late = nextReminder({ ...offer, notBefore: SENT + 28 * DAY }, [], company)
    expect(late).toMatchObject({ kind: 'expiring', step: 5 })
    expect(all({ ...offer, notBefore: SENT + 28 * DAY })).toHaveLength(1)
  })

  test('never disturbs, never hurries, never outlives the offer, whatever happened', () => {
    const moment = fc.integer({ min: SENT, max: SENT + 40 * DAY })
    const silence = fc.record({
      ...Object.fromEntries(Object.entries(offer).map(([name, value]) => [name, fc.constant(value)])),
      sentAt: moment,
      viewedAt: fc.option(moment),
      expiresAt: fc.integer({ min: SENT, max: SENT + 400 * DAY }),
      notBefore: fc.option(moment),
    })
    fc.assert(
      fc.property(silence as fc.Arbitrary<Silence>, (silence) => {
        const sent = all(silence).map(([, , at]) => Date.parse(String(at)))
        for (const [index, at] of sent.entries()) {
          expect(sendableAt(at, company)).toBe(at)
          expect(at).toBeLessThan(silence.expiresAt ?? 0)
          expect(at).toBeGreaterThanOrEqual(silence.notBefore ?? 0)
          if (index) expect(at - (sent[index - 1] ?? 0)).toBeGreaterThanOrEqual(company.followUp.minGapDays * DAY)
        }
        expect(nextReminder({ ...silence, spokenAt: silence.sentAt }, [], company)).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })
})

describe('quiet hours', () => {
  test.each([
    ['by night wait for the morning', '2026-06-02T01:00Z', '2026-06-02T06:00Z'],
    ['in the evening wait for the next day', '2026-06-02T17:00Z', '2026-06-03T06:00Z'],
    ['over a weekend wait for Monday', '2026-06-05T20:00Z', '2026-06-08T06:00Z'],
    ['over a holiday wait, too', '2026-12-24T20:00Z', '2026-12-28T07:00Z'],
    ['in the day are none', '2026-06-02T10:00Z', '2026-06-02T10:00Z'],
    ['end by the clock on the wall the morning after summer time begins', '2026-03-29T12:00Z', '2026-03-30T06:00Z'],
    ['and the morning after it ends', '2026-10-25T12:00Z', '2026-10-26T07:00Z'],
  ])('%s', (_name, wanted, expected) => {
    expect(new Date(sendableAt(Date.parse(wanted), company)).toISOString()).toBe(new Date(expected).toISOString())
  })

  test('may lie within a day, on the days the clocks change as well', () => {
    const noon = { ...company, followUp: { ...company.followUp, quietFrom: '01:00', quietUntil: '05:00', onlyOpeningDays: false } }
    for (const day of ['2026-03-29', '2026-10-25', '2026-06-07']) {
      const night = Date.parse(`${day}T01:30Z`)
      const morning = sendableAt(night, noon)
      expect(dayOf(morning, company.timeZone)).toBe(day)
      expect(new Intl.DateTimeFormat('en-GB', { timeZone: company.timeZone, timeStyle: 'short' }).format(morning)).toBe('05:00')
    }
  })
})
