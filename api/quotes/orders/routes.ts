import { Hono } from 'hono'
import { z } from 'zod'
import { body, type Env, signedIn } from '../../platform/http.ts'
import { once } from '../../platform/idempotency.ts'
import { Problem } from '../../platform/problems.ts'
import { quoteByReference } from '../store.ts'
import { deliverOrder } from './store.ts'

const Delivery = z.object({ on: z.iso.date() })

export const deskOrders = new Hono<Env>().post('/:reference/delivery', once(), body(Delivery), async (c) => {
  const quote = await quoteByReference(c.var.services, c.req.param('reference'))
  if (!quote) throw new Problem('not-found')
  await deliverOrder(c.var.services, quote, c.req.valid('json').on, signedIn(c))
  return c.body(null, 204)
})
