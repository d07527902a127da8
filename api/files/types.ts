import { fileTypeFromBuffer } from 'file-type'
import { Problem } from '../platform/problems.ts'
import type { Arrived } from './file-store.ts'
import { officeTypeOf } from './office.ts'
import { isPicture, picturePixels } from './pictures.ts'

/** What is taken in: by the name's ending, and by what else browsers and systems call it. */
const TYPES: Record<string, { endings: string[]; also?: string[] }> = {
  'image/png': { endings: ['png'], also: ['image/x-png', 'image/apng'] },
  'image/jpeg': { endings: ['jpg', 'jpeg', 'jpe', 'jfif'], also: ['image/jpg', 'image/pjpeg'] },
  'image/webp': { endings: ['webp'] },
  'image/gif': { endings: ['gif'] },
  'image/avif': { endings: ['avif'] },
  'image/heic': { endings: ['heic', 'heif', 'hif'], also: ['image/heif', 'image/heic-sequence', 'image/heif-sequence'] },
  'application/pdf': { endings: ['pdf'], also: ['application/x-pdf'] },
  'text/plain': { endings: ['txt'] },
  // Windows takes a list of commas for a spreadsheet.
  'text/csv': { endings: ['csv'], also: ['text/plain', 'application/csv', 'text/comma-separated-values', 'application/vnd.ms-excel'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { endings: ['docx'] },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { endings: ['xlsx'] },
  'application/vnd.oasis.opendocument.text': { endings: ['odt'] },
  'application/vnd.oasis.opendocument.spreadsheet': { endings: ['ods'] },
}

/** For the `accept` of a file field. */
export const ACCEPTED_ENDINGS = Object.values(TYPES).flatMap(({ endings }) => endings.map((ending) => `.${ending}`))

/** What browsers send when they do not know. */
const UNDECLARED = ['', 'application/octet-stream', 'application/x-www-form-urlencoded', 'binary/octet-stream']
const HEAD_BYTES = 4_100
/** More than any telephone's camera makes, and less than what fills the memory of whoever opens it. */
const MAX_PIXELS = 220_000_000
const MAX_SIDE = 30_000
/** Starts of tags, declarations and instructions: a browser might take such a text for a page or a picture of its own. */
const MARKUP = /^\ufeff?\s*<[a-z!?/]/i

/** Refuses by the name alone, before any byte has come. What the bytes are is looked at all the same. */
export function mustBeKnownEnding(name: string) {
  if (!ACCEPTED_ENDINGS.some((ending) => name.toLowerCase().endsWith(ending))) throw unknownType()
}

export function unknownType(): Problem {
  return new Problem('file-type', { errors: { file: { reason: 'file-type' } } })
}

export type Refusal = 'type' | 'picture-too-large' | 'unpacks-too-large'

/**
 * The type that the bytes have, if it is one we take in and neither the name nor the sender says otherwise. Nothing is unpacked or
 * drawn for that: only headers are read. `isText` says whether all bytes could be text.
 */
export async function typeOf(
  file: Arrived,
  { name, declared, isText }: { name: string; declared: string; isText: boolean },
): Promise<{ type: string } | { refused: Refusal }> {
  const ending = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1]?.toLowerCase() ?? ''
  const found = await typeInBytes(file, ending, isText)
  if (found === 'unpacks-too-large') return { refused: found }
  const known = found === undefined ? undefined : TYPES[found]
  if (found === undefined || !known?.endings.includes(ending)) return { refused: 'type' }
  const said = (declared.split(';')[0] ?? '').trim().toLowerCase()
  if (!UNDECLARED.includes(said) && said !== found && !known.also?.includes(said)) return { refused: 'type' }

  if (isPicture(found)) {
    const sides = await picturePixels(found, file)
    if (!sides) return { refused: 'type' }
    if (Math.max(...sides) > MAX_SIDE || sides[0] * sides[1] > MAX_PIXELS) return { refused: 'picture-too-large' }
  }
  return { type: found }
}

async function typeInBytes(file: Arrived, ending: string, isText: boolean): Promise<string | undefined> {
  const head = await file.read(0, Math.min(HEAD_BYTES, file.size))
  if (head.subarray(0, 2).toString('latin1') === 'PK') return officeTypeOf(file)
  const found = (await fileTypeFromBuffer(head).catch(() => undefined))?.mime
  if (found === 'image/apng') return 'image/png'
  if (found?.startsWith('image/hei')) return 'image/heic'
  if (found) return found
  if (!isText || MARKUP.test(head.toString('utf8'))) return undefined
  return ending === 'csv' ? 'text/csv' : 'text/plain'
}

/** Whether these bytes, in whatever encoding that extends ASCII, could be text: no control characters but tabs and line ends. */
export function couldBeText(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte < 0x20 ? byte !== 0x09 && byte !== 0x0a && byte !== 0x0d : byte === 0x7f) return false
  return true
}
