import type { APIContext } from 'astro'
import type { Purpose, Upload } from '../api/files/store.ts'
import { spending } from '../api/platform/spent.ts'
import type { Api } from './api.ts'
import { problemOf } from './forms.ts'
import { BrokenForm, boundaryOf, type Part, partsOf } from './multipart.ts'

const MAX_TEXT_BYTES = 1_000_000
const MAX_FIELDS = 2_000

/** What a form said. Its files are with the API by now, and wait there; those that it did not take are named. */
export type SentForm = { fields: FormData; uploads: string[]; refused: Refused[] }
export type Refused = { name: string; message: string }
/** What a message's form said, and what comes with it: what was sent with the form, and what it carried from before; `uploads` in it names both. */
export type SentMessage = { form: FormData; uploads: string[]; files: Upload[]; refused: Refused[] }

/** Reads the form of a message. A file that was not taken is no reason to lose the others, or the words: the page shows all of them again. */
export async function readMessage(visit: Pick<APIContext, 'request' | 'locals'>): Promise<SentMessage> {
  const { fields: form, uploads: sent, refused } = await readForm(visit, 'message')
  const without = form.getAll('without')
  const wanted = [...form.getAll('uploads').map(String), ...sent].filter((id) => !without.includes(id))
  form.delete('uploads')
  for (const id of wanted) form.append('uploads', id)
  if (!wanted.length) return { form, uploads: [], files: [], refused }
  const { uploads: waiting } = await (await visit.locals.api.api.uploads.$get({ query: { purpose: 'message' } })).json()
  const files = waiting.filter(({ id }) => wanted.includes(id))
  return { form, uploads: wanted, files, refused }
}

/** Reads a form that may have files in it: each goes to the API as it arrives, so that none is ever in memory as a whole. */
export async function readForm({ request, locals }: Pick<APIContext, 'request' | 'locals'>, purpose: Purpose): Promise<SentForm> {
  const boundary = boundaryOf(request)
  if (!boundary || !request.body) return { fields: await request.formData(), uploads: [], refused: [] }

  const sent: SentForm = { fields: new FormData(), uploads: [], refused: [] }
  let room = MAX_TEXT_BYTES
  let fields = 0
  for await (const part of partsOf(spending(request.body), boundary)) {
    if (++fields > MAX_FIELDS) throw new BrokenForm('The form has too many fields')
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
    if (size > room) throw new BrokenForm('The form has too much text')
    pieces.push(Buffer.from(piece)) // its own memory is gone when the next one comes
  }
  // As `formData()` does, so that a form means the same whichever way it is sent.
  return Buffer.concat(pieces).toString('utf8').replace(/\r\n/g, '\n')
}
