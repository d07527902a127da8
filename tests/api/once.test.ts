import { expect, test } from 'vitest'
import { keyOfSender } from '../../site/once.ts'

const NOON = Date.UTC(2026, 10, 25, 12)

function asked(words: Record<string, string>, headers: Record<string, string> = {}, at = NOON): string {
  const form = new FormData()
  for (const [name, value] of Object.entries(words)) form.set(name, value)
  return keyOfSender(new Request('http://localhost/', { headers: { 'x-torv-address': '192.0.2.1', ...headers } }), form, at)
}

test('a form with a key goes by it', () => {
  expect(asked({ key: 'a-key-of-the-page', text: 'Hello' })).toBe('a-key-of-the-page')
})

test('a form without one goes by who says what, within a few minutes', () => {
  const key = asked({ key: '', text: 'Hello', email: 'ada@acme.example' })
  expect(key).toMatch(/^[\w-]{43}$/)
  expect(asked({ key: '', text: 'Hello', email: 'ada@acme.example' }, {}, NOON + 20_000)).toBe(key)

  const others = [
    asked({ key: '', text: 'Hello!', email: 'ada@acme.example' }),
    asked({ key: '', text: 'Hello', email: 'grace@globex.example' }),
    asked({ key: '', text: 'Hello', email: 'ada@acme.example' }, { 'x-torv-address': '192.0.2.2' }),
    asked({ key: '', text: 'Hello', email: 'ada@acme.example' }, { 'user-agent': 'another' }),
    asked({ key: '', text: 'Hello', email: 'ada@acme.example' }, {}, NOON + 10 * 60_000),
  ]
  expect(new Set([key, ...others]).size).toBe(6)
})
