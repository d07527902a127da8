import { randomUUID } from 'node:crypto'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetUnattached } from '../../api/files/store.ts'
import { addSite } from '../../api/sites/store.ts'
import { sendDueReplies, UNDO_REPLY_MS } from '../../api/tickets/outgoing.ts'
import type { Client } from '../support/client.ts'
import { jpeg, pdf, png } from '../support/sample-files.ts'
import { readStream } from '../support/stream.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const DAY = 24 * 3_600_000
const CANARY = 'canary-7c2e'
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

type Sent = { id: string; name: string; type: string; size: number }
type Message = { text: string; author: string; attachments: Sent[] }

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

async function sent(client: Client, name = 'photo.jpg', bytes: Buffer<ArrayBuffer> = jpeg()): Promise<string> {
  const answer = await client.upload(name, bytes, { purpose: 'message' })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as Sent).id
}

async function open(client: Client, uploads: string[] = []): Promise<string> {
  const answer = await client.post('/api/tickets', { ...draft, uploads })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function messages(client: Client, path: string): Promise<Message[]> {
  return ((await (await client.get(path)).json()) as { messages: Message[] }).messages
}

describe('a file', () => {
  test('comes with a new case and with a reply, in the portal and on the desk', async () => {
    const [guest, sam] = [torv.visitor(), await torv.staff()]
    const reference = await open(guest, [await sent(guest, 'fault.jpg')])
    const reply = { text: 'And this is the plate.', uploads: [await sent(guest, 'plate.png', png()), await sent(guest, 'plan.pdf', pdf)] }
    expect((await guest.post(`/api/tickets/${reference}/messages`, reply)).status).toBe(201)
    const answer = { text: 'Try this.', uploads: [await sent(sam, 'guide.pdf', pdf)] }
    expect((await sam.post(`/api/desk/tickets/${reference}/messages`, answer)).status).toBe(201)

    for (const [client, path] of [
      [guest, `/api/tickets/${reference}`],
      [sam, `/api/desk/tickets/${reference}`],
    ] as const) {
      const names = (await messages(client, path)).map(({ attachments }) => attachments.map(({ name }) => name))
      expect(names).toEqual([['fault.jpg'], ['plate.png', 'plan.pdf'], ['guide.pdf']])
      for (const { attachments } of await messages(client, path)) {
        for (const { id, size } of attachments) {
          const bytes = await (await client.get(`/api/uploads/${id}`)).arrayBuffer()
          expect(bytes.byteLength).toBe(size)
        }
      }
    }
  })

  test('comes live with its message, with the mail to the customer, and by name in the one to us', async () => {
    const [guest, sam] = [torv.visitor(), await torv.staff()]
    const reference = await open(guest)
    const { cursor } = (await (await guest.get(`/api/tickets/${reference}`)).json()) as { cursor: string }
    await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'See here.', uploads: [await sent(sam, 'guide.pdf', pdf)] })
    await guest.post(`/api/tickets/${reference}/messages`, { text: 'I did.', uploads: [await sent(guest, 'done.jpg')] })
    await torv.settle()

    const stream = readStream(await guest.get(`/api/tickets/${reference}/stream`, { 'last-event-id': cursor }))
    const live = [await stream.next('message'), await stream.next('message', 2)].map(({ data }) => data as Message)
    await stream.close()
    expect(live.map(({ attachments }) => attachments[0]?.name)).toEqual(['guide.pdf', 'done.jpg'])
    const mails = await torv.mails()
    const answer = mails.find(({ to, text }) => to === ADA && text.includes('See here.'))
    expect(answer?.files).toMatchObject([{ filename: 'guide.pdf', type: 'application/pdf', content: expect.stringMatching(/^%PDF/) }])
    expect(mails.find(({ to, text }) => to !== ADA && text.includes('done.jpg'))?.files).toEqual([])
  })

  test('that would make a mail too large for others is named there instead', async () => {
    const [guest, sam] = [torv.visitor(), await torv.staff()]
    const reference = await open(guest)
    const large = Buffer.concat([Buffer.from(pdf), Buffer.alloc(8_000_000, ' ')])
    const uploads = [await sent(sam, 'large.pdf', large), await sent(sam, 'guide.pdf', pdf)]
    expect((await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'Both.', uploads })).status).toBe(201)
    await torv.settle()

    const answer = (await torv.mails()).find(({ to, text }) => to === ADA && text.includes('Both.'))

    expect(answer?.text).toContain('large.pdf')
    expect(answer?.files.map(({ filename }) => filename)).toEqual(['guide.pdf'])
  })

  test('is attached once, to its owner’s message; what is not there any more leaves nothing written', async () => {
    const [guest, other] = [torv.visitor(), torv.visitor()]
    const [reference, id] = [await open(guest), await sent(guest)]
    const write = (client: Client, uploads: string[]) =>
      client.post(`/api/tickets/${reference}/messages`, { text: 'With a photo', uploads })
    await guest.post(`/api/tickets/${reference}/resolution`)
    expect((await write(guest, [await sent(other)])).status).toBe(422)
    expect((await write(guest, ['A'.repeat(43)])).status).toBe(422)
    expect(await messages(guest, `/api/tickets/${reference}`)).toHaveLength(1)
    expect(await (await guest.get(`/api/tickets/${reference}`)).json()).toMatchObject({ status: 'resolved' }) // nothing moved, either
    const refused = await other.post('/api/tickets', { ...draft, uploads: [id] })
    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: { uploads: expect.any(String) } })

    expect((await write(guest, [id, id])).status).toBe(201)
    expect((await write(guest, [id])).status).toBe(422)

    expect((await messages(guest, `/api/tickets/${reference}`)).map(({ attachments }) => attachments.length)).toEqual([0, 1])
    expect((await guest.delete(`/api/uploads/${id}`)).status).toBe(404) // what was said stays said
  })

  test('comes once when a message is sent twice under one key', async () => {
    const guest = torv.visitor()
    const json = { ...draft, uploads: [await sent(guest)] }
    const headers = { 'idempotency-key': randomUUID() }

    const [first, second] = [await guest.post('/api/tickets', json, headers), await guest.post('/api/tickets', json, headers)]

    expect([first.status, second.status]).toEqual([201, 201])
    expect(await second.json()).toEqual(await first.json())
    const { reference } = (await torv.services.db.get<{ reference: string }>('select reference from tickets')) ?? { reference: '' }
    expect((await messages(guest, `/api/tickets/${reference}`))[0]?.attachments).toHaveLength(1)
  })

  test('goes along into the case that follows a closed one', async () => {
    const [guest, sam] = [torv.visitor(), await torv.staff()]
    const reference = await open(guest)
    await guest.post(`/api/tickets/${reference}/resolution`)
    await torv.services.db.batch([{ sql: `update tickets set status = 'closed'` }])

    const answer = await guest.post(`/api/tickets/${reference}/messages`, { text: 'Again', uploads: [await sent(guest)] })

    const followUp = ((await answer.json()) as { reference: string }).reference
    expect(followUp).not.toBe(reference)
    expect((await messages(sam, `/api/desk/tickets/${followUp}`))[0]?.attachments).toHaveLength(1)
  })

  test('of a reply that is taken back waits for the next one; of one that leaves comes with it', async () => {
    const [guest, sam] = [torv.visitor(), await torv.staff()]
    const reference = await open(guest)
    const guide = await sent(sam, 'guide.pdf', pdf)
    const write = async () =>
      (await (await sam.post(`/api/desk/tickets/${reference}/replies`, { text: 'See here', uploads: [guide] })).json()) as { id: number }
    const { id } = await write()
    const taken = await sam.delete(`/api/desk/tickets/${reference}/replies/${id}`)
    expect(await taken.json()).toMatchObject({ text: 'See here', uploads: [guide] })
    expect((await guest.get(`/api/uploads/${guide}`)).status).toBe(404)

    await write()
    torv.clock.forward(UNDO_REPLY_MS)
    await sendDueReplies(torv.services)

    expect((await messages(guest, `/api/tickets/${reference}`)).at(-1)?.attachments).toMatchObject([{ name: 'guide.pdf' }])
    expect((await guest.get(`/api/uploads/${guide}`)).status).toBe(200)
  })

  test('comes with what is said about a quote', async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const lines = [{ product: 'pump', quantity: 1 }]
    const asked = await ada.post('/api/quotes', {
      lines,
      name: 'Ada',
      email: ADA,
      locale: 'en',
      uploads: [await sent(ada, 'wish.pdf', pdf)],
    })
    const { reference } = (await asked.json()) as { reference: string }

    expect((await ada.post(`/api/quotes/${reference}/messages`, { text: 'The wall', uploads: [await sent(ada, 'wall.jpg')] })).status).toBe(
      201,
    )
    const note = { text: 'Look', internal: true, uploads: [await sent(sam, `${CANARY}.pdf`, pdf)] }
    expect((await sam.post(`/api/desk/quotes/${reference}/messages`, note)).status).toBe(201)

    const page = await (await ada.get(`/api/quotes/${reference}`)).text()
    expect(page).not.toContain(CANARY)
    expect(JSON.parse(page)).toMatchObject({ uploads: [{ name: 'wish.pdf' }], messages: [{ attachments: [{ name: 'wall.jpg' }] }] })
    expect(await (await sam.get(`/api/desk/quotes/${reference}`)).text()).toContain(CANARY)
    await torv.settle()
    expect((await torv.mails()).some(({ text }) => text.includes('wall.jpg'))).toBe(true)
  })
})

describe('a visitor of the widget', () => {
  test('sends files along, and reads those of staff, with their token alone', async () => {
    const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
    const [client, sam] = [torv.visitor(), await torv.staff()]
    const asVisitor = async () => {
      const { token } = (await (await client.post('/api/widget/visitors', { site })).json()) as { token: string }
      return { authorization: `Bearer ${token}`, 'torv-site': site }
    }
    const visitor = await asVisitor()
    const photo = await client.request('POST', '/api/widget/uploads?name=fault.jpg&purpose=message', jpeg(), {
      ...visitor,
      'content-type': '',
    })
    expect(photo.status).toBe(201)
    const { id } = (await photo.json()) as Sent
    const begun = await client.post('/api/widget/conversations', { text: 'It hums', uploads: [id] }, visitor)
    const { reference } = (await begun.json()) as { reference: string }
    const guide = await sent(sam, 'guide.pdf', pdf)
    const secret = await sent(sam, `${CANARY}.pdf`, pdf)
    await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'Here', uploads: [guide] })
    await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'For us', internal: true, uploads: [secret] })

    const thread = (await (await client.get(`/api/widget/conversations/${reference}`, visitor)).json()) as { messages: Message[] }
    expect(thread.messages.map(({ attachments }) => attachments.map(({ name }) => name))).toEqual([['fault.jpg'], ['guide.pdf']])
    for (const file of [id, guide]) expect((await client.get(`/api/widget/uploads/${file}`, visitor)).status).toBe(200)

    const another = await asVisitor()
    for (const file of [id, guide]) expect((await client.get(`/api/widget/uploads/${file}`, another)).status).toBe(404)
    expect((await client.get(`/api/widget/uploads/${secret}`, visitor)).status).toBe(404)
    expect((await client.get(`/api/widget/uploads/${id}`)).status).toBe(401)
  })
})

describe('what others must not see', () => {
  test('CO10 an attachment is there for nobody without the case: neither stranger, nor guest, nor another customer', async () => {
    const ada = await torv.signedIn(ADA)
    const id = await sent(ada)
    const reference = await open(ada, [id])
    expect((await ada.get(`/api/uploads/${id}`)).status).toBe(200)

    for (const client of [torv.visitor(), await torv.signedIn('grace@globex.example')]) {
      const [theirs, nobodys] = [await client.get(`/api/uploads/${id}`), await client.get(`/api/uploads/${'A'.repeat(43)}`)]
      expect(theirs.status).toBe(404)
      expect(await theirs.text()).toBe(await nobodys.text())
      const mine = await open(client)
      expect((await client.post(`/api/tickets/${mine}/messages`, { text: 'Mine now', uploads: [id] })).status).toBe(422)
    }
    await torv.services.db.batch([{ sql: `update tickets set status = 'spam' where reference = :reference`, args: { reference } }])
    expect((await ada.get(`/api/uploads/${id}`)).status).toBe(404)
  })

  test("AC8 a note's attachment is for staff alone: not in the thread, the stream, the mails, or under its own address", async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const reference = await open(ada)
    const { cursor } = (await (await ada.get(`/api/tickets/${reference}`)).json()) as { cursor: string }
    const id = await sent(sam, `${CANARY}.pdf`, pdf)
    const note = { text: 'For us', internal: true, uploads: [id] }
    expect((await sam.post(`/api/desk/tickets/${reference}/messages`, note)).status).toBe(201)
    await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'For you' })
    await torv.settle()
    expect(await (await sam.get(`/api/desk/tickets/${reference}`)).text()).toContain(CANARY) // or the rest would prove nothing
    expect((await sam.get(`/api/uploads/${id}`)).status).toBe(200)

    expect((await ada.get(`/api/uploads/${id}`)).status).toBe(404)
    expect(await (await ada.get(`/api/tickets/${reference}`)).text()).not.toMatch(new RegExp(`${CANARY}|${id}`))
    const stream = readStream(await ada.get(`/api/tickets/${reference}/stream`, { 'last-event-id': cursor }))
    expect((await stream.next('message')).data).toMatchObject({ text: 'For you' })
    await stream.close()
    expect(stream.raw()).not.toMatch(new RegExp(`${CANARY}|${id}`))
    expect(JSON.stringify(await torv.mails())).not.toContain(CANARY)
  })

  test('CO2 CO3 what has script in it, or says that it is something else, is no attachment of a message', async () => {
    const guest = torv.visitor()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>__xss()</script></svg>')
    for (const [name, bytes] of [
      ['a.svg', svg],
      ['a.png', svg],
      ['a.html', Buffer.from('<script>__xss()</script>')],
      ['a.xml', Buffer.from('<?xml version="1.0"?><x/>')],
      ['a.jpg', png()],
      ['a.pdf', Buffer.from('words')],
    ] as const) {
      expect((await guest.upload(name, bytes as Buffer<ArrayBuffer>, { purpose: 'message' })).status).toBe(415)
    }
    const script = Buffer.from('%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(__xss())>>>>endobj\n%%EOF')
    const id = await sent(guest, 'script.pdf', script)
    await open(guest, [id])

    const answer = await guest.get(`/api/uploads/${id}`)

    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
  })

  test('CO8 CO9 an eleventh file of one message is refused, and so is too much that waits', async () => {
    const guest = torv.visitor()
    const ids: string[] = []
    for (let n = 0; n < 11; n++) ids.push(await sent(guest, `${n}.pdf`, pdf))
    const tooMany = await guest.post('/api/tickets', { ...draft, uploads: ids })
    expect(tooMany.status).toBe(422)
    expect(await tooMany.json()).toMatchObject({ errors: { uploads: expect.any(String) } })
    expect((await guest.post('/api/tickets', { ...draft, uploads: ids.slice(0, 10) })).status).toBe(201)

    for (let n = 0; n < 49; n++) await sent(guest, `${n}.pdf`, pdf)
    expect((await guest.upload('more.pdf', pdf, { purpose: 'message' })).status).toBe(422)
  })
})

test('FA1 every attachment has its bytes, and what nobody sent along is gone after a day', async () => {
  const guest = torv.visitor()
  await guest.delete(`/api/uploads/${await sent(guest)}`) // the browser has a token from now on
  const writers = Array.from({ length: 4 }, async (_, n) => {
    const bytes = Buffer.concat([pdf, Buffer.from(`${n % 2}`)])
    const ids = [await sent(guest, `${n}.pdf`, bytes), await sent(guest, `not-${n}.pdf`, Buffer.concat([bytes, Buffer.from('x')]))]
    await open(guest, ids.slice(0, 1))
  })
  await Promise.all(writers)
  expect(await torv.services.db.all('select 1 from uploads where removed_at is null')).toHaveLength(8)

  torv.clock.forward(DAY)
  await forgetUnattached(torv.services)

  const rows = await torv.services.db.all<{ sha256: string; size: number }>(
    'select sha256, size from uploads where attached_to is not null',
  )
  expect(rows).toHaveLength(4)
  for (const { sha256, size } of rows) {
    const path = join(torv.dataDir, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    expect((await stat(path)).size).toBe(size)
  }
  expect(await torv.services.db.all('select 1 from uploads where attached_to is null')).toEqual([])
  const kept = (await readdir(join(torv.dataDir, 'files'), { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  expect(kept).toHaveLength(2)
})
