import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Fragment, SearchDocument, SearchEngine, SearchQuery } from '../../api/help/search/engine.ts'

const SECOND = 1000
// Beside the repository on the machines it is written on; too large, and not ours, to keep in it.
const naughtyStrings = new URL('../../../shared/data/naughty-strings/blns.json', import.meta.url)

/** What every search engine owes. `open` hands out one with nothing in it. */
export function searchContract(name: string, open: () => Promise<SearchEngine>) {
  describe(name, () => {
    let engine: SearchEngine
    beforeAll(async () => {
      engine = await open()
      await engine.replaceAll(documents, synonyms, 'first', { en: ['Fjeld'], da: [] })
    }, 60 * SECOND)
    afterAll(() => engine.close())

    const find = async (text: string, more: Partial<SearchQuery> = {}) => (await engine.search({ text, locale: 'en', ...more })).hits
    const groups = async (text: string, more?: Partial<SearchQuery>) => (await find(text, more)).map((hit) => hit.group)
    const danish = (text: string) => groups(text, { locale: 'da' })

    test('a word of the title finds the page before pages that only mention it', async () => {
      expect((await groups('warranty')).slice(0, 2)).toEqual(['article-warranty', 'article-noise'])
    })

    test('a whole question finds what it is about', async () => {
      expect((await groups('Why does my heat pump make so much noise at night?'))[0]).toBe('article-noise')
      expect((await groups('How do I clean the filters?'))[0]).toBe('article-filters')
      expect((await danish('hvorfor larmer min varmepumpe om natten'))[0]).toBe('article-noise')
    })

    test.each(['warrenty', 'waranty', 'warrannty', 'warratny'])('one typo is forgiven from five letters: %s', async (text) => {
      expect((await groups(text))[0]).toBe('article-warranty')
    })

    test.each(['refridgerrant', 'refrigeartn'])('two typos are forgiven from nine letters: %s', async (text) => {
      expect((await groups(text))[0]).toBe('article-error-codes')
    })

    test('short words must be right', async () => {
      expect((await groups('noise')).length).toBeGreaterThan(0)

      expect(await groups('nose')).toEqual([])
    })

    test.each(['warr', 'how do I clean the fil', 'refrig'])('the last word may be half a word: %s', async (text) => {
      expect((await groups(text)).length).toBeGreaterThan(0)
    })

    test('half a word may hold a typo', async () => {
      expect((await groups('refirger'))[0]).toBe('article-error-codes')
    })

    test.each([
      ['filter', 'en', 'article-filters'],
      ['cleaned filter', 'en', 'article-filters'],
      ['noises', 'en', 'article-noise'],
      ['varmepumperne', 'da', 'article-noise'],
      ['radiatorens', 'da', 'article-underfloor'],
      ['filtre', 'da', 'article-filters'],
    ] as const)('inflections find each other: %s', async (text, locale, group) => {
      expect(await groups(text, { locale })).toContain(group)
    })

    test.each([
      ['køleskab', 'article-fridge'],
      ['koeleskab', 'article-fridge'],
      ['koleskab', 'article-fridge'],
      ['KØLESKAB', 'article-fridge'],
      ['påfyldning', 'article-filling'],
      ['paafyldning', 'article-filling'],
      ['pafyldning', 'article-filling'],
      ['mærke', 'article-fridge'],
      ['maerke', 'article-fridge'],
      // Too short for a typo to be forgiven.
      ['stoj', 'article-noise'],
      ['stoej', 'article-noise'],
      ['blaa', 'article-fridge'],
      ['bla', 'article-fridge'],
      ['laes', 'article-fridge'],
    ])('æ, ø and å may be written in any of the usual ways: %s', async (text, group) => {
      expect((await danish(text))[0]).toBe(group)
    })

    test.each([
      ['pumpe', 'article-noise'],
      ['varme', 'article-underfloor'],
      ['varmepumpestøj', 'article-noise'],
      ['varme pumpe', 'article-noise'],
    ])('Danish compounds are found by their parts, and parts by their compound: %s', async (text, group) => {
      expect(await danish(text)).toContain(group)
    })

    test('a word with a hyphen is found without it', async () => {
      expect((await groups('email'))[0]).toBe('article-developers')
    })

    test('synonyms are one word to search, each in its own language', async () => {
      expect((await groups('wifi'))[0]).toBe('article-app')
      expect((await groups('DHW'))[0]).toBe('article-hot-water')
      expect((await danish('vvb'))[0]).toBe('article-filling')

      expect(await groups('vvb')).toEqual([])
    })

    test('an error code finds the section named after it first, wherever else it stands', async () => {
      const [first] = await find('E7')
      expect(first).toMatchObject({ heading: 'E7: high refrigerant pressure', path: '/en/help/error-codes#e7' })
      expect((await find('e9'))[0]?.path).toBe('/en/help/error-codes#e9')
      expect((await find('E7 '))[0]?.path).toBe('/en/help/error-codes#e7')
    })

    test('a product is found by its number and by the model it replaces', async () => {
      expect((await groups('FJ-L9-W'))[0]).toBe('product-luft-9')
      expect((await groups('hydrosplit'))[0]).toBe('product-luft-9')
    })

    test('who narrows down further gets groups only, best first, and none for what is not there', async () => {
      const narrowed = { text: 'washable filter', locale: 'en', kinds: ['product'] } satisfies SearchQuery
      expect((await groups(narrowed.text, narrowed))[0]).toBe('product-brise-4')

      expect((await engine.groups(narrowed))[0]).toBe('product-brise-4')
      expect(await engine.groups({ text: 'nose', locale: 'en' })).toEqual([])
      expect(await engine.groups({ text: '', locale: 'en' })).toEqual([])
    })

    test('each page is one hit, with the best of its sections', async () => {
      const hits = await find('noise at night')
      expect(hits.filter((hit) => hit.group === 'article-noise')).toHaveLength(1)
      expect(hits[0]).toMatchObject({ group: 'article-noise', heading: 'At night', path: '/en/help/noise#at-night', kind: 'article' })
    })

    test('filters leave only what was asked for', async () => {
      expect(await groups('filter')).toEqual(expect.arrayContaining(['article-filters', 'product-brise-4']))

      expect(await groups('filter', { kinds: ['product'] })).toEqual(['product-brise-4'])
      expect(await groups('filter', { kinds: ['article'] })).not.toContain('product-brise-4')
      expect(await groups('noise', { product: 'brise-4' })).toEqual([])
      expect(await groups('filter', { product: 'brise-4' })).toContain('article-filters')
      expect(await groups('køleskab', { locale: 'en' })).toEqual([])
    })

    test('SE1 what is for some is found by them, takes no place of others, and no filter opens it', async () => {
      const acme = { audiences: ['everyone', 'organisation:7'] }
      expect(await groups('canaryword', acme)).toEqual(['article-acme']) // or the rest would prove nothing
      expect(await engine.groups({ text: 'canaryword', locale: 'en', ...acme })).toEqual(['article-acme'])
      expect((await groups('noise', acme))[0]).toBe('article-acme')

      const tricks = ['organisation:7" OR kind = "article', '"] OR audience = "organisation:7', "'organisation:7'", 'organisation:77']
      const others: Partial<SearchQuery>[] = [
        ...[{}, { audiences: ['everyone'] }, { audiences: [] }, { audiences: ['everyone', 'organisation:8', 'customers'] }],
        ...tricks.map((one) => ({ audiences: ['everyone', one] })),
      ]
      const filters: Partial<SearchQuery>[] = [{}, { kinds: ['article'] }, { product: 'luft-9' }, { kinds: ['article', 'product'] }]
      for (const asker of others) {
        for (const filter of filters) {
          for (const text of ['canaryword', 'canaryw', 'noise', 'acme']) {
            const asked = { text, locale: 'en' as const, ...asker, ...filter }
            expect(await groups(text, { ...asked, limit: 50 }), JSON.stringify(asked)).not.toContain('article-acme')
            expect(await engine.groups(asked)).not.toContain('article-acme')
          }
        }
        expect(JSON.stringify(await find('canaryword noise at night', { limit: 50, ...asker }))).not.toContain('canaryword')
      }
      expect(await groups('noise', { limit: 1 })).toEqual(['article-noise'])
    })

    test('a filter that is no product finds nothing and breaks nothing', async () => {
      for (const product of ['" OR kind = article', '\\', "'; drop table documents; --", '', '"']) {
        expect(await groups('filter', { product }), product).toEqual([])
      }
    })

    test('limit is kept', async () => {
      expect((await groups('heat pump')).length).toBeGreaterThan(1)

      expect(await groups('heat pump', { limit: 1 })).toHaveLength(1)
    })

    test.each(['qzxwv', 'asdfghjkl qwertyuiop', 'zzzzzz', '', ' ', '?!', '***', '🙂'])(
      'what means nothing finds nothing: "%s"',
      async (text) => {
        expect(await find(text)).toEqual([])
      },
    )

    test.each(['"noise', 'noise AND (', 'noise -heat', 'title:noise', 'noise*', 'NEAR(noise)', 'noise\0', '^noise', "noise' OR 1=1"])(
      'operators have no meaning: %j',
      async (text) => {
        expect(await groups(text)).toContain('article-noise')
      },
    )

    test('SE2 hostile queries are answered', { timeout: 10 * SECOND }, async () => {
      const hostile = [
        '*'.repeat(10_000),
        '"'.repeat(10_000),
        'noise '.repeat(17_000),
        'a'.repeat(100_000),
        '\0',
        '\ud800',
        '(('.repeat(5000),
      ]
      for (const text of hostile) expect(Array.isArray(await find(text))).toBe(true)
    })

    const naughty = test.skipIf(!existsSync(naughtyStrings))
    if (!existsSync(naughtyStrings))
      console.log('Skipped: the naughty strings are not beside this repository (../shared/data/naughty-strings).')
    naughty('every naughty string is answered', { timeout: 30 * SECOND }, async () => {
      const strings = JSON.parse(readFileSync(naughtyStrings, 'utf8')) as string[]
      expect(strings.length).toBeGreaterThan(500)

      for (const text of strings) expect(Array.isArray(await find(text)), text).toBe(true)
    })

    test('fragments are the original text, with what was asked for marked', async () => {
      const queries = ['noise at night', 'warrenty', 'fil', 'wifi', 'E7', 'koeleskab', 'varmepumperne', 'pumpe', 'paafyldning']
      let hits = 0
      for (const text of queries) {
        for (const locale of ['en', 'da'] as const) {
          for (const hit of await find(text, { locale })) {
            const original = documents.find((document) => document.id === hit.id)
            expect(textOf(hit.titleFragments)).toBe(original?.title)
            expect(original?.body).toContain(textOf(hit.passage))
            hits += [...hit.titleFragments, ...hit.passage].filter((fragment) => fragment.hit).length
          }
        }
      }
      expect(hits).toBeGreaterThan(queries.length)
    })

    test('a passage shows the stretch that answers, whole words and about two lines of it', async () => {
      const [hit] = await find('compressor wakes the neighbours')
      const passage = hit?.passage ?? []

      expect(passage.filter((fragment) => fragment.hit).map((fragment) => fragment.text)).toEqual(expect.arrayContaining(['neighbours']))
      expect(textOf(passage).length).toBeLessThan(260)
      expect(textOf(passage)).not.toBe(documents.find((document) => document.id === hit?.id)?.body)
    })

    test.each([
      ['warrenty', 'en', 'warranty'],
      ['How long is the waranty?', 'en', 'How long is the warranty?'],
      ['koleskb i samme rum', 'da', 'køleskab i samme rum'],
    ] as const)('a word that nobody has written is offered as its neighbour is written: %s', async (text, locale, meant) => {
      expect((await engine.search({ text, locale })).didYouMean).toBe(meant)
    })

    test.each(['warranty', 'warr', 'DHW tank', 'noise at night', 'qzxwv', 'wifi', '', '***'])(
      'nothing is offered for "%s"',
      async (text) => {
        expect((await engine.search({ text, locale: 'en' })).didYouMean).toBeNull()
      },
    )

    test('a word of the company that stands everywhere finds nothing by itself among other words', async () => {
      expect(await groups('fjeld warranty')).toContain('article-warranty')
      expect(await groups('fjeld warranty')).not.toContain('product-brise-4')
      expect(await groups('fjeld')).toContain('product-brise-4')
    })

    test('SE1 what is for some is found, completed, corrected, marked and suggested for them alone', async () => {
      const theirs = ['everyone', 'customers']
      const questions = ['canaryflue', 'canaryf', 'canarylfue', 'recall canaryflue', 'filter canaryflue']
      for (const text of questions) expect(JSON.stringify(await find(text, { audiences: theirs })), text).toContain('secret-recall')
      const corrected = async (audiences?: string[]) => (await engine.search({ text: 'canarylfue ', locale: 'en', audiences })).didYouMean

      for (const text of questions)
        expect(JSON.stringify(await engine.search({ text, locale: 'en' })), text).not.toMatch(/secret|canaryflue/)
      for (const text of questions) expect(await engine.groups({ text, locale: 'en' })).not.toContain('article-secret-recall')
      expect(await corrected()).toBeNull()
      expect(await find('canaryflue', { audiences: [] })).toEqual([])
    })

    test('HTML in a text is text', async () => {
      const [hit] = await find('script tag')

      expect(textOf(hit?.passage ?? [])).toContain('<script>')
    })
  })

  describe(`${name}, when the content changes`, () => {
    let engine: SearchEngine
    beforeAll(async () => {
      engine = await open()
      await engine.replaceAll(edition('old', 40), { en: [], da: [] }, 'old')
    }, 60 * SECOND)
    afterAll(() => engine.close())

    const titles = async () => {
      const { hits } = await engine.search({ text: 'edition', locale: 'en', limit: 50 })
      return [...new Set(hits.map((hit) => hit.title))]
    }

    test('the same version is not read again', async () => {
      await engine.replaceAll([], { en: [], da: [] }, 'old')

      expect(await titles()).toEqual(['edition old'])
    })

    test('a search sees all of the old or all of the new', { timeout: 60 * SECOND }, async () => {
      expect(await titles()).toEqual(['edition old'])
      let done = false
      const replaced = engine.replaceAll(edition('new', 400), { en: [], da: [] }, 'new').finally(() => {
        done = true
      })

      const seen = new Set<string>()
      while (!done) {
        seen.add((await titles()).join(' and '))
        await new Promise((next) => setImmediate(next))
      }
      await replaced

      expect([...seen].every((title) => ['edition old', 'edition new'].includes(title))).toBe(true)
      expect(await titles()).toEqual(['edition new'])
    })

    test('of two replacements at once the later one stays', { timeout: 60 * SECOND }, async () => {
      await Promise.all([
        engine.replaceAll(edition('third', 40), { en: [], da: [] }, 'third'),
        engine.replaceAll(edition('fourth', 40), { en: [], da: [] }, 'fourth'),
      ])

      expect(await titles()).toEqual(['edition fourth'])
    })
  })
}

function textOf(fragments: Fragment[]): string {
  return fragments.map((fragment) => fragment.text).join('')
}

/** Documents that say which edition they are of, in both languages. */
export function edition(name: string, size: number): SearchDocument[] {
  return Array.from({ length: size }, (_, number) =>
    (['en', 'da'] as const).map((locale) => ({
      ...section(locale, `${name}-${number}`, `edition ${name}`, '', `Page ${number} of it.`),
      id: `${name}-${locale}-${number}`,
    })),
  ).flat()
}

export function section(locale: 'en' | 'da', slug: string, title: string, heading: string, body: string, anchor = ''): SearchDocument {
  return {
    id: `article-${locale}-${slug}-${anchor || 'top'}`,
    kind: 'article',
    locale,
    group: `article-${slug}`,
    title,
    heading,
    body,
    keywords: [],
    products: [],
    audience: 'everyone',
    language: locale,
    topic: 'daily-use',
    path: `/${locale}/help/${slug}${anchor && `#${anchor}`}`,
  }
}

function product(slug: string, title: string, body: string, keywords: string[]): SearchDocument {
  const path = `/en/products/${slug}`
  return {
    ...section('en', slug, title, '', body),
    id: `product-en-${slug}`,
    kind: 'product',
    group: `product-${slug}`,
    keywords,
    products: [slug],
    path,
  }
}

export const synonyms = {
  en: [
    ['wifi', 'wireless network'],
    ['DHW', 'hot water'],
  ],
  da: [['vvb', 'varmtvandsbeholder']],
}

export const documents: SearchDocument[] = [
  {
    ...section('en', 'acme', 'Noise, noise and noise for Acme', 'Noise', 'canaryword noise noise noise at night'),
    ...{ products: ['luft-9'], audience: 'organisation:7' },
  },
  section(
    'en',
    'noise',
    'Is the noise normal?',
    '',
    'A heat pump hums while it works. The warranty does not cover a hum that was always there.',
  ),
  section(
    'en',
    'noise',
    'Is the noise normal?',
    'At night',
    'The night setting slows the fan down. It is chosen on the panel, under Comfort, and lasts until six in the morning unless you say otherwise. In hard frost it is left out, so that the house stays warm. If the compressor still wakes the neighbours, write to us and tell us where the outdoor unit stands and what lies between it and their window. A short recording helps us most.',
    'at-night',
  ),
  section('en', 'warranty', 'What the warranty covers', '', 'Parts and labour for five years from the day of installation.'),
  {
    ...section('en', 'error-codes', 'What does the error code mean?', '', 'The panel shows a code. E7 and E9 are the usual ones.'),
    keywords: ['alarm', 'E7', 'E9'],
  },
  section(
    'en',
    'error-codes',
    'What does the error code mean?',
    'E7: high refrigerant pressure',
    'The heat pump cannot get rid of its heat. Open the valves.',
    'e7',
  ),
  section('en', 'error-codes', 'What does the error code mean?', 'E9: compressor overload', 'A phase is missing. Look at the fuses.', 'e9'),
  {
    ...section('en', 'filters', 'Cleaning the filters', '', 'Vacuum each filter once a month in the heating season.'),
    products: ['brise-4'],
  },
  section('en', 'app', 'Connect the app', '', 'The phone must be on the same wireless network while you follow the steps.'),
  { ...section('en', 'secret-recall', 'Recall', '', 'A canaryflue about the filter of a recall.'), audience: 'customers' },
  section('en', 'hot-water', 'Too little hot water', '', 'The tank needs two hours to fill with heat again.'),
  section('en', 'developers', 'For developers', '', 'Paste the <script> tag before the end of the page & reload. Or send us an e-mail.'),
  product('luft-9', 'Fjeld Luft 9', 'An air to water heat pump for houses up to 160 square metres.', ['FJ-L9-W', 'Hydrosplit']),
  product('brise-4', 'Fjeld Brise 4', 'Heats and cools one large room. With a washable filter.', ['FJ-B4-A']),
  section('da', 'noise', 'Støj fra varmepumpen', '', 'En varmepumpe brummer, når den arbejder. Larmer den om natten, så vælg natdrift.'),
  section('da', 'underfloor', 'Gulvvarme eller radiatorer', '', 'Gulvvarme kan nøjes med lunkent vand. En radiator skal have det varmere.'),
  section('da', 'filters', 'Rens filteret', '', 'Støvsug det en gang om måneden.'),
  section('da', 'fridge', 'Køleskab i samme rum', '', 'Et køleskab med blå dør og mærke A. Læs det indvendigt.'),
  section('da', 'filling', 'Påfyldning af vand', '', 'Fyld langsomt vand på varmtvandsbeholderen, til trykket er 1,5 bar.'),
]
