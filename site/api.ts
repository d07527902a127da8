import type { APIContext } from 'astro'
import { hc } from 'hono/client'
import type { App } from '../api/app.ts'
import type { Config } from '../api/config.ts'
import type { Locale } from '../content/schema.ts'

/** What the server puts where pages can find it, so that the API is not bundled a second time. */
export type Torv = { app: App; config: Config }

export type Api = ReturnType<typeof apiFor>
export type Me = { email: string; name: string; role: 'customer' | 'agent' | 'admin'; readOnly: boolean; locale: Locale }

/** The API, called in process: same routes, same checks, with the visitor's cookie and language. Cookies it sets reach the visitor. */
export function apiFor({ request, locals }: Pick<APIContext, 'request' | 'locals'>, setCookies: string[]) {
  const { app, config } = torv()
  const call = async (input: Request | URL | string, init?: RequestInit) => {
    const inner = new Request(input, init)
    inner.headers.set('cookie', cookieHeader(request.headers.get('cookie'), setCookies))
    inner.headers.set('accept-language', locals.locale)
    // main.ts has checked where the visitor's own request came from.
    inner.headers.set('origin', config.publicUrl)
    for (const name of ['user-agent', 'x-forwarded-for']) inner.headers.set(name, request.headers.get(name) ?? '')
    const response = await app.fetch(inner, incomingOf(request))
    setCookies.push(...response.headers.getSetCookie())
    return response
  }
  return hc<App>(config.publicUrl, { fetch: call })
}

export function torv(): Torv {
  const found = (globalThis as { [key: symbol]: Torv | undefined })[Symbol.for('torv.api')]
  if (!found) throw new Error('A page that needs the API was rendered without a server')
  return found
}

/** Node's request behind a page's, so that limits count the visitor's address and not ours. */
function incomingOf(request: Request): { incoming?: { socket: { remoteAddress?: string } } } {
  const remoteAddress = request.headers.get('x-torv-address')
  return remoteAddress ? { incoming: { socket: { remoteAddress } } } : {}
}

/** The visitor's cookies with those that earlier calls of this request have set. */
function cookieHeader(original: string | null, setCookies: string[]): string {
  const jar = new Map<string, string>()
  const put = (pair: string) => {
    const at = pair.indexOf('=')
    if (at > 0) jar.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim())
  }
  for (const pair of (original ?? '').split(';')) put(pair)
  for (const header of setCookies) put(header.split(';')[0] ?? '')
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
}
