import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { find } from '../help/find.ts'
import { scopeOf } from '../help/readers.ts'
import { line } from '../platform/fields.ts'
import { body, type Env } from '../platform/http.ts'
import { fitOf, PLACES } from './model.ts'
import { noteCase, noteSearch } from './store.ts'
import { isBot, visitorNames } from './visitor.ts'

const MINUTE = 60_000

const Settled = z.object({
  text: line(200),
  locale: Locale,
  place: z.enum(PLACES).default('portal'),
  /** The page of ours that was opened of what was found. */
  answer: z
    .string()
    .transform((path) => path.split(/[?#]/, 1)[0])
    .pipe(z.string().regex(/^\/(en|da)\/(help|products)\/[a-z0-9-]{1,120}$/))
    .optional()
    .catch(undefined),
})

/** Where pages and the widget tell what a visitor settled on. How well it was answered the server finds out itself. */
export const searches = new Hono<Env>().post('/', body(Settled), async (c) => {
  const { services, address } = c.var
  services.limits.take(`searches settled by ${address}`, 60, MINUTE)
  const settled = c.req.valid('json')
  // What staff tries out says nothing of what customers miss.
  const isStaff = c.var.actor.user !== undefined && c.var.actor.user.role !== 'customer'
  if (!settled.text || isStaff || isBot(c)) return c.body(null, 204)
  const scope = await scopeOf(services, c.var.actor, c.req.header('torv-site'))
  const { hits } = await find(services, scope, { text: settled.text, locale: settled.locale, limit: 10 })
  const fit = fitOf(settled.text, settled.locale, hits)
  await noteSearch(services, await visitorNames(c), { ...settled, hits: hits.length, fit })
  return c.body(null, 204)
})

/** For whoever opens a case from a page or the widget. A log that cannot be written is no reason to lose the case. */
export async function caseFollowed(c: Context<Env>, reference: string) {
  try {
    await noteCase(c.var.services, await visitorNames(c), reference)
  } catch (error) {
    c.var.services.log('search-log-failed', { request: c.var.requestId, error })
  }
}
