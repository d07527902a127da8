import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetStrayBytes, forgetUnattached } from '../../api/files/store.ts'
import { addSite } from '../../api/sites/store.ts'
import type { Client } from '../support/client.ts'
import { until } from '../support/ports.ts'
import { docx, gif, heic, jpeg, odt, pdf, png, webp, xlsx, zip } from '../support/sample-files.ts'
import { PUBLIC_URL, startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const HOUR = 3_600_000
const MB = 1_000_000
const NOBODYS = 'A'.repeat(43)
const WORD = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
const SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>__xss()</script></svg>'

let torv: Torv
let guest: Client
beforeEach(async () => {
  torv = await startTorv()
  guest = torv.visitor()
})
afterEach(stopTorvs)

type Sent = { id: string; name: string; type: string; size: number }

async function sent(client: Client, name = 'plan.pdf', bytes: Buffer<ArrayBuffer> = pdf): Promise<Sent> {
  const answer = await client.upload(name, bytes)
  if (answer.status !== 201) throw new Error(await answer.text())
  return (await answer.json()) as Sent
}

/** Every file in the store, whole or not. */
async function stored(): Promise<string[]> {
  const files = await readdir(join(torv.dataDir, 'files'), { recursive: true, withFileTypes: true }).catch(() => [])
  return files.filter((file) => file.isFile()).map(({ name }) => name)
}

async function rows(): Promise<number> {
  return Number((await torv.services.db.get<{ n: number }>('select count(*) as n from uploads'))?.n)
}

describe('an upload', () => {
  test.each([
    ['photo.png', png(), 'image/png'],
    ['photo.JPG', jpeg(), 'image/jpeg'],
    ['photo.gif', gif(), 'image/gif'],
    ['photo.webp', webp(), 'image/webp'],
    ['photo.heic', heic(), 'image/heic'],
    ['plan.pdf', pdf, 'application/pdf'],
    ['note.txt', Buffer.from('Blåbær, grød\r\n'), 'text/plain'],
    ['list.csv', Buffer.from('\ufeffsku;quantity\r\nPUMP-1;2\r\n'), 'text/csv'],
    ['latin.csv', Buffer.from('r\xf8d;2\r\n', 'latin1'), 'text/csv'],
    ['letter.docx', docx(), WORD],
    ['sums.xlsx', xlsx, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ['letter.odt', odt, 'application/vnd.oasis.opendocument.text'],
  ])('of %s is taken in, and comes back as it was', async (name, bytes, type) => {
    const upload = await sent(guest, name, bytes as Buffer<ArrayBuffer>)
    expect(upload).toMatchObject({ name, type, size: bytes.length })

    const answer = await guest.get(`/api/uploads/${upload.id}`)
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true)
  })

  test('is listed for whoever sent it until it is taken back', async () => {
    const upload = await sent(guest)
    const listed = async (client: Client) => ((await (await client.get('/api/uploads')).json()) as { uploads: Sent[] }).uploads
    expect(await listed(guest)).toMatchObject([{ id: upload.id }])
    expect(await listed(torv.visitor())).toEqual([])

    expect((await guest.delete(`/api/uploads/${upload.id}`)).status).toBe(204)
    expect(await listed(guest)).toEqual([])
    expect((await guest.get(`/api/uploads/${upload.id}`)).status).toBe(404)
    expect((await guest.delete(`/api/uploads/${upload.id}`)).status).toBe(404)
  })

  test('keeps a name of any language, for old programs and new', async () => {
    const upload = await sent(guest, 'Bilag "æ" (1)\r\nx: y.pdf')

    const answer = await guest.get(`/api/uploads/${upload.id}`)

    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename="Bilag ___ (1)x_ y.pdf"; filename*=UTF-8''Bilag%20_%C3%A6_%20%281%29x_%20y.pdf`,
    )
  })

  test('of an eleventh file is refused, until one is taken back', async () => {
    const first = await sent(guest)
    for (let n = 2; n <= 10; n++) await sent(guest)

    const refused = await guest.upload('plan.pdf', pdf)
    expect(refused.status).toBe(422)
    expect(await refused.text()).toContain('10 files')

    await guest.delete(`/api/uploads/${first.id}`)
    expect((await guest.upload('plan.pdf', pdf)).status).toBe(201)
  })
})

describe('bytes of any kind', () => {
  test('CO2 what is taken in opens as nothing but a download', async () => {
    const upload = await sent(
      guest,
      'script.pdf',
      Buffer.from('%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n%%EOF'),
    )

    const answer = await guest.get(`/api/uploads/${upload.id}`)

    expect(answer.headers.get('content-disposition')).toMatch(/^attachment;/)
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    expect(answer.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/)
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
  })

  test.each([
    ['a.svg', SVG, 'image/svg+xml'],
    ['a.png', SVG, 'image/png'],
    ['a.txt', SVG, 'text/plain'],
    ['a.txt', `\ufeff \n<!doctype html><script>__xss()</script>`, 'text/plain'],
    ['a.csv', '<?xml version="1.0"?><x/>', 'text/csv'],
    ['a.html', '<p>x</p>', 'text/html'],
    ['a.xml', '<x/>', 'application/xml'],
    ['a.js', 'alert(1)', 'text/javascript'],
  ])('CO2 %s with markup or script in it is not taken in', async (name, text, type) => {
    expect((await guest.upload(name, text, { type })).status).toBe(415)
    expect(await stored()).toEqual([])
  })

  test.each([
    ['photo.jpg', png(), 'image/jpeg'],
    ['photo.png', png(), 'image/jpeg'],
    ['photo.jpg', png(), 'image/png'],
    ['photo.png', pdf, ''],
    ['plan.pdf', Buffer.from('just words'), 'application/pdf'],
    ['letter.docx', xlsx, WORD],
    ['letter.docx', zip({ 'a.txt': 'x' }), WORD],
    ['letter.docx', Buffer.from('PK\x03\x04 and no more', 'latin1'), WORD],
    ['letter.docx', docx({ 'word/vbaProject.bin': 'x' }), WORD],
    ['archive.zip', zip({ 'a.txt': 'x' }), 'application/zip'],
    ['program.exe', Buffer.from('MZ\x90\x00\x03', 'latin1'), ''],
    ['program.txt', Buffer.from('MZ\x90\x00\x03', 'latin1'), 'text/plain'],
    ['late.txt', Buffer.concat([Buffer.alloc(300_000, 0x61), Buffer.from([0])]), 'text/plain'],
    ['noending', Buffer.from('words'), 'text/plain'],
    ['broken.png', png().subarray(0, 12), 'image/png'],
  ])('CO3 %s whose bytes, ending or declared type disagree is refused', async (name, bytes, type) => {
    const answer = await guest.upload(name, bytes as Buffer<ArrayBuffer>, { type })

    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ type: '/problems/file-type', errors: { file: expect.any(String) } })
    expect(await stored()).toEqual([])
    expect(await rows()).toBe(0)
  })

  test('CO3 what systems call a type by another name is no lie', async () => {
    expect((await guest.upload('list.csv', 'a;1', { type: 'application/vnd.ms-excel' })).status).toBe(201)
    expect((await guest.upload('photo.jpg', jpeg(), { type: 'image/pjpeg' })).status).toBe(201)
    expect((await guest.upload('plan.pdf', pdf, { type: 'application/octet-stream' })).status).toBe(201)
    expect((await guest.upload('note.txt', 'x', { type: 'text/plain;charset=UTF-8' })).status).toBe(201)
  })

  test.each([
    ['list.csv', Buffer.from('a;1'), 'application/vnd.ms-excel', 'text/csv'],
    ['photo.jpg', jpeg(), 'image/pjpeg', 'image/jpeg'],
    ['photo.png', png(), '', 'image/png'],
    ['plan.pdf', pdf, 'application/octet-stream', 'application/pdf'],
  ])('CO3 the type of %s is kept and told as its bytes have it', async (name, bytes, declared, type) => {
    const answer = await guest.upload(name, bytes as Buffer<ArrayBuffer>, { type: declared })
    const { id, type: kept } = (await answer.json()) as Sent

    expect(kept).toBe(type)
    expect((await guest.get(`/api/uploads/${id}`)).headers.get('content-type')).toBe(type)
  })

  test.each([
    ['pixels.png', png(60_000, 60_000)],
    ['wide.png', png(40_000, 1)],
    ['pixels.jpg', jpeg(65_000, 65_000)],
    ['pixels.gif', gif(65_000, 65_000)],
    ['pixels.webp', webp(16_000_000, 16_000_000)],
    ['pixels.heic', heic(100_000, 100_000)],
    ['bomb.docx', docx({}, { unpacked: 2_000_000_000 })],
    ['bomb.docx', docx(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`word/${n}`, 'x'])), { unpacked: 1_000_000 })],
    ['empty.txt', Buffer.alloc(0)],
  ])('CO8 %s is refused from its header, and leaves nothing behind', async (name, bytes) => {
    const answer = await guest.upload(name, bytes as Buffer<ArrayBuffer>)

    expect(answer.status).toBe(422)
    expect(await stored()).toEqual([])
    expect(await rows()).toBe(0)
  })
})

describe('limits', () => {
  test('CO8 what says that it is too large is refused before a byte of it is read', async () => {
    const answer = await guest.upload('large.txt', 'x', { headers: { 'content-length': String(20 * MB + 1) } })

    expect(answer.status).toBe(413)
    expect(await answer.text()).toContain('20 MB')
    expect(await stored()).toEqual([])
  })

  test('CO8 what does not say, or lies, is counted as it comes', async () => {
    const large = Buffer.alloc(20 * MB + 1, 0x61)

    expect((await guest.upload('large.txt', large, { headers: { 'content-length': '' } })).status).toBe(413)
    expect((await guest.upload('large.txt', large, { headers: { 'content-length': '10' } })).status).toBe(413)
    expect(await stored()).toEqual([])
    expect((await guest.upload('full.txt', large.subarray(1))).status).toBe(201) // or the size was not why
  })

  test('CO9 the 101st upload in a minute waits', async () => {
    for (let n = 1; n <= 100; n++) {
      const answer = await guest.upload('plan.pdf', 'x')
      expect(answer.status).toBe(415) // what is refused counts, too
    }

    const refused = await guest.upload('plan.pdf', pdf)

    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await torv.visitor('198.51.100.9').upload('plan.pdf', pdf)).status).toBe(201)
  })

  test('CO9 counts what comes as a whole, in pieces and through the widget together', async () => {
    const site = await addSite(torv.services, { name: 'Shop', origins: ['https://shop.example'], locale: 'en' })
    const { token } = (await (await guest.post('/api/widget/visitors', { site })).json()) as { token: string }
    const asVisitor = { authorization: `Bearer ${token}`, 'torv-site': site }
    const inPieces = { 'tus-resumable': '1.0.0', 'upload-length': '10', 'upload-metadata': `filename ${btoa('plan.exe')}` }
    const ways = [
      () => guest.upload('plan.pdf', 'x'),
      () => guest.request('POST', '/api/uploads/resumable', undefined, inPieces),
      () => guest.request('POST', '/api/widget/uploads?name=plan.pdf&purpose=message', 'x', { ...asVisitor, 'content-type': '' }),
      () => guest.request('POST', '/api/widget/uploads/resumable', undefined, { ...asVisitor, ...inPieces }),
    ]
    for (let n = 0; n < 100; n++) expect((await ways[n % ways.length]?.())?.status).toBe(415)

    for (const way of ways) {
      const refused = await way()
      expect(refused.status).toBe(429)
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect((await torv.visitor('198.51.100.9').upload('plan.pdf', 'x')).status).toBe(415)
  })

  test('CO9 nobody sends more than so much in a day, whichever browser they use', async () => {
    const large = Buffer.alloc(20 * MB, 0x61)
    for (let n = 1; n <= 12; n++) await sent(torv.visitor(), 'large.txt', large)

    const refused = await torv.visitor().upload('large.txt', large)
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(HOUR / 1000)

    expect((await torv.visitor('198.51.100.9').upload('large.txt', large)).status).toBe(201)
    torv.clock.forward(24 * HOUR + 1)
    expect((await torv.visitor().upload('large.txt', large)).status).toBe(201)
  })

  test('CO9 what is never attached is gone within a day, row and bytes', async () => {
    const upload = await sent(guest)
    torv.clock.forward(23 * HOUR)
    await forgetUnattached(torv.services)
    expect((await guest.get(`/api/uploads/${upload.id}`)).status).toBe(200)

    torv.clock.forward(HOUR)
    await forgetUnattached(torv.services)

    expect((await guest.get(`/api/uploads/${upload.id}`)).status).toBe(404)
    expect(await rows()).toBe(0)
    expect(await stored()).toEqual([])
  })

  test('CO9 bytes that another upload has too stay as long as that one', async () => {
    await sent(guest)
    torv.clock.forward(20 * HOUR)
    const later = await sent(torv.visitor())
    expect(await stored()).toHaveLength(1)

    torv.clock.forward(5 * HOUR)
    await forgetUnattached(torv.services)

    expect(await rows()).toBe(1)
    expect(await stored()).toHaveLength(1)
    expect(later.size).toBe(pdf.length)
  })

  test('bytes whose row was never written are found and removed', async () => {
    await torv.services.files.put(piece('a process ended here'))
    const { id } = await sent(guest)
    await forgetStrayBytes(torv.services)
    expect(await stored()).toHaveLength(2) // they may be an upload's that is on its way

    torv.clock.forward(2 * HOUR)
    await forgetStrayBytes(torv.services)

    expect(await stored()).toHaveLength(1)
    expect((await guest.get(`/api/uploads/${id}`)).status).toBe(200)
  })
})

describe("another's upload", () => {
  test('CO10 is as one that never was: on reading and on removing', async () => {
    const ada = await torv.signedIn(ADA)
    const upload = await sent(ada)
    expect((await ada.get(`/api/uploads/${upload.id}`)).status).toBe(200)
    const grace = await torv.signedIn('grace@globex.example')

    for (const client of [guest, grace, torv.visitor(), await torv.staff()]) {
      const [theirs, nobodys] = [await client.get(`/api/uploads/${upload.id}`), await client.get(`/api/uploads/${NOBODYS}`)]
      expect(theirs.status).toBe(404)
      expect(await theirs.text()).toBe(await nobodys.text())
      expect([...theirs.headers]).toEqual([...nobodys.headers])
      expect((await client.delete(`/api/uploads/${upload.id}`)).status).toBe(404)
    }
    expect((await ada.get(`/api/uploads/${upload.id}`)).status).toBe(200)
  })

  test('CO10 has a name of 256 random bits', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => sent(guest)))
    expect(new Set(ids.map(({ id }) => id)).size).toBe(5)
    for (const { id } of ids) expect(id).toMatch(/^[\w-]{43}$/)
  })

  test('CO10 with the same content shares no rights and is not told of', async () => {
    const first = await guest.upload('plan.pdf', pdf)
    const other = torv.visitor('198.51.100.9')
    const second = await other.upload('plan.pdf', pdf)
    const [one, two] = [(await first.json()) as Sent, (await second.json()) as Sent]

    expect(Object.keys(two)).toEqual(Object.keys(one))
    expect(two.id).not.toBe(one.id)
    expect(JSON.stringify([one, two])).not.toMatch(/[0-9a-f]{64}/) // nor the hash, by which one could ask
    expect((await other.get(`/api/uploads/${one.id}`)).status).toBe(404)

    await guest.delete(`/api/uploads/${one.id}`)
    expect((await other.get(`/api/uploads/${two.id}`)).status).toBe(200)
  })

  test('AC4 guessing names of uploads soon has to wait', async () => {
    let status = 404
    for (let n = 0; n < 60 && status === 404; n++) status = (await guest.get(`/api/uploads/${NOBODYS}`)).status
    expect(status).toBe(429)
  })

  test('BN4 comes from no other site', async () => {
    expect((await guest.upload('plan.pdf', pdf, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
  })
})

describe('over a real connection', () => {
  let server: Server
  let port: number
  beforeEach(async () => {
    server = createServer(getRequestListener(torv.app.fetch, { overrideGlobalObjects: false }))
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    port = (server.address() as { port: number }).port
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  test('CO8 who hangs up in the middle, or promises more than comes, leaves nothing', async () => {
    const socket = connect(port, '127.0.0.1')
    socket.write(head({ 'content-length': '1000000' }))
    socket.write('a'.repeat(100_000))
    await until('the beginning to be written down', async () => (await stored()).length === 1)

    socket.destroy()

    await until('it to be gone', async () => (await stored()).length === 0)
    expect(await rows()).toBe(0)
  })

  test('CO8 a body without end is cut off at the limit', async () => {
    async function* endless() {
      for (;;) yield Buffer.alloc(65_536, 0x61)
    }

    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads?name=endless.txt`, {
      method: 'POST',
      headers: { origin: PUBLIC_URL },
      body: endless() as unknown as BodyInit, // Node sends whatever can be iterated
      duplex: 'half',
    } as RequestInit).catch(() => undefined)

    if (answer) expect(answer.status).toBe(413)
    await until('nothing to be left', async () => (await stored()).length === 0)
    expect(await rows()).toBe(0)
  })

  test('a request without a length is taken, and its body counted', async () => {
    const url = `http://127.0.0.1:${port}/api`
    const headers = { origin: PUBLIC_URL, 'content-type': 'application/json' }
    async function* json(length: number) {
      yield Buffer.from('{"lines":[],"more":"')
      yield Buffer.alloc(length, 0x61)
      yield Buffer.from('"}')
    }
    const put = (length: number) =>
      fetch(`${url}/quotes/list`, { method: 'PUT', headers, body: json(length) as unknown as BodyInit, duplex: 'half' } as RequestInit)

    expect((await fetch(`${url}/session`, { method: 'DELETE', headers: { origin: PUBLIC_URL } })).status).toBe(204)
    expect((await put(10)).status).toBe(200)
    expect((await put(300_000)).status).toBe(413)
  })

  test('what comes in one piece or in thousands is the same', async () => {
    const text = Buffer.from('grød,1\n'.repeat(20_000))
    async function* slowly() {
      for (let at = 0; at < text.length; at += 97) yield text.subarray(at, at + 97)
    }

    const answer = await fetch(`http://127.0.0.1:${port}/api/uploads?name=list.csv`, {
      method: 'POST',
      headers: { origin: PUBLIC_URL },
      body: slowly() as unknown as BodyInit, // Node sends whatever can be iterated
      duplex: 'half',
    } as RequestInit)

    expect(answer.status).toBe(201)
    expect(await answer.json()).toMatchObject({ type: 'text/csv', size: text.length })
  })

  function head(headers: Record<string, string>): string {
    const lines = Object.entries({ host: 'localhost', origin: PUBLIC_URL, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`)
    return `POST /api/uploads?name=large.txt HTTP/1.1\r\n${lines.join('')}\r\n`
  }
})

async function* piece(text: string) {
  yield Buffer.from(text)
}
