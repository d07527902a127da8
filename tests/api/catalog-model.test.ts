import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareFacts } from '../../api/catalog/comparison.ts'
import { asSeenBy, GUEST, STAFF, shownPrice } from '../../api/catalog/model.ts'
import { facetsOf, type Narrowing, narrowDown } from '../../api/catalog/narrow.ts'
import { shelfOf } from '../../api/catalog/shelf.ts'
import { loadContent } from '../../content/load.ts'
import type { FactKind, Product } from '../../content/schema.ts'
import { manyProducts } from '../support/many-products.ts'

const content = manyProducts(loadContent('tests/support/content'), 400, 7)
const shelf = shelfOf(content)

describe('narrowing down', () => {
  const range = fc.record({ min: fc.option(fc.double({ min: 0, max: 400, noNaN: true }), { nil: undefined }), max: fc.constant(undefined) })
  const filterOf = (kind: FactKind): fc.Arbitrary<Narrowing['facts'][number]> =>
    kind.type === 'number'
      ? range.map((range) => ({ fact: kind.id, range }))
      : fc
          .subarray(
            kind.choices.map(({ id }) => id),
            { minLength: 1 },
          )
          .map((choices) => ({ fact: kind.id, choices }))
  const narrowings: fc.Arbitrary<Narrowing> = fc.record({
    categories: fc.subarray(
      content.categories.map(({ id }) => id),
      { maxLength: 3 },
    ),
    price: fc.option(fc.record({ min: fc.constant(undefined), max: fc.nat(12_000_000) }), { nil: undefined }),
    facts: fc.subarray(content.facts, { maxLength: 3 }).chain((kinds) => fc.tuple(...kinds.map(filterOf))),
  })

  test('finds what looking at each product by itself finds, and counts what each filter alone keeps away', () => {
    fc.assert(
      fc.property(narrowings, (narrowing) => {
        const checks = checksOf(narrowing)
        const failing = (product: Product) => Object.keys(checks).filter((field) => !checks[field]?.(product))
        const expected = shelf.products.filter((product) => failing(product).length === 0)

        const { found, onlyFor } = narrowDown(shelf, shelf.sequence('order', 'en', GUEST), narrowing, GUEST)

        expect([...found].map((place) => shelf.products[place]?.slug)).toEqual(expected.map(({ slug }) => slug))
        for (const field of Object.keys(checks)) {
          const alone = shelf.products.filter((product) => failing(product).join() === field)
          expect([field, onlyFor.get(field)?.length]).toEqual([field, alone.length])
        }
      }),
      { numRuns: 200 },
    )
  })

  test('a choice leaves exactly as many as its count said', () => {
    const everything = shelf.sequence('order', 'en', GUEST)
    const none: Narrowing = { categories: [], price: undefined, facts: [] }
    const facets = facetsOf(shelf, narrowDown(shelf, everything, none, GUEST))
    expect(facets.length).toBeGreaterThan(5)

    for (const facet of facets) {
      if (facet.type === 'number') continue
      for (const { id, count } of facet.choices) {
        const chosen = { ...none, facts: [{ fact: facet.fact, choices: [id] }] }
        expect(narrowDown(shelf, everything, chosen, GUEST).found).toHaveLength(count)
      }
    }
  })

  function checksOf({ categories, price, facts }: Narrowing): Record<string, (product: Product) => boolean> {
    const prices = shelf.prices(GUEST)
    const factOf = (product: Product, id: string) => product.facts.find(({ kind }) => kind === id)
    return {
      ...(categories.length && { category: ({ category }: Product) => categories.includes(category) }),
      ...(price && { price: ({ slug }: Product) => (prices[shelf.places.get(slug) ?? -1] ?? Number.NaN) <= (price.max ?? 0) }),
      ...Object.fromEntries(
        facts.map((filter) => [
          `fact.${filter.fact}`,
          (product: Product) => {
            const fact = factOf(product, filter.fact)
            if ('choices' in filter) return filter.choices.some((id) => fact?.choices?.includes(id))
            return fact?.number !== undefined && fact.number >= (filter.range.min ?? Number.NEGATIVE_INFINITY)
          },
        ]),
      ),
    }
  }
})

describe('the price a viewer is shown', () => {
  const amounts = { DKK: 100, EUR: 13 }
  const product = { ...(content.products[0] as Product), price: amounts, priceOnRequest: false, options: [] }
  const open = { priceOnRequest: false }
  const closed = { priceOnRequest: true }

  test.each([
    ['everybody sees the usual price', product, open, GUEST, 'shown'],
    ['one hidden by its category', product, closed, GUEST, 'on-request'],
    ['one hidden by itself', { ...product, priceOnRequest: true }, open, GUEST, 'on-request'],
    ['staff sees hidden ones', { ...product, priceOnRequest: true }, closed, STAFF, 'shown'],
    ['an organisation that gets them on request', product, open, { priceTerms: 'on-request' }, 'on-request'],
    ['there is nothing to see where there is no price', { ...product, price: 'on-request' }, open, STAFF, 'on-request'],
  ] as const)('%s', (_, product, category, viewer, kind) => {
    expect(shownPrice(product as Product, category, viewer).kind).toBe(kind)
  })

  test('a product whose price is hidden has no amount left in it', () => {
    const options = [{ id: 'colour', name: product.name, choices: [{ id: 'red', name: product.name, price: { DKK: 424242, EUR: 1 } }] }]
    const hidden = {
      ...product,
      priceOnRequest: true,
      price: { DKK: 424242, EUR: 1 },
      tiers: [{ from: 2, price: { DKK: 424242, EUR: 1 } }],
      options,
    }
    expect(JSON.stringify(asSeenBy(hidden, content, STAFF))).toContain('424242')

    expect(JSON.stringify(asSeenBy(hidden, content, GUEST))).not.toContain('424242')
  })
})

describe('comparing', () => {
  const kinds: FactKind[] = [
    { id: 'sound', type: 'number', name: { en: 'Sound', da: 'Lyd' }, unit: 'dB', better: 'lower', filter: true },
    {
      id: 'class',
      type: 'choice',
      name: { en: 'Class', da: 'Klasse' },
      bestFirst: true,
      filter: true,
      choices: ['a', 'b'].map((id) => ({ id, name: { en: id, da: id } })),
    },
  ]
  const withFacts = (facts: Product['facts']): Product => ({ ...(content.products[0] as Product), facts })
  const said = (text: string) => ({ en: text, da: text })
  const best = (...products: Product[]) =>
    compareFacts(products, kinds, 'en').map(({ id, cells }) => [id, cells.map(({ isBest }) => isBest)])

  test('the lowest is the best where lower is better, and the first choice where they stand in order of merit', () => {
    const quiet = withFacts([
      { kind: 'sound', name: said('Sound'), value: said('30 dB'), number: 30 },
      { kind: 'class', name: said('Class'), value: said('b'), choices: ['b'] },
    ])
    const loud = withFacts([
      { kind: 'sound', name: said('Sound'), value: said('60 dB'), number: 60 },
      { kind: 'class', name: said('Class'), value: said('a'), choices: ['a'] },
    ])

    expect(best(quiet, loud)).toEqual([
      ['sound', [true, false]],
      ['class', [false, true]],
    ])
    expect(best(quiet, quiet)).toEqual([
      ['sound', [false, false]],
      ['class', [false, false]],
    ])
    expect(best(quiet, withFacts([]))).toEqual([
      ['sound', [false, false]],
      ['class', [false, false]],
    ])
  })

  test('facts under a name of their own share a row, and are never better or worse', () => {
    const one = withFacts([{ name: said('Material'), value: said('steel') }])
    const other = withFacts([{ name: said('Material'), value: said('wood') }])

    expect(compareFacts([one, other], kinds, 'en')).toEqual([
      {
        id: 'own-Material',
        name: 'Material',
        differs: true,
        cells: [said('steel'), said('wood')].map(({ en }) => ({ text: en, isBest: false })),
      },
    ])
  })
})
