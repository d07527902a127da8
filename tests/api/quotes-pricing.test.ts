import { expect, test } from 'vitest'
import { needsApproval, type OfferedLine, priceLines, share, totalOf } from '../../api/quotes/pricing.ts'
import { loadContent } from '../../content/load.ts'

const content = loadContent('tests/support/content')
const shop = { content, currency: 'DKK', locale: 'en' } as const
const wanted = (product: string, quantity = 1, more: Partial<OfferedLine> = {}) => ({ product, quantity, options: {}, ...more })
const price = (...lines: OfferedLine[]) => priceLines(lines, shop)

test('a line shows the list price, the tier, the options and the net', () => {
  const [line] = price(wanted('pump', 5, { options: { colour: 'graphite' } }))

  expect(line).toMatchObject({ name: 'Big Pump', sku: 'PUMP-1', listUnit: 1000000, tierUnit: 900000, unitPrice: 950050, net: 4750250 })
  expect(line?.options).toEqual([{ id: 'colour', name: 'Colour', choice: 'graphite', choiceName: 'Graphite', price: 50050 }])
})

test('a tier begins at its quantity and not before', () => {
  const [four, five] = price(wanted('pump', 4), wanted('pump', 5))

  expect([four?.tierUnit, five?.tierUnit]).toEqual([1000000, 900000])
})

test('the first choice is taken when none is made', () => {
  const [line] = price(wanted('pump'))

  expect(line?.options[0]?.choice).toBe('sand')
  expect(line?.net).toBe(1000000)
})

test('names are in the language of the quote', () => {
  const [line] = priceLines([wanted('pump')], { ...shop, locale: 'da' })

  expect(line?.name).toBe('Stor pumpe')
})

test('what is priced on request has no price until staff sets one', () => {
  const lines = price(wanted('special', 2), wanted('filter'))
  const [priced] = price(wanted('special', 2, { unitPrice: 5000000 }))

  expect(lines[0]).toMatchObject({ listUnit: null, unitPrice: null, net: null })
  expect(totalOf(lines)).toMatchObject({ net: 28933, unpriced: 1 })
  expect(priced?.net).toBe(10000000)
})

test("staff's own line needs no product", () => {
  const [line] = price({ text: 'Crane, one day', options: {}, quantity: 1, unitPrice: 450000 })

  expect(line).toMatchObject({ product: null, name: 'Crane, one day', net: 450000 })
})

test('VAT is taken of the sum and rounded half up, once for each rate', () => {
  const totals = totalOf([
    { net: 28933, vatBp: 2500 },
    { net: 28933, vatBp: 2500 },
    { net: 1000, vatBp: 0 },
  ])

  expect(totals.vat).toEqual([
    { rateBp: 2500, net: 57866, vat: 14467 }, // 14466.5; rounding each line would give 14466
    { rateBp: 0, net: 1000, vat: 0 },
  ])
  expect(totals).toMatchObject({ net: 58866, total: 73333 })
})

test('a share is exact where floating point is not', () => {
  expect(share(1, 5000)).toBe(1)
  expect(share(1, 4999)).toBe(0)
  expect(share(9_007_199_254_740_991, 10_000)).toBe(9_007_199_254_740_991)
  expect(share(1005, 1000)).toBe(101)
})

test('a discount is taken off the line and rounded half up', () => {
  const [line] = price(wanted('filter', 1, { discountBp: 500 }))

  expect(line).toMatchObject({ discount: 1447, net: 27486 }) // 5 % of 289.33 is 14.4665
})

test('an unknown product, an unoffered option and too many of it are refused by line', () => {
  const attempt = () => price(wanted('pump', 51, { options: { colour: 'pink', size: 'xl' } }), wanted('nothing'), wanted('filter'))

  expect(attempt).toThrow(
    expect.objectContaining({
      type: 'invalid-input',
      details: {
        errors: {
          'lines.0.quantity': { reason: 'too-large', values: { max: 50 } },
          'lines.0.options.colour': { reason: 'choice' },
          'lines.0.options.size': { reason: 'choice' },
          'lines.1.product': { reason: 'choice' },
        },
      },
    }),
  )
})

test('an option by the name of an inherited property is not offered', () => {
  expect(() => price(wanted('pump', 1, { options: { constructor: 'x' } }))).toThrow()
  expect(() => price(wanted('toString'))).toThrow()
})

test('a discount over the limit needs approval, however it is given', () => {
  const atTheLimit = price(wanted('pump', 1, { discountBp: 1000 }))
  const over = price(wanted('pump', 1, { discountBp: 1001 }))
  const byPrice = price(wanted('pump', 1, { unitPrice: 899_999 }))
  const byBoth = price(wanted('pump', 1, { unitPrice: 950_000, discountBp: 600 }))

  expect(needsApproval(atTheLimit, 10)).toBe(false)
  expect(needsApproval(over, 10)).toBe(true)
  expect(needsApproval(byPrice, 10)).toBe(true)
  expect(needsApproval(byBoth, 10)).toBe(true)
  expect(needsApproval(price(wanted('special', 1, { unitPrice: 1 })), 10)).toBe(false)
})
