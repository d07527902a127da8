import { Hono } from 'hono'
import { z } from 'zod'
import { Day, line } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { dayOf } from '../tickets/hours.ts'
import { noteCare } from './care.ts'
import { decideDispute, disputedItems, itemsBySerial } from './disputes.ts'
import { ownedBy, ownedByReference } from './store.ts'
import { ownedFor } from './view.ts'

/** For staff only: mounted behind that check. */
export const deskOwned = new Hono<Env>()
  .get('/', query(z.object({ serial: line(60).default('') })), async (c) => {
    const { services } = c.var
    const { serial } = c.req.valid('query')
    return c.json({ found: serial ? await itemsBySerial(services, serial) : [], disputed: await disputedItems(services) })
  })

  .get('/of/:contact', async (c) => {
    const { services, locale } = c.var
    const items = (await ownedBy(services, Number(c.req.param('contact')) || 0)).filter(({ isMine }) => isMine)
    return c.json({ products: await ownedFor(services, items, locale) })
  })

  .post('/:reference/care', once(), body(z.object({ task: z.string().max(100), on: Day })), async (c) => {
    const { services } = c.var
    const item = await ownedByReference(services, c.req.param('reference'))
    if (!item) throw new Problem('not-found')
    const { task, on } = c.req.valid('json')
    const plans = services.content.products.find(({ slug }) => slug === item.product)?.maintenance ?? []
    if (!plans.some(({ id }) => id === task)) throw invalid('task', 'choice')
    if (on > dayOf(services.clock.now(), services.content.company.timeZone)) throw invalid('on', 'in-the-future')
    await noteCare(services, item, { task, on }, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .put('/:reference/decision', body(z.object({ inFavour: z.enum(['claimant', 'holder']) })), async (c) => {
    await decideDispute(c.var.services, c.req.param('reference'), c.req.valid('json').inFavour, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })
