import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { contentToEdit } from '../support/articles.ts'
import type { Client } from '../support/client.ts'
import { acceptanceOf, askFor, offer, read } from '../support/quotes.ts'
import { pdf as sample } from '../support/sample-files.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const BO = 'bo@acme.example'
const CANARY = 'canaryacme'
/** AC3: how long a stream may outlive the right to it. */
const LIMIT_MS = 5_000

let company: Awaited<ReturnType<typeof contentToEdit>>
let torv: Torv
let ada: Client
let bo: Client
let staff: Client
beforeEach(async () => {
  company = await contentToEdit()
  const forAcme = { title: `Noise at ${CANARY}`, visibleTo: '"organisation:1"', products: '[pump]' }
  await company.article('en/for-acme', forAcme, `All of ${CANARY}.`)
  torv = await startTorv({ CONTENT_DIR: company.folder })
  staff = await torv.staff()
  ada = await torv.signedIn(ADA)
  bo = await joins(await torv.signedIn(BO))
})
afterEach(async () => {
  vi.useRealTimers()
  await stopTorvs()
  await company.clear()
})

async function ok(answer: Response): Promise<Response> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer
}

/** Bo joins Ada's Acme, where he may read what colleagues ask and accept what they are offered. */
async function joins(client: Client): Promise<Client> {
  await ok(await ada.post('/api/organisation', { name: 'Acme' }))
  await ok(await ada.post('/api/organisation/invitations', { email: BO, role: 'buyer', acceptsUpTo: { DKK: 100_000_000 } }))
  await torv.settle()
  const token = /invitations\/([\w-]{43})/.exec((await torv.mails()).findLast(({ to }) => to === BO)?.text ?? '')?.[1]
  await ok(await client.post(`/api/invitations/${token}/acceptance`))
  return client
}

async function ticket(): Promise<{ reference: string; file: string }> {
  const file = ((await (await ok(await ada.upload('plan.pdf', sample, { purpose: 'message' }))).json()) as { id: string }).id
  const draft = { kind: 'question', subject: CANARY, text: CANARY, locale: 'en', forOrganisation: true, uploads: [file] }
  const { reference } = (await (await ok(await ada.post('/api/tickets', draft))).json()) as { reference: string }
  return { reference, file }
}

/** A quote that Acme has accepted, with a file. */
async function quote(): Promise<{ reference: string; file: string }> {
  const file = ((await (await ok(await ada.upload('house.pdf', sample))).json()) as { id: string }).id
  const reference = await askFor(ada, { need: CANARY, forOrganisation: true, uploads: [file] })
  await offer(staff, reference)
  await ok(await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(await read(ada, reference))))
  return { reference, file }
}

async function removed(): Promise<void> {
  const { members } = (await (await ada.get('/api/organisation')).json()) as { members: { key: string; email: string }[] }
  await ok(await ada.delete(`/api/organisation/members/${members.find(({ email }) => email === BO)?.key}`))
}

const WAYS_TO_GO: [string, () => Promise<unknown>][] = [
  ['is removed', removed],
  ['leaves', async () => ok(await bo.delete('/api/organisation/membership'))],
]

test.each(WAYS_TO_GO)('AC3 who %s is denied with the next request: threads, lists, files, PDFs, searches', async (_how, goes) => {
  const [{ reference: t, file: photo }, { reference: q, file: plan }] = [await ticket(), await quote()]
  const thing = { product: 'pump', serialNumber: 'PU-123456', forOrganisation: true }
  const { reference: p } = (await (await ok(await ada.post('/api/account/products', thing))).json()) as { reference: string }
  const denied = [
    ...[`/api/tickets/${t}`, `/api/tickets/${t}/pdf`, `/api/tickets/${t}/stream`, `/api/tickets/${t}/rating`, `/api/uploads/${photo}`],
    ...[`/api/tickets/${t}/appointments`, `/api/quotes/${q}`, `/api/quotes/${q}/pdf`, `/api/quotes/${q}/revisions/1/pdf`],
    ...[`/api/uploads/${plan}`, '/api/help/articles/en/for-acme'],
  ]
  const lists = [
    ...['/api/tickets', '/api/cases', `/api/cases?q=${CANARY}`, '/api/cases?whose=colleagues', '/api/quotes', '/api/account/products'],
    ...[`/api/help/search?locale=en&q=${CANARY}`, `/api/help/search?locale=en&q=${CANARY.slice(0, 7)}`, '/api/help/guides/pump?locale=en'],
    '/api/organisation',
  ]
  const shown = async (path: string) => new RegExp(`${CANARY}|for-acme|${t}|${q}|${p}|Acme`).test(await (await bo.get(path)).text())
  for (const path of denied) {
    const answer = await bo.get(path)
    expect([path, answer.status]).toEqual([path, 200]) // or the rest would prove nothing
    await answer.body?.cancel()
  }
  for (const path of lists) expect([path, await shown(path)]).toEqual([path, true])

  await goes()

  for (const path of denied) {
    const answer = await bo.get(path)
    expect([path, answer.status]).toEqual([path, 404])
    expect(await answer.text()).not.toContain(CANARY)
  }
  for (const path of lists) expect([path, await shown(path)]).toEqual([path, false])
  expect((await bo.post(`/api/tickets/${t}/messages`, { text: 'Me again' })).status).toBe(404)
  expect((await bo.delete(`/api/quotes/${q}/acceptance`)).status).toBe(404)
})

test('AC3 a stream that nothing happens on ends within five seconds', async () => {
  const { reference } = await ticket()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const stream = readStream(await bo.get(`/api/tickets/${reference}/stream`))
  await stream.next('ready')
  vi.advanceTimersByTime(LIMIT_MS)
  await expect.poll(stream.raw).toContain('still here') // while he is there, it goes on
  expect(stream.ended()).toBe(false)

  await removed()
  vi.advanceTimersByTime(LIMIT_MS)

  await expect.poll(stream.ended).toBe(true)
})

test('AC3 what happens before a stream has ended is not told on it any more', async () => {
  const { reference } = await ticket()
  const stream = readStream(await bo.get(`/api/tickets/${reference}/stream`))
  await stream.next('ready')
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'While he is there.' })
  await stream.next('message') // or its silence would prove nothing

  await removed()
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'canary-after-he-left' })

  await expect.poll(stream.ended).toBe(true)
  expect(stream.raw()).not.toContain('canary-after-he-left')
})
