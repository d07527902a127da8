import type { APIContext } from 'astro'
import type { Purpose } from '../api/files/store.ts'
import { spending } from '../api/platform/spent.ts'
import type { Api } from './api.ts'
import { problemOf } from './forms.ts'
import { boundaryOf, type Part, partsOf } from './multipart.ts'

const MAX_TEXT_BYTES = 1_000_000
const MAX_FIELDS = 2_000

/** What a form said. Its files are with the API by now, and wait there; those that it did not take are named. */
export type SentForm = { fields: FormData; uploads: string[]; refused: { name: string; message: string }[] }

/** Reads a form that may have files in it: each goes to the API as it arrives, so that none is ever in memory as a whole. */
export async function readForm({ request, locals }: Pick<APIContext, 'request' | 'locals'>, purpose: Purpose): Promise<SentForm> {
  const boundary = boundaryOf(request)
  if (!boundary || !request.body) return { fields: await request.formData(), uploads: [], refused: [] }

  const sent: SentForm = { fields: new FormData(), uploads: [], refused: [] }
  let room = MAX_TEXT_BYTES
  let fields = 0
  for await (const part of partsOf(spending(request.body), boundary)) {
    if (++fields > MAX_FIELDS) throw new Error('The form has too many fields')
    if (part.fileName === undefined) {
      const text = await textIn(part, room)
      room -= text.length
      sent.fields.append(part.name, text)
    } else if (part.fileName !== '') {
      await passOn(locals.api, part, purpose, sent)
    }
  }
  return sent
}

async function passOn(api: Api, { fileName = '', type, body }: Part, purpose: Purpose, sent: SentForm) {
  const init = { body, duplex: 'half', headers: { 'content-type': type } } as RequestInit // `duplex` is Node's
  const answer = await api.api.uploads.$post({ query: { name: fileName, purpose } }, { init })
  if (answer.ok) {
    sent.uploads.push((await answer.json()).id)
  } else {
    const { title, errors } = await problemOf(answer)
    sent.refused.push({ name: fileName, message: errors.file ?? title })
  }
}

async function textIn({ body }: Part, room: number): Promise<string> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > room) throw new Error('The form has too much text')
    pieces.push(Buffer.from(piece)) // its own memory is gone when the next one comes
  }
  // As `formData()` does, so that a form means the same whichever way it is sent.
  return Buffer.concat(pieces).toString('utf8').replace(/\r\n/g, '\n')
}
