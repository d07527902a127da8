import type { MiddlewareHandler } from 'hono'
import type { Env } from './http.ts'
import { Problem } from './problems.ts'

/**
 * Refuses larger bodies. A body without a length is read here and kept for whoever parses it: Hono's own limit makes a new request
 * for that, which Node's server cannot, so that every DELETE from a browser failed.
 */
export function atMost(maxBytes: number): MiddlewareHandler<Env> {
  return async (c, next) => {
    const length = c.req.header('content-length')
    if (Number(length ?? 0) > maxBytes) throw new Problem('too-large')
    const { body } = c.req.raw
    if (length === undefined && body) c.req.bodyCache.arrayBuffer = Promise.resolve(await read(body, maxBytes)) as never // Hono's type names what its promise holds
    await next()
  }
}

async function read(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<ArrayBuffer> {
  const pieces: Uint8Array[] = []
  let size = 0
  for await (const piece of body) {
    size += piece.length
    if (size > maxBytes) throw new Problem('too-large')
    pieces.push(piece)
  }
  return new Uint8Array(Buffer.concat(pieces)).buffer
}
