import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import { usePanelAssets } from '../../api/widget/assets.ts'
import { contentToEdit } from '../support/articles.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

let torv: Torv
let company: Awaited<ReturnType<typeof contentToEdit>>
beforeEach(async () => {
  company = await contentToEdit()
})
afterEach(async () => {
  usePanelAssets(undefined)
  await stopTorvs()
  await company.clear()
})

const start = async () => {
  torv = await startTorv({ CONTENT_DIR: company.folder })
}
const CANARIES = ['canarydraft', 'canaryold', 'canarycustomers', 'canaryacme', 'canarysite'] as const

const RELATED = '[noise, a-draft, an-old-one, for-customers, for-acme, for-a-site]'

async function writeCanaries({ acme, site }: { acme: number; site: string }) {
  const text = (word: string) => `${word} stands here.\n\n## ${word} heading\n\nMore of ${word}.`
  const article = (slug: string, word: string, fields: Record<string, string>) =>
    company.article(`en/${slug}`, { title: `Noise ${word}`, summary: `On ${word}`, keywords: `[${word}]`, ...fields }, text(word))
  await article('a-draft', 'canarydraft', { status: 'draft' })
  await article('an-old-one', 'canaryold', { status: 'archived' })
  await article('for-customers', 'canarycustomers', { visibleTo: 'customers', formerly: '[was-for-customers]', codes: '[X9]' })
  await article('for-acme', 'canaryacme', { visibleTo: `"organisation:${acme}"`, products: '[pump]', popular: 'true' })
  await article('for-both', 'canaryboth', { visibleTo: `[customers, "organisation:${acme}"]`, related: RELATED })
  await article('for-all', 'canaryall', { related: RELATED })
  await article('for-a-site', 'canarysite', { visibleTo: `"site:${site}"` })
}

/** Everything that lists, finds, suggests or counts articles; what comes back as one text. */
async function everythingShown(client: Client, headers: Record<string, string> = {}) {
  const paths = [
    ...CANARIES.flatMap((word) => [word, word.slice(0, 7), `${word.slice(0, -1)}q`, `noise ${word}`, `"${word}"`]).flatMap((q) =>
      ['en', 'da'].flatMap((locale) => [
        `/api/help/search?q=${encodeURIComponent(q)}&locale=${locale}&limit=50`,
        `/api/help/search?q=${encodeURIComponent(q)}&locale=${locale}&kind=article&product=pump`,
        `/api/help/search?q=${encodeURIComponent(q)}&locale=${locale}&scope=staff&audience=customers&visibleTo=customers`,
      ]),
    ),
    ...['en', 'da'].flatMap((locale) =>
      ['a-draft', 'an-old-one', 'for-customers', 'for-acme', 'for-a-site', 'for-all', 'for-both'].flatMap((slug) => [
        `/api/widget/articles/${locale}/${slug}`,
        `/api/help/articles/${locale}/${slug}`,
      ]),
    ),
    ...['en', 'da'].map((locale) => `/api/help/guides/pump?locale=${locale}`),
  ]
  const answers = await Promise.all(paths.map(async (path) => [path, await (await client.get(path, headers)).text()] as const))
  return answers
}

/** Which canaries are in what was shown; the archived article's own page is everybody's. */
async function seenBy(client: Client, headers?: Record<string, string>) {
  const shown = await everythingShown(client, headers)
  return CANARIES.filter((word) =>
    shown.some(([path, text]) => text.includes(word) && !(word === 'canaryold' && /articles\/\w+\/an-old-one$/.test(path))),
  )
}

describe('SE1 restricted articles', () => {
  test('are found and read by whom they are for, and are not there for anybody else', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const [ada, grace, eve] = [await torv.signedIn('ada@acme.example'), await torv.signedIn('grace@globex.example'), torv.visitor()]
    const founded = await ada.post('/api/organisation', { name: 'Acme', registrationNumber: '', invoiceAddress: '' })
    expect(founded.status).toBeLessThan(300)
    await grace.post('/api/organisation', { name: 'Acme', registrationNumber: '', invoiceAddress: '' })
    await torv.services.db.batch([{ sql: `update contacts set stage = 'customer' where email = 'grace@globex.example'` }])

    expect(await seenBy(await torv.staff())).toEqual(['canarycustomers', 'canaryacme', 'canarysite']) // or the rest proves nothing
    expect(await seenBy(ada)).toEqual(['canaryacme'])
    expect(await seenBy(grace)).toEqual(['canarycustomers'])
    expect(await seenBy(eve)).toEqual([])
    expect(await seenBy(eve, { 'torv-site': 'S-none' })).toEqual([]) // there is no such site
  })

  test('are among the guides to a product for those they are for', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const ada = await torv.signedIn('ada@acme.example')
    await ada.post('/api/organisation', { name: 'Acme', registrationNumber: '', invoiceAddress: '' })
    const guides = async (client: Client) => (await client.get('/api/help/guides/pump?locale=en')).text()

    expect(await guides(ada)).toContain('canaryacme')
    expect(await guides(torv.visitor())).not.toContain('canaryacme')
  })

  test('are among the related of another for those they are for, and name themselves to nobody else', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const [ada, grace, staff] = [await torv.signedIn('ada@acme.example'), await torv.signedIn('grace@globex.example'), await torv.staff()]
    await ada.post('/api/organisation', { name: 'Acme', registrationNumber: '', invoiceAddress: '' })
    await torv.services.db.batch([{ sql: `update contacts set stage = 'customer' where email = 'grace@globex.example'` }])
    const related = async (client: Client, slug: string) => {
      const answer = await (await client.get(`/api/help/articles/en/${slug}`)).json()
      return (answer as { related: { slug: string }[] }).related.map(({ slug }) => slug).sort()
    }

    for (const slug of ['for-both', 'for-all']) {
      expect(await related(ada, slug)).toEqual(['for-acme', 'noise'])
      expect(await related(grace, slug)).toEqual(['for-customers', 'noise'])
      expect(await related(staff, slug)).toEqual(['for-acme', 'for-customers', 'noise'])
    }
    expect(await related(torv.visitor(), 'for-all')).toEqual(['noise'])
    expect((await torv.visitor().get('/api/help/articles/en/for-both')).status).toBe(404)
  })

  test('answer those they are for: to staff, what such a customer looked for was found', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const grace = await torv.signedIn('grace@globex.example')
    await torv.services.db.batch([{ sql: `update contacts set stage = 'customer' where email = 'grace@globex.example'` }])
    for (const client of [grace, torv.visitor('192.0.2.77')]) await client.post('/api/searches', { text: 'canarycustomers', locale: 'en' })

    const searched = await torv.services.db.all('select hits > 0 as "isFound", fit from searches order by id')

    expect(searched).toEqual([
      { isFound: 1, fit: 1 },
      { isFound: 0, fit: 0 },
    ])
  })

  test('of a site are read where its widget is, and have no page', async () => {
    await start()
    const admin = await torv.staff('admin')
    await admin.post('/api/desk/sites', { name: 'Shop', origin: 'https://shop.example', locale: 'en' })
    const { sites } = (await (await admin.get('/api/desk/sites')).json()) as { sites: { key: string }[] }
    await stopTorvs()
    await writeCanaries({ acme: 1, site: sites[0]?.key ?? '' })
    await start()
    await torv.services.db.batch([
      {
        sql: `insert into sites (key, name, origins, locale, created_at) values (:key, 'Shop', '["https://shop.example"]', 'en', 0)`,
        args: { key: sites[0]?.key ?? '' },
      },
    ])
    const inWidget = { 'torv-site': sites[0]?.key ?? '' }

    expect(await seenBy(torv.visitor(), inWidget)).toEqual(['canarysite'])
    expect(await (await torv.visitor().get('/api/widget/articles/da/for-a-site', inWidget)).json()).toMatchObject({ path: null })
    expect(await seenBy(torv.visitor())).toEqual([])
  })

  test('are in no document of the widget, however popular', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await company.article('en/liked', { title: 'Well liked', popular: 'true' })
    await start()
    usePanelAssets({ script: '/widget/assets/main.js', styles: [] })
    const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })

    const frame = await (await torv.visitor().get(`/widget/frame?site=${site}&locale=en`)).text()

    expect(frame).toContain('Well liked')
    for (const word of CANARIES) expect(frame).not.toContain(word)
  })

  test('answer like what never was: status, headers and body', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const answer = async (slug: string) => {
      const response = await torv.visitor().get(`/api/help/articles/en/${slug}`)
      return [response.status, [...response.headers].filter(([name]) => name !== 'date'), await response.text()]
    }
    const never = await answer('never-was')

    expect(never[0]).toBe(404)
    for (const slug of ['for-customers', 'for-acme', 'a-draft', 'was-for-customers', 'for-a-site'])
      expect(await answer(slug)).toEqual(never)
  })

  test('cannot be rated by who cannot read them', async () => {
    await writeCanaries({ acme: 1, site: 'S-none' })
    await start()
    const vote = { article: 'for-customers', locale: 'en', helpful: true }

    expect((await torv.visitor().post('/api/help/feedback', vote)).status).toBe(422)
    expect((await (await torv.staff()).post('/api/help/feedback', vote)).status).toBe(204)
  })
})

test('an archived article is read by who has its address, and says what it is', async () => {
  await company.article('en/old', { status: 'archived' })
  await start()

  expect(await (await torv.visitor().get('/api/help/articles/da/old')).json()).toMatchObject({ isArchived: true, language: 'en' })
})

test('an article is found by what it was called before', async () => {
  await company.article('en/new-name', { formerly: '[old-name]' })
  await start()

  expect(await (await torv.visitor().get('/api/widget/articles/en/old-name')).json()).toMatchObject({ slug: 'new-name' })
})

test('CO4 CO5 what stands in a notice is words, in the document of the widget as well', async () => {
  const bad = '<iframe src=//evil.example></iframe><img src=x onerror=alert(1)> [x](javascript:alert(1)) </script><script>alert(1)</script>'
  await mkdir(join(company.folder, 'notices'), { recursive: true })
  const text = JSON.stringify({ en: bad, da: bad })
  await writeFile(join(company.folder, 'notices/bad.yaml'), `kind: incident\ntitle: ${text}\ntext: ${text}\nfrom: "2020-01-01"\n`)
  await start()
  const admin = await torv.staff('admin')
  const { key } = (await (await admin.post('/api/desk/sites', { name: 'Shop', origin: 'https://shop.example', locale: 'en' })).json()) as {
    key: string
  }

  usePanelAssets({ script: '/widget/assets/main.js', styles: [] }) // there need be no build
  const answer = await torv.visitor().get(`/widget/frame?site=${key}`)

  const html = await answer.text()
  expect(html).toContain('evil.example') // it is there, or the rest proves nothing
  expect(html).not.toMatch(/<iframe|<img|<\/script><script>alert/)
  expect(html.match(/<script/g)).toHaveLength(2)
  expect(answer.headers.get('content-security-policy')).toMatch(/default-src 'none'; script-src 'self';/)
})
