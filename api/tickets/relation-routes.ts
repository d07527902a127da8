import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { line, required } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { mergeTicket, unmergeTicket } from './merging.ts'
import { linkTickets, relationsOf, unlinkTickets } from './relations.ts'
import { splitTicket } from './splitting.ts'
import { findAnyTicket, type Ticket } from './store.ts'

const Reference = required(line(20)).transform((reference) => reference.toUpperCase())
const Split = z.object({
  subject: required(line(150)),
  messages: z.array(z.int().min(1)).min(1).max(100),
  /** Those who take part by mail. */
  takesAlong: z.boolean().default(true),
})

/** How tickets belong together. For staff only: mounted behind that check. */
export const ticketRelations = new Hono<Env>()
  .get('/:reference/links', async (c) => c.json({ links: await relationsOf(c.var.services, await ticketOf(c)) }))

  .post('/:reference/links', once(), body(z.object({ reference: Reference })), async (c) => {
    const other = await typedTicket(c, 'reference', c.req.valid('json').reference)
    await linkTickets(c.var.services, await ticketOf(c), other, byStaff(c))
    return c.body(null, 204)
  })

  .delete('/:reference/links/:other', async (c) => {
    await unlinkTickets(c.var.services, await ticketOf(c), c.req.param('other'), byStaff(c))
    return c.body(null, 204)
  })

  .post('/:reference/merge', once(), body(z.object({ into: Reference })), async (c) => {
    const into = await typedTicket(c, 'into', c.req.valid('json').into)
    await mergeTicket(c.var.services, await ticketOf(c), into, byStaff(c))
    return c.json({ into: into.reference })
  })

  .delete('/:reference/merge', once(), async (c) => {
    await unmergeTicket(c.var.services, await ticketOf(c), byStaff(c))
    return c.body(null, 204)
  })

  .post('/:reference/split', once(), body(Split), async (c) => {
    return c.json(await splitTicket(c.var.services, await ticketOf(c), { ...c.req.valid('json'), by: byStaff(c) }), 201)
  })

function ticketOf(c: Context<Env>): Promise<Ticket> {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}

/** One that staff has typed: a reference of nothing is a mistake in the field. */
async function typedTicket(c: Context<Env>, field: string, reference: string): Promise<Ticket> {
  try {
    return await findAnyTicket(c.var.services, reference)
  } catch (error) {
    if (error instanceof Problem) throw invalid(field, 'ticket')
    throw error
  }
}

function byStaff(c: Context<Env>): string {
  return `user:${signedIn(c).id}`
}
