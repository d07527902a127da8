import type { SearchAnswer } from '../../api/help/search/engine.ts'
import type { GivenRating, Summary, Thread } from '../../api/widget/view.ts'
import type { Locale } from '../../content/schema.ts'
import type { Page } from '../messages.ts'
import { setting, t } from './setting.ts'
import { keepVisitorToken, visitorToken } from './visitor.ts'

export type Refusal = { type: string; title: string; detail: string; errors?: Record<string, string> }
export type Answer<T> = { ok: true; value: T } | { ok: false; problem: Refusal }
export type Article = {
  slug: string
  title: string
  summary: string
  html: string
  /** Of its page on the portal, if it has one. */
  path: string | null
  language: Locale
  isArchived: boolean
  isOutdated: boolean
}
export type NewConversation = {
  text: string
  uploads: string[]
  article: string | undefined
  owned: string | undefined
  page: Page | undefined
}

/** `asSignedIn`: with the portal's own cookies, where browsers send them, for what only they can prove. */
type Call = { method?: string; json?: unknown; key?: string; signal?: AbortSignal; asSignedIn?: boolean }

export function search(q: string, signal: AbortSignal): Promise<Answer<SearchAnswer>> {
  return call(`/api/help/search?${new URLSearchParams({ q, locale: setting.locale, limit: '8' })}`, { signal })
}

/** For staff, who mend what is not found. Whether it arrives makes no difference to the visitor. */
export function tellSettled(text: string, answer?: string) {
  void call('/api/searches', { method: 'POST', json: { text, answer, locale: setting.locale, place: 'widget' } })
}

export function readArticle(slug: string, signal: AbortSignal): Promise<Answer<Article>> {
  return call(`/api/widget/articles/${setting.locale}/${slug}`, { signal })
}

/** Says that an article was read, to no purpose of the reader: nobody waits for it, and it may fail. */
export function countReading(article: string) {
  void call('/api/help/views', { method: 'POST', json: { article, locale: setting.locale } })
}

/** One answer for each article, which a second one takes the place of. */
export async function rateArticle(article: string, helpful: boolean, comment = ''): Promise<Answer<undefined>> {
  const visitor = await becomeVisitor()
  if (!visitor.ok) return visitor
  return call('/api/help/feedback', { method: 'POST', json: { article, locale: setting.locale, helpful, comment } })
}

export function conversations(): Promise<Answer<{ conversations: Summary[] }>> {
  return call('/api/widget/conversations')
}

export function readThread(reference: string): Promise<Answer<Thread>> {
  return call(`/api/widget/conversations/${reference}`)
}

/** How we did with a conversation that is solved; said again, it takes the place of what was said. */
export function rate(reference: string, said: { score: number; comment: string }): Promise<Answer<{ rating: GivenRating | null }>> {
  return call(`/api/widget/conversations/${reference}/rating`, { method: 'PUT', json: said })
}

/** Becomes a visitor first, if need be. `key` makes sending it again harmless. */
export async function startConversation(conversation: NewConversation, key: string): Promise<Answer<Thread>> {
  const visitor = await becomeVisitor()
  if (!visitor.ok) return visitor
  return call('/api/widget/conversations', { method: 'POST', json: conversation, key, asSignedIn: conversation.owned !== undefined })
}

export function write(reference: string, message: { text: string; uploads: string[] }, key: string): Promise<Answer<Thread>> {
  return call(`/api/widget/conversations/${reference}/messages`, { method: 'POST', json: message, key })
}

/** Files and conversations belong to a visitor: whoever has no token yet gets one. */
export async function becomeVisitor(): Promise<Answer<undefined>> {
  if (!visitorToken()) {
    const visitor = await call<{ token: string }>('/api/widget/visitors', { method: 'POST', json: { site: setting.site } })
    if (!visitor.ok) return visitor
    keepVisitorToken(visitor.value.token)
  }
  return { ok: true, value: undefined }
}

/** The bytes of a file in a conversation; undefined when they cannot be had now. */
export async function readFile(id: string): Promise<Blob | undefined> {
  const response = await fetch(`/api/widget/uploads/${id}`, { headers: credentials(), credentials: 'omit' }).catch(() => undefined)
  return response?.ok ? response.blob() : undefined
}

export function introduce(said: { name: string; email: string }): Promise<Answer<undefined>> {
  return call('/api/widget/contact', { method: 'PUT', json: said })
}

/** How every call says who and where we are. */
export function credentials(): Record<string, string> {
  const token = visitorToken()
  return { 'accept-language': setting.locale, 'torv-site': setting.site, ...(token && { authorization: `Bearer ${token}` }) }
}

async function call<T>(path: string, { method = 'GET', json, key, signal, asSignedIn }: Call = {}): Promise<Answer<T>> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...credentials(),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...(key && { 'idempotency-key': key }),
      },
      body: json === undefined ? null : JSON.stringify(json),
      credentials: asSignedIn ? 'same-origin' : 'omit',
      signal: signal ?? null,
    })
    const body = response.status === 204 ? undefined : await response.json()
    if (response.ok) return { ok: true, value: body as T } // our own API, of the same build
    // The visitor we were is gone, with all they had: begin anew.
    if (response.status === 401) keepVisitorToken(undefined)
    return { ok: false, problem: body as Refusal } // RFC 9457
  } catch {
    return { ok: false, problem: { type: 'unreachable', title: t('unreachable.title'), detail: t('unreachable.detail') } }
  }
}
