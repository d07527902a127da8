import { describe, expect, test } from 'vitest'
import { type Done, fadingAt, HALF_LIFE_DAYS, heatOf, partsOf, scoreOf } from '../../api/leads/score.ts'
import { stageAfter } from '../../api/leads/stage.ts'

const DAY = 24 * 3_600_000
const NOW = Date.UTC(2026, 10, 25)
const nothing = { company: false, phone: false }
const asked = (daysAgo: number, subject = 'Q-1'): Done => ({ act: 'asked-for-quote', subject, at: NOW - daysAgo * DAY })

describe('the score of a lead', () => {
  test('is what they did and what is known of them, from 0 to 100', () => {
    expect(scoreOf(heatOf([]), nothing, NOW)).toBe(0)
    expect(scoreOf(heatOf([asked(0)]), nothing, NOW)).toBe(25)
    expect(scoreOf(heatOf([asked(0)]), { company: true, phone: true }, NOW)).toBe(38)
    expect(scoreOf(heatOf([{ act: 'declined', subject: 'Q-1', at: NOW }]), nothing, NOW)).toBe(0)
    expect(scoreOf(heatOf([1, 2, 3, 4, 5].map((n) => asked(0, `Q-${n}`))), nothing, NOW)).toBe(100)
  })

  test('halves with every half-life, but what is known stays', () => {
    const heat = heatOf([asked(0)])

    expect(heat * fadingAt(NOW + HALF_LIFE_DAYS * DAY)).toBeCloseTo(12.5)
    expect(scoreOf(heat, { company: true, phone: false }, NOW + 20 * HALF_LIFE_DAYS * DAY)).toBe(8)
  })

  test('never changes places by time alone, so that a stored sum can be sorted by', () => {
    const cold = heatOf([asked(90), asked(80, 'Q-2')])
    const warm = heatOf([asked(1)])
    expect(warm).toBeGreaterThan(cold)

    for (const later of [0, 10, 300]) {
      const now = NOW + later * DAY
      expect(warm * fadingAt(now)).toBeGreaterThan(cold * fadingAt(now))
    }
  })

  test('shows its parts, and they add up', () => {
    const done: Done[] = [asked(10), { act: 'looked-at-offer', subject: 'Q-1', at: NOW - 3 * DAY }]
    const known = { company: true, phone: false }
    const parts = partsOf(done, known, NOW)

    expect(parts.map(({ part }) => part)).toEqual(['asked-for-quote', 'looked-at-offer', 'company'])
    expect(Math.round(parts.reduce((sum, { points }) => sum + points, 0))).toBe(scoreOf(heatOf(done), known, NOW))
  })
})

describe('the stage of a lead', () => {
  const event = (kind: string, data = {}) => ({ kind, data })

  test('goes forward by itself', () => {
    expect(stageAfter('new', event('quote.opened'), [])).toBe('contacted')
    expect(stageAfter('new', event('ticket.replied', { author: 'staff' }), [])).toBe('contacted')
    expect(stageAfter('new', event('ticket.replied', { author: 'customer' }), [])).toBe('new')
    expect(stageAfter('contacted', event('booking.made'), [])).toBe('qualified')
    expect(stageAfter('contacted', event('booking.made', { use: 'service-visit' }), [])).toBe('contacted')
    expect(stageAfter('new', event('quote.requested', { answers: 3 }), [])).toBe('qualified')
    expect(stageAfter('qualified', event('quote.sent'), [])).toBe('proposal')
    expect(stageAfter('proposal', event('quote.accepted'), [])).toBe('customer')
    expect(stageAfter('customer', event('quote.sent'), [])).toBe('customer')
  })

  test('is lost only with the last open quote, and comes back when they do', () => {
    const declined: Done[] = [asked(5), { act: 'declined', subject: 'Q-1', at: NOW }]

    expect(stageAfter('proposal', event('quote.declined'), [...declined, asked(2, 'Q-2')])).toBe('proposal')
    expect(stageAfter('proposal', event('quote.declined'), declined)).toBe('lost')
    expect(stageAfter('customer', event('quote.declined'), declined)).toBe('customer')
    expect(stageAfter('lost', event('quote.asked-again'), declined)).toBe('qualified')
  })

  test('steps back when an acceptance is undone, unless they have bought something else', () => {
    expect(stageAfter('customer', event('quote.acceptance-undone'), [asked(1)])).toBe('proposal')
    expect(stageAfter('customer', event('quote.acceptance-undone'), [{ act: 'bought', subject: 'Q-2', at: NOW }])).toBe('customer')
  })
})
