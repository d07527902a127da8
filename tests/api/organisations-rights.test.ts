import { expect, test } from 'vitest'
import { can, needsApproval, RIGHTS, ROLES } from '../../api/organisations/rights.ts'

test('nobody may do nothing, and a buyer accepts up to an amount in its currency', () => {
  const buyer = { role: 'buyer', acceptsUpTo: { DKK: 100_000 } } as const
  expect(can(undefined, 'see-colleagues')).toBe(false)
  expect(can(buyer, 'accept')).toBe(false)
  expect(can(buyer, 'accept', { total: 100_000, currency: 'DKK' })).toBe(true)
  expect(can(buyer, 'accept', { total: 100_001, currency: 'DKK' })).toBe(false)
  expect(can(buyer, 'accept', { total: 1, currency: 'EUR' })).toBe(false)
})

test('only managers decide who is in; a plain member sees only what is theirs', () => {
  expect(ROLES.filter((role) => RIGHTS['manage-members'][role])).toEqual(['manager'])
  expect(Object.values(RIGHTS).filter((granted) => granted.member)).toEqual([])
})

test('a rule that does not name a currency asks for approval of everything in it', () => {
  expect(needsApproval(null, { total: 1e9, currency: 'DKK' })).toBe(false)
  expect(needsApproval({ DKK: 100 }, { total: 100, currency: 'DKK' })).toBe(false)
  expect(needsApproval({ DKK: 100 }, { total: 101, currency: 'DKK' })).toBe(true)
  expect(needsApproval({ DKK: 100 }, { total: 0, currency: 'EUR' })).toBe(true)
})
