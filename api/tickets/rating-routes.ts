import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { prose } from '../platform/fields.ts'
import { actorName, body, type Env } from '../platform/http.ts'
import { givenRating, rateTicket, ticketOfRatingLink } from './rating.ts'
import { findTicket, type Ticket } from './store.ts'

export const Score = z.object({
  /** A form sends it as text. */
  score: z.number().or(z.string()).transform(Number).pipe(z.int().min(1).max(5)),
  comment: prose(2_000).default(''),
})

/** By the link in a mail, without signing in. Opening it answers nothing: mail programs open links, too. */
export const ratings = new Hono<Env>()
  .get('/:token', async (c) => {
    const ticket = await ticketOfRatingLink(c.var.services, c.req.param('token'))
    return c.json({ reference: ticket.reference, subject: ticket.subject, ...(await givenRating(c.var.services, ticket)) })
  })

  .put('/:token', body(Score), async (c) => {
    const ticket = await ticketOfRatingLink(c.var.services, c.req.param('token'))
    await rateTicket(c.var.services, ticket, { ...c.req.valid('json'), locale: c.var.locale, by: `contact:${ticket.contactId}` })
    return c.body(null, 204)
  })

/** In the thread, by whoever answers for the case. */
export const ticketRatings = new Hono<Env>()
  .get('/:reference/rating', async (c) => c.json(await givenRating(c.var.services, await theirs(c))))

  .put('/:reference/rating', body(Score), async (c) => {
    const ticket = await theirs(c)
    await rateTicket(c.var.services, ticket, { ...c.req.valid('json'), locale: c.var.locale, by: actorName(c.var.actor) })
    return c.body(null, 204)
  })

function theirs(c: Context<Env>): Promise<Ticket> {
  return findTicket(c.var.services, c.var.actor, c.req.param('reference') ?? '', 'answer-for-colleagues')
}
