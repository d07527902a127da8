import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join, relative, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml',
  '.woff2': 'font/woff2',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.pdf': 'application/pdf',
}

type Variant = { bytes: Buffer; encoding?: 'br' | 'gzip' }
type BuiltFile = { path: string; type: string; etag?: string; variants?: Partial<Record<'br' | 'gzip' | 'identity', Variant>> }
type Answer = { cacheControl: (path: string) => string; headers?: (path: string) => Record<string, string> }

/**
 * The files of a folder, listed once: what is not in the list is not there, whatever the address looks like. Bytes are read at
 * first use and kept; `x.br` and `x.gz` beside `x`, made by the build, are sent to who accepts them.
 */
export class BuiltFiles {
  readonly #files = new Map<string, BuiltFile>()
  readonly #answer: Answer

  constructor(folder: string, prefix: string, answer: Answer) {
    this.#answer = answer
    if (existsSync(folder)) for (const path of filesIn(folder)) this.#list(path, `${prefix}/${relative(folder, path).split(sep).join('/')}`)
  }

  /** Answers a GET or HEAD for a file of ours; false when it is none. */
  serve(request: IncomingMessage, response: ServerResponse, pathname: string): boolean {
    const file = this.#files.get(pathname) ?? this.#files.get(pathname.replace(/\/$/, ''))
    if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) return false
    read(file)
    for (const [name, value] of Object.entries(this.#answer.headers?.(pathname) ?? {})) response.setHeader(name, value)
    response.setHeader('cache-control', this.#answer.cacheControl(pathname))
    response.setHeader('vary', 'accept-encoding')
    if (file.etag) response.setHeader('etag', file.etag)
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304).end()
      return true
    }
    const { bytes, encoding } = variantFor(file, String(request.headers['accept-encoding'] ?? ''))
    response.writeHead(200, {
      'content-type': file.type,
      'content-length': bytes.length,
      ...(encoding && { 'content-encoding': encoding }),
    })
    response.end(request.method === 'HEAD' ? undefined : bytes)
    return true
  }

  #list(path: string, address: string) {
    if (/\.(br|gz)$/.test(path)) return
    const file = { path, type: TYPES[extname(path)] ?? 'application/octet-stream' }
    // Addresses arrive percent-encoded.
    const encoded = encodeURI(address)
    this.#files.set(encoded, file)
    if (encoded.endsWith('/index.html')) this.#files.set(encoded.slice(0, -'/index.html'.length), file)
  }
}

function read(file: BuiltFile) {
  if (file.variants) return
  const identity = readFileSync(file.path)
  file.etag = `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`
  file.variants = { identity: { bytes: identity } }
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const) {
    if (existsSync(file.path + ending)) file.variants[encoding] = { bytes: readFileSync(file.path + ending), encoding }
  }
}

function variantFor({ variants = {} }: BuiltFile, accepted: string): Variant {
  const compressed = /\bbr\b/.test(accepted) ? variants.br : /\bgzip\b/.test(accepted) ? variants.gzip : undefined
  return compressed ?? variants.identity ?? { bytes: Buffer.alloc(0) }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((path) => statSync(path).isFile())
}
