import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FileStore } from '../../api/files/file-store.ts'

export type OpenedStore = { store: FileStore; stop: () => Promise<void> }

const HOUR = 3_600_000
const inAnHour = () => Date.now() + HOUR

/** What every file store promises. */
export function filesContract(open: () => Promise<OpenedStore>) {
  let opened: OpenedStore
  beforeEach(async () => {
    opened = await open()
  })
  afterEach(() => opened.stop())

  test('keeps bytes under their SHA-256 and gives them back', async () => {
    const bytes = Buffer.from('æøå '.repeat(100_000))

    const kept = await opened.store.put(pieces(bytes))

    expect(kept).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length })
    expect((await read(kept.sha256))?.equals(bytes)).toBe(true)
    expect(await opened.store.get('0'.repeat(64))).toBeUndefined()
  })

  test('keeps the same bytes once, however many bring them at once', async () => {
    const kept = await Promise.all(Array.from({ length: 20 }, () => opened.store.put(pieces(Buffer.from('the same')))))

    expect(new Set(kept.map(({ sha256 }) => sha256)).size).toBe(1)
    expect(await listed()).toEqual([kept[0]?.sha256])
  })

  test('keeps nothing of what is refused or breaks off', async () => {
    const refused = opened.store.put(pieces(Buffer.from('no')), async ({ size, read }) => {
      throw new Error(`${size} bytes: ${await read(0, 10)}`)
    })
    await expect(refused).rejects.toThrow('2 bytes: no')
    await expect(opened.store.put(breakingOff())).rejects.toThrow('hung up')

    expect(await listed()).toEqual([])
  })

  test('removes what is old, and leaves what was put again meanwhile', async () => {
    const { sha256 } = await opened.store.put(pieces(Buffer.from('old')))

    expect(await opened.store.remove(sha256, Date.now() - HOUR)).toBe(false)
    expect((await read(sha256))?.toString()).toBe('old')
    expect(await opened.store.remove(sha256, inAnHour())).toBe(true)
    expect(await opened.store.get(sha256)).toBeUndefined()
    expect(await opened.store.remove(sha256, inAnHour())).toBe(false)
  })

  test('never loses bytes that are put while they are being removed', async () => {
    const bytes = Buffer.from('contested')
    const before = Date.now() - HOUR
    const { sha256 } = await opened.store.put(pieces(bytes))

    await Promise.all(
      Array.from({ length: 50 }, (_, at) => (at % 2 ? opened.store.put(pieces(bytes)) : opened.store.remove(sha256, before))),
    )

    expect((await read(sha256))?.equals(bytes)).toBe(true)
    expect(await listed()).toEqual([sha256])
  })

  async function listed() {
    const names: string[] = []
    for await (const { sha256, putAt } of opened.store.list()) {
      expect(Math.abs(putAt - Date.now())).toBeLessThan(HOUR)
      names.push(sha256)
    }
    return names
  }

  async function read(sha256: string): Promise<Buffer | undefined> {
    const stream = await opened.store.get(sha256)
    return stream && buffer(stream as never) // Node's own type for the same thing
  }
}

async function* pieces(bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536)
}

async function* breakingOff() {
  yield Buffer.from('half of')
  throw new Error('hung up')
}
