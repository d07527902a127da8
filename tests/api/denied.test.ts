import { afterEach, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import type { Client } from '../support/client.ts'
import { acceptanceOf, askFor, offer, read } from '../support/quotes.ts'
import { pdf as sample } from '../support/sample-files.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const CANARY = 'canary-d04b'
/** Where a route names something that belongs to somebody: the subject, by the beginning of its address. */
const OWNED = /^\/api\/(tickets|quotes|bookings|account\/products|uploads)\/:(reference|id)\b/
/** A name of each that was never given to anything. */
const NEVER = { tickets: 'T-222222', quotes: 'Q-222222', bookings: 'B-222222', 'account/products': 'P-222222', uploads: 'A'.repeat(43) }
/** Something that each of these routes would take from whom it belongs to. */
const BODY = {
  ...{ text: CANARY, uploads: [], name: CANARY, email: 'bo@evil.example', right: 'view', revision: 1, totalMinor: 1, score: 1 },
  ...{ reason: 'price', decision: 'approved', hash: 'a'.repeat(64), choices: {}, postcode: '7100', task: 'clean', on: '2026-01-01' },
  ...{ startsAt: 1_800_000_000_000, sequence: 0, answer: 'later', locale: 'en', role: 'reader' },
}
/** Where that is something else. */
const BODIES: Record<string, object> = { 'check-in': { answer: 'fine', text: '' } }
type Subject = keyof typeof NEVER

afterEach(stopTorvs)

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json() as Promise<T>
}

/** One of everything that can be Ada's. */
async function everythingOf(torv: Torv, ada: Client): Promise<Record<Subject, string>> {
  const staff = await torv.staff()
  const uploads = (await json<{ id: string }>(await ada.upload('plan.pdf', sample, { purpose: 'message' }))).id
  const draft = { kind: 'question', subject: CANARY, text: CANARY, locale: 'en', uploads: [uploads] }
  const tickets = (await json<{ reference: string }>(await ada.post('/api/tickets', draft))).reference
  const quotes = await askFor(ada, { need: CANARY })
  await offer(staff, quotes)
  await ada.post(`/api/quotes/${quotes}/acceptance`, acceptanceOf(await read(ada, quotes)))
  const thing = { product: 'pump', serialNumber: 'PU-123456' }
  const products = (await json<{ reference: string }>(await ada.post('/api/account/products', thing))).reference
  return { tickets, quotes, 'account/products': products, uploads, bookings: await booked(ada) }
}

async function booked(ada: Client): Promise<string> {
  const { times } = await json<{ times: number[] }>(await ada.get('/api/bookings/times?kind=call'))
  const wanted = { kind: 'call', startsAt: times.at(-1), name: CANARY, email: 'ada@acme.example', phone: '12345678', locale: 'en' }
  return (await json<{ reference: string }>(await ada.post('/api/bookings', wanted))).reference
}

/** Every row of every table; how far the readers of the log are is nobody's. */
async function everyRow(torv: Torv): Promise<string[]> {
  const tables = await torv.services.db.all<{ name: string }>(`select name from sqlite_master where type = 'table' order by name`)
  const kept = tables.filter(({ name }) => !/^(sqlite_|subscribers$)/.test(name))
  return Promise.all(kept.map(async ({ name }) => `${name}: ${JSON.stringify(await torv.services.db.all(`select * from "${name}"`))}`))
}

test('AC1 AC2 on every route there is, what is another’s answers as what never was, is told to our log, and stays as it is', async () => {
  const torv = await startTorv()
  const [ada, grace] = [await torv.signedIn('ada@acme.example'), await torv.signedIn('grace@globex.example')]
  const hers = await everythingOf(torv, ada)
  for (let n = 0; n < 3; n++) await torv.settle() // what one reader writes the next one reads
  const before = await everyRow(torv)
  const routes = new Map(torv.app.routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  const owned = [...routes.values()].filter(({ method, path }) => method !== 'ALL' && OWNED.test(path))
  const deniedIn = () => torv.logged.filter(({ event }) => event === 'denied').length
  let n = 0

  for (const { method, path } of owned) {
    const subject = (OWNED.exec(path)?.[1] ?? '') as Subject // as the pattern has it
    const ask = (name: string) => {
      const address = path.replace(/:(reference|id)\b/, name).replaceAll(/:\w+(\{.*?\})?/g, '1')
      // From a new place each time, or guessing would be told to wait.
      const from = torv.visitor(`198.51.${++n >> 8}.${n & 255}`)
      for (const [key, value] of grace.cookies) from.cookies.set(key, value)
      const body = { ...BODY, ...BODIES[path.split('/').at(-1) ?? ''] }
      return from.request(method, address, method === 'GET' ? undefined : body, {})
    }
    const denied = deniedIn()
    const theirs = await ask(hers[subject])
    expect([method, path, theirs.status]).toEqual([method, path, 404])
    expect(deniedIn()).toBe(denied + 1)
    const never = await ask(NEVER[subject])

    expect([...theirs.headers]).toEqual([...never.headers])
    const text = await theirs.text()
    expect(text).toBe(await never.text())
    expect(text).not.toContain(CANARY)
  }

  expect(owned.length).toBeGreaterThan(40)
  expect(new Set(owned.map(({ path }) => OWNED.exec(path)?.[1]))).toEqual(new Set(Object.keys(NEVER)))
  const mails = (await torv.mails()).length
  await torv.settle()
  expect((await torv.mails()).length).toBe(mails)
  expect((await everyRow(torv)).filter((table) => !before.includes(table))).toEqual([])
})

test('AC5 on every route of the desk, who may only read changes nothing, and who is no staff reads nothing either', async () => {
  const torv = await startTorv()
  const [reader, ada] = [await torv.staff('reader'), await torv.signedIn('ada@acme.example')]
  await everythingOf(torv, ada)
  for (let n = 0; n < 3; n++) await torv.settle()
  const before = await everyRow(torv)
  const routes = new Map(torv.app.routes.map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  const desk = [...routes.values()].filter(({ method, path }) => method !== 'ALL' && path.startsWith('/api/desk/'))

  for (const { method, path } of desk) {
    const address = path.replaceAll(/:\w+(\{.*?\})?/g, '1')
    const ask = async (client: Client) => (await client.request(method, address, method === 'GET' ? undefined : BODY, {})).status
    expect([method, path, await ask(torv.visitor()), await ask(ada)]).toEqual([method, path, 401, 403])
    if (method !== 'GET') expect([method, path, await ask(reader)]).toEqual([method, path, 403])
  }

  expect(desk.length).toBeGreaterThan(100)
  expect((await everyRow(torv)).filter((table) => !before.includes(table))).toEqual([])
})

/** The routes that take a name or a token, one of all that begin alike; the link to unsubscribe only sends on to a page. */
function guessable(torv: Torv) {
  const asked = torv.app.routes.filter(
    ({ method, path }) => method !== 'ALL' && /^\/api\/(?!desk\/).*:(reference|token|id|key)\b/.test(path),
  )
  const kept = asked.filter(({ method, path }) => method !== 'GET' || !path.startsWith('/api/unsubscribe/'))
  return [...new Map(kept.reverse().map((route) => [route.path.split('/:')[0], route])).values()]
}

test('AC4 whoever guesses a name or a token is told to wait from the sixtieth, wherever one is asked for', async () => {
  const torv = await startTorv()
  const ada = await torv.signedIn('ada@acme.example')
  await ada.post('/api/organisation', { name: 'Acme' })
  const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
  const { token } = await json<{ token: string }>(await torv.visitor().post('/api/widget/visitors', { site }))
  const headers = { authorization: `Bearer ${token}`, 'torv-site': site, 'tus-resumable': '1.0.0' }
  const routes = guessable(torv)
  const unguarded: string[] = []

  for (const [n, { method, path }] of routes.entries()) {
    const guesser = torv.visitor(`203.0.113.${n}`)
    for (const [name, value] of ada.cookies) guesser.cookies.set(name, value)
    const letter = /quotes|bookings|products/.exec(path)?.[0][0]?.toUpperCase() ?? 'T'
    const statuses: number[] = []
    for (let k = 0; k < 60; k++) {
      const name = `22${String(k).padStart(4, '2')}`.replaceAll('0', 'X').replaceAll('1', 'Y')
      const address = path.replace(/:(token|id|key)\b/, name.padEnd(43, 'a')).replace(/:reference\b/, `${letter}-${name}`)
      const body = { ...BODY, ...BODIES[path.split('/').at(-1) ?? ''] }
      const guess = await guesser.request(method, address.replaceAll(/:\w+/g, '1'), method === 'GET' ? undefined : body, headers)
      statuses.push(guess.status)
    }
    if (statuses.at(-1) !== 429 || statuses.some((status) => status < 400)) unguarded.push(`${method} ${path} ${[...new Set(statuses)]}`)
  }

  expect(routes.length).toBeGreaterThan(12)
  expect(unguarded).toEqual([])
})
