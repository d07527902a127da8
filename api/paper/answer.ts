import type { Context } from 'hono'
import type { Env } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'

/** A PDF to look at or to save, which runs nothing and can be framed nowhere; without bytes there is none. */
export function pdfAnswer(c: Context<Env>, name: string, bytes: Uint8Array | undefined) {
  if (!bytes) throw new Problem('not-found')
  return c.body(new Uint8Array(bytes), 200, {
    'content-type': 'application/pdf',
    'content-disposition': `inline; filename="${name}"`,
    'content-length': String(bytes.byteLength),
    'x-content-type-options': 'nosniff',
    // A browser's own viewer is an object on a page of its own; nothing else may come with it.
    'content-security-policy':
      "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  })
}
