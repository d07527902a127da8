import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { searchDocuments } from '../../api/help/search/documents.ts'
import { openEmbeddedSearch } from '../../api/help/search/embedded.ts'
import type { SearchEngine } from '../../api/help/search/engine.ts'
import { loadContent } from '../../content/load.ts'

const content = loadContent(resolve('tests/support/content'))
const documents = searchDocuments(content)

describe('what search is given of the content', () => {
  test('each section of an article, with its own place on the page', () => {
    const sections = documents.filter(({ group, locale }) => group === 'article-noise' && locale === 'en')

    expect(sections.map(({ heading, path }) => [heading, path])).toEqual([
      ['', '/en/help/noise'],
      ['A rattling sound', '/en/help/noise#a-rattling-sound'],
      ['E7: high pressure', '/en/help/noise#e7-high-pressure'],
    ])
    expect(sections.map(({ keywords }) => keywords)).toEqual([['E7'], [], []])
    expect(sections[0]?.body).toBe('What is normal and what is not. A low hum is normal.')
  })

  test('each product in each language, with the numbers and names people know it by', () => {
    const pumps = documents.filter(({ group }) => group === 'product-pump')

    expect(pumps.map(({ path, title }) => [path, title])).toEqual([
      ['/en/products/pump', 'Big Pump'],
      ['/da/products/pump', 'Stor pumpe'],
    ])
    expect(pumps[0]?.keywords).toEqual(['PUMP-1', 'Venerable Pump', 'PUMP-0', 'Pumps'])
    expect(pumps[0]?.body).toBe(
      'Pumps a lot. Quiet: You hardly hear it. Strong: It pumps. Power: 9\u00a0kW. Weight: 90\u00a0kg. Fits: Houses and Flats.',
    )
  })

  test('every id is one of a kind and fit for every engine', () => {
    const ids = documents.map(({ id }) => id)

    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !/^[A-Za-z0-9_-]+$/.test(id))).toEqual([])
  })
})

describe('the content, searched', () => {
  const file = join(tmpdir(), `torv-search-${randomUUID()}.db`)
  let engine: SearchEngine
  beforeAll(async () => {
    engine = openEmbeddedSearch(file)
    await engine.replaceAll(documents, content.synonyms, content.version)
  })
  afterAll(async () => {
    await engine.close()
    rmSync(file)
  })
  const firstPath = async (text: string, locale: 'en' | 'da' = 'en') => (await engine.search({ text, locale })).hits[0]?.path

  test('an error code leads to its section, not to the keywords of the page', async () => {
    expect(await firstPath('E7')).toBe('/en/help/noise#e7-high-pressure')
  })

  test('a stock number leads to the product', async () => {
    expect(await firstPath('pump-1')).toBe('/en/products/pump')
  })

  test("the company's synonyms count", async () => {
    expect(await firstPath('racket')).toMatch('/en/help/noise')
    expect(await firstPath('larm', 'da')).toMatch('/da/help/noise')
  })
})
