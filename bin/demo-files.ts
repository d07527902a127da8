import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { receive } from '../api/files/receive.ts'
import { addUpload } from '../api/files/store.ts'
import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { openTicket } from '../api/tickets/opening.ts'
import { reply } from '../api/tickets/replying.ts'
import { findAnyTicket } from '../api/tickets/store.ts'

const WIDTH = 640
const HEIGHT = 480
const ADA = { email: 'ada@acme.example', name: 'Ada Lund' }

/** A case with a photo, answered with a document. */
export async function aCaseWithPhoto(services: Services, agent: User) {
  const photo = await uploaded(services, { owner: 'demo', name: 'outdoor-unit.png', bytes: drawing() })
  const { reference } = await openTicket(services, {
    ...{ owner: ADA, channel: 'web', kind: 'problem', subject: 'The outdoor unit hums at night', locale: 'en', by: 'guest' },
    ...{ text: 'It began last week, always after midnight. I have attached a photo of how it stands.', authorName: ADA.name },
    files: { uploads: [photo], owner: 'demo' },
  })
  const guide = createReadStream(join(services.config.contentDir, 'documents', 'luft-placing-the-outdoor-unit.pdf'))
  const document = await uploaded(services, { owner: 'demo', name: 'placing-the-outdoor-unit.pdf', bytes: guide })
  await reply(services, await findAnyTicket(services, reference), {
    ...{ author: 'staff', authorName: agent.name, by: `user:${agent.id}`, userId: agent.id, move: 'wait' },
    text: 'Thank you for the photo. It stands a little close to the wall: page 2 of the guide shows how far it should be. Can you measure it?',
    files: { uploads: [document], owner: 'demo' },
  })
}

async function uploaded(services: Services, { owner, name, bytes }: { owner: string; name: string; bytes: AsyncIterable<Uint8Array> }) {
  const kept = await receive(services.files, bytes, { name, declared: '' })
  const { id } = await addUpload(services, { owner, sender: owner, purpose: 'message', name, ...kept })
  return id
}

/** As a photo might show it: a wall at dusk, a white box before it, and the round grille of its fan. */
async function* drawing(): AsyncGenerator<Uint8Array> {
  const rows = Buffer.alloc((WIDTH * 3 + 1) * HEIGHT)
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) rows.set(colourAt(x, y), y * (WIDTH * 3 + 1) + 1 + x * 3)
  }
  const head = Buffer.alloc(13)
  head.writeUInt32BE(WIDTH, 0)
  head.writeUInt32BE(HEIGHT, 4)
  head.set([8, 2], 8) // eight bits of red, green and blue
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  yield Buffer.concat([signature, chunk('IHDR', head), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))])
}

function colourAt(x: number, y: number): [number, number, number] {
  const dusk = 1 - y / (HEIGHT * 2)
  if (y > 400) return [70 * dusk, 84 * dusk, 78 * dusk]
  const isUnit = x > 140 && x < 520 && y > 130 && y < 405
  const fromFan = Math.hypot(x - 280, y - 265)
  if (isUnit && fromFan < 105) return fromFan % 15 < 4 ? [190, 196, 196] : [58, 66, 68]
  if (isUnit) return x > 505 || y < 140 ? [236, 238, 236] : [214, 218, 216]
  return y % 40 < 3 || (x + (Math.floor(y / 40) % 2) * 40) % 80 < 3
    ? [122 * dusk, 92 * dusk, 84 * dusk]
    : [158 * dusk, 112 * dusk, 98 * dusk]
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
