import { Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { line, required } from '../platform/fields.ts'
import { body, type Env, only } from '../platform/http.ts'
import { addSite, sites } from './store.ts'

const NewSite = z.object({
  name: required(line(120)),
  /** Scheme, host and port, exactly as browsers send them. */
  origin: required(line(300)).refine(isOrigin, { params: { reason: 'origin' } }),
  locale: Locale,
})

/** For admins only: a site opens the portal's frame to another origin. */
export const deskSites = new Hono<Env>()
  .use(only('admin'))
  .get('/', async (c) => c.json({ sites: await sites(c.var.services) }))
  .post('/', body(NewSite), async (c) => {
    const { name, origin, locale } = c.req.valid('json')
    return c.json({ key: await addSite(c.var.services, { name, origins: [origin], locale }) }, 201)
  })

function isOrigin(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\//i.test(text)
}
