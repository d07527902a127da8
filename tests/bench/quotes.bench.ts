import { fork } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import type { Prepared } from './server.ts'

// npm run bench -- quotes: what the sales side costs the server, asked over loopback by one client at a time, beside a bare Hono route
// that does one indexed select on the same database engine. Fails when the slower answers (p95) take longer than the limit.

const LIMIT_MS = 20
const WARM_UP = 30
const TIMES = 300
const QUOTES = WARM_UP + TIMES

type Ask = (at: number) => { method?: string; path: string; body?: unknown; cookie?: string; status: number }
type Measured = { name: string; p50: number; p95: number }

const server = fork(join(import.meta.dirname, 'server.ts'), { env: { ...process.env, QUOTES: String(QUOTES) } })
const prepared = await new Promise<Prepared>((ready, failed) => {
  server.once('message', (message) => ready(message as Prepared)) // sent once by server.ts
  server.once('exit', (code) => failed(new Error(`The server ended with ${code}`)))
})
const { url, customer, quotes, products, category } = prepared

const line = (at: number) => ({ product: products[at % products.length] ?? '', options: {}, quantity: 1 + (at % 7) })
const hundred = Array.from({ length: 100 }, (_, at) => line(at * 17))
const guest = { name: 'Ada Lund', need: 'Before winter', locale: 'en' }
const words = ['power', 'ærø pump', 'graphite', 'quiet fan', 'samsoe', 'stille pumpe', 'pupm']

const measures: [string, Ask][] = [
  ['one indexed select, bare', (at) => ({ path: `/bare/${1 + (at % 1000)}`, status: 200 })],
  ['price a quote of 100 lines', () => ({ method: 'POST', path: '/api/quotes/price', body: { lines: hundred }, status: 200 })],
  [
    'ask for a quote of 10 lines',
    (at) => ({
      method: 'POST',
      path: '/api/quotes',
      body: { ...guest, email: `b${at}@acme.example`, lines: hundred.slice(0, 10) },
      status: 201,
    }),
  ],
  [
    'ask for a quote of 100 lines',
    (at) => ({ method: 'POST', path: '/api/quotes', body: { ...guest, email: `c${at}@acme.example`, lines: hundred }, status: 201 }),
  ],
  [
    'accept a quote',
    (at) => {
      const { reference = '', total = 0 } = quotes[at] ?? {}
      const body = { revision: 1, totalMinor: total, name: 'Ada Lund' }
      return { method: 'POST', path: `/api/quotes/${reference}/acceptance`, body, cookie: customer, status: 204 }
    },
  ],
  ['10,000 products: all', () => ({ path: '/api/catalog/products?locale=en', status: 200 })],
  [
    '10,000 products: a category and a price',
    (at) => ({ path: `/api/catalog/products?locale=da&category=${category}&priceMin=${at * 100}&sort=price-down`, status: 200 }),
  ],
  [
    '10,000 products: two facts',
    (at) => ({ path: `/api/catalog/products?locale=en&${prepared.facts}&limit=${12 + (at % 3)}`, status: 200 }),
  ],
  [
    '10,000 products: words, with typos',
    (at) => ({ path: `/api/catalog/products?locale=en&q=${encodeURIComponent(words[at % words.length] ?? '')}`, status: 200 }),
  ],
]

const results: Measured[] = []
for (const [name, ask] of measures) results.push(await measured(name, ask))
server.kill()
report(results)

async function measured(name: string, ask: Ask): Promise<Measured> {
  for (let at = 0; at < WARM_UP; at++) await answered(name, ask(at))
  await tookSince()
  for (let at = WARM_UP; at < WARM_UP + TIMES; at++) await answered(name, ask(at))
  const took = (await tookSince()).sort((a, b) => a - b)
  if (took.length !== TIMES) throw new Error(`${name}: the server counted ${took.length} answers`)
  const at = (share: number) => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0
  return { name, p50: at(0.5), p95: at(0.95) }
}

/** How long each answer took in the server since this was last asked, in ms. */
async function tookSince(): Promise<number[]> {
  return (await (await fetch(`${url}/took`)).json()) as number[] // from server.ts
}

async function answered(name: string, { method = 'GET', path, body, cookie, status }: ReturnType<Ask>) {
  const headers = {
    origin: url,
    // Each request from an address of its own, as through a proxy: limits count addresses.
    'x-forwarded-for': `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`,
    ...(cookie && { cookie }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const response = await fetch(url + path, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
  const text = await response.text()
  if (response.status !== status) throw new Error(`${name}: ${response.status} ${text.slice(0, 300)}`)
}

function report(results: Measured[]) {
  const [bare] = results
  if (!bare) return
  console.log(`\n${'per answer, in ms'.padEnd(44)}${'p50'.padStart(8)}${'p95'.padStart(8)}${'p95 ÷ bare p95'.padStart(18)}`)
  for (const { name, p50, p95 } of results) {
    console.log(`${name.padEnd(44)}${p50.toFixed(2).padStart(8)}${p95.toFixed(2).padStart(8)}${(p95 / bare.p95).toFixed(1).padStart(18)}`)
  }
  const slow = results.filter(({ p95 }) => p95 > LIMIT_MS)
  console.log(`\n${TIMES} answers each, one after another. Limit: p95 ≤ ${LIMIT_MS} ms.`)
  for (const { name, p95 } of slow) console.error(`Too slow: ${name} (${p95.toFixed(1)} ms)`)
  process.exit(slow.length ? 1 : 0)
}
