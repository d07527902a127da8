import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { boundaryOf, partsOf } from '../../site/multipart.ts'

type Field = { name: string; fileName: string | undefined; type: string; content: string }

async function fieldsIn(bytes: AsyncIterable<Uint8Array>, boundary: string): Promise<Field[]> {
  const fields: Field[] = []
  for await (const { body, ...head } of partsOf(bytes, boundary)) fields.push({ ...head, content: await text(body as never) })
  return fields
}

/** The body as a browser would make it. */
async function formOf(fields: [string, string | File][]) {
  const form = new FormData()
  for (const [name, value] of fields) form.append(name, value)
  const request = new Request('http://localhost/', { method: 'POST', body: form })
  return { boundary: boundaryOf(request) ?? '', bytes: Buffer.from(await request.arrayBuffer()) }
}

async function* inPiecesOf(length: number, bytes: Buffer) {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

describe('a form with files in it', () => {
  test('is read however it is cut into pieces', async () => {
    const tricky = '\r\n--\r\n\r\n----boundary\r\n-'
    const { bytes, boundary } = await formOf([
      ['need', 'Blåbær\r\n& "mere"'],
      ['files', new File([tricky], 'a "b" æ.txt', { type: 'text/plain' })],
      ['files', new File([], '')],
      ['last', tricky],
    ])
    const whole = await fieldsIn(inPiecesOf(bytes.length, bytes), boundary)
    expect(whole).toMatchObject([
      { name: 'need', fileName: undefined, content: 'Blåbær\r\n& "mere"' },
      { name: 'files', fileName: 'a "b" æ.txt', type: 'text/plain', content: tricky },
      { name: 'files', content: '' },
      { name: 'last' },
    ])

    for (const length of [1, 2, 3, 7, 61, 1_000]) expect(await fieldsIn(inPiecesOf(length, bytes), boundary)).toEqual(whole)
  })

  test('gives any bytes back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 90 }),
        async (files, length) => {
          const { bytes, boundary } = await formOf(
            files.map((content, at) => [`f${at}`, new File([content as Uint8Array<ArrayBuffer>], 'x.bin')]),
          )
          const read: Uint8Array[] = []
          for await (const { body } of partsOf(inPiecesOf(length, bytes), boundary)) {
            const pieces: Uint8Array[] = []
            for await (const piece of body) pieces.push(piece)
            read.push(new Uint8Array(Buffer.concat(pieces)))
          }
          expect(read).toEqual(files)
        },
      ),
      { numRuns: 60 },
    )
  })

  test('goes on to the next field when one is left in the middle', async () => {
    const { bytes, boundary } = await formOf([
      ['large', new File(['x'.repeat(50_000)], 'large.txt')],
      ['untouched', new File(['y'.repeat(50_000)], 'other.txt')],
      ['last', 'here'],
    ])
    const names: string[] = []
    let last = ''
    for await (const { name, body } of partsOf(inPiecesOf(1_000, bytes), boundary)) {
      names.push(name)
      if (name === 'large') {
        const reader = body.getReader()
        await reader.read()
        await reader.cancel()
      }
      if (name === 'last') last = await text(body as never)
    }

    expect(names).toEqual(['large', 'untouched', 'last'])
    expect(last).toBe('here')
  })

  test('CO14 that breaks off, or has no end of its head, is refused', async () => {
    const { bytes, boundary } = await formOf([['need', 'words']])

    await expect(fieldsIn(inPiecesOf(10, bytes.subarray(0, -8)), boundary)).rejects.toThrow('ends before its end')
    await expect(fieldsIn(inPiecesOf(10, Buffer.from('no form at all')), boundary)).rejects.toThrow('ends before its end')
    const endless = Buffer.from(`--x\r\n${'a'.repeat(40_000)}`)
    await expect(fieldsIn(inPiecesOf(1_000, endless), 'x')).rejects.toThrow('too long a head')
  })

  test('is one only if it says so', () => {
    const boundaryIn = (type: string) => boundaryOf(new Request('http://localhost/', { method: 'POST', headers: { 'content-type': type } }))
    expect(boundaryIn('multipart/form-data; boundary=abc')).toBe('abc')
    expect(boundaryIn('multipart/form-data; charset=utf-8; boundary="a b"')).toBe('a b')
    expect(boundaryIn('application/x-www-form-urlencoded')).toBeUndefined()
    expect(boundaryIn('multipart/mixed; boundary=abc')).toBeUndefined()
  })
})
