import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { hashPassword } from '../../api/accounts/passwords.ts'
import { Sessions } from '../../api/accounts/sessions.ts'
import { addStaff, findContact, findUser, welcome } from '../../api/accounts/store.ts'
import { createApp } from '../../api/app.ts'
import { readConfig } from '../../api/config.ts'
import type { User } from '../../api/platform/http.ts'
import { openRequest, saveDraft, sendQuote } from '../../api/quotes/desk.ts'
import { requestQuote } from '../../api/quotes/request.ts'
import { quoteByReference } from '../../api/quotes/store.ts'
import { openServices, type Services } from '../../api/services.ts'
import { loadContent } from '../../content/load.ts'
import { manyProducts } from '../support/many-products.ts'
import { freePort } from '../support/ports.ts'

// The API on 10,000 products, with quotes that wait to be accepted, and the bare route that it is measured against.

const ADA = 'ada@acme.example'
const LOOPBACK = '127.0.0.1,::1,::ffff:127.0.0.1'

/** What the measuring process is told once all is ready. `customer` is the cookie of whose quotes they are. */
export type Prepared = {
  url: string
  customer: string
  quotes: { reference: string; total: number }[]
  products: string[]
  category: string
  facts: string
}

const port = await freePort()
const url = `http://localhost:${port}`
const dataDir = await mkdtemp(join(tmpdir(), 'torv-bench-'))
const content = manyProducts(loadContent(resolve('tests/support/content')), 10_000)
const config = readConfig({
  DATA_DIR: dataDir,
  PUBLIC_URL: url,
  PORT: String(port),
  TRUSTED_PROXIES: LOOPBACK,
  CONTENT_DIR: resolve('tests/support/content'),
})
const services = await openServices(config, { content, log: () => {} })
const prices = content.products.filter(({ price }) => price !== 'on-request').map(({ slug }) => slug)

await fillBare(services)
const quotes = await sentQuotes(services, Number(process.env.QUOTES), prices)
await serve(services)
process.send?.({
  url,
  customer: await signedIn(services),
  quotes,
  products: prices.slice(0, 5_000),
  category: content.categories[0]?.id ?? '',
  facts: 'fact.colour=graphite&fact.power.min=5&fact.power.max=20',
} satisfies Prepared)
process.once('SIGTERM', async () => {
  await rm(dataDir, { recursive: true, force: true })
  process.exit(0)
})

/**
 * Everything on one port: the bare route has the same server and the same database under it, and nothing else. `/took` tells how
 * long each answer since then took in here, in milliseconds from its first byte in to its last byte out.
 */
async function serve(services: Services) {
  const bare = new Hono().get('/bare/:id', async (c) =>
    c.json(await services.db.get('select id, name, data from bare where id = :id', { id: Number(c.req.param('id')) })),
  )
  const [api, baseline] = [createApp(services), bare].map((app) => getRequestListener(app.fetch, { overrideGlobalObjects: false }))
  let took: number[] = []
  const server = createServer((request, response) => {
    if (request.url === '/took') {
      response.end(JSON.stringify(took))
      took = []
      return
    }
    const begun = performance.now()
    response.once('finish', () => took.push(performance.now() - begun))
    const answer = request.url?.startsWith('/bare/') ? baseline : api
    answer?.(request, response)
  })
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
}

async function fillBare({ db }: Services) {
  await db.migrate(`create table bare (id integer primary key, name text not null, data text not null) strict;
    insert into bare (id, name, data)
    select value, 'row ' || value, hex(randomblob(200)) from generate_series(1, 1000);`)
}

async function sentQuotes(services: Services, count: number, products: string[]) {
  await addStaff(services, {
    email: 'sam@x.example',
    name: 'Sam',
    role: 'admin',
    locale: 'en',
    passwordHash: await hashPassword('a long enough password'),
  })
  const sam = await findUser(services, 'sam@x.example')
  if (!sam) throw new Error('There is no Sam')
  const quotes: Prepared['quotes'] = []
  for (let at = 0; at < count; at++) quotes.push(await sentQuote(services, sam, products, at))
  return quotes
}

async function sentQuote(services: Services, sam: User, products: string[], at: number) {
  const lines = Array.from({ length: 10 }, (_, n) => ({
    product: products[(at * 13 + n) % products.length] ?? '',
    options: {},
    quantity: 1 + n,
  }))
  const buyer = { name: 'Ada Lund', company: '', email: ADA, phone: '' }
  const reference = await requestQuote(services, { lines, need: '', buyer, locale: 'en', contact: undefined, confirm: false })
  const found = async () => {
    const quote = await quoteByReference(services, reference)
    if (!quote) throw new Error(`There is no ${reference}`)
    return quote
  }
  await openRequest(services, await found(), sam)
  const { hash, document } = await saveDraft(services, await found(), { lines, validDays: 30, note: '' }, sam)
  await sendQuote(services, await found(), hash, sam)
  return { reference, total: document.total }
}

async function signedIn(services: Services): Promise<string> {
  const user = await welcome(services, { email: ADA, locale: 'en' })
  if (!user?.contactId || !(await findContact(services, user.contactId))) throw new Error('Ada is no contact')
  const { token } = await new Sessions(services.db).begin(user, 'bench')
  return `torv-session=${token}`
}
