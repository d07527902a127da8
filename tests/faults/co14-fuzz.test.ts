import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import { full } from '../support/faults.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

// Every route that the app itself lists gets requests made by chance, the same ones for the same seed. What a route asks for by name in
// its refusals (`errors`) goes into the next requests, so that they come further in than noise would.

const SEED = Number(process.env.FUZZ_SEED ?? 20_261_125)
const RUNS = full ? 60 : 5
const PATIENCE_MS = 1_500
/** What tells of our insides: stacks, statements, paths and names of files. */
const INSIDES =
  /\bat .+\(.*:\d+:\d+\)|node_modules|node:internal|SQLITE|LIBSQL|no such (table|column)|near ".*": syntax|\binsert into\b|\bselect .+ from\b|\/(api|content|site)\/[\w/-]+\.ts|file:\/\//i
/** An answer of these is one that a client may wait for and ask again. */
const WAIT = new Set([503, 507])

type Route = { method: string; path: string }
type Shot = {
  params: string[]
  query: [string, string][]
  type: string
  body: string | Uint8Array | undefined
  headers: Record<string, string>
}

let torv: Torv
let routes: Route[]
/** By which each of them is known. */
let marks: Record<'anonymous' | 'customer' | 'visitor' | 'staff', Record<string, string>>
let references: string[]

beforeAll(async () => {
  torv = await startTorv()
  const ada = await torv.signedIn('ada@acme.example')
  const staff = await torv.staff('admin')
  references = await someReferences(ada)
  const cookieOf = ({ cookies }: { cookies: Map<string, string> }) => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const visitor = await someVisitor()
  marks = { anonymous: {}, customer: { cookie: cookieOf(ada) }, visitor, staff: { cookie: cookieOf(staff) } }
  routes = listed(torv.app.routes)
}, 60_000)
afterAll(stopTorvs)

async function someReferences(ada: Awaited<ReturnType<Torv['signedIn']>>): Promise<string[]> {
  const ticket = await ada.post('/api/tickets', { kind: 'question', subject: 'Hi', text: 'Hello', locale: 'en' })
  const quote = await ada.post('/api/quotes', {
    lines: [{ product: 'pump', options: {}, quantity: 1 }],
    need: 'One',
    name: 'Ada',
    locale: 'en',
  })
  const both = await Promise.all([ticket, quote].map(async (answer) => ((await answer.json()) as { reference?: string }).reference ?? ''))
  return both.filter(Boolean)
}

/** A visitor of the widget who has written something. */
async function someVisitor(): Promise<Record<string, string>> {
  const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
  const client = torv.visitor()
  const { token } = (await (await client.post('/api/widget/visitors', { site })).json()) as { token: string }
  const visitor = { authorization: `Bearer ${token}`, 'torv-site': site }
  const begun = (await (await client.post('/api/widget/conversations', { text: 'Hello' }, visitor)).json()) as { reference: string }
  references.push(begun.reference)
  return visitor
}

/** What ends a session comes last, or all the others would be asked as nobody. */
function listed(all: { method: string; path: string }[]): Route[] {
  const unique = new Map(all.filter(({ method }) => method !== 'ALL').map(({ method, path }) => [`${method} ${path}`, { method, path }]))
  const isLast = ({ path, method }: Route) => Number(/sign-out|session|account\/(email|password)/.test(path)) + Number(method === 'DELETE')
  return [...unique.values()].sort((a, b) => isLast(a) - isLast(b))
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    'NaN',
    'null',
    'true',
    '[]',
    '{}',
    "' or 1=1 --",
    '"',
    '\\',
    '%',
    '%00',
    '\0',
    '../../etc/passwd',
    '\ud800',
    '🙂',
  ),
  fc.constantFrom('a'.repeat(300), 'ø'.repeat(5_000), '9'.repeat(400), '(('.repeat(500), '*'.repeat(2_000)),
  fc.constantFrom(
    'en',
    'da',
    'pump',
    'noise',
    'DKK',
    'ada@acme.example',
    '2026-12-24',
    '2026-13-45',
    '2026-02-30T25:00:00Z',
    'https://127.0.0.1/',
    'data:x,y',
  ),
)
const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: nasty },
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, false, -1, 0, 1, 2 ** 53, -(2 ** 31), 1e308, [], {}, [[]], [null]),
  fc.array(nasty, { maxLength: 4 }),
  fc.dictionary(fc.string({ maxLength: 8 }), nasty, { maxKeys: 3 }),
  fc.constant(JSON.parse(`${'['.repeat(2_000)}${']'.repeat(2_000)}`)),
)

/** A request to a route: `names` is what it is known to ask for. */
function shots(route: Route, names: string[]): fc.Arbitrary<Shot> {
  const name = fc.oneof(
    fc.constantFrom(...names, 'text', 'locale', 'limit', 'cursor', 'q', '__proto__', 'constructor'),
    fc.string({ maxLength: 6 }),
  )
  const plausible = fc.constantFrom(...references, 'T-222222', 'Q-222222', 'noise', 'pump', '1', 'en')
  const object = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 + names.length }).map(nested)
  const body = fc.oneof(
    { weight: 6, arbitrary: object.map((json) => JSON.stringify(json)) },
    value.map((json) => JSON.stringify(json) ?? ''),
    fc.constantFrom(
      '',
      '{',
      '{"a":',
      '[1,',
      '"',
      '\ufeff{}',
      '{"a":1}{"b":2}',
      'a=b&c=d',
      '--x\r\ncontent-disposition: form-data; name="a"\r\n\r\nb\r\n--x--',
      '['.repeat(20_000),
    ),
    fc.uint8Array({ maxLength: 60 }),
  )
  return fc.record({
    params: fc.array(fc.oneof({ weight: 2, arbitrary: plausible }, nasty), { minLength: 4, maxLength: 4 }),
    query: fc.array(fc.tuple(name, nasty), { maxLength: 4 }),
    type: fc.oneof(
      { weight: 6, arbitrary: fc.constant('application/json') },
      fc.constantFrom(
        '',
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json; charset=utf-16',
        'x/y',
        'image/png',
      ),
    ),
    body: route.method === 'GET' || route.method === 'HEAD' ? fc.constant(undefined) : body,
    headers: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      fc.constantFrom<Record<string, string>>(
        { 'idempotency-key': 'x'.repeat(300) },
        { 'idempotency-key': 'a-key-of-somebody' },
        { 'accept-language': 'da, *;q=zz' },
        { 'last-event-id': '../..' },
        { authorization: 'Bearer ' },
        { authorization: `Bearer ${'A'.repeat(43)}`, 'torv-site': "'" },
        { 'content-encoding': 'gzip' },
        { 'content-length': '-5' },
        { 'if-none-match': '*', range: 'bytes=9-1' },
        { cookie: 'session=%00; torv-voice=x' },
      ),
    ),
  })
}

/** `lines.0.product` as the refusal names it, back into the shape it was asked for in. */
function nested(pairs: [string, unknown][]): Record<string, unknown> {
  const whole: Record<string, unknown> = Object.create(null)
  for (const [path, inner] of pairs) {
    const [first = '', second, ...rest] = path.split('.')
    if (second === undefined) whole[first] = inner
    else whole[first] = /^\d+$/.test(second) ? [rest.length ? { [rest.join('.')]: inner } : inner] : { [second]: inner }
  }
  return whole
}

let last = 0

async function fire(
  { method, path }: Route,
  { params, query, type, body, headers }: Shot,
  mark: Record<string, string>,
): Promise<Response> {
  let at = 0
  const filled = path.replace(/:\w+(\{[^}]*\})?\??|\*/g, () => encodeURIComponent((params[at++] ?? '').toWellFormed()) || 'x')
  const search = query
    .map(([key, inner]) => `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(inner.toWellFormed())}`)
    .join('&')
  const address = `10.${(++last >> 16) & 255}.${(last >> 8) & 255}.${last & 255}`
  const given = {
    origin: torv.services.config.publicUrl,
    ...mark,
    ...(type && body !== undefined && { 'content-type': type }),
    ...headers,
  }
  return torv.app.request(
    `${filled}${search && `?${search}`}`,
    { method, headers: given, ...(body !== undefined && { body: new Blob([body as string | Uint8Array<ArrayBuffer>]) }) },
    { incoming: { socket: { remoteAddress: address } } },
  )
}

/** What is wrong with an answer; undefined when nothing is. A stream is left at once. */
async function complaint(response: Response): Promise<{ complaint?: string; errors: string[] }> {
  const type = response.headers.get('content-type') ?? ''
  if (type.startsWith('text/event-stream')) {
    await response.body?.cancel()
    return { errors: [] }
  }
  const text = await response.text()
  const { status } = response
  if (status >= 500 && !WAIT.has(status)) return { complaint: `${status}: ${text.slice(0, 200)}`, errors: [] }
  if (status < 400) return { errors: [] }
  if (INSIDES.test(text)) return { complaint: `${status} tells of our insides: ${text.slice(0, 300)}`, errors: [] }
  if (!type.startsWith('application/problem+json'))
    return { complaint: `${status} is no problem document: ${type} ${text.slice(0, 100)}`, errors: [] }
  const problem = JSON.parse(text) as { type?: string; errors?: Record<string, string> }
  return problem.type?.startsWith('/problems/')
    ? { errors: Object.keys(problem.errors ?? {}) }
    : { complaint: `${status} has no type`, errors: [] }
}

test('CO14 the walk reaches every route, and a route that breaks would be seen', async () => {
  expect(routes.length).toBeGreaterThan(100)
  expect([...new Set(routes.map(({ method }) => method))]).toEqual(expect.arrayContaining(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']))
  expect(references).toHaveLength(3)

  expect(await complaint(new Response('{"type":"/problems/unforeseen"}', { status: 500 }))).toMatchObject({
    complaint: expect.stringContaining('500'),
  })
  const leak = { status: 422, headers: { 'content-type': 'application/problem+json' } }
  for (const inside of ['at f (/app/x.js:1:2)', 'SQLITE_ERROR', 'no such column: x', '/api/help/store.ts', 'select a from b'])
    expect((await complaint(new Response(JSON.stringify({ type: '/problems/x', detail: inside }), leak))).complaint).toContain('insides')
})

for (const who of ['anonymous', 'customer', 'visitor', 'staff'] as const) {
  test(`CO14 nothing that is sent by chance as ${who} breaks a route or shows what is behind it`, {
    timeout: full ? 900_000 : 60_000,
  }, async () => {
    const wrong: string[] = []
    const reached = new Map<number, number>()
    for (const [at, route] of routes.entries()) {
      if (who === 'visitor' && !route.path.startsWith('/api/widget/')) continue // elsewhere nobody knows them
      const names = new Set<string>()
      for (let round = 0; round < RUNS; round++) {
        const seed = SEED + at * 1_000 + round
        const [shot] = fc.sample(shots(route, [...names]), { seed, numRuns: 1 })
        if (!shot) continue
        const began = performance.now()
        const response = await fire(
          route,
          round === 0 ? { ...shot, type: 'application/json', body: shot.body === undefined ? undefined : '{}' } : shot,
          marks[who],
        )
        const { complaint: said, errors } = await complaint(response)
        for (const name of errors) if (name !== 'form') names.add(name)
        reached.set(response.status, (reached.get(response.status) ?? 0) + 1)
        if (said) wrong.push(`${route.method} ${route.path} (seed ${seed}): ${said}\n    ${JSON.stringify(shot).slice(0, 600)}`)
        if (full && performance.now() - began > PATIENCE_MS)
          wrong.push(`${route.method} ${route.path} (seed ${seed}): took ${Math.round(performance.now() - began)} ms`)
      }
    }
    console.log(
      `CO14 as ${who}: ${[...reached]
        .sort(([a], [b]) => a - b)
        .map(([status, n]) => `${status} × ${n}`)
        .join(', ')}`,
    )

    expect(wrong).toEqual([])
    const causes = torv.logged.filter(({ event }) => event === 'unforeseen')
    expect(causes.map(({ facts }) => String(facts.error))).toEqual([])
    // Who may do nothing is refused; who may do something gets through to where fields are read.
    expect(reached.get(who === 'anonymous' ? 401 : 422) ?? 0).toBeGreaterThan(20)
  })
}
