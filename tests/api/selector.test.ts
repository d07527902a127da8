import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { readAnswers, recommend } from '../../api/catalog/selector.ts'
import { type Content, loadContent } from '../../content/load.ts'
import { LOCALES } from '../../content/schema.ts'
import { startTorv, stopTorvs } from '../support/torv.ts'

afterEach(stopTorvs)

const contents = { 'the test company': loadContent(resolve('tests/support/content')), 'the demo company': loadContent(resolve('content')) }
const company = contents['the test company']
const house = { place: 'house', area: '110', walls: 'thin', colour: 'dark' }

function choose(given: Record<string, unknown>, content: Content = company, locale: 'en' | 'da' = 'en') {
  const { selector } = content
  if (!selector) throw new Error('There is no selector')
  const answered = readAnswers(selector, given)
  return { ...answered, ...recommend(content, selector, answered.answers, locale) }
}

describe('the selector', () => {
  test('asks only what follows from the answers, one after the other', () => {
    expect(choose({}).next?.id).toBe('place')
    expect(choose({ place: 'house' }).next?.id).toBe('area')
    expect(choose({ place: 'garden' }).next).toBeUndefined()
    expect(choose({ place: 'garden' }).asked.map(({ id }) => id)).toEqual(['place'])
    expect([{}, { place: 'house' }, { place: 'garden' }].map((given) => choose(given).most)).toEqual([4, 4, 1])
  })

  test('forgets answers to what is not asked any more, and says what is wrong with others', () => {
    expect(choose({ place: 'garden', area: '110', size: 'xl' }).answers).toEqual({ place: 'garden' })
    expect(choose({ place: 'attic' }).mistakes).toEqual({ place: { reason: 'choice' } })
    const mistakes = (area: unknown) => choose({ place: 'house', area }).mistakes.area?.reason
    expect(['1e3', '-5', '110.5', '', '19', '1501', {}, [], null].map(mistakes)).toEqual([
      ...['whole-number', 'whole-number', 'whole-number', 'required', 'too-small', 'too-large'],
      ...['whole-number', 'whole-number', 'whole-number'],
    ])
    expect(choose({ place: 'house', area: 110 }).answers).toEqual({ place: 'house', area: 110 })
  })

  test('ranks what fits, with reasons in the reader’s language, and how it is best ordered', () => {
    const { fits } = choose(house)

    expect(fits).toEqual([
      {
        product: 'pump',
        options: { colour: 'graphite' },
        quantity: 1,
        points: 35,
        pro: ['Your 110 m² need 8.8 kW; Big Pump gives 9.'],
        con: ['You may hear it through thin walls.'],
        accessories: [{ product: 'filter', options: {}, quantity: 2, reason: 'Dust comes through thin walls.' }],
      },
      { product: 'special', options: {}, quantity: 1, points: 30, pro: ['It grows with the house.'], con: [], accessories: [] },
    ])
    expect(choose(house, company, 'da').fits[0]?.pro).toEqual(['Dine 110 m² kræver 8,8 kW; Stor pumpe giver 9.'])
  })

  test('SE1 names no product that is not out yet', async () => {
    expect(await readFile(resolve('tests/support/content/selector.yaml'), 'utf8')).toContain('product: draft') // the rules do

    expect(company.selector?.accessories.map(({ product }) => product)).toEqual(['filter'])
    expect(JSON.stringify(choose(house))).not.toMatch(/draft/i)
  })

  test('leaves out what is excluded, whatever speaks for it, and says why', () => {
    const { fits, others } = choose({ ...house, area: '1000' })

    expect(fits.map(({ product, quantity }) => [product, quantity])).toEqual([['special', 2]])
    expect(others).toEqual([{ product: 'pump', why: ['Your 1,000 m² need 80 kW, more than it has.'] }])
  })

  test('admits that nothing fits', () => {
    expect(choose({ place: 'garden' })).toMatchObject({ fits: [], others: [{ why: ['It must stand in a house.'] }, {}] })
  })

  test.each(Object.entries(contents))('of %s answers anything with a short list, and no gap is left in a reason', (_name, content) => {
    const { questions = [] } = content.selector ?? {}
    const answer = Object.fromEntries(
      questions.map((question) => [
        question.id,
        question.kind === 'choice'
          ? fc.constantFrom(...question.answers.map(({ id }) => id))
          : fc.integer({ min: question.min, max: question.max }),
      ]),
    )
    const shown = new Set<string>()
    fc.assert(
      fc.property(fc.record(answer), fc.constantFrom(...LOCALES), (given, locale) => {
        const { fits, others, next, mistakes } = choose(given, content, locale)
        expect([next, mistakes]).toEqual([undefined, {}])
        expect(fits.length).toBeLessThanOrEqual(3)
        expect(fits.map(({ points }) => points)).toEqual(fits.map(({ points }) => points).sort((a, b) => b - a))
        for (const { pro } of fits) expect(pro.length).toBeGreaterThan(0)
        expect(
          JSON.stringify([fits.map(({ pro, con, accessories }) => [pro, con, accessories.map(({ reason }) => reason)]), others]),
        ).not.toMatch(/\{[\w-]+\}/)
        for (const { product } of fits) shown.add(product)
      }),
      { numRuns: 3_000, seed: 20_261_125 },
    )
    const named = new Set(content.selector?.rules.flatMap(({ products }) => products))
    expect([...shown].sort()).toEqual([...named].sort()) // each has its chance
  })
})

describe('GET /api/catalog/selector', () => {
  test('asks, answers and shares by its address alone', async () => {
    const visitor = (await startTorv()).visitor()

    const begun = await (await visitor.get('/api/catalog/selector?locale=da')).json()
    expect(begun).toMatchObject({
      next: 'place',
      questions: [{ text: 'Hvad skal den bruges til?', answers: [{ id: 'house', text: 'Et hus' }, {}] }],
    })
    const wrong = await (await visitor.get('/api/catalog/selector?place=house&area=9999')).json()
    expect(wrong).toMatchObject({ next: 'area', errors: { area: 'The largest possible is 1500.' }, fits: [] })
    const done = await (await visitor.get(`/api/catalog/selector?${new URLSearchParams(house)}`)).json()
    expect(done).toMatchObject({
      next: null,
      fits: [{ product: 'pump' }, { product: 'special' }],
      questions: [{}, { answerText: '110\u00a0m²' }, {}, {}],
    })
  })

  test('is not there for a company that wrote no selector', async () => {
    const torv = await startTorv()
    torv.services.content.selector = undefined

    expect((await torv.visitor().get('/api/catalog/selector')).status).toBe(404)
  })
})

describe('answers that travel with a quote request', () => {
  const request = { lines: [{ product: 'pump', quantity: 1 }], name: 'Ada', email: 'ada@acme.example', locale: 'en' }
  type Desk = { qualification: { said: { question: string; asked: { da: string }; text: { da: string } }[]; fits: unknown } | null }

  async function ask(qualification: unknown) {
    const torv = await startTorv()
    const staff = await torv.staff()
    const answer = await torv.visitor().post('/api/quotes', { ...request, qualification })
    const { reference, ...problem } = (await answer.json()) as { reference: string; errors: Record<string, string> }
    const onTheDesk = async () => (await (await staff.get(`/api/desk/quotes/${reference}`)).json()) as Desk
    return { torv, status: answer.status, problem, onTheDesk }
  }

  test('are read, scored by us and shown to staff with their words', async () => {
    const { torv, status, onTheDesk } = await ask({ ...house, area: 110 })
    expect(status).toBe(201)

    const { qualification } = await onTheDesk()
    expect(qualification?.said.map(({ asked, text }) => [asked.da, text.da])).toEqual([
      ['Hvad skal den bruges til?', 'Et hus'],
      ['Hvor stort er det?', '110\u00a0m²'],
      ['Hvordan er væggene?', 'Tynde'],
      ['Hvilken farve?', 'Mørk'],
    ])
    expect(qualification?.fits).toEqual([
      { product: 'pump', points: 35 },
      { product: 'special', points: 30 },
    ])
    await torv.settle()
    const mails = await torv.mails()
    expect(mails.find(({ to }) => to === 'desk@testvaerk.example')?.text).toMatch(/How large is it\?.*110/)
    expect(mails.find(({ to }) => to === 'ada@acme.example')?.text).not.toMatch(/How large|110/) // MA6: the address may be a stranger's
  })

  test.each([
    [{ place: 'attic' }, { 'qualification.place': 'Choose one from the list.' }],
    [{ place: 'house', area: 1501 }, { 'qualification.area': 'The largest possible is 1500.' }],
    [{ place: 'house', fits: 'special' }, { 'qualification.fits': 'Choose one from the list.' }],
  ])('such as %j are refused, and nothing is stored', async (qualification, errors) => {
    const { torv, status, problem } = await ask(qualification)

    expect([status, problem.errors]).toEqual([422, errors])
    expect(await torv.services.db.all('select 1 from quotes')).toEqual([])
  })

  test.each([[{ place: { points: 99 } }], ['place'], [[1]], [Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`q${n}`, 'x']))]])(
    'of another shape are refused: %j',
    async (qualification) => expect((await ask(qualification)).status).toBe(422),
  )

  test('are dropped when they answer what was not asked, and need not be there', async () => {
    expect((await (await ask({ place: 'garden', area: 50 })).onTheDesk()).qualification).toMatchObject({
      said: [{ question: 'place' }],
      fits: [],
    })
    expect((await (await ask({})).onTheDesk()).qualification).toBeNull()
    expect((await (await ask(undefined)).onTheDesk()).qualification).toBeNull()
  })
})

describe('a mistake in selector.yaml', () => {
  let folder: string
  let original: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'torv-content-'))
    await cp(resolve('tests/support/content'), folder, { recursive: true })
    original = await readFile(join(folder, 'selector.yaml'), 'utf8')
  })
  afterAll(() => rm(folder, { recursive: true }))

  test.each([
    [
      'a product that is not there',
      'products: [special]',
      'products: [spezial]',
      /selector\.yaml:\d+: rules\.3\.products\.0: expected a product, not "spezial"/,
    ],
    [
      'a question that is not there',
      '{ walls: [thin] }\n    points',
      '{ wall: [thin] }\n    points',
      /:\d+: rules\.2\.when\.wall: expected a question or figure, not "wall"/,
    ],
    [
      'an answer that is not there',
      '{ walls: [thin] }\n    points',
      '{ walls: [glass] }\n    points',
      /:\d+: rules\.2\.when\.walls: expected an answer to "walls", not "glass"/,
    ],
    [
      'bounds for a choice',
      '{ walls: [thin] }\n    points',
      '{ walls: { from: 2 } }\n    points',
      /rules\.2\.when\.walls: expected answers to "walls" such as \[thick, thin\]/,
    ],
    ['answers to a number', '{ power: { below: 10 } }', '{ area: [house] }', /rules\.0\.when\.area: expected bounds such as/],
    [
      'a question that waits for a later one',
      'max: 1500\n    when: { place: [house] }',
      'max: 1500\n    when: { walls: [thin] }',
      /questions\.1\.when\.walls: expected a question before this one, not "walls"/,
    ],
    [
      'a question nobody is asked',
      'max: 1500\n    when: { place: [house] }',
      'max: 1500\n    when: { place: [house] }\n  - id: never\n    kind: number\n    text: { en: Never, da: Aldrig }\n    min: 1\n    max: 2\n    when: { place: [garden], area: { from: 50 } }',
      /:\d+: questions\.2\.when: expected a way to this question: no answers lead to it/,
    ],
    [
      'a rule that never holds',
      '{ power: { from: 8 } }',
      '{ power: { from: 800 } }',
      /rules\.3\.when: expected something that can be so: no answers lead here/,
    ],
    [
      'a product that can never win',
      'enoughPoints: 10',
      'enoughPoints: 50',
      /rules\.0\.products: expected rules that let "pump" reach 50 points; no answers do/,
    ],
    [
      'a product that is always excluded',
      '{ power: { from: 10 } }\n    exclude',
      '{ power: { from: 0 } }\n    exclude',
      /rules\.0\.products: expected rules that let "pump"/,
    ],
    ['points that say nothing', 'points: -5', 'points: 0', /:\d+: rules\.2: expected either points \(not 0\) or "exclude: true"/],
    [
      'a gap that may not be filled',
      'en: It must stand in a house.',
      'en: "Not {area}"',
      /rules\.4\.reason\.en: expected only questions and figures that "when" makes sure of, not \{area\}/,
    ],
    [
      'an option that is not offered',
      'options: { colour: graphite }',
      'options: { colour: pink }',
      /setups\.0\.options\.colour: expected a choice of "pump", not "pink"/,
    ],
    ['more than can be ordered', 'quantity: 2 }', 'quantity: 9 }', /setups\.1\.quantity: expected at most 4, as "special" allows/],
    [
      'a factor left out',
      '{ thick: 0.04, thin: 0.08 }',
      '{ thick: 0.04 }',
      /figures\.0\.times\.walls: expected a factor for the answer "thin" as well/,
    ],
    ['two questions of one name', 'id: colour', 'id: walls', /questions\.3\.id: expected a name of its own, since "walls" is taken/],
    ['a language left out', '{ en: Thick, da: Tykke }', '{ en: Thick }', /:\d+: questions\.2\.answers\.0\.text\.da/],
    ['a kind nobody knows', 'kind: number', 'kind: slider', /:\d+: questions\.1(\.kind)?: expected the kind "choice" or "number"/],
    ['a field nobody knows', 'enoughPoints', 'enough', /:\d+: enough: Unrecognized key/],
  ])('such as %s stops the start, and says where and what was expected', async (_name, from, to, sentence) => {
    expect(original).toContain(from)
    await writeFile(join(folder, 'selector.yaml'), original.replace(from, to))

    expect(() => loadContent(folder)).toThrow(sentence)
  })

  test('is no mistake when the file is left out', async () => {
    await rm(join(folder, 'selector.yaml'), { force: true })

    expect(loadContent(folder).selector).toBeUndefined()
  })
})
