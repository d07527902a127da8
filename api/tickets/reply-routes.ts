import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { Day, line, prose, required } from '../platform/fields.ts'
import { body, type Env, idIn, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Call, logCall } from './calls.ts'
import { addMacro, changeMacro, findMacro, forgetMacro, macroFor, macros, NewMacro } from './macros.ts'
import { AFTER_REPLY } from './model.ts'
import { replyLater, takeBack } from './outgoing.ts'
import { bePresent, leave } from './presence.ts'
import { findAnyTicket, type Ticket } from './store.ts'
import { wakesOn } from './waking.ts'

const Reply = z.object({
  text: required(prose(10_000)),
  move: z.enum(AFTER_REPLY).optional(),
  /** With `hold`: the day on which the clock takes it up again. */
  until: Day.optional(),
  uploads: UploadIds,
})
const Presence = z.object({ typing: z.boolean().default(false), active: z.boolean().default(false) })

/** How staff writes: with words kept ready, with a moment to think again, and knowing who else is at it. Mounted behind that check. */
export const replyRoutes = new Hono<Env>()
  .get('/macros', async (c) => c.json({ macros: await macros(c.var.services) }))

  .post('/macros', once(), body(NewMacro), async (c) =>
    c.json({ id: await addMacro(c.var.services, c.req.valid('json'), signedIn(c)) }, 201),
  )

  .put('/macros/:id', body(NewMacro), async (c) => {
    await changeMacro(c.var.services, idIn(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  .delete('/macros/:id', async (c) => {
    await forgetMacro(c.var.services, idIn(c))
    return c.body(null, 204)
  })

  // The words as they would go to this customer.
  .get('/:reference/macros/:id', async (c) => {
    const ticket = await anyTicket(c)
    const macro = await findMacro(c.var.services, idIn(c))
    return c.json(await macroFor(c.var.services, macro, ticket, signedIn(c)))
  })

  // Articles that answer it, with links in the customer's language. Staff's searches are nobody's question: they are not counted.
  .get('/:reference/articles', query(z.object({ q: line(200) })), async (c) => {
    const { services } = c.var
    const { locale } = await anyTicket(c)
    const text = c.req.valid('query').q
    const { hits } = text ? await services.search.search({ text, locale, limit: 6, kinds: ['article'] }) : { hits: [] }
    return c.json({
      articles: hits.map(({ id, title, heading, path }) => ({
        id,
        title: heading ? `${title} – ${heading}` : title,
        url: services.config.publicUrl + path,
      })),
    })
  })

  // Leaves in ten seconds, unless it is taken back.
  .post('/:reference/replies', once(), body(Reply), async (c) => {
    const { uploads, until, ...words } = c.req.valid('json')
    const files = { uploads, owner: ownerOf(c) ?? '' }
    const holdUntil = wakesOn(c.var.services, until)
    return c.json(await replyLater(c.var.services, await anyTicket(c), { ...words, holdUntil, files }, signedIn(c)), 201)
  })

  .delete('/:reference/replies/:id', async (c) => c.json(await takeBack(c.var.services, await anyTicket(c), idIn(c), signedIn(c))))

  .post('/:reference/calls', once(), body(Call), async (c) =>
    c.json(await logCall(c.var.services, await anyTicket(c), c.req.valid('json'), signedIn(c)), 201),
  )

  .put('/:reference/presence', body(Presence), async (c) =>
    c.json({ others: await bePresent(c.var.services, await anyTicket(c), c.req.valid('json'), signedIn(c)) }),
  )

  .delete('/:reference/presence', async (c) => {
    await leave(c.var.services, await anyTicket(c), signedIn(c))
    return c.body(null, 204)
  })

function anyTicket(c: Context<Env>): Promise<Ticket> {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}
