import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import { usePanelAssets } from '../../api/widget/assets.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

let torv: Torv
let shop: string
let blog: string

beforeEach(async () => {
  usePanelAssets({ script: '/widget/assets/main.js', styles: ['/widget/assets/main.css'] })
  torv = await startTorv()
  shop = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example.com/', 'https://www.example.com'], locale: 'da' })
  blog = await addSite(torv.services, { name: 'Blog', origins: ['https://blog.example.com'], locale: 'en' })
})
afterEach(async () => {
  usePanelAssets(undefined)
  await stopTorvs()
})

test("the frame may be shown by the site's pages only, and loads from nobody but us", async () => {
  const answer = await torv.visitor().get(`/widget/frame?site=${shop}&locale=en`)

  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-security-policy')?.split('; ')).toEqual([
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    'frame-ancestors https://shop.example.com https://www.example.com',
  ])
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('x-frame-options')).toBeNull()
  expect(answer.headers.getSetCookie()).toEqual([])
})

test("the frame speaks the page's language, or the site's, and carries no more phrases than its own", async () => {
  const asked = await (await torv.visitor().get(`/widget/frame?site=${shop}&locale=en`)).text()
  const unasked = await (await torv.visitor().get(`/widget/frame?site=${shop}&locale=fr`)).text()

  expect(asked).toContain('<html lang="en">')
  expect(unasked).toContain('<html lang="da">')
  const keys = Object.keys(dataOf(asked).strings)
  expect(keys.length).toBeGreaterThan(20)
  expect(keys.every((key) => key.startsWith('widget.'))).toBe(true)
})

test('what stands in the frame cannot end its script element', async () => {
  torv.services.content.company.name = '</script><script>alert(1)</script>'

  const document = await (await torv.visitor().get(`/widget/frame?site=${shop}`)).text()

  expect(document.match(/<\/script>/g)).toHaveLength(2)
  expect(dataOf(document).company).toBe('</script><script>alert(1)</script>')
})

test('a site that is not there has no frame, and no visitors', async () => {
  expect((await torv.visitor().get('/widget/frame?site=nobody')).status).toBe(404)
  expect((await torv.visitor().get('/widget/frame')).status).toBe(422)
  expect((await torv.visitor().post('/api/widget/visitors', { site: 'nobody' })).status).toBe(404)
})

test('opening the frame and reading in it writes nothing (WI6)', async () => {
  const before = await everything()

  await torv.visitor().get(`/widget/frame?site=${shop}`)
  await torv.visitor().get('/api/widget/articles/en/noise')
  await torv.visitor().get('/api/help/search?q=noise&locale=en')

  expect(await everything()).toBe(before)
})

test('a conversation is a ticket of the channel chat, and goes on under its reference', async () => {
  const ada = await visitorOf(shop)

  const started = await ada.start('Why is it so loud?\nIt began on Monday.', {
    page: { url: 'https://shop.example.com/pumps', title: 'Pumps' },
  })
  await ada.write(started.reference, 'It is the fan.')

  const thread = await ada.read(started.reference)
  expect(thread.subject).toBe('Why is it so loud?')
  expect(thread.messages.map(({ number, text }: { number: number; text: string }) => [number, text])).toEqual([
    [1, 'Why is it so loud?\nIt began on Monday.'],
    [2, 'It is the fan.'],
  ])
  expect(await torv.services.db.get('select channel, contact_id from tickets')).toEqual({ channel: 'chat', contact_id: null })
  expect(await torv.services.db.get('select page_url, page_title from visitors')).toEqual({
    page_url: 'https://shop.example.com/pumps',
    page_title: 'Pumps',
  })
  expect((await ada.list()).map(({ reference }: { reference: string }) => reference)).toEqual([started.reference])
})

test('a message that is sent again under its key is there once', async () => {
  const ada = await visitorOf(shop)
  const { reference } = await ada.start('Why is it so loud?')

  for (const _ of [1, 2, 3]) await ada.write(reference, 'Are you there?', 'the-same-key')

  expect((await ada.read(reference)).messages).toHaveLength(2)
})

test('a page that cannot be told is no reason to refuse a question', async () => {
  const ada = await visitorOf(shop)

  const { reference } = await ada.start('Hello?', { page: { url: 'javascript:alert(1)', title: 'x' } })

  expect(reference).toMatch(/^T-/)
  expect(await torv.services.db.get('select page_url from visitors')).toEqual({ page_url: '' })
})

test('nothing of a conversation is there for another visitor, another site, or nobody (WI3)', async () => {
  const ada = await visitorOf(shop)
  const { reference } = await ada.start('Why is it so loud?')
  const path = `/api/widget/conversations/${reference}`
  expect((await ada.get(path)).status).toBe(200) // or the refusals below would prove nothing

  const grace = await visitorOf(shop)
  expect((await grace.get(path)).status).toBe(404)
  expect((await grace.get(`${path}/stream`)).status).toBe(404)
  expect((await grace.post(`${path}/messages`, { text: 'Hi' })).status).toBe(404)
  expect(await grace.list()).toEqual([])

  const elsewhere = { ...ada.headers, 'torv-site': blog }
  expect((await ada.client.get(path, elsewhere)).status).toBe(401)
  expect((await ada.client.get('/api/widget/conversations', elsewhere)).status).toBe(401)
  expect((await ada.client.get(path, { 'torv-site': shop })).status).toBe(401)
})

test('only the hash of a token is stored', async () => {
  const ada = await visitorOf(shop)

  const stored = await torv.services.db.get<{ token_hash: string }>('select token_hash from visitors')

  expect(stored?.token_hash).toBe(createHash('sha256').update(ada.token).digest('base64url'))
  expect(await everything()).not.toContain(ada.token)
})

test("an address that a visitor gives is noted for staff, and opens nothing of its owner's (SI10)", async () => {
  const owner = await torv.signedIn('grace@globex.example')
  const opened = await owner.post('/api/tickets', { kind: 'question', subject: 'Mine', text: 'Only mine', locale: 'en' })
  const mine = ((await opened.json()) as { reference: string }).reference
  const ada = await visitorOf(shop)
  const { reference } = await ada.start('Why is it so loud?')

  const answer = await ada.put('/api/widget/contact', { name: 'Ada', email: 'grace@globex.example' })

  expect(answer.status).toBe(204)
  expect((await ada.get(`/api/widget/conversations/${mine}`)).status).toBe(404)
  expect((await ada.list()).map(({ reference }: { reference: string }) => reference)).toEqual([reference])
  expect((await owner.get(`/api/tickets/${reference}`)).status).toBe(404)
  const said = 'select said_name, said_email, contact_id from tickets where reference = :reference'
  expect(await torv.services.db.get(said, { reference })).toEqual({
    said_name: 'Ada',
    said_email: 'grace@globex.example',
    contact_id: null,
  })
  await torv.settle()
  expect((await torv.mails()).filter(({ to, text }) => to === 'grace@globex.example' && text.includes('loud'))).toEqual([])
})

test('an address that is none is refused beside its field', async () => {
  const ada = await visitorOf(shop)

  const answer = await ada.put('/api/widget/contact', { name: 'Ada', email: 'not an address' })

  expect(answer.status).toBe(422)
  expect(((await answer.json()) as { errors: Record<string, string> }).errors).toHaveProperty('email')
})

test('twenty starts a minute are enough for one address on one site (WI4)', async () => {
  const ada = await visitorOf(shop, '198.51.100.7')
  const statuses = []
  for (let n = 0; n < 30; n++) statuses.push((await ada.post('/api/widget/conversations', { text: `Number ${n}` })).status)

  expect(statuses.filter((status) => status === 201)).toHaveLength(20)
  expect(statuses.slice(20)).toEqual(Array(10).fill(429))
  const elsewhere = await visitorOf(shop, '198.51.100.8')
  expect((await elsewhere.post('/api/widget/conversations', { text: 'Another address' })).status).toBe(201)
})

test('new visitors are limited as well', async () => {
  const client = torv.visitor('198.51.100.9')
  const statuses = []
  for (let n = 0; n < 25; n++) statuses.push((await client.post('/api/widget/visitors', { site: shop })).status)

  expect(statuses).toEqual([...Array(20).fill(201), ...Array(5).fill(429)])
})

test("a reply of staff comes by the visitor's stream, a note does not", async () => {
  const ada = await visitorOf(shop)
  const { reference, cursor } = await ada.start('Why is it so loud?')
  const staff = await torv.staff()
  const desk = `/api/desk/tickets/${reference}/messages`

  expect((await staff.post(desk, { text: 'CANARY for us only', internal: true })).ok).toBe(true)
  expect((await staff.post(desk, { text: 'It is the fan.\ndata: {}' })).ok).toBe(true)

  const stream = await ada.get(`/api/widget/conversations/${reference}/stream`, { 'last-event-id': cursor })
  const received = await readUntil(stream, 'It is the fan.')
  expect(received).toContain('\\ndata: {}')
  expect(received).not.toContain('CANARY')
  expect(received).toContain('"number":2')
  expect(JSON.stringify(await ada.read(reference))).not.toContain('CANARY')
})

test('a conversation that is solved is rated by its visitor alone, and the answer changed within a day', async () => {
  const ada = await visitorOf(shop)
  const { reference, rating } = await ada.start('Why is it so loud?')
  const path = `/api/widget/conversations/${reference}/rating`
  expect(rating).toBeNull()
  expect((await ada.put(path, { score: 4 })).status).toBe(409) // it is not solved
  const staff = await torv.staff()
  await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })

  expect((await (await visitorOf(shop)).put(path, { score: 1 })).status).toBe(404)
  expect((await ada.put(path, { score: 6 })).status).toBe(422)
  expect((await ada.put(path, { score: 4, comment: 'Quick.' })).status).toBe(200)
  expect((await ada.read(reference)).rating).toMatchObject({ score: 4, comment: 'Quick.' })
  expect((await ada.put(path, { score: 5 })).status).toBe(200)
  torv.clock.forward(24 * 3_600_000)
  expect((await ada.put(path, { score: 1 })).status).toBe(409)

  expect((await ada.read(reference)).rating).toMatchObject({ score: 5, comment: '' })
  expect(await torv.services.db.get(`select count(*) as n from events where kind = 'ticket.rated' and actor like 'visitor:%'`)).toEqual({
    n: 2,
  })
})

test('a page of another origin cannot speak for the panel', async () => {
  const answer = await torv.visitor().post('/api/widget/visitors', { site: shop }, { origin: 'https://shop.example.com' })

  expect(answer.status).toBe(403)
})

test('an article is read in one piece; one that is not there is not', async () => {
  const article = (await (await torv.visitor().get('/api/widget/articles/en/noise')).json()) as { path: string; html: string }

  expect(article.path).toBe('/en/help/noise')
  expect(article.html).toContain('<p>')
  expect((await torv.visitor().get('/api/widget/articles/en/nothing')).status).toBe(404)
  expect((await torv.visitor().get('/api/widget/articles/xx/noise')).status).toBe(404)
})

test('an origin is exact, and what is none is refused', async () => {
  const add = (origin: string) => addSite(torv.services, { name: 'X', origins: [origin], locale: 'en' })

  await expect(add('example.com')).rejects.toThrow()
  await expect(add("https://example.com; script-src 'unsafe-inline'")).rejects.toThrow()
  await expect(add('javascript:alert(1)')).rejects.toThrow()
})

/** A panel on one site, with the token that its browser keeps. */
async function visitorOf(site: string, address?: string) {
  const client: Client = torv.visitor(address)
  const { token } = (await (await client.post('/api/widget/visitors', { site })).json()) as { token: string }
  const headers = { authorization: `Bearer ${token}`, 'torv-site': site, 'accept-language': 'en' }
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is what the tests look at
  const json = async (answer: Promise<Response>) => (await answer).json() as Promise<any>
  const get = (path: string, more = {}) => client.get(path, { ...headers, ...more })
  const post = (path: string, body: unknown, more = {}) => client.post(path, body, { ...headers, ...more })
  return {
    client,
    token,
    headers,
    get,
    post,
    put: (path: string, body: unknown) => client.put(path, body, headers),
    start: (text: string, more = {}) => json(post('/api/widget/conversations', { text, ...more })),
    write: (reference: string, text: string, key = crypto.randomUUID() as string) =>
      json(post(`/api/widget/conversations/${reference}/messages`, { text }, { 'idempotency-key': key })),
    read: (reference: string) => json(get(`/api/widget/conversations/${reference}`)),
    list: async () => (await json(get('/api/widget/conversations'))).conversations,
  }
}

function dataOf(document: string) {
  const data = /<script type="application\/json" id="data">(.*)<\/script>/.exec(document)?.[1] ?? ''
  return JSON.parse(data) as { strings: Record<string, unknown>; company: string }
}

async function readUntil(response: Response, text: string): Promise<string> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  let received = ''
  while (!received.includes(text)) {
    const { done, value = '' } = (await reader?.read()) ?? { done: true }
    received += value
    if (done) break
  }
  await reader?.cancel()
  return received
}

/** Every row there is, as text. */
async function everything(): Promise<string> {
  const { db } = torv.services
  const tables = await db.all<{ name: string }>(`select name from sqlite_master where type = 'table' order by name`)
  const rows = await Promise.all(tables.map(({ name }) => db.all(`select * from "${name}"`)))
  return JSON.stringify(rows)
}
