import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../support/server.ts'

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

test('CO14 whoever sent half a form is told so, in the language of the page', async () => {
  const answer = await send('/da/tickets/new', 'multipart/form-data; boundary=x', CUT_OFF)

  expect(answer.status).toBe(400)
  expect(await answer.text()).toContain('Det kom ikke helt frem')
})
