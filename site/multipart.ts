/** One field of a `multipart/form-data` body. What is not read of it is passed over. */
export type Part = { name: string; fileName: string | undefined; type: string; body: ReadableStream<Uint8Array> }

const MAX_HEAD_BYTES = 16_384
const NOTHING = Buffer.alloc(0)

/**
 * The fields of a form as they arrive. `request.formData()` would hold every file in memory until the last has come; this holds a
 * piece at a time. The next part comes when the one before has been read, or left.
 */
export async function* partsOf(bytes: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const reader = new Reader(bytes)
  try {
    // The first boundary stands at the very beginning, the others after a line end.
    reader.putBack(Buffer.from('\r\n'))
    const between = Buffer.from(`\r\n--${boundary}`)
    await reader.skipPast(between)
    while ((await reader.take(2)).toString('latin1') !== '--') {
      const head = headOf(await reader.lineUntil(Buffer.from('\r\n\r\n')))
      const content = reader.pieces(between)
      yield { ...head, body: content.stream }
      await content.skipRest()
    }
  } finally {
    // Also of a form that is refused: its rest would stand before the next request on the same connection.
    await reader.skipAll()
  }
}

export function boundaryOf(request: Request): string | undefined {
  const type = request.headers.get('content-type') ?? ''
  const [, quoted, plain] = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(type) ?? []
  return quoted ?? plain
}

/** A body that is no form, or not all of one. */
export class BrokenForm extends Error {}

class Reader {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Buffer = NOTHING

  constructor(bytes: AsyncIterable<Uint8Array>) {
    this.#source = bytes[Symbol.asyncIterator]()
  }

  putBack(bytes: Buffer) {
    this.#held = Buffer.concat([bytes, this.#held])
  }

  async take(length: number): Promise<Buffer> {
    while (this.#held.length < length) await this.#more()
    return this.#cut(length)
  }

  async skipPast(mark: Buffer) {
    while ((await this.#pieceBefore(mark)) !== undefined);
  }

  async skipAll() {
    while (!(await this.#next()).done);
  }

  async lineUntil(mark: Buffer): Promise<Buffer> {
    for (;;) {
      const at = this.#held.indexOf(mark)
      if (at >= 0) return this.#cut(at + mark.length)
      if (this.#held.length > MAX_HEAD_BYTES) throw new BrokenForm('A field has too long a head')
      await this.#more()
    }
  }

  /** What comes before the mark, as a stream; and a way past it for whoever does not read that to its end. */
  pieces(mark: Buffer) {
    let isOver = false
    let reading: Promise<unknown> = Promise.resolve()
    const next = async () => {
      const piece = isOver ? undefined : await this.#pieceBefore(mark)
      isOver = piece === undefined
      return piece
    }
    const stream = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          const reads = next().then((piece) => (piece ? controller.enqueue(piece) : controller.close()))
          reading = reads.catch(() => {})
          return reads
        },
      },
      { highWaterMark: 0 },
    )
    const skipRest = async () => {
      await reading
      while ((await next()) !== undefined);
    }
    return { stream, skipRest }
  }

  /** A piece that is surely before the mark, or undefined once the mark has been passed. */
  async #pieceBefore(mark: Buffer): Promise<Buffer | undefined> {
    for (;;) {
      const at = this.#held.indexOf(mark)
      if (at > 0) return this.#cut(at)
      if (at === 0) {
        this.#cut(mark.length)
        return undefined
      }
      const sure = this.#held.length - beginningOf(mark, this.#held)
      if (sure > 0) return this.#cut(sure)
      await this.#more()
    }
  }

  #cut(length: number): Buffer {
    const piece = this.#held.subarray(0, length)
    this.#held = this.#held.subarray(length)
    return piece
  }

  async #more() {
    const left = Buffer.from(this.#held) // a copy: the memory of one piece may be gone when the next comes
    const { value, done } = await this.#next()
    if (done) throw new BrokenForm('The form ends before its end')
    this.#held = left.length ? Buffer.concat([left, value]) : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  }

  /** Whoever goes away while they send is no failure of ours. */
  async #next(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.#source.next()
    } catch (cause) {
      throw new BrokenForm('The form broke off', { cause })
    }
  }
}

/** How many bytes at the end of what is held may be the beginning of the mark: nearly always none, so that nothing is copied. */
function beginningOf(mark: Buffer, held: Buffer): number {
  for (let length = Math.min(mark.length - 1, held.length); length > 0; length--) {
    if (held.subarray(-length).equals(mark.subarray(0, length))) return length
  }
  return 0
}

/** Browsers write a quote and line ends in a name as %22, %0D and %0A. */
function headOf(head: Buffer): Omit<Part, 'body'> {
  const lines = head.toString('utf8').split('\r\n')
  const headerOf = (name: string) => lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1) ?? ''
  const field = (name: string) => new RegExp(`[;\\s]${name}="([^"]*)"`, 'i').exec(headerOf('content-disposition'))?.[1]
  const plain = (text: string) => text.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n')
  const fileName = field('filename')
  return {
    name: plain(field('name') ?? ''),
    fileName: fileName === undefined ? undefined : plain(fileName),
    type: headerOf('content-type').trim(),
  }
}
