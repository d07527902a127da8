import { describe, expect, test } from 'vitest'
import {
  type Action,
  actionsOf,
  canDo,
  customerLabel,
  deskLabel,
  pathOf,
  type Side,
  STATUSES,
  type Status,
  statusAt,
  TRANSITIONS,
  turnOf,
} from '../../api/quotes/model.ts'
import { loadContent } from '../../content/load.ts'
import { translator } from '../../content/phrases.ts'
import { LOCALES } from '../../content/schema.ts'

const SIDES: Side[] = ['customer', 'staff', 'manager', 'clock']

describe('the table', () => {
  test.each(TRANSITIONS)('$from: $action by $by leads to $to', ({ from, action, by, to }) => {
    expect(canDo(from, action, by)).toBe(true)
    expect(pathOf(action)).toEqual({ from: expect.arrayContaining([from]), to })
  })

  test('says nothing twice, and one action leads to one state', () => {
    expect(new Set(TRANSITIONS.map(({ from, action }) => `${from} ${action}`)).size).toBe(TRANSITIONS.length)
    for (const { action, to } of TRANSITIONS) expect(pathOf(action).to).toBe(to)
  })

  test('lets nobody do what is not in it', () => {
    const actions = new Set<Action>(TRANSITIONS.map(({ action }) => action))
    for (const status of STATUSES) {
      for (const action of actions) {
        for (const side of SIDES) {
          const listed = TRANSITIONS.some(
            (row) => row.from === status && row.action === action && (row.by === side || (side === 'manager' && row.by === 'staff')),
          )
          expect(canDo(status, action, side), `${side}: ${action} when ${status}`).toBe(listed)
        }
      }
    }
  })

  test('moves on only by those whose turn it is, save for taking back', () => {
    const takenBack = new Set(['withdraw', 'recall', 'undo', 'expire', 'ask-again', 'requote'])
    for (const { from, action, by } of TRANSITIONS) if (!takenBack.has(action)) expect(turnOf(from), `${action} when ${from}`).toBe(by)
  })
})

test('no way through the table skips the one before', () => {
  const mayPrecede = new Map<Status, Set<Status>>()
  for (const { from, to } of TRANSITIONS) mayPrecede.set(to, (mayPrecede.get(to) ?? new Set()).add(from))
  const random = seeded(20261124)

  for (let walk = 0; walk < 500; walk++) {
    let status: Status = 'requested'
    const seen: Status[] = [status]
    for (let step = 0; step < 30; step++) {
      const side = pick(SIDES, random)
      const open = actionsOf(status, side)
      if (!open.length) continue
      const next: Status = pathOf(pick(open, random)).to
      expect(mayPrecede.get(next)?.has(status)).toBe(true)
      status = next
      seen.push(status)
    }
    const accepted = seen.indexOf('accepted')
    if (accepted >= 0) expect(seen[accepted - 1]).toBe('sent')
    const sent = seen.indexOf('sent')
    if (sent >= 0) expect(['pricing', 'approval']).toContain(seen[sent - 1])
  }
})

test('an offer has expired when its time has come, whatever a job did', () => {
  expect(statusAt({ status: 'sent', expiresAt: 1000 }, 999)).toBe('sent')
  expect(statusAt({ status: 'sent', expiresAt: 1000 }, 1000)).toBe('expired')
  expect(statusAt({ status: 'accepted', expiresAt: 1000 }, 2000)).toBe('accepted')
})

test('every state has its own words for customers and for staff, and customers do not see approval', () => {
  const content = loadContent('tests/support/content')
  for (const locale of LOCALES) {
    const t = translator(content, locale)
    for (const status of STATUSES) expect(t(customerLabel(status)) && t(deskLabel(status))).toBeTruthy()
  }
  expect(customerLabel('approval')).toBe(customerLabel('pricing'))
})

/** Park and Miller's generator: the same walks in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)] as T // not empty, and random() is below 1
}
