import { describe, expect, test } from 'vitest'
import { canChange, isQuiet, reminderAt } from '../../api/bookings/model.ts'
import { type Availability, freeSlots, nearest, type Terms } from '../../api/bookings/slots.ts'
import { whenOf, zoneName } from '../../api/bookings/when.ts'

const HOUR = 3_600_000
const nights = ['00:00-06:00']
const opening = {
  monday: ['08:00-12:00', '13:00-16:00'],
  tuesday: ['08:00-16:00'],
  wednesday: ['08:00-16:00'],
  thursday: ['08:00-16:00'],
  friday: ['08:00-16:00'],
  saturday: [],
  sunday: [],
}
const closed = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
const times = { timeZone: 'Europe/Copenhagen', openingHours: opening, holidays: [{ date: '2026-12-25', name: { en: 'x', da: 'x' } }] }
const hourly: Terms = { minutes: 60, bufferMinutes: 0, everyMinutes: 60, noticeHours: 0, daysAhead: 0 }
const sam: Availability = { memberId: 1, hours: null, busy: [] }
const kim: Availability = { memberId: 2, hours: null, busy: [] }

function starts(
  now: string,
  { terms = {}, members = [sam], zone = times }: { terms?: Partial<Terms>; members?: Availability[]; zone?: typeof times } = {},
) {
  return freeSlots(zone, members, { ...hourly, ...terms }, Date.parse(now)).map(({ startsAt }) => new Date(startsAt).toISOString())
}

describe('the times to choose from', () => {
  test('lie within opening hours, and end when the door does', () => {
    expect(starts('2026-12-01T00:00Z')).toEqual(
      ['07', '08', '09', '10', '11', '12', '13', '14'].map((hour) => `2026-12-01T${hour}:00:00.000Z`),
    )
    expect(starts('2026-12-01T00:00Z', { terms: { minutes: 90, everyMinutes: 30 } }).at(-1)).toBe('2026-12-01T13:30:00.000Z')
  })

  test('leave out the hours between two openings', () => {
    const monday = starts('2026-11-30T00:00Z')

    expect(monday).toHaveLength(7)
    expect(monday).not.toContain('2026-11-30T11:00:00.000Z')
  })

  test('leave out holidays and days when nobody is there, whatever hours somebody keeps', () => {
    const always = { ...sam, hours: { ...closed, friday: ['08:00-09:00'], saturday: ['10:00-11:00'] } }

    expect(starts('2026-12-25T00:00Z', { members: [always] })).toEqual([]) // Christmas Day is a Friday
    expect(starts('2026-12-18T00:00Z', { members: [always] })).toEqual(['2026-12-18T07:00:00.000Z'])
    expect(starts('2026-12-19T00:00Z', { members: [always] })).toEqual(['2026-12-19T09:00:00.000Z'])
    expect(starts('2026-12-19T00:00Z')).toEqual([])
  })

  test('begin after the notice and end with the days ahead', () => {
    const week = starts('2026-12-01T06:30Z', { terms: { noticeHours: 26, daysAhead: 2 } })

    expect(week[0]).toBe('2026-12-02T09:00:00.000Z')
    expect(week.at(-1)).toBe('2026-12-03T14:00:00.000Z')
  })

  test('keep the longer of two buffers between meetings, on both sides', () => {
    const at = Date.parse('2026-12-01T10:00Z')
    const busy = [{ startsAt: at, endsAt: at + HOUR, bufferMs: 0 }]

    expect(starts('2026-12-01T00:00Z', { members: [{ ...sam, busy }] })).toHaveLength(7)
    const buffered = starts('2026-12-01T00:00Z', { members: [{ ...sam, busy }], terms: { bufferMinutes: 15 } })
    expect(buffered.map((iso) => iso.slice(11, 13))).toEqual(['07', '08', '12', '13', '14'])
    const theirs = [{ startsAt: at, endsAt: at + HOUR, bufferMs: HOUR / 4 }]
    expect(starts('2026-12-01T00:00Z', { members: [{ ...sam, busy: theirs }] })).toEqual(buffered)
  })

  test('are there as long as one member of staff has time, and say who', () => {
    const at = Date.parse('2026-12-01T10:00Z')
    const busy = [{ startsAt: at, endsAt: at + HOUR, bufferMs: 0 }]
    const slots = freeSlots(times, [{ ...sam, busy }, kim], hourly, Date.parse('2026-12-01T00:00Z'))

    expect(slots).toHaveLength(8)
    expect(slots.find(({ startsAt }) => startsAt === at)?.members).toEqual([2])
    expect(slots[0]?.members).toEqual([1, 2])
    expect(freeSlots(times, [], hourly, Date.parse('2026-12-01T00:00Z'))).toEqual([])
  })

  test('follow the clock on the wall: eight is eight before and after both changes of it', () => {
    expect(starts('2026-03-27T00:00Z')[0]).toBe('2026-03-27T07:00:00.000Z') // the Friday before summer time
    expect(starts('2026-03-30T00:00Z')[0]).toBe('2026-03-30T06:00:00.000Z') // the Monday after
    expect(starts('2026-10-23T00:00Z')[0]).toBe('2026-10-23T06:00:00.000Z')
    expect(starts('2026-10-26T00:00Z')[0]).toBe('2026-10-26T07:00:00.000Z')
  })

  test('on the day that loses an hour there is one less, and on the day that gains one there is one more', () => {
    const night = { ...sam, hours: { ...closed, saturday: nights, sunday: nights } }

    expect(starts('2026-03-28T00:00+01:00', { members: [night] })).toHaveLength(6) // the ground: a night is six hours
    const spring = starts('2026-03-29T00:00+01:00', { members: [night] })
    expect(spring.map((iso) => iso.slice(11, 13))).toEqual(['23', '00', '01', '02', '03'])
    const autumn = starts('2026-10-25T00:00+02:00', { members: [night] })
    expect(autumn.map((iso) => iso.slice(11, 13))).toEqual(['22', '23', '00', '01', '02', '03', '04'])
    expect(new Set(autumn).size).toBe(7)
  })

  test('are the company’s own, whichever side of the date line it is on', () => {
    const auckland = { ...times, timeZone: 'Pacific/Auckland' }

    expect(starts('2026-12-01T20:00Z', { zone: auckland })[0]).toBe('2026-12-01T20:00:00.000Z') // nine on the 2nd of December there
    expect(starts('2026-12-01T20:00Z', { zone: auckland }).at(-1)).toBe('2026-12-02T02:00:00.000Z')
  })
})

test('the nearest times to one that was taken are on both sides of it, in order', () => {
  expect(nearest([10, 20, 30, 40, 50, 60], 35, 3)).toEqual([20, 30, 40])
  expect(nearest([], 35)).toEqual([])
})

describe('a reminder', () => {
  const zone = 'Europe/Copenhagen'
  const early = Date.parse('2026-01-01T00:00Z')

  test.each([
    ['in the middle of the day', '2026-12-02T13:00+01:00', '2026-12-01T13:00+01:00'],
    ['early in the morning', '2026-12-02T07:00+01:00', '2026-12-01T08:00+01:00'],
    ['at the last minute of the evening', '2026-12-02T20:59+01:00', '2026-12-01T20:59+01:00'],
    ['late in the evening', '2026-12-02T21:00+01:00', '2026-12-02T08:00+01:00'],
    ['after the clocks went forward', '2026-03-29T08:30+02:00', '2026-03-28T08:00+01:00'],
  ])('of an appointment %s comes when people are awake', (_name, startsAt, remindAt) => {
    const at = reminderAt(Date.parse(startsAt), zone, early)

    expect(at).toBe(Date.parse(remindAt))
    expect(isQuiet(at ?? 0, zone)).toBe(false)
  })

  test('is not owed to who books for tomorrow', () => {
    expect(reminderAt(Date.parse('2026-12-02T10:00Z'), zone, Date.parse('2026-12-01T10:00Z'))).toBeNull()
    expect(reminderAt(Date.parse('2026-12-02T10:00Z'), zone, Date.parse('2026-12-01T09:59Z'))).not.toBeNull()
  })
})

test('a customer can change it until the hours before that the company has set, to the millisecond', () => {
  const booked = { status: 'booked', startsAt: 10 * HOUR } as const

  expect(canChange(booked, { changeHours: 2 }, 8 * HOUR - 1)).toBe(true)
  expect(canChange(booked, { changeHours: 2 }, 8 * HOUR)).toBe(false)
  expect(canChange({ ...booked, status: 'cancelled' }, { changeHours: 2 }, 0)).toBe(false)
})

test('a moment is told by the clock of whoever reads it, with the zone named in their language', () => {
  const span = { startsAt: Date.parse('2026-12-01T09:00Z'), endsAt: Date.parse('2026-12-01T09:45Z') }

  expect(whenOf(span, 'en', 'Europe/Copenhagen')).toBe('Tuesday, 1 December 2026, 10:00–10:45')
  expect(whenOf(span, 'da', 'Europe/Copenhagen')).toBe('tirsdag den 1. december 2026, 10.00–10.45')
  expect(whenOf(span, 'en', 'America/New_York')).toBe('Tuesday, 1 December 2026, 04:00–04:45')
  expect(zoneName('Europe/Copenhagen', 'en')).toBe('Central European Time (Copenhagen)')
  expect(zoneName('Europe/Copenhagen', 'da')).toBe('Centraleuropæisk tid (København)')
  expect(zoneName('America/New_York', 'en')).toContain('New York')
})
