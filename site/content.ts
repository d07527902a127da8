import { resolve } from 'node:path'
import { type Content, loadContent } from '../content/load.ts'

const shared = globalThis as { [key: symbol]: Content | undefined }
const key = Symbol.for('torv.content')

/** What the company has written: the server's own copy when pages are rendered on demand, read from disk while building. */
export function content(): Content {
  shared[key] ??= loadContent(resolve(process.env.CONTENT_DIR ?? 'content'))
  return shared[key]
}
