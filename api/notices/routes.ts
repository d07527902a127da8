import { Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { Email, Postcode } from '../platform/fields.ts'
import { body, type Env } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { statusIn, statusNow } from './history.ts'
import type { Notice } from './model.ts'
import { askToSubscribe, confirmSubscription, findRequest } from './subscribers.ts'
import { noticeFor, noticesFor } from './view.ts'

const MINUTES = 60_000

const Subscription = z.object({
  email: Email,
  locale: Locale.optional(),
  postcode: Postcode,
})

/** What is told to who asks: a guest, or somebody with things of ours. */
export const notices = new Hono<Env>().get('/', async (c) => {
  const { services, actor, locale } = c.var
  const told = await noticesFor(services, actor.user?.contactId ?? null)
  return c.json({ notices: told.map((notice) => noticeFor(notice, locale)) })
})

/** How things stand, for everybody. */
export const status = new Hono<Env>()
  .get('/', async (c) => {
    const { services, locale } = c.var
    const { ongoing, planned, past, days, older } = await statusNow(services)
    const shown = (notices: Notice[]) => notices.map((notice) => noticeFor(notice, locale))
    return c.json({ ongoing: shown(ongoing), planned: shown(planned), past: shown(past), days, older })
  })

  .get('/months/:month', async (c) => {
    const { services, locale } = c.var
    const found = await statusIn(services, c.req.param('month'))
    if (!found) throw new Problem('not-found')
    const { happened, ...month } = found
    return c.json({ ...month, happened: happened.map(({ standing, ...notice }) => ({ ...noticeFor(notice, locale), standing })) })
  })

  // The same answer whether the address is known, subscribed, or asked too often.
  .post('/subscriptions', body(Subscription), async (c) => {
    const { services, address } = c.var
    services.limits.take(`subscriptions from ${address}`, 20, 15 * MINUTES)
    const { email, locale = c.var.locale, postcode } = c.req.valid('json')
    await askToSubscribe(services, { email, locale, postcode })
    return c.body(null, 202)
  })

  // Looking subscribes nobody: programs that look at mails follow links.
  .get('/subscriptions/:token', async (c) => {
    const request = await findRequest(c.var.services, { token: c.req.param('token') })
    if (!request) throw new Problem('not-found')
    return c.json({ email: request.email, postcode: request.postcode })
  })

  .post('/subscriptions/:token', async (c) => {
    if (!(await confirmSubscription(c.var.services, c.req.param('token')))) throw new Problem('not-found')
    return c.body(null, 204)
  })
