import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { loadContent } from '../../content/load.ts'
import { renderMarkdown } from '../../content/markdown.ts'
import { translator } from '../../content/phrases.ts'

describe('what a company writes', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'torv-content-'))
    await cp(resolve('tests/support/content'), folder, { recursive: true })
  })
  afterEach(() => rm(folder, { recursive: true }))

  const edit = async (file: string, from: string, to: string) => {
    const path = join(folder, file)
    const text = await readFile(path, 'utf8')
    expect(text).toContain(from)
    await writeFile(path, text.replace(from, to))
  }

  test('is read when nothing is wrong', () => {
    const { products } = loadContent(folder)
    expect(products.map(({ slug }) => slug)).toEqual(['pump', 'filter', 'special', 'trade-pump', 'valve', 'old-pump'])
    expect(products[0]?.facts).toEqual([
      { kind: 'power', name: { en: 'Power', da: 'Effekt' }, value: { en: '9\u00a0kW', da: '9\u00a0kW' }, number: 9 },
      { kind: 'weight', name: { en: 'Weight', da: 'Vægt' }, value: { en: '90\u00a0kg', da: '90\u00a0kg' }, number: 90 },
      {
        kind: 'fits',
        name: { en: 'Fits', da: 'Passer til' },
        value: { en: 'Houses and Flats', da: 'Huse og Lejligheder' },
        choices: ['house', 'flat'],
      },
    ])
  })

  test('a draft is checked like everything else, and is nowhere in what is read', async () => {
    expect(await readFile(join(folder, 'products/draft.yaml'), 'utf8')).toContain('canary-draft')
    const content = loadContent(folder)
    expect(content.products.find(({ slug }) => slug === 'special')?.accessories).toEqual([])
    expect(JSON.stringify(content)).not.toMatch(/canary/i)

    await edit('products/draft.yaml', 'value: 777', 'value: much')
    expect(() => loadContent(folder)).toThrow(/draft\.yaml: facts: expected a number for power, not "much"/)
  })

  test.each([
    [
      'a field of the wrong kind',
      'products/pump.yaml',
      'DKK: 1000000',
      'DKK: 10000.5',
      /products\/pump\.yaml:14: price: expected whole amounts/,
    ],
    ['a field that is missing', 'company.yaml', 'phone: "+45 70 00 00 00"', '', /company\.yaml:\d+: phone: .*expected string/],
    ['a field that nobody knows', 'products/pump.yaml', 'order: 1', 'colour: red', /products\/pump\.yaml:\d+: colour/],
    ['a colour that is none', 'company.yaml', '"#0b5c66"', '"petrol"', /company\.yaml:5: accent: expected a colour/],
    ['a kind of case that nobody knows', 'ticket-kinds.yaml', 'kind: visit', 'kind: wish', /ticket-kinds\.yaml:\d+: 4\.kind: /],
    [
      'a field of a kind of case that asks for nothing we know',
      'ticket-kinds.yaml',
      'id: since, type: date',
      'id: since, type: day',
      /ticket-kinds\.yaml:\d+: 1\.fields\.0.*expected one of text, choice, date and number/,
    ],
    [
      'two fields of one name',
      'ticket-kinds.yaml',
      'id: code',
      'id: since',
      /ticket-kinds\.yaml:\d+: 1\.fields\.1\.id: expected a name of its own, since "since" is taken/,
    ],
    [
      'a choice of one',
      'ticket-kinds.yaml',
      '        - { id: money, label: { en: Money back, da: Pengene tilbage } }\n',
      '',
      /ticket-kinds\.yaml:\d+: 2\.fields\.0\.choices: /,
    ],
    ['broken YAML', 'company.yaml', 'name: Testværk', 'name: [Testværk', /company\.yaml:\d+: /],
    ['a language left out', 'categories.yaml', '{ en: Pumps, da: Pumper }', '{ en: Pumps }', /categories\.yaml:1: 0\.name\.da/],
    [
      'a product that is not there',
      'products/pump.yaml',
      '[filter]',
      '[filtre]',
      /pump\.yaml: accessories: expected a product, not "filtre"/,
    ],
    ['an article without front matter', 'articles/da/noise.md', '---', '', /articles\/da\/noise\.md:1: expected front matter/],
    ['a date that is none', 'articles/en/noise.md', '2026-10-01', '2026-13-01', /articles\/en\/noise\.md:6: reviewed/],
    ['a link to nothing', 'articles/en/noise.md', 'product:filter', 'product:filtre', /noise\.md: link: expected something that exists/],
    [
      'a fact that nobody knows',
      'products/pump.yaml',
      'fact: power',
      'fact: powr',
      /pump\.yaml: facts: expected an id of facts\.yaml, not "powr"/,
    ],
    [
      'a number that is none',
      'products/pump.yaml',
      'value: 9 ',
      'value: nine ',
      /pump\.yaml: facts: expected a number for power, not "nine"/,
    ],
    [
      'a choice that is not offered',
      'products/pump.yaml',
      '[house, flat]',
      '[house, boat]',
      /pump\.yaml: facts: expected one of house, flat for fits, not "boat"/,
    ],
    ['a fact told twice', 'products/pump.yaml', 'fact: weight', 'fact: power', /pump\.yaml: facts: expected "power" once/],
    [
      'a fact with two names',
      'products/pump.yaml',
      'fact: power,',
      'fact: power, name: { en: Power, da: Effekt },',
      /pump\.yaml:\d+: facts\.0: expected either "fact"/,
    ],
    [
      'a kind of fact that is none',
      'facts.yaml',
      'type: choice',
      'type: colour',
      /facts\.yaml:\d+: 2\.type: expected "number" or "choice"/,
    ],
    [
      'a successor that is not there',
      'products/old-pump.yaml',
      'replacedBy: pump',
      'replacedBy: pomp',
      /replacedBy: expected a product, not "pomp"/,
    ],
    [
      'products that replace each other',
      'products/pump.yaml',
      'order: 1',
      'replacedBy: old-pump',
      /pump\.yaml: replacedBy: expected a product that this one has not replaced in turn/,
    ],
    ['a picture that is not there', 'products/pump.yaml', 'mark.svg', 'pump.svg', /pictures\/pump\.svg to be there/],
  ])('stops at %s, and says where and what was expected', async (_name, file, from, to, sentence) => {
    await edit(file, from, to)

    expect(() => loadContent(folder)).toThrow(sentence)
  })

  test('may change a phrase of the interface, but not leave a hole', async () => {
    const { t } = { t: translator(loadContent(folder), 'da') }
    expect(t('problem.busy.title')).toBe('Vi har travlt lige nu')
    expect(() => t('problem.no-such.title')).toThrow('There is no phrase')
  })
})

describe('an article', () => {
  test.each([
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt:alert(1))',
    '[x](&#106;avascript:alert(1))',
    '[x](java\tscript:alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '[x](//evil.example)',
    '[x](\\\\evil.example)',
    '<javascript:alert(1)>',
    '![x](javascript:alert(1))',
    '[x]: javascript:alert(1)\n\n[x]',
  ])('CO4 the link %j is dead', (markdown) => {
    const { html } = renderMarkdown(markdown, 'en')

    expect(html).not.toMatch(/(href|src)="(?!https:|mailto:|tel:|\/en\/|#)/i)
    expect(html).not.toMatch(/(href|src)="[^"]*evil/i)
  })

  test('CO4 a link outside says nothing of where it was followed', () => {
    expect(renderMarkdown('[x](https://example.com)', 'en').html).toBe(
      '<p><a href="https://example.com" rel="noopener noreferrer">x</a></p>',
    )
  })

  test.each([
    '<script>alert(1)</script>',
    '<iframe src="https://evil.example"></iframe>',
    '<p onclick="alert(1)" style="position:fixed">x</p>',
    '<svg onload=alert(1)>',
    ':::note{onclick="alert(1)" style="x"}\nx\n:::',
    ':::script\nalert(1)\n:::',
  ])('CO5 of %j only words are left', (markdown) => {
    expect(renderMarkdown(markdown, 'en').html).not.toMatch(/<(script|iframe|svg)|onclick|onload|style=/i)
  })

  test('leads to other pages in the reader’s language, and has sections with anchors', () => {
    const { html, sections, links } = renderMarkdown(
      'See [it](article:noise#a-rattling-sound) at 02:00.\n\n## Æbler på kl. 7:30\n\nHer.',
      'da',
    )

    expect(html).toContain('href="/da/help/noise#a-rattling-sound"')
    expect(html).toContain('02:00')
    expect(links).toEqual(['article:noise'])
    expect(sections).toEqual([
      { anchor: '', heading: '', level: 1, text: 'See it at 02:00.' },
      { anchor: 'æbler-på-kl-730', heading: 'Æbler på kl. 7:30', level: 2, text: 'Her.' },
    ])
  })
})
