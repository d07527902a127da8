import { defineMiddleware } from 'astro:middleware'
import type { APIContext } from 'astro'
import { GUEST } from '../api/catalog/model.ts'
import { translator } from '../content/phrases.ts'
import { LOCALES, Locale } from '../content/schema.ts'
import { apiFor } from './api.ts'
import { content } from './content.ts'
import { BrokenForm } from './multipart.ts'

/** Gives every page its language, its phrases, and, unless it is prerendered, the API and who is signed in. */
export const onRequest = defineMiddleware(async (context, next) => {
  const { locals, url, params, isPrerendered } = context
  locals.content = content()
  locals.viewer = GUEST
  const inPath = url.pathname.split('/')[1]
  locals.locale = Locale.safeParse(inPath).data ?? preferredLocale(context.request, isPrerendered)
  const setCookies: string[] = []
  if (!isPrerendered) {
    locals.api = apiFor(context, setCookies)
    const { user, priceTerms } = await (await locals.api.api.me.$get()).json()
    locals.me = user ?? undefined
    locals.viewer = { priceTerms: priceTerms ?? undefined }
    // The desk has no language in its path: it speaks that of who works there.
    if (!Locale.safeParse(inPath).success && locals.me) locals.locale = locals.me.locale
  }
  locals.t = translator(locals.content, locals.locale)
  locals.path = (page) => `/${locals.locale}${page === '/' ? '/' : page}`

  const isNoLanguage = params.locale !== undefined && !Locale.safeParse(params.locale).success
  const response = await (isNoLanguage ? next('/404') : next().catch((error) => withoutForm(context, error)))
  if (isPrerendered) return response
  if (response.headers.get('content-type') === 'text/html') response.headers.set('content-type', 'text/html; charset=utf-8')
  for (const cookie of setCookies) response.headers.append('set-cookie', cookie)
  const policy = response.headers.get('content-security-policy')
  if (policy) response.headers.set('content-security-policy', `${policy} frame-ancestors 'none'`)
  // Whatever is rendered on demand may be personal.
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store')
  return response
})

/** Whoever sends a body that is no form is told so; any other mistake is ours. */
function withoutForm(context: APIContext, error: unknown): Promise<Response> {
  const isNoForm = error instanceof BrokenForm || (error instanceof TypeError && /form ?data|content-type/i.test(error.message))
  if (context.request.method !== 'POST' || !isNoForm) throw error
  const headers = { cookie: context.request.headers.get('cookie') ?? '' }
  return context.rewrite(new Request(new URL(`/${context.locals.locale}/no-form`, context.url), { headers }))
}

function preferredLocale(request: Request, isPrerendered: boolean): Locale {
  const accepted = isPrerendered ? '' : (request.headers.get('accept-language') ?? '')
  return LOCALES.find((locale) => accepted.toLowerCase().startsWith(locale)) ?? 'en'
}
