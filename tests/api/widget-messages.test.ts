import { describe, expect, test } from 'vitest'
import { fromFrame, fromPage } from '../../widget/messages.ts'

// Windows are told apart by identity alone.
const frame = { name: 'the frame' } as unknown as Window
const page = { name: 'the page' } as unknown as Window
const other = { name: 'another window' } as unknown as Window
const portal = 'https://help.example.com'
const shop = 'https://shop.example.com'

describe('what the page hears (WI1)', () => {
  const launcher = { torv: 'launcher', label: 'Help', accent: 'rgb(1, 2, 3)', unread: 2 }
  const hear = (data: unknown, { source = frame, origin = portal } = {}) =>
    fromFrame({ data, source, origin }, { source: frame, origin: portal })

  test('is what its own frame says', () => {
    expect(hear(launcher)).toEqual(launcher)
    expect(hear({ torv: 'close' })).toEqual({ torv: 'close' })
  })

  test('is nothing from another window', () => expect(hear(launcher, { source: other })).toBeUndefined())

  test.each([
    'https://help.example.com.evil.example',
    'https://help.example.co',
    'http://help.example.com',
    'https://help.example.com:8443',
    'null',
    '',
  ])('is nothing from the origin %j', (origin) => expect(hear(launcher, { origin })).toBeUndefined())

  test('is nothing before there is a frame, although nothing equals nothing', () => {
    const event = { data: launcher, source: null, origin: portal }
    expect(fromFrame(event, { source: null, origin: portal })).toBeUndefined()
    expect(fromFrame(event, { source: undefined, origin: portal })).toBeUndefined()
  })

  test.each([
    undefined,
    null,
    'close',
    7,
    [],
    {},
    { torv: 'navigate', to: 'https://evil.example' },
    { ...launcher, label: undefined },
    { ...launcher, label: ['Help'] },
    { ...launcher, label: 'x'.repeat(3000) },
    { ...launcher, unread: '2' },
    { ...launcher, unread: Number.NaN },
    { ...launcher, accent: 'red' },
    { ...launcher, accent: 'url(https://evil.example/)' },
    { ...launcher, accent: 'rgb(1, 2, 3); background: url(//evil.example)' },
  ])('is nothing in a shape we do not know: %j', (data) => expect(hear(data)).toBeUndefined())

  test('holds no more than we know', () => {
    expect(hear({ ...launcher, more: 'of this' })).toEqual(launcher)
  })
})

describe('what the frame hears (WI1)', () => {
  const opened = { torv: 'opened', page: { url: 'https://shop.example.com/pumps', title: 'Pumps' } }
  const hear = (data: unknown, { source = page, origin = shop } = {}) =>
    fromPage({ data, source, origin }, { source: page, origins: [shop, 'https://www.example.com'] })

  test("is what the page around it says, if it is one of the site's", () => {
    expect(hear({ torv: 'hello' })).toEqual({ torv: 'hello' })
    expect(hear(opened, { origin: 'https://www.example.com' })).toEqual(opened)
  })

  test('is nothing from another window', () => expect(hear(opened, { source: other })).toBeUndefined())

  test.each(['https://shop.example.com.evil.example', 'https://xshop.example.com', 'http://shop.example.com', 'null', ''])(
    'is nothing from the origin %j',
    (origin) => expect(hear(opened, { origin })).toBeUndefined(),
  )

  test.each([null, 'hello', { torv: 'close' }, { torv: 'opened' }, { torv: 'opened', page: { url: 7, title: 'x' } }])(
    'is nothing in a shape we do not know: %j',
    (data) => expect(hear(data)).toBeUndefined(),
  )
})
