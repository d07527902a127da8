import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import type { App } from './app.ts'
import type { Config } from './config.ts'
import { BuiltFiles } from './platform/built-files.ts'
import { mayChange } from './platform/origin.ts'
import { spending } from './platform/spent.ts'

/** How @astrojs/node writes the headers of prerendered pages (`staticHeaders`). */
type PageHeaders = { pathname: string; headers: { key: string; value: string }[] }
type Handler = (request: IncomingMessage, response: ServerResponse) => void
/** Routes of the API's app; every other address is a built file or a page. */
const API = /^\/(api|healthz|readyz|widget\/frame)(\/|$|\?)/

/** A mail's HTML, in a frame of the desk (api/mail/frame.ts). */
const MAIL_VIEW = /^\/api\/desk\/mail\/\d+\/view$/

const SAFE_PICTURE = { 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" }
const NOT_FRAMED = "frame-ancestors 'none'"
/** Pages whose forms may have files in them, which they pass on piece by piece; every other page reads its form as a whole. */
const WITH_FILES = /^\/(en|da)\/(quotes|tickets)\/(new|[QT]-\w+)\/?$|^\/desk\/(quotes|tickets)\/[QT]-\w+\/?$/
const MAX_FORM_BYTES = 1_000_000
const HOUR = 'public, max-age=3600'

/** One server for everything: API, built files, pages. `renderPage` is Astro's handler. */
export function createTorvServer(config: Config, app: App, renderPage: Handler): Server {
  const api = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  const folders = [
    new BuiltFiles(resolve('dist/client'), '', { cacheControl: builtFor, headers: pagePolicies() }),
    new BuiltFiles(join(config.contentDir, 'pictures'), '/content/pictures', { cacheControl: () => HOUR, headers: () => SAFE_PICTURE }),
    new BuiltFiles(join(config.contentDir, 'documents'), '/content/documents', { cacheControl: () => HOUR }),
  ]
  return createServer((request, response) => {
    const pathname = (request.url ?? '/').split('?', 1)[0] ?? '/'
    setFixedHeaders(response, config, pathname)
    const misdirected = answerToWrongHost(request, response, config, pathname)
    if (misdirected) return
    if (API.test(request.url ?? '/')) return api(request, response)
    if (folders.some((files) => files.serve(request, response, pathname))) return
    if (!mayChange(request.method ?? 'GET', { get: (name) => String(request.headers[name] ?? '') }, config.publicUrl)) {
      return refuse(response, 403, 'This did not come from a page of ours.')
    }
    const tooLarge = sizeRefused(request, pathname)
    if (tooLarge) return refuse(response, tooLarge, 'That is too large to be sent at once.')
    // The page's calls to the API count the visitor's address; nobody else may set it.
    request.headers['x-torv-address'] = request.socket.remoteAddress ?? ''
    // Astro reads this in place of the request, and makes a copy of every piece.
    Object.assign(request, { body: spending(request) })
    renderPage(request, response)
  })
}

/** The content security policy of each prerendered page, with the hashes of its own scripts and styles, as the build wrote them. */
function pagePolicies(): (pathname: string) => Record<string, string> {
  const file = resolve('dist/_headers.json')
  const listed = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as PageHeaders[]) : []
  const policies = new Map(
    listed.map(({ pathname, headers }) => [pathname, headers.find(({ key }) => key.toLowerCase() === 'content-security-policy')?.value]),
  )
  return (pathname) => {
    const policy = policies.get(pathname.replace(/\/$/, ''))
    const headers: Record<string, string> = {}
    if (policy) headers['content-security-policy'] = `${policy} ${NOT_FRAMED}`
    return headers
  }
}

/** Set natively, before any framework makes a response: middleware for these costs four fifths of the throughput. */
function setFixedHeaders(response: ServerResponse, { publicUrl }: Config, pathname: string) {
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('referrer-policy', 'same-origin')
  response.setHeader('cross-origin-opener-policy', 'same-origin')
  response.setHeader('permissions-policy', 'geolocation=(), microphone=(), camera=(self), payment=()')
  if (publicUrl.startsWith('https:')) response.setHeader('strict-transport-security', 'max-age=31536000; includeSubDomains')
  // The widget's frame and a mail's view name who may frame them; nothing else may be framed. A page's own policy comes with the page.
  if (!pathname.startsWith('/widget/') && !MAIL_VIEW.test(pathname)) {
    response.setHeader('x-frame-options', 'DENY')
    response.setHeader('content-security-policy', NOT_FRAMED)
  }
  // The loader runs on other people's pages.
  if (pathname === '/widget.js') response.setHeader('cross-origin-resource-policy', 'cross-origin')
}

/** Links are made from PUBLIC_URL alone; another Host is a mistake or an attack, except for probes and other names of this machine. */
function answerToWrongHost(request: IncomingMessage, response: ServerResponse, { publicUrl }: Config, pathname: string): boolean {
  const { host: expected, hostname } = new URL(publicUrl)
  const host = String(request.headers.host ?? '')
  if (host === expected || pathname === '/healthz' || pathname === '/readyz') return false
  if (isLoopback(hostname) && isLoopback(host.replace(/:\d+$/, '')) && request.method === 'GET') {
    response.writeHead(307, { location: `${publicUrl}${request.url}` }).end()
  } else {
    refuse(response, 421, `This server answers for ${expected}.`)
  }
  return true
}

/** Astro has one limit for all pages, so the smaller one is kept here. A form's length is always told by the browser that sends it. */
function sizeRefused({ headers }: IncomingMessage, pathname: string): number | undefined {
  if (WITH_FILES.test(pathname)) return undefined
  if (Number(headers['content-length'] ?? 0) > MAX_FORM_BYTES) return 413
  return headers['transfer-encoding'] === undefined ? undefined : 411
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || (isIP(name) === 4 && name.startsWith('127.'))
}

function refuse(response: ServerResponse, status: number, text: string) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(text)
}

/** Names with a hash in them never change; pages and the loader are asked for again, cheaply. */
function builtFor(pathname: string): string {
  return /^\/(_astro|widget\/assets)\//.test(pathname) ? 'public, max-age=31536000, immutable' : 'public, max-age=0, must-revalidate'
}
