import { Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { prose } from '../platform/fields.ts'
import { body, type Env, query } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import { audiencesFor, findArticle, readArticle, scopeOf } from './readers.ts'
import { rateArticle } from './store.ts'

const MINUTE = 60_000
const YEAR_S = 365 * 24 * 60 * 60

const Search = z.object({
  q: z.string().default(''),
  locale: Locale.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  kind: z.enum(['article', 'product']).optional(),
  product: z.string().optional(),
})

const Feedback = z.object({ article: z.string(), locale: Locale, helpful: z.boolean(), comment: prose(2_000).default('') })

export const help = new Hono<Env>()
  .get('/search', query(Search), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`searches from ${address}`, 600, MINUTE)
    const { q, locale = c.var.locale, limit, kind, product } = c.req.valid('query')
    if (!q.trim()) return c.json({ hits: [], engine: 'embedded' as const })
    const audiences = audiencesFor(services.content, await scopeOf(services, actor, c.req.header('torv-site')))
    return c.json(
      await services.search.search({ text: q, locale, limit, audiences, ...(kind && { kinds: [kind] }), ...(product && { product }) }),
    )
  })

  // One article, if it is for who asks; what it was called before finds it too.
  .get('/articles/:locale/:slug', async (c) => {
    const { services, actor } = c.var
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    return c.json(readArticle(services.content, c.req.param('locale'), c.req.param('slug'), scope))
  })

  // One voice per browser and article; the cookie says nothing but that it is the same browser.
  .post('/feedback', body(Feedback), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`feedback from ${address}`, 30, 10 * MINUTE)
    const feedback = c.req.valid('json')
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    if (!findArticle(services.content, feedback.locale, feedback.article, scope)) throw invalid('article', 'choice')
    const known = getCookie(c, 'torv-voice')
    const voice = isToken(known) ? known : newToken()
    const secure = services.config.publicUrl.startsWith('https:')
    setCookie(c, 'torv-voice', voice, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: YEAR_S })
    await rateArticle(services, feedback, hashToken(voice))
    return c.body(null, 204)
  })
