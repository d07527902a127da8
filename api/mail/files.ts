import { type Enclosure, enclose, enclosedIn } from '../files/enclosures.ts'
import { fileName } from '../files/names.ts'
import { receive } from '../files/receive.ts'
import type { Statement } from '../platform/db.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { MailFile } from './parse.ts'
import { subjectOf, whereItStands } from './store.ts'

const MAX_FILES = 10
const RAW_TYPE = 'message/rfc822'

export type Kept = { files: Enclosure[]; refused: string[] }

/** Keeps the bytes of what came with a mail, by the same rules as an upload, and names what these refuse. */
export async function keepFiles({ files }: Services, enclosed: MailFile[]): Promise<Kept> {
  const kept: Kept = { files: [], refused: [] }
  for (const { name: given, declared, bytes } of enclosed) {
    const name = fileName(given)
    if (kept.files.length >= MAX_FILES) {
      kept.refused.push(name)
      continue
    }
    try {
      kept.files.push({ name, ...(await receive(files, streamOf(bytes), { name, declared })) })
    } catch (error) {
      // No room on the disk, say: then the mail waits where it is, and is read again.
      if (!(error instanceof Problem) || error.type === 'no-room') throw error
      kept.refused.push(name)
    }
  }
  return kept
}

/** The mail itself, as it came: for staff, and for whatever is done with it later. */
export async function keepRaw({ files }: Services, raw: Uint8Array): Promise<Enclosure> {
  const { sha256, size } = await files.put(piecesOf(raw))
  return { sha256, size, name: 'mail.eml', type: RAW_TYPE }
}

export function encloseRaw(key: string, raw: Enclosure, at: number): Statement {
  return enclose(raw, { subject: ':subject', args: { subject: subjectOf(key) }, owner: 'mail', internal: true, at })
}

/** For the end of the batch that has taken the mail. */
export function encloseFiles(key: string, { files }: Kept, at: number): Statement[] {
  return files.map((file) => enclose(file, { ...whereItStands, args: { mail: key }, owner: 'mail', at }))
}

/** The bytes of a mail that is still kept. */
export async function rawOf({ db, files }: Services, key: string): Promise<Uint8Array | undefined> {
  const sha256 = await enclosedIn({ db }, subjectOf(key), RAW_TYPE)
  const stream = sha256 && (await files.get(sha256))
  return stream ? new Uint8Array(await new Response(stream).arrayBuffer()) : undefined
}

async function* piecesOf(bytes: Uint8Array) {
  yield bytes
}

function streamOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      if (bytes.length) controller.enqueue(bytes)
      controller.close()
    },
  })
}
