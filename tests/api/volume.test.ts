import { afterEach, expect, test, vi } from 'vitest'
import { addSite } from '../../api/sites/store.ts'
import type { Client } from '../support/client.ts'
import { askFor, offer } from '../support/quotes.ts'
import { pdf as sample } from '../support/sample-files.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const OTHERS = 3
const question = { kind: 'question', subject: 'It hums', text: 'All night long.', locale: 'en' }

afterEach(async () => {
  vi.useRealTimers()
  await stopTorvs()
})

type Opened = { reference: string }

async function json<T>(answer: Response): Promise<T> {
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`)
  return answer.json() as Promise<T>
}

async function open(client: Client): Promise<string> {
  const upload = await json<{ id: string }>(await client.upload('plan.pdf', sample, { purpose: 'message' }))
  return (await json<Opened>(await client.post('/api/tickets', { ...question, uploads: [upload.id] }))).reference
}

/** What one customer does, and everything that is told back: to her signed in, to a guest of the widget, on their streams. */
async function storyOf(torv: Torv, name: string): Promise<string[]> {
  const told: string[] = []
  const tell = async (answer: Response) => {
    expect(answer.status).toBeLessThan(400)
    told.push(await answer.text())
  }
  const [ada, visitor, staff] = [
    await torv.signedIn(`${name}@${name}.example`),
    torv.visitor(),
    await torv.staff('agent', `sam@${name}.example`),
  ]
  await tell(await ada.post('/api/organisation', { name }))
  await tell(await ada.post('/api/organisation/invitations', { email: `bo@${name}.example`, role: 'reader' }))
  await tell(await ada.post('/api/account/products', { product: 'pump', serialNumber: 'PU-123456' }))
  const ticket = await open(ada)
  const quote = await askFor(ada, { forOrganisation: true })
  await offer(staff, quote)
  const stream = readStream(await ada.get(`/api/tickets/${ticket}/stream`))
  await stream.next('ready')
  await staff.post(`/api/desk/tickets/${ticket}/messages`, { text: 'A note', internal: true })
  await staff.post(`/api/desk/tickets/${ticket}/messages`, { text: 'An answer', move: 'resolve' })
  await stream.next('status')
  await stream.close()

  const site = await addSite(torv.services, { name, origins: [`https://${name}.example`], locale: 'en' })
  const { token } = await json<{ token: string }>(await visitor.post('/api/widget/visitors', { site }))
  const headers = { authorization: `Bearer ${token}`, 'torv-site': site }
  const chat = await json<Opened>(await visitor.post('/api/widget/conversations', { text: 'Hello' }, headers))
  for (const path of ['', `/${chat.reference}`]) await tell(await visitor.get(`/api/widget/conversations${path}`, headers))

  const paths = [
    ...['/api/me', '/api/cases', '/api/tickets', '/api/quotes', '/api/bookings', '/api/account/products', '/api/account/products/choices'],
    ...[`/api/tickets/${ticket}`, `/api/tickets/${ticket}/rating`, `/api/tickets/${ticket}/appointments`, '/api/organisation'],
    ...[`/api/quotes/${quote}`, `/api/quotes/${quote}/shares`, '/api/notices', '/api/help/mine', '/api/help/search?locale=en&q=hums'],
    ...['/api/uploads', '/api/quotes/list', '/api/catalog/products', '/api/catalog/products/pump/questions'],
  ]
  for (const path of paths) await tell(await ada.get(path))
  return [...told, stream.raw()].map((text) => withoutNames(text, name))
}

/** What is new each time, and says nothing by that. */
function withoutNames(text: string, name: string): string {
  return text
    .replaceAll(/\b[TQPB]-[2-9A-Z]{6}\b/g, 'REFERENCE')
    .replaceAll(/\b[0-9a-f]{64}\b/g, 'HASH')
    .replaceAll(/"key":"[\w-]{16}"/g, 'KEY')
    .replaceAll(/(?<![\w-])[\w-]{43}(?![\w-])/g, 'TOKEN')
    .replaceAll(/(?<![\w-])[\w-]{22}(?![\w-])/g, 'CURSOR')
    .replaceAll(name, 'NAME') // at last: it may stand in a hash by chance
}

test('AC7 a customer is told the same, number for number, whether the company has few others or many', async () => {
  vi.useFakeTimers({ toFake: ['Date'] }) // so that times are the same
  const [quiet, busy] = [await startTorv(), await startTorv()]
  for (let n = 0; n < OTHERS; n++) await storyOf(busy, `other${n}`)

  const [few, many] = [await storyOf(quiet, 'ada'), await storyOf(busy, 'ada')]

  expect(few.join()).toContain('REFERENCE') // or there would be nothing to compare
  expect(many).toEqual(few)
})

test('AC7 a position in a thread never looks the same twice, so it tells of nothing that is not shown', async () => {
  const torv = await startTorv()
  const [ada, staff] = [await torv.signedIn('ada@acme.example'), await torv.staff()]
  const reference = await open(ada)
  const position = async () => (await json<{ cursor: string }>(await ada.get(`/api/tickets/${reference}`))).cursor

  const positions = [await position(), await position()]
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'A note', internal: true })
  positions.push(await position())

  expect(new Set(positions).size).toBe(3)
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'An answer' })
  for (const since of positions) {
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream?since=${since}`))
    expect((await stream.next('message')).data).toMatchObject({ text: 'An answer', number: 2 }) // each of them is still the place it was
    await stream.close()
  }
})
