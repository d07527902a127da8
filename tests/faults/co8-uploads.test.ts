import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { deflateRawSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full } from '../support/faults.ts'
import { growthDuring } from '../support/memory.ts'
import { docx, gif, heic, jpeg, pdf, png, webp } from '../support/sample-files.ts'
import { type RunningServer, startServer } from '../support/server.ts'

const MB = 1_000_000
const LIMIT_MS = 1_000
const LIMIT_MB = 50
const LARGEST = 20 * MB
const PIECE = Buffer.alloc(65_536, 0x61)
/** What a Word file of 640 MB packs into. */
const PACKED = deflateRawSync(Buffer.alloc(10 * MB)).toString('latin1')
const BOMB = docx(Object.fromEntries(Array.from({ length: 64 }, (_, n) => [`word/${n}.xml`, PACKED])), { unpacked: 10 * MB })

let server: RunningServer
/** A browser that has as many files waiting as it may. */
let browser = ''
beforeAll(async () => {
  server = await startServer()
  const first = await send(() => pdf, 'first.pdf')
  browser = first.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  for (let n = 2; n <= 10; n++) expect((await send(() => pdf, `${n}.pdf`, browser)).status).toBe(201)
  await send(() => Buffer.alloc(10 * MB, 0x61), 'large.txt') // or the first large one would be charged for what all need
})
afterAll(() => server.remove())

type Body = () => BodyInit | AsyncIterable<Uint8Array>

function send(body: Body, name: string, cookie = '') {
  const headers = { origin: server.url, 'x-forwarded-for': '203.0.113.50', ...(cookie && { cookie }) }
  const init = { method: 'POST', headers, body: body() as BodyInit, duplex: 'half' } // Node sends whatever can be iterated
  return fetch(`${server.url}/api/uploads?name=${name}`, init as RequestInit)
}

/** A head that promises so much, and a body that is something else; the status of the answer. */
function lying(length: string, bytes: Buffer): Promise<number> {
  const { port, host } = new URL(server.url)
  return new Promise((done, failed) => {
    const socket = connect(Number(port), 'localhost')
    const head = `POST /api/uploads?name=a.txt HTTP/1.1\r\nhost: ${host}\r\norigin: ${server.url}\r\n${length}\r\nconnection: close\r\n\r\n`
    socket.write(head)
    socket.end(bytes)
    socket.once('error', failed)
    socket.once('data', (chunk) => {
      done(Number(/^HTTP\/1\.1 (\d+)/.exec(String(chunk))?.[1]))
      socket.destroy()
    })
  })
}

/** When it had been sent too much; the time that the sending took is the sender's. */
let tooLargeAt = 0

async function* pieces(bytes: number) {
  for (let sent = 0; sent < bytes; sent += PIECE.length) {
    if (sent > LARGEST) tooLargeAt ||= performance.now()
    yield PIECE
    await setImmediate() // `fetch` takes what it is given; so it can see that nobody listens any more
  }
}

/** Whoever is cut off while they still send may hear nothing but that. */
const cutOff = (answer: Promise<Response>) => answer.then(({ status }) => status).catch(() => 413)
const statusOf = async (answer: Promise<Response>) => (await answer).status

const HOSTILE: [what: string, status: number, attempt: () => Promise<number>][] = [
  ['a file that is too large', 413, () => cutOff(send(() => Buffer.alloc(LARGEST + 1, 0x61), 'large.txt'))],
  ['a file that does not say how large it is', 413, () => cutOff(send(() => pieces(LARGEST + 3 * MB), 'large.txt'))],
  ['a file that goes on and on', 413, () => cutOff(send(() => pieces(200 * MB), 'on-and-on.txt'))],
  ['a length beyond all limits', 413, () => lying('content-length: 999999999999', Buffer.from('a'))],
  ['a length that is none', 400, () => lying('content-length: -1', Buffer.from('a'))],
  ['two lengths', 400, () => lying('content-length: 1\r\ncontent-length: 2', Buffer.from('ab'))],
  ['a PNG of 3.6 billion points', 422, () => statusOf(send(() => png(60_000, 60_000), 'huge.png'))],
  ['a JPEG of 4 billion points', 422, () => statusOf(send(() => jpeg(65_000, 65_000), 'huge.jpg'))],
  ['a GIF of 4 billion points', 422, () => statusOf(send(() => gif(65_000, 65_000), 'huge.gif'))],
  ['a WebP without bounds', 422, () => statusOf(send(() => webp(16_000_000, 16_000_000), 'huge.webp'))],
  ['a HEIC without bounds', 422, () => statusOf(send(() => heic(100_000, 100_000), 'huge.heic'))],
  ['a Word file that says it unpacks to 2 GB', 422, () => statusOf(send(() => docx({}, { unpacked: 2_000 * MB }), 'bomb.docx'))],
  ['a Word file that unpacks to 640 MB', 422, () => statusOf(send(() => BOMB, 'bomb.docx'))],
  ['JSON of 30 MB', 413, () => cutOff(json('/api/tickets', 30 * MB))],
  ['a page’s form of 30 MB', 413, () => cutOff(json('/en/sign-in', 30 * MB))],
  ['an eleventh file that one browser keeps waiting', 422, () => statusOf(send(() => pdf, 'eleventh.pdf', browser))],
]

function json(path: string, bytes: number) {
  return fetch(server.url + path, {
    method: 'POST',
    headers: { origin: server.url, 'content-type': 'application/json' },
    body: Buffer.alloc(bytes, 0x61),
  })
}

/** Every file in the store, whole or not. */
async function stored(): Promise<string[]> {
  const files = await readdir(join(server.dataDir, 'files'), { recursive: true, withFileTypes: true })
  return files.filter((file) => file.isFile()).map(({ name }) => name)
}

test.each(HOSTILE)('CO8 %s is refused within a second, takes little memory and leaves nothing', async (what, expected, attempt) => {
  const before = await stored()
  expect(before).not.toEqual([]) // what was taken in is there, or this would not be where to look

  let [status, ms] = [0, 0]
  const grown = await growthDuring(server, async () => {
    const asked = performance.now()
    tooLargeAt = 0
    status = await attempt()
    ms = performance.now() - (tooLargeAt || asked)
  })

  console.log(`CO8: ${what}: ${ms.toFixed(0)} ms, ${grown.toFixed(0)} MB more`)
  expect(status).toBe(expected)
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200) // cut off, and not broken
  await expect.poll(stored).toEqual(before)
  if (full) expect(ms).toBeLessThanOrEqual(LIMIT_MS)
  if (full) expect(grown).toBeLessThan(LIMIT_MB)
})
