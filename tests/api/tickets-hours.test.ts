import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { afterOpeningHours, afterOpenMs, hourOfWeek, type OpeningTimes, openingOn, openMsBetween } from '../../api/tickets/hours.ts'

const weekday = ['08:00-16:00']
const copenhagen: OpeningTimes = {
  timeZone: 'Europe/Copenhagen',
  openingHours: {
    ...{ monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday },
    ...{ friday: ['08:00-15:00'], saturday: [], sunday: [] },
  },
  holidays: [{ date: '2026-12-25', name: { en: 'Christmas Day', da: 'Juledag' } }],
}

/** "2026-11-24T09:00+01:00" and hours, to the moment in UTC. */
function opened(from: string, hours: number, times = copenhagen) {
  return new Date(afterOpeningHours(times, Date.parse(from), hours)).toISOString()
}

describe('hours of opening', () => {
  test('are counted within a day', () => {
    expect(opened('2026-11-24T09:00+01:00', 4)).toBe('2026-11-24T12:00:00.000Z')
  })

  test('may end exactly when the day does', () => {
    expect(opened('2026-11-24T12:00+01:00', 4)).toBe('2026-11-24T15:00:00.000Z')
  })

  test('go on the next morning', () => {
    expect(opened('2026-11-24T14:00+01:00', 4)).toBe('2026-11-25T09:00:00.000Z')
  })

  test('begin when the company opens, if it is asked before or after', () => {
    expect(opened('2026-11-24T05:00+01:00', 1)).toBe('2026-11-24T08:00:00.000Z')
    expect(opened('2026-11-24T22:00+01:00', 1)).toBe('2026-11-25T08:00:00.000Z')
  })

  test('leave out the weekend, and know that Friday is shorter', () => {
    expect(opened('2026-11-27T14:00+01:00', 2)).toBe('2026-11-30T08:00:00.000Z')
    expect(opened('2026-11-28T12:00+01:00', 1)).toBe('2026-11-30T08:00:00.000Z')
  })

  test('leave out holidays', () => {
    expect(opened('2026-12-24T15:00+01:00', 2)).toBe('2026-12-28T08:00:00.000Z') // the 25th is a holiday, then the weekend
  })

  test('follow the clock on the wall into summer time and out of it', () => {
    expect(opened('2027-03-26T14:00+01:00', 2)).toBe('2027-03-29T07:00:00.000Z')
    expect(opened('2026-10-23T14:00+02:00', 2)).toBe('2026-10-26T08:00:00.000Z')
  })

  test('are right on the day the clocks change, when the company is open through it', () => {
    const always = Object.fromEntries(Object.keys(copenhagen.openingHours).map((day) => [day, ['00:00-24:00']]))
    const open = { ...copenhagen, openingHours: always as OpeningTimes['openingHours'] } // every day of the week

    expect(opened('2027-03-28T00:00+01:00', 24, open)).toBe('2027-03-28T23:00:00.000Z')
    expect(opened('2026-10-25T00:00+02:00', 24, open)).toBe('2026-10-25T22:00:00.000Z')
  })

  test('can be split by a break, in any order it is written', () => {
    const split = { ...copenhagen, openingHours: { ...copenhagen.openingHours, tuesday: ['13:00-16:00', '08:00-12:00'] } }

    expect(opened('2026-11-24T11:00+01:00', 2, split)).toBe('2026-11-24T13:00:00.000Z')
  })

  test('may be fractions', () => {
    expect(opened('2026-11-24T09:00+01:00', 0.5)).toBe('2026-11-24T08:30:00.000Z')
  })

  test('are plain hours for a company that never opens', () => {
    const closed = Object.fromEntries(Object.keys(copenhagen.openingHours).map((day) => [day, []]))

    expect(opened('2026-11-24T09:00+01:00', 4, { ...copenhagen, openingHours: closed as unknown as OpeningTimes['openingHours'] })).toBe(
      '2026-11-24T12:00:00.000Z',
    )
  })
})

describe('open time between two moments', () => {
  const hours = (from: string, until: string) => openMsBetween(copenhagen, Date.parse(from), Date.parse(until)) / 3_600_000

  test('leaves out nights, weekends and holidays', () => {
    expect(hours('2026-11-24T09:00+01:00', '2026-11-24T12:30+01:00')).toBe(3.5)
    expect(hours('2026-11-27T14:00+01:00', '2026-11-30T09:00+01:00')).toBe(2)
    expect(hours('2026-12-24T15:00+01:00', '2026-12-28T09:00+01:00')).toBe(2)
    expect(hours('2026-11-28T00:00+01:00', '2026-11-29T23:00+01:00')).toBe(0)
  })

  test('is nothing backwards, and plain time for a company that never opens', () => {
    const closed = { ...copenhagen, openingHours: Object.fromEntries(Object.keys(copenhagen.openingHours).map((day) => [day, []])) }

    expect(hours('2026-11-24T12:00+01:00', '2026-11-24T09:00+01:00')).toBe(0)
    expect(openMsBetween(closed as unknown as OpeningTimes, 1_000, 9_000)).toBe(8_000)
  })

  test('is what leads from the first to the second, over a year with summer time and holidays', () => {
    const moment = fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2026-12-20') })
    fc.assert(
      fc.property(moment, fc.integer({ min: 1, max: 60 * 3_600_000 }), (from, open) => {
        expect(openMsBetween(copenhagen, from, afterOpenMs(copenhagen, from, open))).toBe(open)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a day and an hour of the week', () => {
  test('a day begins with its opening, or with the next one', () => {
    const opens = (day: string) => new Date(openingOn(copenhagen, day)).toISOString()

    expect(opens('2026-11-24')).toBe('2026-11-24T07:00:00.000Z')
    expect(opens('2026-11-28')).toBe('2026-11-30T07:00:00.000Z')
    expect(opens('2026-12-25')).toBe('2026-12-28T07:00:00.000Z')
  })

  test('hours are counted from Monday on the company’s clock', () => {
    const hour = (moment: string) => hourOfWeek(copenhagen, Date.parse(moment))

    expect(hour('2026-11-23T00:30+01:00')).toBe(0)
    expect(hour('2026-11-24T09:59+01:00')).toBe(33)
    expect(hour('2026-06-28T21:59Z')).toBe(167)
    expect(hour('2026-06-28T22:00Z')).toBe(0)
  })
})
