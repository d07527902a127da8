import { invalid, Problem } from '../platform/problems.ts'
import { spending } from '../platform/spent.ts'
import type { FileStore } from './file-store.ts'
import { couldBeText, type Refusal, typeOf, unknownType } from './types.ts'

export const MAX_FILE_BYTES = 20_000_000

type Incoming = { name: string; declared: string }

const REFUSALS: Record<Refusal, () => Problem> = {
  type: unknownType,
  'picture-too-large': () => invalid('file', 'picture-too-large'),
  'unpacks-too-large': () => invalid('file', 'unpacks-too-large'),
}

/** Takes in one file, piece by piece. What is too large, empty, or not what it says it is leaves nothing behind. */
export async function receive(files: FileStore, body: AsyncIterable<Uint8Array> | null, { name, declared }: Incoming) {
  let type = ''
  let isText = true
  let size = 0

  async function* watched() {
    for await (const piece of spending(piecesOf(body))) {
      size += piece.length
      if (size > MAX_FILE_BYTES) throw tooLargeFile()
      isText &&= couldBeText(piece)
      yield piece
    }
    if (size === 0) throw invalid('file', 'empty-file')
  }

  const kept = await files
    .put(watched(), async (arrived) => {
      const found = await typeOf(arrived, { name, declared, isText })
      if ('refused' in found) throw REFUSALS[found.refused]()
      type = found.type
    })
    .catch((error) => {
      throw isFull(error) ? new Problem('no-room', { retryAfter: 60, cause: error }) : error
    })
  return { ...kept, type }
}

export function tooLargeFile(): Problem {
  return new Problem('too-large', { errors: { file: { reason: 'file-too-large', values: { mb: MAX_FILE_BYTES / 1_000_000 } } } })
}

/** A sender who hangs up has sent nothing: that is no fault of ours. */
async function* piecesOf(body: AsyncIterable<Uint8Array> | null): AsyncGenerator<Uint8Array> {
  try {
    yield* body ?? []
  } catch (cause) {
    throw cause instanceof Problem ? cause : new Problem('invalid-input', { cause })
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(String(error.code))
}
