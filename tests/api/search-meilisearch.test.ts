import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openEmbeddedSearch } from '../../api/help/search/embedded.ts'
import type { SearchEngine } from '../../api/help/search/engine.ts'
import { withFallback } from '../../api/help/search/fallback.ts'
import { openMeilisearch } from '../../api/help/search/meilisearch.ts'
import { edition } from './search-contract.ts'
import { startStandIn } from './search-standin.ts'

const HOUR = 3_600_000
const none = { en: [], da: [] }
const patiently = { timeout: 10_000, interval: 20 }
const folder = mkdtempSync(join(tmpdir(), 'torv-fallback-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let server: Awaited<ReturnType<typeof startStandIn>>
const opened: SearchEngine[] = []
beforeEach(async () => {
  server = await startStandIn()
})
afterEach(async () => {
  server.silent = false
  for (const engine of opened.splice(0)) await engine.close()
  await server.close()
})

const openPrimary = () => openMeilisearch({ url: server.url, key: 'key', index: 'torv' })
const keep = <T extends SearchEngine>(engine: T) => {
  opened.push(engine)
  return engine
}
const ask = (engine: SearchEngine, text = 'edition') => engine.search({ text, locale: 'en', limit: 50 })
const titles = async (engine: SearchEngine) => [...new Set((await ask(engine)).hits.map((hit) => hit.title))].join(' and ')

describe('the Meilisearch client', () => {
  test('builds each language beside the old one and swaps them in one request', async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('old', 5), none, 'old')
    expect(await titles(engine)).toBe('edition old')
    await engine.replaceAll(edition('new', 5), none, 'new')

    expect(await titles(engine)).toBe('edition new')
    expect(server.swaps.map((swaps) => swaps.map(({ indexes, rename }) => [indexes[1], rename]))).toEqual([
      [
        ['torv-en', true],
        ['torv-da', true],
      ],
      [
        ['torv-en', false],
        ['torv-da', false],
      ],
    ])
    expect([...server.indexes.keys()].sort()).toEqual(['torv-da', 'torv-en'])
  })

  test('no search meanwhile sees an empty index or half of one', { timeout: 20_000 }, async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('old', 30), none, 'old')
    let done = false
    const replaced = engine.replaceAll(edition('new', 30), none, 'new').finally(() => {
      done = true
    })

    const seen = new Set<string>()
    while (!done) {
      const { hits } = await ask(engine)
      seen.add(`${hits.length} of ${[...new Set(hits.map((hit) => hit.title))].join(' and ')}`)
    }
    await replaced

    expect(seen).toContain('30 of edition old')
    expect([...seen].every((one) => ['30 of edition old', '30 of edition new'].includes(one))).toBe(true)
  })

  test('a second start with the same content writes nothing', async () => {
    await keep(openPrimary()).replaceAll(edition('same', 5), none, 'same')
    server.requests.length = 0
    const second = keep(openPrimary())
    await second.replaceAll(edition('same', 5), none, 'same')

    expect(server.requests.filter((request) => !request.startsWith('GET '))).toEqual([])
    expect(await titles(second)).toBe('edition same')
  })

  test('a task that fails leaves the old content in place and nothing behind', async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('old', 5), none, 'old')
    server.failing = 'documentAdditionOrUpdate'

    await expect(engine.replaceAll(edition('new', 5), none, 'new')).rejects.toThrow('told to fail')

    expect(await titles(engine)).toBe('edition old')
    expect([...server.indexes.keys()].sort()).toEqual(['torv-da', 'torv-en'])
  })

  test('what a stopped process left behind is removed, what another is building is not', async () => {
    server.add('torv-en-next-abandoned', new Date(Date.now() - 2 * HOUR).toISOString())
    server.add('torv-en-next-busy', new Date().toISOString())
    server.add('other-en-next-old', new Date(Date.now() - 2 * HOUR).toISOString())
    await keep(openPrimary()).replaceAll(edition('new', 2), none, 'new')

    expect([...server.indexes.keys()].sort()).toEqual(['other-en-next-old', 'torv-da', 'torv-en', 'torv-en-next-busy'])
  })

  test('marks become fragments and never HTML', async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('marked', 1), none, 'marked')

    expect((await ask(engine)).hits[0]?.passage).toEqual([
      { text: 'Page ', hit: false },
      { text: '1', hit: true },
      { text: ' of it.', hit: false },
    ])
  })

  test('SE1 whom a text is for is asked of the server itself, in words that cannot end their string', async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('page', 1), none, 'page')
    await ask(engine)
    await engine.search({ text: 'page', locale: 'en', audiences: ['everyone', 'customers', '"] OR x = "'] })

    const filters = server.searches.map((search) => [search.filter].flat().join(' AND '))
    expect(filters[0]).toMatch(/^audience IN \["everyone"\]/)
    expect(filters[1]).toContain('audience IN ["everyone", "customers", "\\"] OR x = \\""]')
    expect([...server.indexes.values()].every(({ settings }) => JSON.stringify(settings.filterableAttributes).includes('audience'))).toBe(
      true,
    )
  })

  test('only words reach the server, spelled as the content spells them', async () => {
    const engine = keep(openPrimary())
    const [page] = edition('x', 1).filter((document) => document.locale === 'da')
    if (!page) throw new Error('no Danish page')
    const body = 'Køleskab og varmepumpe. Varmepumpen har en fejl.'
    await engine.replaceAll([{ ...page, body }], { en: [], da: [['VVB', 'beholder']] }, 'spelled')
    for (const text of ['"koeleskab" -NOT', 'varmepumpernes brummen', 'varmepumpefejl er', 'koelesk'])
      await engine.search({ text, locale: 'da' })

    expect(server.searches.map((search) => search.q)).toEqual(['køleskab NOT', 'varmepumpe brummen', 'varmepumpe fejl er', 'køleskab'])
    expect(server.searches[0]).toMatchObject({ matchingStrategy: 'frequency', locales: ['dan'], cropMarker: '' })
    expect(server.indexes.get('torv-da')?.settings).toMatchObject({
      distinctAttribute: 'group',
      localizedAttributes: [{ attributePatterns: ['*'], locales: ['dan'] }],
      synonyms: { vvb: ['beholder'], beholder: ['vvb'], varmepumpe: ['varmepumpen'], varmepumpen: ['varmepumpe'] },
    })
  })

  test('a query without words asks nothing of the server', async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('x', 1), none, 'x')

    expect((await ask(engine, '*** "" --')).hits).toEqual([])
    expect(server.searches).toEqual([])
  })

  test('a server that does not answer is given up on within about a second', { timeout: 10_000 }, async () => {
    const engine = keep(openPrimary())
    await engine.replaceAll(edition('x', 1), none, 'x')
    server.silent = true

    await expect(ask(engine)).rejects.toThrow()
  })
})

describe('the fallback', () => {
  const openBoth = (log = vi.fn()) => {
    const embedded = openEmbeddedSearch(join(folder, `${crypto.randomUUID()}.db`))
    return { engine: keep(withFallback(openPrimary(), embedded, log, { coolDownMs: 100 })), log }
  }
  const answeredBy = async (engine: SearchEngine) => (await ask(engine)).engine
  const untilPrimary = (engine: SearchEngine) => vi.waitFor(async () => expect(await answeredBy(engine)).toBe('meilisearch'), patiently)

  test('the embedded engine answers until the primary has the content', async () => {
    const { engine } = openBoth()
    await engine.replaceAll(edition('one', 3), none, 'one')
    expect(await titles(engine)).toBe('edition one')
    expect(await answeredBy(engine)).toBe('embedded')

    await untilPrimary(engine)

    expect(await titles(engine)).toBe('edition one')
  })

  test('a primary that falls silent costs one visitor a second and the next nothing', { timeout: 20_000 }, async () => {
    const { engine, log } = openBoth()
    await engine.replaceAll(edition('one', 3), none, 'one')
    await untilPrimary(engine)
    server.silent = true

    const before = performance.now()
    expect(await ask(engine)).toMatchObject({ engine: 'embedded', hits: [{}, {}, {}] })
    expect(performance.now() - before).toBeLessThan(5_000) // it did not wait for the primary; how long it waits at most is in fallback.ts

    const asked = server.requests.filter((request) => request.endsWith('/search')).length
    expect(await answeredBy(engine)).toBe('embedded')
    expect(server.requests.filter((request) => request.endsWith('/search'))).toHaveLength(asked)
    expect(log).toHaveBeenCalledWith('search-primary-lost', { reason: 'no answer within 800 ms' })
  })

  test('content that came while the primary was down is there when it is back', { timeout: 20_000 }, async () => {
    const { engine } = openBoth()
    await engine.replaceAll(edition('one', 3), none, 'one')
    await untilPrimary(engine)
    server.silent = true
    expect(await answeredBy(engine)).toBe('embedded')
    await engine.replaceAll(edition('two', 3), none, 'two')
    expect(await titles(engine)).toBe('edition two')

    server.silent = false
    await untilPrimary(engine)

    expect(await titles(engine)).toBe('edition two')
    expect(server.swaps).toHaveLength(2)
  })

  test('a primary that lost its index is filled again', { timeout: 20_000 }, async () => {
    const { engine } = openBoth()
    await engine.replaceAll(edition('one', 3), none, 'one')
    await untilPrimary(engine)
    server.indexes.clear()
    expect(await ask(engine)).toMatchObject({ engine: 'embedded', hits: [{}, {}, {}] })

    await untilPrimary(engine)

    expect(await titles(engine)).toBe('edition one')
  })

  test('a primary that was never there holds up neither start nor stop, and what visitors type is not logged', {
    timeout: 20_000,
  }, async () => {
    await server.close()
    const { engine, log } = openBoth()
    await engine.replaceAll(edition('one', 3), none, 'one')
    await ask(engine, 'my secret edition')
    expect(await titles(engine)).toBe('edition one')
    await vi.waitFor(() => expect(log.mock.calls.length).toBeGreaterThan(1), patiently)

    expect(log.mock.calls.every(([event]) => event === 'search-primary-unavailable')).toBe(true)
    expect(JSON.stringify(log.mock.calls)).not.toContain('secret')
    server = await startStandIn() // for afterEach
  })
})
