import { describe, expect, test } from 'vitest'
import { stem } from '../../api/help/search/stems.ts'

describe('words are one to search', () => {
  test.each([
    ['used', 'use'],
    ['using', 'use'],
    ['uses', 'use'],
    ['ageing', 'age'],
    ['connection', 'connect'],
    ['connections', 'connected'],
    ['completion', 'complete'],
    ['application', 'apply'],
    ['applied', 'apply'],
    ['applies', 'apply'],
    ['notifications', 'notify'],
    ['communication', 'communicate'],
    ['organisation', 'organize'],
    ['authorization', 'authorised'],
    ['delivery', 'deliver'],
    ['countries', 'country'],
    ['quickly', 'quick'],
  ])('in English: %s and %s', (one, other) => {
    expect(stem(one, 'en')).toBe(stem(other, 'en'))
  })

  test.each([
    ['lukkede', 'lukket'],
    ['virkede', 'virker'],
    ['installerede', 'installeret'],
    ['billede', 'billeder'],
    ['vejlede', 'vejleder'],
    ['fremmede', 'fremmed'],
  ])('in Danish: %s and %s', (one, other) => {
    expect(stem(one, 'da')).toBe(stem(other, 'da'))
  })
})

describe('words stay apart that only look alike', () => {
  test.each([
    ['apply', 'app'],
    ['party', 'part'],
    ['used', 'us'],
    ['question', 'quest'],
    ['station', 'state'],
    ['need', 'ne'],
  ])('in English: %s and %s', (one, other) => {
    expect(stem(one, 'en')).not.toBe(stem(other, 'en'))
  })

  test('in Danish: billede and bil', () => {
    expect(stem('billede', 'da')).not.toBe(stem('bil', 'da'))
  })
})
