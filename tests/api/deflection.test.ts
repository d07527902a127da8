import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { deflectionOf, outcomeOf } from '../../api/searches/deflection.ts'
import { SEARCH_COLUMNS, type Search } from '../../api/searches/store.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR_MS = 3_600_000
const noon = Date.parse('2026-10-20T12:00Z')

describe('an answer that was opened', () => {
  test('is proven after 24 hours without a case, to the millisecond, and decided by nothing else', () => {
    const alone = { answeredAt: noon, ticketAt: null }
    const at = (ms: number) => outcomeOf(alone, noon + ms)
    expect([at(0), at(24 * HOUR_MS - 1), at(24 * HOUR_MS)]).toEqual(['pending', 'pending', 'proven'])

    const followed = (after: number) => outcomeOf({ answeredAt: noon, ticketAt: noon + after }, noon + 100 * HOUR_MS)
    expect([followed(0), followed(24 * HOUR_MS - 1), followed(24 * HOUR_MS), followed(-1)]).toEqual([
      'followed',
      'followed',
      'proven',
      'proven',
    ])
  })

  test('counts once for a visitor, and for nothing when they wrote after any of their answers', () => {
    const read = (visitor: string, ticketAt: number | null = null, answeredAt = noon) => ({ visitor, answeredAt, ticketAt })
    const reads = [
      ...[read('a'), read('a'), read('a')],
      ...[read('b'), read('b', noon + HOUR_MS)],
      ...[read('c', null, noon + 30 * HOUR_MS), read('c')],
      read('d'),
    ]

    expect(deflectionOf(reads, noon + 40 * HOUR_MS)).toEqual({ proven: 2, followed: 1, pending: 1, rate: 2 / 3 })
    expect(deflectionOf([], noon)).toEqual({ proven: 0, followed: 0, pending: 0, rate: null })
  })

  describe('and the log it comes from', () => {
    let torv: Torv
    let ada: Client
    beforeEach(async () => {
      torv = await startTorv()
      ada = torv.visitor('192.0.2.10')
    })
    afterEach(stopTorvs)

    const answered = () => ada.post('/api/searches', { text: 'noise', locale: 'en', answer: '/en/help/noise' })
    const openCase = () =>
      ada.post('/api/tickets', {
        kind: 'problem',
        subject: 'It hums',
        text: 'All night.',
        name: 'Ada',
        email: 'ada@acme.example',
        locale: 'en',
      })
    const standing = async () => {
      const rows = await torv.services.db.all<Search>(`select ${SEARCH_COLUMNS} from searches`)
      return deflectionOf(
        rows.map(({ visitor, answeredAt, ticketAt }) => ({ visitor, answeredAt: answeredAt ?? 0, ticketAt })),
        torv.clock.now(),
      )
    }

    test('prove it when a day has gone by', async () => {
      await answered()
      expect(await standing()).toMatchObject({ proven: 0, pending: 1, rate: null })

      torv.clock.forward(24 * HOUR_MS)

      expect(await standing()).toMatchObject({ proven: 1, pending: 0, rate: 1 })
    })

    test('do not prove it when a case came after 23 hours, and do when it came after 25', async () => {
      await answered()
      torv.clock.forward(23 * HOUR_MS)
      await openCase()
      torv.clock.forward(72 * HOUR_MS)
      expect(await standing()).toMatchObject({ proven: 0, followed: 1, rate: 0 })

      await answered()
      torv.clock.forward(25 * HOUR_MS)
      await openCase()

      expect(await standing()).toMatchObject({ proven: 1, followed: 1, rate: 0.5 })
    })

    test('are those of two visitors over midnight: nobody, we included, is to know that it was one', async () => {
      torv.clock.set('2026-12-01T23:40Z')
      const read = (text: string) => ada.post('/api/searches', { text, locale: 'en', answer: '/en/help/noise' })
      await read('noise')
      torv.clock.forward(HOUR_MS / 12)
      await read('hum')
      torv.clock.forward(HOUR_MS / 2)
      await read('filter')

      torv.clock.forward(48 * HOUR_MS)

      expect(await standing()).toMatchObject({ proven: 2 })
    })

    test('take an answer that was read again after the case for followed all the same', async () => {
      await answered()
      torv.clock.forward(HOUR_MS / 6)
      await openCase()
      torv.clock.forward(HOUR_MS / 6)
      await answered()
      torv.clock.forward(48 * HOUR_MS)

      expect(await standing()).toMatchObject({ proven: 0, followed: 1 })
    })
  })
})

describe('what readers say of an article', () => {
  afterEach(stopTorvs)

  test('reaches staff with the reasons, one voice for each browser, and nobody else', async () => {
    const torv = await startTorv()
    const staff = await torv.staff()
    const say = (client: Client, helpful: boolean, comment = '') =>
      client.post('/api/help/feedback', { article: 'noise', locale: 'en', helpful, comment })
    const [ada, grace] = [torv.visitor('192.0.2.10'), torv.visitor('192.0.2.11')]
    await say(ada, false)
    await say(ada, false, '=It is still loud')
    await say(grace, true)

    const found = await (await staff.get('/api/desk/gaps/feedback?days=30')).json()
    expect(found).toMatchObject({
      articles: [{ article: 'noise', locale: 'en', helpful: 1, unhelpful: 1, comments: [{ text: '=It is still loud' }] }],
    })
    expect((found as { weeks: object[] }).weeks.at(-1)).toMatchObject({ helpful: 1, unhelpful: 1 })
    expect(await (await staff.get('/api/desk/gaps/feedback/csv')).text()).toContain(`"'=It is still loud"`) // CO12
    for (const path of ['/api/desk/gaps/feedback', '/api/desk/gaps/feedback/csv']) expect((await ada.get(path)).status).toBe(401)

    torv.clock.forward(40 * 24 * HOUR_MS)
    expect(await (await staff.get('/api/desk/gaps/feedback?days=30')).json()).toMatchObject({ articles: [] })
  })
})
