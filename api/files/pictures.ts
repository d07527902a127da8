import type { Arrived } from './file-store.ts'

type Sides = [width: number, height: number]

/** How many jumps from part to part of a JPEG are taken: cameras put a few before the one that says how large it is. */
const MAX_PARTS = 200
const BOXES_BYTES = 256 * 1024

const READERS: Record<string, (file: Arrived) => Promise<Sides | undefined>> = {
  'image/png': async ({ read }) => fieldsIn(await read(0, 24), 24, (head) => [head.readUInt32BE(16), head.readUInt32BE(20)]),
  'image/gif': async ({ read }) => fieldsIn(await read(0, 10), 10, (head) => [head.readUInt16LE(6), head.readUInt16LE(8)]),
  'image/webp': async ({ read }) => fieldsIn(await read(0, 30), 30, webpSides),
  'image/jpeg': jpegSides,
  'image/avif': boxedSides,
  'image/heic': boxedSides,
}

export function isPicture(type: string): boolean {
  return type in READERS
}

/** How large a picture says it is, from its header alone: drawing it is what fills a memory. */
export async function picturePixels(type: string, file: Arrived): Promise<Sides | undefined> {
  const sides = await READERS[type]?.(file)
  return sides?.every((side) => side > 0) ? sides : undefined
}

function fieldsIn(head: Buffer, length: number, read: (head: Buffer) => Sides | undefined): Sides | undefined {
  return head.length < length ? undefined : read(head)
}

function webpSides(head: Buffer): Sides | undefined {
  switch (head.toString('latin1', 12, 16)) {
    case 'VP8X':
      return [1 + head.readUIntLE(24, 3), 1 + head.readUIntLE(27, 3)]
    case 'VP8L': {
      const bits = head.readUInt32LE(21)
      return [1 + (bits & 0x3fff), 1 + ((bits >> 14) & 0x3fff)]
    }
    case 'VP8 ':
      return [head.readUInt16LE(26) & 0x3fff, head.readUInt16LE(28) & 0x3fff]
    default:
      return undefined
  }
}

/** From part to part until a frame's, which has its size in it. */
async function jpegSides({ read }: Arrived): Promise<Sides | undefined> {
  let at = 2
  for (let part = 0; part < MAX_PARTS; part++) {
    const head = await read(at, 9)
    if (head.length < 9 || head[0] !== 0xff) return undefined
    const marker = head[1] ?? 0
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return [head.readUInt16BE(7), head.readUInt16BE(5)]
    at += marker === 0xff ? 1 : 2 + head.readUInt16BE(2)
  }
  return undefined
}

/** The largest of the sizes among the boxes at the beginning: tiles and thumbnails have theirs there too. */
async function boxedSides({ read, size }: Arrived): Promise<Sides | undefined> {
  const head = await read(0, Math.min(size, BOXES_BYTES))
  let largest: Sides | undefined
  for (let at = head.indexOf('ispe'); at >= 0 && at + 16 <= head.length; at = head.indexOf('ispe', at + 4)) {
    const sides: Sides = [head.readUInt32BE(at + 8), head.readUInt32BE(at + 12)]
    if (!largest || sides[0] * sides[1] > largest[0] * largest[1]) largest = sides
  }
  return largest
}
