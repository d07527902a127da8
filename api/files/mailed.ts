import type { Attachment } from '../notify/mail-kind.ts'
import type { Services } from '../services.ts'
import { anyUpload, type Upload } from './store.ts'

/** A third more once in MIME: what any mail server takes. */
const MOST_BYTES = 8_000_000

/** The files that go along with a mail, in their order, as far as they fit; `rest` are those that have to be fetched from the page. */
export async function filesToMail(services: Services, files: Upload[]): Promise<{ attachments: Attachment[]; rest: Upload[] }> {
  const attachments: Attachment[] = []
  const rest: Upload[] = []
  let room = MOST_BYTES
  for (const file of files) {
    const content = file.size <= room ? await bytesOf(services, file) : undefined
    if (!content) {
      rest.push(file)
      continue
    }
    room -= file.size
    attachments.push({ filename: file.name, contentType: file.type, content })
  }
  return { attachments, rest }
}

async function bytesOf(services: Services, { id }: Upload): Promise<Uint8Array | undefined> {
  const upload = await anyUpload(services, id)
  const stream = upload && (await services.files.get(upload.sha256))
  return stream && new Uint8Array(await new Response(stream).arrayBuffer())
}
