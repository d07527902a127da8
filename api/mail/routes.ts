import { type Context, Hono } from 'hono'
import type { Env } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { sameSecret } from '../platform/tokens.ts'
import { MAX_MAIL_BYTES, receiveMail } from './incoming.ts'

/** Past this nobody means well; until then the rest of a large mail is counted and thrown away, so that its sender is known. */
const MAX_TAKEN_BYTES = 100_000_000
/** Each is held in memory while it comes; more than these come again in a moment. */
const MAX_AT_ONCE = 4
const MINUTE = 60_000

let coming = 0

/**
 * Where a mail service hands over what it received: the mail as raw MIME, with `MAIL_INBOUND_SECRET` as the bearer token. The same mail
 * may be handed over again; an answer other than 2xx means that it has to be.
 */
export const inboundMail = new Hono<Env>().post('/', async (c) => {
  const { services } = c.var
  mustKnowSecret(c)
  if (coming >= MAX_AT_ONCE) throw new Problem('busy', { retryAfter: 2 })
  coming++
  try {
    const { raw, size } = await read(c.req.raw.body)
    if (size === 0) throw new Problem('invalid-input')
    const { state, reason } = await receiveMail(services, { raw, size, isWhole: size === raw.length, source: 'webhook' })
    return c.json({ state, reason }, 202)
  } finally {
    coming--
  }
})

/** Without a secret in the configuration there is no such route. */
function mustKnowSecret(c: Context<Env>) {
  const { services, address } = c.var
  const { mailInboundSecret } = services.config
  const [, given = ''] = /^Bearer (\S{1,500})$/.exec(c.req.header('authorization') ?? '') ?? []
  if (mailInboundSecret && sameSecret(given, mailInboundSecret)) return
  if (mailInboundSecret) services.limits.take(`inbound mail from ${address}`, 20, 10 * MINUTE)
  throw new Problem('not-found')
}

async function read(body: ReadableStream<Uint8Array> | null): Promise<{ raw: Uint8Array; size: number }> {
  const pieces: Uint8Array[] = []
  let size = 0
  let kept = 0
  for await (const piece of body ?? []) {
    size += piece.length
    if (size > MAX_TAKEN_BYTES) throw new Problem('too-large')
    const part = piece.subarray(0, Math.max(0, MAX_MAIL_BYTES - kept))
    kept += part.length
    if (part.length) pieces.push(part)
  }
  return { raw: Buffer.concat(pieces), size }
}
