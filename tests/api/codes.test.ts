import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codesIn } from '../../api/help/codes-model.ts'
import type { SearchHit } from '../../api/help/search/engine.ts'
import { loadContent } from '../../content/load.ts'
import { contentToEdit } from '../support/articles.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

let company: Awaited<ReturnType<typeof contentToEdit>>
beforeEach(async () => {
  company = await contentToEdit()
  for (const locale of ['en', 'da'])
    await company.article(
      `${locale}/faults`,
      { title: locale === 'en' ? 'What it says' : 'Hvad den siger', products: '[pump]', codes: '[E1, E7, { code: F3, section: last }]' },
      '## E12 and E1 together\n\nBoth.\n\n## E1: cold\n\nIt is cold.\n\n## E7: hot {#hot}\n\nIt is hot.\n\n## At the end {#last}\n\nThe filter.',
    )
})
afterEach(async () => {
  await stopTorvs()
  await company.clear()
})

const start = () => startTorv({ CONTENT_DIR: company.folder })
const found = async (torv: Torv, q: string, more = '') => {
  const answer = await torv.visitor().get(`/api/help/search?locale=en&q=${encodeURIComponent(q)}${more}`)
  return ((await answer.json()) as { hits: SearchHit[] }).hits
}

test.each(['E7', 'e7', 'E 7', 'E-7', 'e07', 'E_007', 'e.7', 'error E7', 'fejlkode e7!', 'what is E7?'])('"%s" means E7', (typed) => {
  expect(codesIn(typed)).toContain('E7')
})

test.each(['E', '7', 'E70', 'THE7th', 'E7a', 'E 12345', ''])('"%s" does not mean E7', (typed) => {
  expect(codesIn(typed)).not.toContain('E7')
})

describe('a code', () => {
  test.each(['E7', 'e 7', 'E-07', 'display says e7'])('is found first by search, marked as what it is: %s', async (typed) => {
    const torv = await start()

    const [first, ...others] = await found(torv, typed)

    expect(first).toMatchObject({ code: 'E7', heading: 'E7: hot', path: '/en/help/faults#hot', kind: 'article' })
    expect(first?.passage.map(({ text }) => text).join('')).toBe('It is hot.')
    expect(others.filter(({ group }) => group === first?.group)).toEqual([])
  })

  test('has the section that begins with it, one of its own, or the whole article', async () => {
    await company.article('en/whole', { title: 'Fault H1', codes: '[H1]', products: '[filter]' }, '## If H1 returns\n\nCall.')
    const torv = await start()

    expect((await found(torv, 'E1'))[0]?.path).toBe('/en/help/faults#e1-cold')
    expect((await found(torv, 'F3'))[0]?.path).toBe('/en/help/faults#last')
    expect((await found(torv, 'H1'))[0]).toMatchObject({ path: '/en/help/whole', heading: '' })
    const danish = (await (await torv.visitor().get('/api/help/codes?locale=da&code=h1')).json()) as { codes: unknown[] }
    expect(danish.codes).toMatchObject([{ path: '/da/help/whole', language: 'en' }])
  })

  test('that two products share is told apart by the product', async () => {
    await company.article('en/other', { title: 'Filter E7', products: '[filter]', codes: '[E7]' })
    const torv = await start()
    const codes = async (query: string) => {
      const { codes } = (await (await torv.visitor().get(`/api/help/codes?locale=en${query}`)).json()) as { codes: { path: string }[] }
      return codes.map(({ path }) => path)
    }

    expect(await codes('&code=e7')).toEqual(['/en/help/faults#hot', '/en/help/other'])
    expect(await codes('&code=e7&product=filter')).toEqual(['/en/help/other'])
    expect(await codes('&code=f3&product=filter')).toEqual(['/en/help/faults#last']) // better than nothing
    expect(await codes('&product=filter')).toEqual(['/en/help/other'])
    expect(await codes('&code=nothing')).toEqual([])
  })

  test('SE1 of an article for some is nobody else’s', async () => {
    await company.article('en/ours', { title: 'Ours', codes: '[X9]', visibleTo: 'customers' }, 'canaryx9')
    const torv = await start()
    const asked = ['/api/help/codes?locale=en', '/api/help/codes?locale=en&code=X9', '/api/help/search?q=X9&locale=en']

    for (const path of asked) expect(await (await torv.visitor().get(path)).text()).not.toMatch(/X9|canary|Ours/)
    const staff = await torv.staff()
    for (const path of asked) expect(await (await staff.get(path)).text()).toContain('X9')
  })

  test('is not looked for among products', async () => {
    const torv = await start()

    expect((await found(torv, 'E7', '&kind=product')).filter(({ code }) => code)).toEqual([])
  })
})

test.each([
  ['written as people type it', { codes: '[e-7]' }, /codes\.0: expected a code such as "E7"/],
  ['of a section that is not there', { codes: '[{ code: E9, section: nowhere }]' }, /codes E9: expected a section, not "nowhere"/],
  [
    'that another article explains for the same product',
    { codes: '[E7]', products: '[pump]' },
    /other\.md: codes E7: expected a code that faults/,
  ],
])('a code %s stops the loader', async (_, frontMatter, sentence) => {
  await company.article('en/other', frontMatter as Record<string, string>)

  expect(() => loadContent(company.folder)).toThrow(sentence)
})

test('a code in one language only stops the loader', async () => {
  await company.edit('articles/da/faults.md', '[E1, E7,', '[E1,')

  expect(() => loadContent(company.folder)).toThrow(/faults\.md: codes: expected the same as in articles\/en\/faults\.md/)
})
