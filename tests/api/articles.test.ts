import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { searchDocuments } from '../../api/help/search/documents.ts'
import { loadContent } from '../../content/load.ts'
import { renderMarkdown } from '../../content/markdown.ts'
import { stampTranslations } from '../../content/stamp.ts'
import { pagesForEverybody } from '../../site/sitemap.ts'
import { contentToEdit } from '../support/articles.ts'

let company: Awaited<ReturnType<typeof contentToEdit>>
beforeEach(async () => {
  company = await contentToEdit()
})
afterEach(() => company.clear())

const load = () => loadContent(company.folder)
const danish = (slug: string) => load().articles.da.find((article) => article.slug === slug)

describe('a pair of languages', () => {
  test('a translation is up to date until the words of its original change', async () => {
    expect(stampTranslations(company.folder, ['noise'], 'en')).toMatchObject([{ file: 'articles/da/noise.md', before: undefined }])
    expect(danish('noise')?.translation).toEqual({ of: 'en', isOutdated: false })

    await company.edit('articles/en/noise.md', '2026-10-01', '2026-11-01')
    await company.edit('articles/en/noise.md', 'A low hum is normal.', 'A low hum\nis normal.')
    expect(danish('noise')?.translation?.isOutdated).toBe(false)
    await company.edit('articles/en/noise.md', 'is normal.', 'is not normal.')
    expect(danish('noise')?.translation?.isOutdated).toBe(true)

    expect(stampTranslations(company.folder, [], 'en')).toHaveLength(1)
    expect(danish('noise')?.translation?.isOutdated).toBe(false)
    expect(stampTranslations(company.folder, [], 'en')).toEqual([])
    expect(load().articles.en.find(({ slug }) => slug === 'noise')?.translation).toBeUndefined()
  })

  test('a stamp changes one line of a file, whichever language came first', async () => {
    const before = await readFile(join(company.folder, 'articles/en/noise.md'), 'utf8')
    stampTranslations(company.folder, ['noise'], 'da')
    const after = await readFile(join(company.folder, 'articles/en/noise.md'), 'utf8')

    expect(after.replace(/^translationOf: da@[0-9a-f]{12}\n/m, '')).toBe(before)
    expect(stampTranslations(company.folder, ['noise'], 'en')).toEqual([]) // the files know which is the original
  })

  test('what is in one language only is shown in the other one, and leads on in the reader’s', async () => {
    await company.article('en/only-english', { related: '[noise]' }, 'See [noise](article:noise).\n\n## Canary heading\n\nEnglish words.')

    const borrowed = danish('only-english')

    expect(borrowed).toMatchObject({ locale: 'da', language: 'en', related: ['noise'] })
    expect(borrowed?.html).toContain('href="/da/help/noise"')
    const documents = searchDocuments(load()).filter(({ group }) => group === 'article-only-english')
    expect(documents.map(({ locale, language, path }) => [locale, language, path])).toEqual([
      ['en', 'en', '/en/help/only-english'],
      ['en', 'en', '/en/help/only-english#canary-heading'],
      ['da', 'en', '/da/help/only-english'],
      ['da', 'en', '/da/help/only-english#canary-heading'],
    ])
  })

  test('a translation that is not done yet leaves its original in its place', async () => {
    await company.article('en/both', {}, 'English.')
    await company.article('da/both', { status: 'draft' }, 'Kanarie.')

    expect(danish('both')).toMatchObject({ language: 'en' })
    expect(JSON.stringify(load())).not.toContain('Kanarie')
  })
})

describe('who sees an article', () => {
  test('a draft is checked like the others, and is nowhere', async () => {
    await company.article('en/draft', { status: 'draft', title: 'canary-title', formerly: '[canary-former]' }, 'canary-text')
    await company.article('en/reader', { related: '[draft]' })
    expect(JSON.stringify(load())).not.toContain('canary')
    expect(load().articles.en.find(({ slug }) => slug === 'reader')?.related).toEqual([])

    await company.article('en/draft', { status: 'draft', topic: 'nowhere' })
    expect(load).toThrow(/draft\.md: topic: expected an id of topics\.yaml, not "nowhere"/)
  })

  test('what is archived, or for some, is in no list and not found by everybody', async () => {
    await company.article('en/old', { status: 'archived' }, 'canary-old')
    await company.article('en/ours', { visibleTo: '[customers, "organisation:7"]' }, 'canary-ours')
    const content = load()

    expect(JSON.stringify(content.articles)).not.toContain('canary')
    expect(content.archived.da[0]).toMatchObject({ slug: 'old', language: 'en', isArchived: true })
    expect(content.restricted.da[0]).toMatchObject({ slug: 'ours', visibleTo: ['customers', 'organisation:7'] })
    const found = searchDocuments(content).filter(({ body }) => body.includes('canary'))
    expect(new Set(found.map(({ audience }) => audience))).toEqual(new Set(['customers organisation:7']))
  })

  test.each([
    ['an audience nobody knows', { visibleTo: 'friends' }, {}, /pair\.md:\d+: visibleTo: expected "everyone", "customers"/],
    [
      'languages that differ in who may read',
      { visibleTo: 'customers' },
      {},
      /da\/pair\.md: visibleTo: expected the same as in articles\/en\/pair\.md/,
    ],
    ['languages that differ in state', { status: 'archived' }, {}, /da\/pair\.md: status: expected the same/],
    ['two originals of each other', { translationOf: 'da@0123456789ab' }, { translationOf: 'en@0123456789ab' }, /one original/],
    ['a stamp nobody makes', { translationOf: 'en@yesterday' }, {}, /translationOf: expected what "npm run content -- stamp" writes/],
  ] as [string, Record<string, string>, Record<string, string>, RegExp][])('stops at %s', async (_, english, inDanish, sentence) => {
    await company.article('en/pair', english)
    await company.article('da/pair', inDanish)

    expect(load).toThrow(sentence)
  })
})

test('the map for search engines names what everybody may read, each in the languages it is in', async () => {
  await company.article('en/alone')
  await company.article('en/canary-old', { status: 'archived' })
  await company.article('en/canary-ours', { visibleTo: 'customers' })
  await company.article('en/canary-draft', { status: 'draft' })

  const pages = pagesForEverybody(load())

  expect(pages.find(({ path }) => path === '/da/help/noise')?.languages).toEqual({ en: '/en/help/noise', da: '/da/help/noise' })
  expect(pages.filter(({ path }) => path.endsWith('/alone'))).toEqual([{ path: '/en/help/alone', languages: { en: '/en/help/alone' } }])
  expect(JSON.stringify(pages)).not.toContain('canary')
})

describe('an address an article had before', () => {
  test('is known by both languages', async () => {
    await company.article('en/new-name', { formerly: '[old-name, older-name]' })

    expect(load().formerArticles).toEqual({ 'old-name': 'new-name', 'older-name': 'new-name' })
  })

  test.each([
    ['itself', '[moved]', /moved\.md: formerly: expected a slug that no article has now, not "moved"/],
    ['an article that is there', '[noise]', /moved\.md: formerly: expected a slug that no article has now, not "noise"/],
    ['what another has had', '[past]', /formerly: expected "past" once, since articles\/en\/other\.md has it too/],
  ])('cannot be that of %s', async (_, formerly, sentence) => {
    await company.article('en/other', { formerly: '[past]' })
    await company.article('en/moved', { formerly })

    expect(load).toThrow(sentence)
  })

  test('is not one that something else has below /help', async () => {
    await company.article('en/codes')

    expect(load).toThrow(/codes\.md: the name: expected another one/)
  })
})

describe('an anchor', () => {
  test('can be named, and keeps its name whatever the heading says', () => {
    const { html, sections } = renderMarkdown('## E7: højt tryk {#e7}\n\nTekst.\n\n## Og {#Nej} her', 'da')

    expect(html).toContain('<h2 id="e7">E7: højt tryk</h2>')
    expect(sections.map(({ anchor, heading }) => [anchor, heading])).toEqual([
      ['e7', 'E7: højt tryk'],
      ['og-nej-her', 'Og {#Nej} her'],
    ])
  })

  test.each(['## x {#"onclick=alert(1)}', '## x {#a b}', '## x {#<b>}', '## x {#x" onmouseover="y}'])(
    'CO5 %j names nothing',
    (markdown) => {
      expect(renderMarkdown(markdown, 'en').html).toMatch(/^<h2 id="[\w-]*">[^<]*<\/h2>$/)
    },
  )
})
