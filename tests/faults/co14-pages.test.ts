import { readdir } from 'node:fs/promises'
import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { createClient } from '@libsql/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../support/faults.ts'
import { post, type RunningServer, someAddress, startServer } from '../support/server.ts'

const PAGES = ['/en/help/feedback', '/da/tickets/new', '/en/quotes/new', '/da/sign-in', '/en/status', '/desk/sites']
const CUT_OFF = '--x\r\ncontent-disposition: form-data; name="subject"\r\n\r\nIt hu'
const BODIES: [type: string, body: string][] = [
  ['text/plain', 'no form'],
  ['application/json', '{"no": "form"}'],
  ['multipart/form-data; boundary=x', CUT_OFF],
  ['multipart/form-data; boundary=x', ''],
  ['multipart/form-data', CUT_OFF],
  ['application/x-www-form-urlencoded', '%%%=\0&&&=&subject'],
]
const ODD = [
  ...['__proto__', '%00', '%F0%9F%99%82', 'Q-222222'],
  ...(full ? ['T-222222', '%ff', '..%2f..%2fetc%2fpasswd', '%27%20or%201%3D1--', '%3Cscript%3E', 'a'.repeat(3_000), '-1', '1e999'] : []),
]
const INSIDES = /\bat .+\(.*:\d+:\d+\)|node_modules|node:internal|SQLITE_|no such (table|column)|near ".*": syntax|\.mjs:\d/
let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.remove())

const send = (page: string, type: string, body: string) =>
  fetch(`${server.url}${page}`, { method: 'POST', redirect: 'manual', headers: { origin: server.url, 'content-type': type }, body })

test.each(PAGES)('CO14 %s answers what is no form, or not all of one, and fails over none of it', async (page) => {
  for (const [type, body] of BODIES) expect((await send(page, type, body)).status, `${type} ${body}`).toBeLessThan(500)
})

test('CO14 no page breaks over what stands in its address, for a guest or for staff, or shows our insides', async () => {
  const staff = await someStaff()
  const pages = (await readdir('site/pages', { recursive: true })).filter((file) => /\.(astro|ts)$/.test(file) && file !== '500.astro')
  expect(pages.length).toBeGreaterThan(50)
  const wrong: string[] = []
  const statuses = new Set<number>()
  for (const file of pages) {
    for (const [at, odd] of ODD.entries()) {
      const path = file
        .replace(/(\/index)?\.(astro|ts)$/, '')
        .replaceAll(/\[([^\]]+)\]/g, (_, name) => (name === 'locale' && at > 0 ? 'da' : odd))
      const query = ['q', 'cursor', 'page', 'next', 'locale', 'product', 'from', 'sort', 'id'].map((name) => `${name}=${odd}`).join('&')
      for (const cookie of ['', staff]) {
        const headers = { 'x-forwarded-for': someAddress(), ...(cookie && { cookie }) }
        const answer = await fetch(`${server.url}/${path}?${query}`, { redirect: 'manual', headers })
        const text = await answer.text()
        statuses.add(answer.status)
        if (answer.status >= 500 || INSIDES.test(text)) wrong.push(`${answer.status} /${path}?${query} ${cookie && 'as staff'}`)
      }
    }
  }

  expect(wrong).toEqual([])
  expect([...statuses]).toEqual(expect.arrayContaining([200, 404]))
})

test('CO14 whoever sent half a form is told so, in the language of the page', async () => {
  const answer = await send('/da/tickets/new', 'multipart/form-data; boundary=x', CUT_OFF)

  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('Det kom ikke helt frem')
})

test.each([
  ['more text', (text: string) => `--x\r\ncontent-disposition: form-data; name="text"\r\n\r\n${text}\r\n--x--\r\n`],
  ['a longer name', (text: string) => `--x\r\ncontent-disposition: form-data; name="${text}"\r\n\r\nx\r\n--x--\r\n`],
])('CO14 a form with %s than any is meant to have is refused, and holds up nothing that comes after it', async (_what, make) => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const form = { method: 'POST', headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: make('a'.repeat(1_100_000)) }

  expect(await over(agent, '/en/tickets/new', form)).toMatchObject({ status: 400 })
  expect(await over(agent, '/en/status')).toEqual({ status: 200, sameConnection: true })
  agent.destroy()
})

test('CO14 a page that fails says so in its language and shows nothing of our insides; the log has its cause under the same reference', async () => {
  expect((await fetch(`${server.url}/da/status`)).status).toBe(200) // or what follows would prove nothing
  const db = createClient({ url: `file:${join(server.dataDir, 'torv.db')}` })
  await db.execute('alter table notices rename to gone')
  const answer = await fetch(`${server.url}/da/status`)
  await db.execute('alter table gone rename to notices')
  db.close()

  const page = await answer.text()
  expect(answer.status).toBe(500)
  expect(page).toContain('Noget gik galt hos os')
  expect(page).not.toMatch(/TypeError|SQLITE|node_modules|\.mjs:\d/)
  const reference = /nævn dette: ([\w-]{36})/.exec(page)?.[1]
  await expect.poll(() => loggedCauses(server.output())).toContain(reference)
})

/** The cookie of the first admin. */
async function someStaff(): Promise<string> {
  const token = /set-up\/([\w-]{43})/.exec(server.output())?.[1]
  const staff = { email: 'sam@fjeldvarme.example', password: 'a long enough password' }
  expect((await post(server.url, '/api/set-up', { ...staff, name: 'Sam', token, locale: 'en' })).status).toBe(201)
  const signedIn = await post(server.url, '/api/sign-in/password', staff)
  return signedIn.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')
}

type Sent = { method?: string; headers?: Record<string, string>; body?: string }

/** `fetch` does not say which connection it takes. */
function over(agent: Agent, path: string, { method = 'GET', headers, body }: Sent = {}) {
  return new Promise<{ status: number | undefined; sameConnection: boolean }>((done, failed) => {
    const asked = request(`${server.url}${path}`, { agent, method, headers: { origin: server.url, ...headers } }, (answer) =>
      answer.resume().once('end', () => done({ status: answer.statusCode, sameConnection: asked.reusedSocket })),
    )
    asked.once('error', failed).end(body)
  })
}

function loggedCauses(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.startsWith('{'))
  const entries = lines.map((line) => JSON.parse(line) as { event: string; request: string; error?: { stack?: string } })
  return entries.filter(({ event, error }) => event === 'unforeseen' && error?.stack).map(({ request }) => request)
}
