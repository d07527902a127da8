import { type Context, Hono } from 'hono'
import { type Env, parse } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { About } from './about.ts'
import { fileName } from './names.ts'
import { senderOf } from './owner.ts'
import { MAX_FILE_BYTES, tooLargeFile } from './receive.ts'
import { beginUpload, findPartial, finishUpload, MAY_TAKE_MS, type Partial, takeBackPartial, takePiece } from './resumable-store.ts'
import { mustBeKnownEnding } from './types.ts'
import type { Who } from './who.ts'

const MINUTE = 60_000
const VERSION = '1.0.0'
const BEGUN_A_MINUTE = 100
const PIECES_A_MINUTE = 300

/**
 * Files that come in as many requests as it takes: the core of tus 1.0.0 (https://tus.io/protocols/resumable-upload) with its
 * extensions creation, expiration and termination. `POST` opens the way, `HEAD` says how far the bytes have come, `PATCH` goes on
 * from there. With its last byte a file is looked at, and becomes an upload of the same id.
 */
export function resumableRoutes(who: Who) {
  return (
    new Hono<Env>()
      .options('/', (c) => {
        c.header('tus-resumable', VERSION)
        c.header('tus-version', VERSION)
        c.header('tus-extension', 'creation,expiration,termination')
        c.header('tus-max-size', String(MAX_FILE_BYTES))
        return c.body(null, 204)
      })

      .use(async (c, next) => {
        c.header('tus-resumable', VERSION)
        if (c.req.header('tus-resumable') !== VERSION) {
          c.header('tus-version', VERSION)
          throw new Problem('upload-version')
        }
        await next()
      })

      .post('/', async (c) => {
        const { services } = c.var
        const sender = senderOf(c)
        services.limits.take(`uploads by ${sender}`, BEGUN_A_MINUTE, MINUTE)
        const { filename: given, filetype: declared = '', purpose } = metadataOf(c)
        const about = parse(About, { name: given, purpose })
        const name = fileName(about.name)
        const length = count(c, 'upload-length')
        if (length === 0) throw new Problem('invalid-input', { errors: { file: { reason: 'empty-file' } } })
        if (length > MAX_FILE_BYTES) throw tooLargeFile()
        mustBeKnownEnding(name)
        const owner = await who.ownerOrNew(c)
        const { id, expiresAt } = await beginUpload(services, { owner, sender, purpose: about.purpose, name, declared, length })
        c.header('location', `${c.req.path.replace(/\/$/, '')}/${id}`)
        c.header('upload-expires', new Date(expiresAt).toUTCString())
        return c.json({ id }, 201)
      })

      // Answers HEAD as well, which is what asks.
      .get('/:id', async (c) => {
        const { received, length } = await theirs(c, who)
        c.header('upload-offset', String(received))
        c.header('upload-length', String(length))
        c.header('cache-control', 'no-store')
        return c.body(null, 200)
      })

      .patch('/:id', async (c) => {
        const { services } = c.var
        services.limits.take(`pieces by ${senderOf(c)}`, PIECES_A_MINUTE, MINUTE)
        if (c.req.header('content-type') !== 'application/offset+octet-stream') throw new Problem('file-type')
        const partial = await theirs(c, who)
        if (count(c, 'upload-offset') !== partial.received) throw new Problem('upload-elsewhere')
        const received =
          partial.received < partial.length ? await takePiece(services, partial, c.req.raw.body ?? nothing()) : partial.received
        // The sender of the last piece may not have heard that it was the last: with nothing more to send it asks for the end again.
        if (received === partial.length) await finishUpload(services, partial)
        c.header('upload-offset', String(received))
        c.header('upload-expires', new Date(services.clock.now() + MAY_TAKE_MS).toUTCString())
        return c.body(null, 204)
      })

      .delete('/:id', async (c) => {
        await takeBackPartial(c.var.services, await theirs(c, who))
        return c.body(null, 204)
      })
  )
}

async function theirs(c: Context<Env>, who: Who): Promise<Partial> {
  const partial = await findPartial(c.var.services, await who.owner(c), c.req.param('id') ?? '')
  if (!partial) throw new Problem('not-found')
  return partial
}

function count(c: Context<Env>, header: string): number {
  const given = c.req.header(header) ?? ''
  if (!/^\d{1,15}$/.test(given)) throw new Problem('invalid-input')
  return Number(given)
}

/** `Upload-Metadata: filename cGhvdG8=,purpose bWVzc2FnZQ==`, as the extension for creation has it. */
function metadataOf(c: Context<Env>): Record<string, string> {
  const pairs = (c.req.header('upload-metadata') ?? '').split(',').map((pair) => pair.trim().split(' '))
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, Buffer.from(value, 'base64').toString('utf8')]))
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
