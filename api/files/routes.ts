import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type Env, query } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { About } from './about.ts'
import { fileName } from './names.ts'
import { senderOf } from './owner.ts'
import { MAX_FILE_BYTES, receive, tooLargeFile } from './receive.ts'
import { resumableRoutes } from './resumable.ts'
import { addUpload, mustHaveRoom, PURPOSES, removeUpload, waitingUploads } from './store.ts'
import { BROWSER, type Who } from './who.ts'

const MINUTE = 60_000
const UPLOADS_A_MINUTE = 100

/** Files that come one at a time, as the body of a request or in pieces, and wait to be attached to something. */
export function uploadRoutes(who: Who) {
  return new Hono<Env>()
    .route('/resumable', resumableRoutes(who))

    .get('/', query(z.object({ purpose: z.enum(PURPOSES).default('quote') })), async (c) =>
      c.json({ uploads: await waitingUploads(c.var.services, await who.owner(c), c.req.valid('query').purpose) }),
    )

    .post('/', query(About), async (c) => {
      const { services } = c.var
      const sender = senderOf(c)
      services.limits.take(`uploads by ${sender}`, UPLOADS_A_MINUTE, MINUTE)
      const { purpose, name: given } = c.req.valid('query')
      const announced = announcedBytes(c)
      const owner = await who.ownerOrNew(c)
      await mustHaveRoom(services, { owner, sender, purpose, size: announced })
      const name = fileName(given)
      const declared = c.req.header('content-type') ?? ''
      const { sha256, size, type } = await receive(services.files, c.req.raw.body, { name, declared })
      return c.json(await addUpload(services, { owner, sender, purpose, sha256, name, type, size }), 201)
    })

    .get('/:id', async (c) => {
      const { services } = c.var
      const upload = await who.find(c, c.req.param('id'))
      if (!upload) throw new Problem('not-found')
      const bytes = await services.files.get(upload.sha256)
      if (!bytes) throw new Error(`The bytes of an upload are gone: ${upload.sha256}`)
      // Whatever the bytes are, they are for saving: opened as a page they may do nothing at all.
      return c.body(bytes, 200, {
        'content-type': upload.type,
        'content-length': String(upload.size),
        'content-disposition': attachmentNamed(upload.name),
        'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'private, no-store',
      })
    })

    .delete('/:id', async (c) => {
      const owner = await who.owner(c)
      const isRemoved = owner !== undefined && (await removeUpload(c.var.services, owner, c.req.param('id')))
      if (!isRemoved) throw new Problem('not-found')
      return c.body(null, 204)
    })
}

export const uploads = uploadRoutes(BROWSER)

/** Refuses at once what says that it is too large; what does not say is counted as it comes. */
function announcedBytes(c: Context<Env>): number {
  const length = c.req.header('content-length')
  if (length === undefined) return 0
  if (!/^\d{1,15}$/.test(length)) throw new Problem('invalid-input')
  if (Number(length) === 0) throw invalid('file', 'empty-file')
  if (Number(length) > MAX_FILE_BYTES) throw tooLargeFile()
  return Number(length)
}

/** RFC 6266: a plain name for old programs, the true one for the rest. */
function attachmentNamed(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]/g, '_').replace(/["\\%]/g, '_')
  const exact = encodeURIComponent(name).replace(/['()*!]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
