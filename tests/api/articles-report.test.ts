import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { articlesForOwner } from '../../api/help/model.ts'
import type { ArticleReport, Concern } from '../../api/help/report-model.ts'
import { loadContent } from '../../content/load.ts'
import { contentToEdit } from '../support/articles.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const DAY = 24 * 60 * 60 * 1000
let company: Awaited<ReturnType<typeof contentToEdit>>
let torv: Torv
beforeEach(async () => {
  company = await contentToEdit()
  await company.article('en/alone', { reviewed: '2026-10-01' }, 'See [noise](article:noise).')
  torv = await startTorv({ CONTENT_DIR: company.folder })
})
afterEach(async () => {
  await stopTorvs()
  await company.clear()
})

const report = async (query = '') => {
  const answer = await (await torv.staff()).get(`/api/desk/articles${query}`)
  return (await answer.json()) as { articles: ArticleReport[]; counts: Record<Concern, number>; total: number }
}
const read = (article: string, locale: string, times = 1) =>
  Promise.all(Array.from({ length: times }, () => torv.visitor().post('/api/help/views', { article, locale })))

describe('the list of articles at the desk', () => {
  test('says of each what there is to do about it', async () => {
    await read('noise', 'en', 2)
    for (const helpful of [true, false, false, false])
      await torv.visitor().post('/api/help/feedback', { article: 'noise', locale: 'en', helpful })

    const { articles, counts, total } = await report()

    expect(
      articles.map(({ locale, slug, views, helpful, unhelpful, concerns }) => ({
        at: `${locale}/${slug}`,
        views,
        helpful,
        unhelpful,
        concerns,
      })),
    ).toEqual([
      { at: 'en/alone', views: 0, helpful: 0, unhelpful: 0, concerns: ['missing', 'never-read', 'unlinked'] },
      { at: 'da/noise', views: 0, helpful: 0, unhelpful: 0, concerns: ['unstamped', 'never-read'] },
      { at: 'en/noise', views: 2, helpful: 1, unhelpful: 3, concerns: ['unstamped', 'badly-rated'] },
    ])
    expect([counts['never-read'], counts.missing, total]).toEqual([2, 1, 3])
    expect((await report('?concern=badly-rated')).articles.map(({ slug }) => slug)).toEqual(['noise'])
  })

  test('forgets what readers thought long ago, and counts nobody for an article that is not there', async () => {
    expect((await read('noise', 'en'))[0]?.status).toBe(204)
    expect((await read('nothing', 'en'))[0]?.status).toBe(422)
    torv.clock.forward(91 * DAY)

    expect((await report()).articles.find(({ slug, locale }) => slug === 'noise' && locale === 'en')?.views).toBe(0)
  })

  test('is for staff', async () => {
    expect((await torv.visitor().get('/api/desk/articles')).status).toBe(401)
    expect((await (await torv.signedIn('ada@acme.example')).get('/api/desk/articles')).status).toBe(403)
  })
})

test('reading leaves a number behind and nothing else', async () => {
  await torv.visitor('192.0.2.77').post('/api/help/views', { article: 'alone', locale: 'da' }, { 'user-agent': 'canary-browser' })

  expect(await torv.services.db.all('select article, locale, views from article_views')).toEqual([
    { article: 'alone', locale: 'en', views: 1 },
  ])
  const columns = await torv.services.db.all<{ name: string }>(`select name from pragma_table_info('article_views')`)
  expect(columns.map(({ name }) => name)).toEqual(['article', 'locale', 'day', 'views'])
  expect(await torv.services.db.all(`select * from events where kind like 'article%'`)).toEqual([])
})

test('npm run content tells the same, beside a running server', { timeout: 60_000 }, async () => {
  await read('noise', 'en', 3)
  const environment = { ...process.env, CONTENT_DIR: company.folder, DATA_DIR: torv.dataDir }
  const { stdout } = await promisify(execFile)(process.execPath, ['api/help/cli.ts', 'report'], { env: environment })

  expect(stdout).toMatch(/In one language only \(1\)\n\s+en\/alone/)
  expect(stdout).toContain('Articles: 3')
  if (process.env.TEST_DATABASE !== 'server') expect(stdout).toMatch(/Read by nobody in 90 days \(2\)/)
})

test('for an owner, what is about their product alone comes before what is about many', async () => {
  await company.article('en/many', { products: '[pump, filter, valve]' })
  await company.article('en/only-pump', { products: '[pump]' })
  await company.article('en/filters', { products: '[filter]' })
  const content = loadContent(company.folder)

  const { owned } = articlesForOwner(content, 'en', ['everyone'], ['pump'])

  expect(owned.map(({ slug }) => slug)).toEqual(['noise', 'only-pump', 'many']) // noise is popular
  expect(articlesForOwner(content, 'en', ['everyone'], []).owned).toEqual([])
})

test('what somebody owns is explained to them first', async () => {
  await company.article('en/for-acme', { visibleTo: '"organisation:1"', title: 'canary for Acme' })
  await stopTorvs()
  torv = await startTorv({ CONTENT_DIR: company.folder })
  const mine = async (client: Pick<Awaited<ReturnType<Torv['signedIn']>>, 'get'>) => (await client.get('/api/help/mine?locale=en')).json()
  const ada = await torv.signedIn('ada@acme.example')
  expect(await mine(ada)).toEqual({ owned: [], others: [] })

  await ada.post('/api/organisation', { name: 'Acme', registrationNumber: '', invoiceAddress: '' })

  expect(await mine(ada)).toMatchObject({ owned: [], others: [{ title: 'canary for Acme', path: '/en/help/for-acme' }] })
  expect(await mine(torv.visitor())).toEqual({ owned: [], others: [] })
})
