import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetPartial } from '../../api/files/resumable-store.ts'
import { forgetStrayBytes } from '../../api/files/store.ts'
import type { Client } from '../support/client.ts'
import { until } from '../support/ports.ts'
import { jpeg, pdf, png } from '../support/sample-files.ts'
import { PUBLIC_URL, startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const HOUR = 3_600_000
const TUS = { 'tus-resumable': '1.0.0' }
const text = Buffer.from('grød, rød, blåbær\n'.repeat(5_000))

let torv: Torv
let guest: Client
beforeEach(async () => {
  torv = await startTorv()
  guest = torv.visitor()
})
afterEach(stopTorvs)

function metadata(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`)
    .join(',')
}

function begin(client: Client, { name = 'note.txt', type = 'text/plain', length = text.length } = {}) {
  const said = metadata({ filename: name, filetype: type, purpose: 'message' })
  return client.request('POST', '/api/uploads/resumable', undefined, { ...TUS, 'upload-length': String(length), 'upload-metadata': said })
}

async function begun(client: Client, about = {}): Promise<string> {
  const answer = await begin(client, about)
  if (answer.status !== 201) throw new Error(await answer.text())
  return answer.headers.get('location') ?? ''
}

function send(client: Client, location: string, offset: number, bytes: Uint8Array, headers: Record<string, string> = {}) {
  const about = { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' }
  return client.request('PATCH', location, bytes, { ...about, ...headers })
}

async function offset(client: Client, location: string): Promise<number> {
  const answer = await client.request('HEAD', location, undefined, TUS)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return Number(answer.headers.get('upload-offset'))
}

async function whole(client: Client, location: string): Promise<Buffer> {
  const answer = await client.get(`/api/uploads/${location.split('/').at(-1)}`)
  expect(answer.status).toBe(200)
  return Buffer.from(await answer.arrayBuffer())
}

async function stored(): Promise<string[]> {
  const files = await readdir(join(torv.dataDir, 'files'), { recursive: true, withFileTypes: true }).catch(() => [])
  return files.filter((file) => file.isFile()).map(({ name }) => name)
}

describe('a file in pieces', () => {
  test('is an upload once the last one has come, byte for byte', async () => {
    const location = await begun(guest)
    expect(location).toMatch(/^\/api\/uploads\/resumable\/[\w-]{43}$/)
    for (const [from, to] of [
      [0, 10],
      [10, 40_000],
      [40_000, text.length],
    ] as const) {
      expect(await offset(guest, location)).toBe(from)
      const answer = await send(guest, location, from, text.subarray(from, to))
      expect(answer.status).toBe(204)
      expect(answer.headers.get('upload-offset')).toBe(String(to))
    }

    expect((await whole(guest, location)).equals(text)).toBe(true)
    const listed = (await (await guest.get('/api/uploads?purpose=message')).json()) as { uploads: object[] }
    expect(listed.uploads).toMatchObject([{ name: 'note.txt', type: 'text/plain', size: text.length }])
    expect(await offset(guest, location)).toBe(text.length) // whoever did not hear the last answer hears it now
    expect((await send(guest, location, text.length, Buffer.alloc(0))).status).toBe(204)
  })

  test('goes on only from where it is, and by one sender at a time', async () => {
    const location = await begun(guest)
    await send(guest, location, 0, text.subarray(0, 100))

    expect((await send(guest, location, 0, text.subarray(0, 100))).status).toBe(409)
    expect((await send(guest, location, 200, text.subarray(200))).status).toBe(409)
    const both = await Promise.all([1, 2].map(() => send(guest, location, 100, text.subarray(100))))

    expect(both.map(({ status }) => status).sort()).toEqual([204, 409])
    expect((await whole(guest, location)).equals(text)).toBe(true)
  })

  test('is not stopped by a piece of nothing', async () => {
    const location = await begun(guest)
    await send(guest, location, 0, text.subarray(0, 100))

    expect((await send(guest, location, 100, Buffer.alloc(0))).status).toBe(204)

    expect((await send(guest, location, 100, text.subarray(100))).status).toBe(204)
    expect((await whole(guest, location)).equals(text)).toBe(true)
  })

  test('can be taken back, and then never was', async () => {
    const location = await begun(guest)
    await send(guest, location, 0, text.subarray(0, 100))

    expect((await guest.delete(location, TUS)).status).toBe(204)

    expect((await guest.request('HEAD', location, undefined, TUS)).status).toBe(404)
    expect((await send(guest, location, 100, text.subarray(100))).status).toBe(404)
    expect((await guest.delete(location, TUS)).status).toBe(404)
  })

  test('speaks tus 1.0.0 and says what it can', async () => {
    const answer = await guest.request('OPTIONS', '/api/uploads/resumable', undefined, {})
    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'tus-version': '1.0.0',
      'tus-extension': 'creation,expiration,termination',
      'tus-max-size': '20000000',
    })

    const refused = await guest.request('POST', '/api/uploads/resumable', undefined, { 'tus-resumable': '0.2.2', 'upload-length': '1' })
    expect(refused.status).toBe(412)
    expect(refused.headers.get('tus-version')).toBe('1.0.0')
    const location = await begun(guest)
    expect((await send(guest, location, 0, text, { 'content-type': 'text/plain' })).status).toBe(415)
  })
})

describe('what a whole file may not be, one in pieces may not either', () => {
  test('CO8 too large, by what is said or by what comes', async () => {
    expect((await begin(guest, { length: 20_000_001 })).status).toBe(413)
    expect((await begin(guest, { length: 0 })).status).toBe(422)
    const location = await begun(guest, { length: 100 })

    expect((await send(guest, location, 0, text)).status).toBe(413)

    expect(await offset(guest, location)).toBe(0)
    expect(await stored()).toEqual([])
  })

  test('CO8 a huge picture is refused with its last byte, and is not there', async () => {
    const huge = png(60_000, 60_000)
    const location = await begun(guest, { name: 'huge.png', type: 'image/png', length: huge.length })

    expect((await send(guest, location, 0, huge)).status).toBe(422)

    expect((await guest.request('HEAD', location, undefined, TUS)).status).toBe(404)
    expect(await torv.services.db.all('select 1 from uploads')).toEqual([])
    torv.clock.forward(2 * HOUR)
    await forgetPartial(torv.services)
    await forgetStrayBytes(torv.services)
    expect(await stored()).toEqual([])
  })

  test('CO3 something else than its name says', async () => {
    expect((await begin(guest, { name: 'program.exe' })).status).toBe(415)
    expect((await begin(guest, { name: 'drawing.svg', type: 'image/svg+xml' })).status).toBe(415)
    const location = await begun(guest, { name: 'photo.png', type: 'image/png', length: pdf.length })

    const answer = await send(guest, location, 0, pdf)

    expect(answer.status).toBe(415)
    expect(await answer.json()).toMatchObject({ type: '/problems/file-type', errors: { file: expect.any(String) } })
  })

  test('CO9 the 101st in a minute waits, and only so many are on their way at once', async () => {
    const other = torv.visitor('198.51.100.9')
    for (let n = 0; n < 10; n++) await begun(other)
    expect((await begin(other)).status).toBe(429)

    let status = 0
    for (let n = 0; n < 101; n++) status = (await begin(guest, { name: 'x.exe' })).status // what is refused counts, too
    expect(status).toBe(429)
  })

  test('CO9 what stops in the middle is gone within a day, rows and bytes', async () => {
    const location = await begun(guest)
    await send(guest, location, 0, text.subarray(0, 100))
    expect(await stored()).toHaveLength(1)
    torv.clock.forward(23 * HOUR)
    await forgetPartial(torv.services)
    await forgetStrayBytes(torv.services)
    expect(await offset(guest, location)).toBe(100)
    expect(await stored()).toHaveLength(1)

    torv.clock.forward(HOUR)
    await forgetPartial(torv.services)

    expect((await guest.request('HEAD', location, undefined, TUS)).status).toBe(404)
    expect(await torv.services.db.all('select 1 from partial_uploads union all select 1 from upload_pieces')).toEqual([])
    expect(await stored()).toEqual([])
  })

  test('the pieces of a whole file leave soon, and the file stays', async () => {
    const location = await begun(guest)
    await send(guest, location, 0, text.subarray(0, 100))
    await send(guest, location, 100, text.subarray(100))
    expect(await stored()).toHaveLength(3)

    torv.clock.forward(2 * HOUR)
    await forgetPartial(torv.services)

    expect(await stored()).toEqual([createHash('sha256').update(text).digest('hex')])
    expect((await whole(guest, location)).equals(text)).toBe(true)
  })

  test("CO10 another's is as one that never was", async () => {
    const ada = await torv.signedIn('ada@acme.example')
    const location = await begun(ada)
    const nobodys = `/api/uploads/resumable/${'A'.repeat(43)}`

    for (const client of [guest, await torv.signedIn('grace@globex.example'), await torv.staff()]) {
      for (const path of [location, nobodys]) {
        expect((await client.request('HEAD', path, undefined, TUS)).status).toBe(404)
        expect((await send(client, path, 0, text)).status).toBe(404)
        expect((await client.delete(path, TUS)).status).toBe(404)
      }
    }
    expect(await offset(ada, location)).toBe(0)
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

  test('what had arrived when it broke stays, and the rest comes by another', async () => {
    const photo = Buffer.concat([jpeg(), Buffer.alloc(300_000, 0x61)])
    const location = await begun(guest, { name: 'photo.jpg', type: 'image/jpeg', length: photo.length })
    const cookie = [...guest.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = {
      ...TUS,
      ...{ host: 'localhost', origin: PUBLIC_URL, cookie },
      ...{ 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'content-length': String(photo.length) },
    }
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    const socket = connect(port, '127.0.0.1')
    socket.write(`PATCH ${location} HTTP/1.1\r\n${lines.join('')}\r\n`)
    socket.write(photo.subarray(0, 200_000))
    await until('the beginning to be written down', async () => (await stored()).length === 1)

    socket.destroy()

    const arrived = await until('what had arrived to count', () => offset(guest, location))
    expect(arrived).toBeLessThanOrEqual(200_000)
    expect((await send(guest, location, arrived, photo.subarray(arrived))).status).toBe(204)
    expect((await whole(guest, location)).equals(photo)).toBe(true)
  })
})
