import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { hashPassword } from '../../api/accounts/passwords.ts'
import { Sessions } from '../../api/accounts/sessions.ts'
import { addStaff, findUser, welcome } from '../../api/accounts/store.ts'
import { createApp } from '../../api/app.ts'
import { readConfig } from '../../api/config.ts'
import { mergeWords } from '../../api/desk/words.ts'
import { closeServices, openServices, type Services } from '../../api/services.ts'
import { VIEWS } from '../../api/tickets/desk-filter.ts'
import { fillTickets, LARGE_CUSTOMER, someReferences } from '../support/many-tickets.ts'

// npm run bench -- tickets [small] [large] [--in=folder]: what lists and threads cost with 10,000 tickets and with 1,000,000, each with
// five times as many messages; in the same run and by turns, so that whatever else the machine does falls on both. Fails over the limit.
// Making a million up takes minutes: in a folder that is named, it is kept and used again.

const LIMIT = 1.5
const WARM_UP = 30
const TIMES = 200
const STAFF = 24
const { values, positionals } = parseArgs({ options: { in: { type: 'string' } }, allowPositionals: true })
const [SMALL = 10_000, LARGE = 1_000_000] = positionals.map(Number)

type Role = 'agent' | 'customer'
type Filled = {
  tickets: number
  services: Services
  ask: (path: string, as: Role) => Promise<Record<string, unknown>>
  /** References of anybody, and of the customer who asks. */
  any: string[]
  mine: string[]
  cursor: { mine: string; all: string }
}
type Ask = [as: Role, path: (filled: Filled, at: number) => string]

const desk = (query: string): Ask => ['agent', () => `/api/desk/tickets?${query}`]
const one = (references: string[], at: number) => references[at % references.length] ?? ''
// Each fills its page at both sizes: seven rows are quicker than 25 whatever there is besides.
const measures: [string, Ask][] = [
  ['my cases', ['customer', () => '/api/tickets']],
  ['my cases, the second page', ['customer', ({ cursor }) => `/api/tickets?cursor=${cursor.mine}`]],
  ['all that I have going', ['customer', () => '/api/cases']],
  ['my thread', ['customer', ({ mine }, at) => `/api/tickets/${one(mine, at)}`]],
  ['desk: how many wait', ['agent', () => '/api/desk/inbox']],
  ...VIEWS.map((view): [string, Ask] => [`desk: ${view}`, desk(`view=${view}`)]),
  ['desk: all, three years back', ['agent', ({ cursor }) => `/api/desk/tickets?view=all&cursor=${cursor.all}`]],
  ['desk: mine', desk('view=inbox&owner=me')],
  ["desk: nobody's", desk('view=inbox&owner=nobody')],
  ["desk: my teams'", desk('view=inbox&team=mine')],
  ["desk: a team's", desk('view=all&team=repairs')],
  ['desk: returns', desk('view=inbox&kind=return')],
  ['desk: complaints that are solved', desk('view=solved&kind=complaint')],
  ['desk: sales', desk('view=all&queue=sales')],
  ['desk: my problems', desk('view=all&owner=me&kind=problem')],
  ["desk: a team's problems for sales", desk('view=all&team=support&kind=problem&queue=sales')],
  ['desk: a tag that many have', desk('view=all&tag=warranty')],
  ['desk: a tag that few have', desk('view=solved&tag=recall')],
  ['desk: problems with a tag that few have', desk('view=all&tag=recall&kind=problem')],
  ['desk: mine with a tag that many have', desk('view=all&tag=warranty&owner=me')],
  ['desk: by reference', ['agent', ({ any }, at) => `/api/desk/tickets?view=all&q=${one(any, at)}`]],
  ['desk: by a word of many subjects', desk('view=all&q=vandtrykket')],
  ['desk: by the beginning of such a word', desk('view=all&q=vandtr')],
  ['desk: by the first letters of one', desk('view=inbox&q=va')],
  ['desk: by two words', desk('view=inbox&q=pump+hums')],
  ['desk: by a first name', desk('view=inbox&q=yasmin')],
  ['desk: by a whole name', desk('view=all&q=yasmin+demir')],
  ['desk: a thread', ['agent', ({ any }, at) => `/api/desk/tickets/${one(any, at)}`]],
]

const folder = values.in ?? (await mkdtemp(join(tmpdir(), 'torv-bench-')))
if (values.in === undefined) process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const both = [await filled(SMALL), await filled(LARGE)]
const sizes = both.map(({ tickets }) => tickets.toLocaleString('en'))
const columns = [`p50, ${sizes[0]}`, sizes[1], 'ratio', `p95, ${sizes[0]}`, sizes[1], 'ratio'].map(String)
console.log(`\n${'per answer, in ms'.padEnd(42)}${columns.map((name) => name.padStart(15)).join('')}`)
const slow: string[] = []
for (const [name, ask] of measures) report(name, await measured(ask))
for (const { services } of both) await closeServices(services)
console.log(`\n${TIMES} answers each, by turns. Limit: the median with ${sizes[1]} tickets ≤ ${LIMIT} × the median with ${sizes[0]}.`)
for (const name of slow) console.error(`Too slow: ${name}`)
process.exit(slow.length ? 1 : 0)

async function filled(tickets: number): Promise<Filled> {
  const dataDir = join(folder, String(tickets))
  const isThere = existsSync(join(dataDir, 'filled'))
  if (!isThere) rmSync(dataDir, { recursive: true, force: true })
  const config = readConfig({
    DATA_DIR: dataDir,
    PUBLIC_URL: 'http://localhost:4321',
    CONTENT_DIR: resolve('tests/support/content'),
  })
  const services = await openServices(config, { log: () => {} })
  if (!isThere) await fill(services, tickets)
  for (const found of ['ticket', 'contact'] as const) await mergeWords(services, found) // as every day
  writeFileSync(join(dataDir, 'filled'), '')
  const references = await someReferences(services.db, tickets)
  const cookies = { agent: await signedIn(services, 'sam0@x.example'), customer: await signedIn(services, LARGE_CUSTOMER) }
  const app = createApp(services)
  const ask: Filled['ask'] = async (path, as) => {
    const answer = await app.request(path, { headers: { cookie: cookies[as] } })
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as Record<string, unknown>
  }
  const mine = (await ask('/api/tickets', 'customer')) as { tickets: { reference: string }[]; next: string }
  const cursor = { mine: mine.next, all: `${Date.now() - 2.9 * 365 * 24 * 3_600_000}.T-222222` }
  return { tickets, services, ask, any: references, mine: mine.tickets.map(({ reference }) => reference), cursor }
}

async function fill(services: Services, tickets: number) {
  const staff = await hired(services)
  const progress = (share: number) =>
    process.stdout.write(`\r▸ Making up ${tickets.toLocaleString('en')} tickets … ${Math.floor(100 * share)} %`)
  await fillTickets(services.db, { tickets, now: Date.now(), staff, progress })
  process.stdout.write('\n')
}

async function hired(services: Services): Promise<number[]> {
  const passwordHash = await hashPassword('a long enough password')
  const ids = []
  for (let n = 0; n < STAFF; n++) {
    const email = `sam${n}@x.example`
    await addStaff(services, { email, name: `Sam ${n}`, role: 'agent', locale: 'en', passwordHash })
    ids.push((await findUser(services, email))?.id ?? 0)
  }
  return ids
}

async function signedIn(services: Services, email: string): Promise<string> {
  const user = (await findUser(services, email)) ?? (await welcome(services, { email, locale: 'en' }))
  if (!user) throw new Error(`There is no ${email}`)
  return `torv-session=${(await new Sessions(services.db).begin(user, 'bench')).token}`
}

/** How long each answer took in ms, sorted: with few tickets, and with many. */
async function measured([as, path]: Ask): Promise<number[][]> {
  const took: number[][] = both.map(() => [])
  for (let at = -WARM_UP; at < TIMES; at++) {
    for (const [size, filled] of both.entries()) {
      const begun = performance.now()
      await filled.ask(path(filled, at + WARM_UP), as)
      if (at >= 0) took[size]?.push(performance.now() - begun)
    }
  }
  return took.map((times) => times.sort((a, b) => a - b))
}

function report(name: string, took: number[][]) {
  const at = (times: number[] | undefined, share: number) => times?.[Math.floor(TIMES * share)] ?? 0
  const figures = [0.5, 0.95].flatMap((share) => {
    const [few, many] = took.map((times) => at(times, share))
    return [few ?? 0, many ?? 0, (many ?? 0) / (few || 1)]
  })
  console.log(`${name.padEnd(42)}${figures.map((figure) => figure.toFixed(2).padStart(15)).join('')}`)
  if ((figures[2] ?? 0) > LIMIT) slow.push(name)
}
