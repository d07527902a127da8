import { existsSync } from 'node:fs'
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { searchDocuments } from '../../api/help/search/documents.ts'
import { openEmbeddedSearch } from '../../api/help/search/embedded.ts'
import { importArticles } from '../../content/import/import.ts'
import { loadContent } from '../../content/load.ts'

// Beside the repository on the machines it is written on; too large, and not ours, to keep in it.
const helpCentre = resolve('../shared/data/helpcentre-desktop')
const template = resolve('tests/support/content')
const PIXEL = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

let folder: string
let from: string
let into: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'torv-import-'))
  from = join(folder, 'theirs')
  into = join(folder, 'ours')
})
afterEach(() => rm(folder, { recursive: true }))

const their = async (file: string, content: string | Buffer) => {
  await mkdir(dirname(join(from, file)), { recursive: true })
  await writeFile(join(from, file), content)
}
const take = () => importArticles(from, into, { template, source: 'en' })
const ours = (file: string) => readFile(join(into, 'articles', file), 'utf8')

const ENGLISH = `---
title: "Change the battery"
description: "How to open it: and close it."
category: "Care & repair"
category_id: "care"
related: [wifi.md, nowhere]
tags: battery, power
updated: 2026-05-04T10:00:00Z
---

# Change the battery

See [the **wifi** page](wifi.md#restart), [nothing](gone.md), [a site](https://example.com) and ![the lid](img/lid.png "Lid").

\`[not a link](wifi.md)\` <script>alert('canary')</script> [x](javascript:alert(1)) ![far](https://evil.example/x.png)

[ref]: wifi.md
`

async function writeTheirs() {
  await their('en/care/battery.md', ENGLISH)
  await their('en/care/img/lid.png', PIXEL)
  await their('en/wifi.md', '---\ntitle: Wifi\ndescription: On wifi.\ncategory: Networks\n---\nRestart the *router*.\n')
  await their(
    'da/care/battery.md',
    '---\ntitle: Skift batteriet\ndescription: Sådan.\ncategory: Pleje\ncategory_id: care\n---\nSe [wifi](../wifi.md).\n',
  )
  await their('da/README.md', 'Not an article.')
}

describe('a help centre of Markdown files', () => {
  test('becomes ours with one call: fields, pairs, links, pictures, topics', async () => {
    await writeTheirs()
    // Links are relative to their file, as Markdown has it; a name alone is found as well.
    const report = take()

    expect(report).toMatchObject({ articles: { en: 2, da: 1 }, pairs: 1, topics: 2, kept: [], gone: [] })
    const content = loadContent(into)
    const battery = content.articles.en.find(({ slug }) => slug === 'care-battery')
    expect(battery).toMatchObject({
      title: 'Change the battery',
      summary: 'How to open it: and close it.',
      topic: 'care',
      related: ['wifi'],
      keywords: ['battery', 'power'],
      reviewed: '2026-05-04',
    })
    expect(battery?.html).toContain(
      '<a href="/en/help/wifi#restart">the <strong>wifi</strong> page</a>, nothing, <a href="https://example.com"',
    )
    expect(battery?.html).toContain('<img src="/content/pictures/articles/care-battery-lid.png" alt="the lid">')
    expect(battery?.html).toContain('<code>[not a link](wifi.md)</code>')
    expect(battery?.html).not.toContain('<h1')
    expect(await readFile(join(into, 'pictures/articles/care-battery-lid.png'))).toEqual(PIXEL)
    expect(content.articles.da.map(({ slug, language, translation }) => [slug, language, translation])).toEqual([
      ['care-battery', 'da', { of: 'en', isOutdated: false }],
      ['wifi', 'en', undefined],
    ])
    expect(content.topics.map(({ id, name }) => [id, name])).toEqual([
      ['care', { en: 'Care & repair', da: 'Pleje' }],
      ['networks', { en: 'Networks', da: 'Networks' }],
    ])
    expect(report.mentions.map((mention) => mention.replace(/^en\/care\/battery\.md: /, ''))).toEqual([
      'a link leads nowhere: gone.md',
      expect.stringContaining('HTML is left out'),
      expect.stringContaining('HTML is left out'),
      'a link leads nowhere: javascript:alert(1)',
      'a picture is left out: https://evil.example/x.png',
    ])
  })

  test('CO4 CO5 brings nothing alive with it', async () => {
    await writeTheirs()
    await their(
      'en/bad.md',
      '---\ntitle: <img src=x onerror=alert(1)>\n---\n<iframe src="https://evil.example"></iframe>\n\n[a](//evil.example) [b](data:text/html,x) ![c](javascript:x) <p style="x" onclick="y">z</p>\n\n[d]: javascript:alert(1)\n\n[d]\n',
    )
    take()

    const { articles } = loadContent(into)
    for (const { html } of articles.en) expect(html).not.toMatch(/<(script|iframe)|onclick|style=|javascript:|data:|evil\.example/)
  })

  test('done again changes nothing, follows what changed there, and leaves alone what was edited here', async () => {
    await writeTheirs()
    expect(take().written.length).toBe(4)
    expect(take()).toMatchObject({ written: [], kept: [], gone: [], topics: 0 })

    await appendFile(join(into, 'articles/en/wifi.md'), 'Our own words.\n')
    await their('en/wifi.md', '---\ntitle: Wifi\ncategory: Networks\n---\nTheir new words.\n')
    await their('en/care/battery.md', ENGLISH.replace('See', 'Look at'))
    await rm(join(from, 'da/care/battery.md'))

    expect(take()).toMatchObject({
      written: ['articles/en/care-battery.md'],
      kept: ['articles/en/wifi.md'],
      gone: ['articles/da/care-battery.md'],
    })
    expect(await ours('en/wifi.md')).toContain('Our own words.')
    expect(loadContent(into).articles.da.find(({ slug }) => slug === 'care-battery')?.translation?.isOutdated).toBe(true)
  })

  test('goes into a company’s own content beside what is there, and over none of it', async () => {
    await writeTheirs()
    await their('en/noise.md', '---\ntitle: Theirs\n---\nTheirs.\n')
    into = join(folder, 'company')
    const { cp } = await import('node:fs/promises')
    await cp(template, into, { recursive: true })

    expect(take().kept).toEqual(['articles/en/noise.md'])
    const content = loadContent(into)
    expect(content.articles.en.find(({ slug }) => slug === 'noise')?.title).toBe('The pump makes a noise')
    expect(content.topics.map(({ id }) => id)).toContain('faults')
    expect(content.products.length).toBeGreaterThan(0)
  })

  test('that is none is said to be none', () => {
    expect(take).toThrow(/There are no Markdown files in/)
  })
})

if (!existsSync(helpCentre))
  console.log('Skipped: the large help centre is not beside this repository (../shared/data/helpcentre-desktop).')
test.skipIf(!existsSync(helpCentre))(
  'a help centre of 265 articles is taken over, read, indexed and searched',
  { timeout: 120_000 },
  async () => {
    from = helpCentre
    expect(take()).toMatchObject({ articles: { en: 265, da: 113 }, pairs: 113, topics: 9, kept: [] })
    expect(take()).toMatchObject({ written: [] })

    const content = loadContent(into)
    expect([content.articles.en.length, content.articles.da.length]).toEqual([265, 265])
    expect(content.articles.da.filter(({ language }) => language === 'en')).toHaveLength(152)
    const engine = openEmbeddedSearch(join(folder, 'search.db'))
    await engine.replaceAll(searchDocuments(content), content.synonyms, content.version)
    const first = async (text: string, locale: 'en' | 'da') =>
      (await engine.search({ text, locale })).hits.map(({ group }) => group).slice(0, 3)
    expect(await first('bounce keys', 'en')).toContain('article-a11y-bouncekeys')
    expect(await first('større tekst på skærmen', 'da')).toContain('article-a11y-font-size')
    expect(await first('blutooth conect', 'en')).toEqual(expect.arrayContaining([expect.stringContaining('bluetooth')]))
    await engine.close()
  },
)
