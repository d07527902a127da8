import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { ownedKinds } from '../owned/owners.ts'
import { prose } from '../platform/fields.ts'
import { body, type Env, query } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import { codesFor, findCodes } from './codes-model.ts'
import { find } from './find.ts'
import { articlesForOwner, findArticle, guidesTo, readArticle } from './model.ts'
import { scopeOf } from './readers.ts'
import { rateArticle } from './store.ts'
import { countView } from './views.ts'

const MINUTE = 60_000
const MOST_LISTED = 8
const YEAR_S = 365 * 24 * 60 * 60

const Search = z.object({
  q: z.string().default(''),
  locale: Locale.optional(),
  limit: z.coerce.number().int().min(1).max(50).default(10),
  kind: z.enum(['article', 'product']).optional(),
  product: z.string().optional(),
})

const Codes = z.object({ locale: Locale.optional(), code: z.string().max(200).optional(), product: z.string().max(200).optional() })

const View = z.object({ article: z.string().max(200), locale: Locale })

const Feedback = z.object({ article: z.string(), locale: Locale, helpful: z.boolean(), comment: prose(2_000).default('') })

export const help = new Hono<Env>()
  .get('/search', query(Search), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`searches from ${address}`, 600, MINUTE)
    const { q, locale = c.var.locale, limit, kind, product } = c.req.valid('query')
    if (!q.trim()) return c.json({ hits: [], didYouMean: null, engine: 'embedded' as const })
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    return c.json(await find(services, scope, { text: q, locale, limit, kind, product }))
  })

  // All codes of displays, of one product when it is named; or what one of them means, typed any way.
  .get('/codes', query(Codes), async (c) => {
    const { services, actor } = c.var
    const { locale = c.var.locale, code, product } = c.req.valid('query')
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    const { content } = services
    return c.json({
      codes: code === undefined ? codesFor(content, locale, scope, product) : findCodes(content, locale, scope, code, product),
    })
  })

  // One article, if it is for who asks; what it was called before finds it too.
  .get('/articles/:locale/:slug', async (c) => {
    const { services, actor } = c.var
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    return c.json(readArticle(services.content, c.req.param('locale'), c.req.param('slug'), scope))
  })

  // For what the signed-in customer owns; the help start of everybody asks, and shows nothing to who is not signed in.
  .get('/mine', query(z.object({ locale: Locale.optional() })), async (c) => {
    const { services, actor } = c.var
    const { locale = c.var.locale } = c.req.valid('query')
    const contactId = actor.user?.contactId
    if (!contactId) return c.json({ owned: [], others: [] })
    const { products } = await ownedKinds(services, contactId)
    const { owned, others } = articlesForOwner(services.content, locale, await scopeOf(services, actor), products)
    return c.json({ owned: owned.slice(0, MOST_LISTED), others: others.slice(0, MOST_LISTED) })
  })

  .get('/guides/:product', query(z.object({ locale: Locale.optional() })), async (c) => {
    const { services, actor } = c.var
    const { locale = c.var.locale } = c.req.valid('query')
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    return c.json({ guides: guidesTo(services.content, locale, scope, c.req.param('product')) })
  })

  // That somebody has read it, and nothing else: neither who nor from where is kept.
  .post('/views', body(View), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`views from ${address}`, 60, MINUTE)
    const { article: slug, locale } = c.req.valid('json')
    const article = findArticle(services.content, locale, slug, await scopeOf(services, actor, c.req.header('torv-site')))
    if (!article) throw invalid('article', 'choice')
    await countView(services, { article: slug, locale: article.language })
    return c.body(null, 204)
  })

  // One voice per browser and article; the cookie says nothing but that it is the same browser.
  .post('/feedback', body(Feedback), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`feedback from ${address}`, 30, 10 * MINUTE)
    const feedback = c.req.valid('json')
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    if (!findArticle(services.content, feedback.locale, feedback.article, scope)) throw invalid('article', 'choice')
    await rateArticle(services, feedback, hashToken(voiceOf(c)))
    return c.body(null, 204)
  })

/** By which one visitor speaks once: in the widget's frame, which may keep no cookie, the visitor's own token; elsewhere a cookie for it alone. */
function voiceOf(c: Context<Env>): string {
  const visitor = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  if (isToken(visitor)) return visitor
  const known = getCookie(c, 'torv-voice')
  const voice = isToken(known) ? known : newToken()
  const secure = c.var.services.config.publicUrl.startsWith('https:')
  setCookie(c, 'torv-voice', voice, { path: '/', httpOnly: true, sameSite: 'Lax', secure, maxAge: YEAR_S })
  return voice
}
