import { Hono } from 'hono'
import { z } from 'zod'
import { line } from '../platform/fields.ts'
import { type Env, idIn, query, signedIn } from '../platform/http.ts'
import { contactInFull, deskContacts } from './contacts.ts'

const Listed = z.object({
  q: line(100).optional().catch(undefined),
  after: z.coerce.number().int().positive().optional().catch(undefined),
})

/** Whom we know, and everything about each. For staff only: mounted behind that check. */
export const deskContactRoutes = new Hono<Env>()
  .get('/', query(Listed), async (c) => c.json(await deskContacts(c.var.services, c.req.valid('query'))))

  .get('/:id', async (c) => c.json(await contactInFull(c.var.services, idIn(c), signedIn(c))))
