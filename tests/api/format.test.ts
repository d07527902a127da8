import { expect, test } from 'vitest'
import { span } from '../../site/format.ts'

const ZONE = 'Europe/Copenhagen'
const moment = (text: string) => Date.parse(text)

test('an hour of one day names the day once', () => {
  const [from, until] = [moment('2026-11-10T14:18+01:00'), moment('2026-11-10T17:18+01:00')]

  expect(span(from, until, 'en', ZONE)).toBe('10 Nov 2026, 14:18–17:18')
  expect(span(from, until, 'da', ZONE)).toBe('10. nov. 2026 14.18–17.18')
})

test('what ends on another day names both', () => {
  const [from, until] = [moment('2026-11-10T23:00+01:00'), moment('2026-11-11T01:00+01:00')]

  expect(span(from, until, 'en', ZONE)).toBe('10 Nov 2026, 23:00 – 11 Nov 2026, 01:00')
  expect(span(from, until, 'da', ZONE)).toBe('10. nov. 2026, 23.00 – 11. nov. 2026, 01.00')
})

test('midnight to midnight is days, and the last of them is the one that ends', () => {
  const [from, until] = [moment('2026-12-08T00:00+01:00'), moment('2026-12-10T00:00+01:00')]

  expect(span(from, until, 'da', ZONE)).toBe('8.–9. december 2026')
  expect(span(from, moment('2026-12-09T00:00+01:00'), 'da', ZONE)).toBe('8. december 2026')
})
