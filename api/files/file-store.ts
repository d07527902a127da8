import { createHash } from 'node:crypto'
import { type FileHandle, link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { newToken } from '../platform/tokens.ts'

/** Bytes that have arrived and are not kept yet. */
export type Arrived = { sha256: string; size: number; read: (position: number, length: number) => Promise<Buffer> }

/**
 * Bytes by their SHA-256. The same bytes are kept once, whoever brings them. Every implementation passes one contract
 * (`tests/api/files-contract.ts`).
 */
export interface FileStore {
  /** Keeps the bytes durably, unless `check` throws: then nothing is left of them. Never holds more than a piece in memory. */
  put(bytes: AsyncIterable<Uint8Array>, check?: (arrived: Arrived) => Promise<void>): Promise<{ sha256: string; size: number }>
  get(sha256: string): Promise<ReadableStream<Uint8Array> | undefined>
  /** Removes what was put before that moment, and says whether it did. What has been put again since then stays. */
  remove(sha256: string, putBefore: number): Promise<boolean>
  list(): AsyncIterable<{ sha256: string; putAt: number }>
}

const HASH = /^[0-9a-f]{64}$/
const LEAVING = /\.[\w-]+\.leaving$/

/** Files in `folder`, two levels deep, so that no directory grows without bounds. */
export class FolderStore implements FileStore {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async put(bytes: AsyncIterable<Uint8Array>, check?: (arrived: Arrived) => Promise<void>) {
    const aside = join(this.#folder, 'incoming', newToken())
    await mkdir(join(this.#folder, 'incoming'), { recursive: true, mode: 0o700 })
    const file = await open(aside, 'wx+', 0o600)
    try {
      const { sha256, size } = await write(file, bytes)
      await check?.({ sha256, size, read: (position, length) => readAt(file, position, length) })
      await file.sync()
      await this.#keep(aside, sha256)
      return { sha256, size }
    } catch (error) {
      await unlink(aside).catch(() => {})
      throw error
    } finally {
      await file.close()
    }
  }

  async get(sha256: string) {
    const file = await open(this.#path(sha256)).catch(ifMissing)
    return file && (Readable.toWeb(file.createReadStream()) as ReadableStream<Uint8Array>) // Node's own type for the same thing
  }

  async remove(sha256: string, putBefore: number) {
    const path = this.#path(sha256)
    const leaving = `${path}.${newToken()}.leaving`
    // Taken away first and looked at then: whoever puts the same bytes meanwhile either has made this file young, or makes a new one.
    const taken = await rename(path, leaving).then(() => true, ifMissing)
    if (!taken) return false
    const found = await stat(leaving).catch(ifMissing)
    const isOld = found !== undefined && found.mtimeMs < putBefore
    if (found && !isOld) await link(leaving, path).catch(ifThere)
    await unlink(leaving).catch(ifMissing)
    return isOld
  }

  async *list() {
    const names = await readdir(this.#folder, { recursive: true }).catch(ifMissing)
    for (const name of names ?? []) {
      const path = join(this.#folder, name)
      const sha256 = basename(path).replace(LEAVING, '')
      if (!HASH.test(sha256)) continue
      // A process ended in the middle of removing it. It is as if it had not begun.
      if (LEAVING.test(path)) {
        await link(path, this.#path(sha256)).catch(ifThere)
        await unlink(path).catch(ifMissing)
      }
      const found = await stat(this.#path(sha256)).catch(ifMissing)
      if (found) yield { sha256, putAt: found.mtimeMs }
    }
  }

  /** Always a new file in place of the old: its age then says when it was last put. */
  async #keep(aside: string, sha256: string) {
    const path = this.#path(sha256)
    const folder = dirname(path)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await rename(aside, path)
    const directory = await open(folder)
    await directory.sync().finally(() => directory.close())
  }

  #path(sha256: string): string {
    if (!HASH.test(sha256)) throw new Error('Not the name of a stored file')
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256)
  }
}

async function write(file: FileHandle, bytes: AsyncIterable<Uint8Array>) {
  const hash = createHash('sha256')
  let size = 0
  for await (const piece of bytes) {
    hash.update(piece)
    await file.writeFile(piece) // goes on where the last piece ended
    size += piece.length
  }
  return { sha256: hash.digest('hex'), size }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  return buffer.subarray(0, bytesRead)
}

function ifMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

function ifThere(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw error
}
