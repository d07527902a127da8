import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { colleagues } from '../accounts/store.ts'
import { changeView, forgetView, savedViews, saveView } from '../desk/views.ts'
import { line, required } from '../platform/fields.ts'
import { body, type Env, idIn, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid } from '../platform/problems.ts'
import { giveTo, giveToTeam } from './assigning.ts'
import { Bulk, doToAll } from './bulk.ts'
import { TicketQuery, writeTicketQuery } from './desk-filter.ts'
import { deskTickets } from './desk-list.ts'
import { OnBehalf, openOnBehalf } from './on-behalf.ts'
import { remindersDue, snooze, unsnooze, unwatch, watch } from './own-lists.ts'
import { findAnyTicket, type Ticket } from './store.ts'
import { knownTags, Tag, TagBody, tagTicket, untagTicket } from './tags.ts'

const Listed = TicketQuery.extend({ cursor: z.string().max(40).optional() })
const Named = z.object({ name: required(line(60)), shared: z.boolean().default(false) })
const YEAR_MS = 366 * 24 * 60 * 60 * 1000

/** The inbox and what is done to cases without a word to the customer. For staff only: mounted behind that check. */
export const ticketToolsRoutes = new Hono<Env>()
  .get('/', query(Listed), async (c) => {
    const { cursor, ...asked } = c.req.valid('query')
    return c.json(await deskTickets(c.var.services, asked, signedIn(c), cursor))
  })

  .post('/', once(), body(OnBehalf), async (c) => c.json(await openOnBehalf(c.var.services, c.req.valid('json'), signedIn(c)), 201))

  // Who and what a case can be given to, and what it can be called.
  .get('/choices', async (c) => {
    const { services } = c.var
    return c.json({
      staff: await colleagues(services),
      teams: services.content.teams.map(({ id, name }) => ({ id, name })),
      tags: await knownTags(services),
      reminders: await remindersDue(services, signedIn(c)),
    })
  })

  .get('/views', async (c) => c.json({ views: await savedViews(c.var.services, 'tickets', signedIn(c)) }))

  .post('/views', once(), body(Named.extend({ query: z.string().max(1_000) })), async (c) => {
    const { query, ...named } = c.req.valid('json')
    const view = { ...named, query: understood(query) }
    return c.json({ id: await saveView(c.var.services, 'tickets', view, signedIn(c)) }, 201)
  })

  .put('/views/:id', body(Named), async (c) => {
    await changeView(c.var.services, idIn(c), c.req.valid('json'), signedIn(c))
    return c.body(null, 204)
  })

  .delete('/views/:id', async (c) => {
    await forgetView(c.var.services, idIn(c), signedIn(c))
    return c.body(null, 204)
  })

  .post('/bulk', once(), body(Bulk), async (c) => c.json(await doToAll(c.var.services, c.req.valid('json'), signedIn(c))))

  .put('/:reference/owner', body(z.object({ userId: z.int().positive().nullable() })), async (c) => {
    await giveTo(c.var.services, await anyTicket(c), c.req.valid('json').userId, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .put('/:reference/team', body(z.object({ team: z.string().max(60).nullable() })), async (c) => {
    await giveToTeam(c.var.services, await anyTicket(c), c.req.valid('json').team, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .post('/:reference/tags', body(TagBody), async (c) => {
    await tagTicket(c.var.services, await anyTicket(c), c.req.valid('json').tag, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  // In the address, since what is deleted has no body; a tag may have a slash in it, so it is asked for.
  .delete('/:reference/tags', query(z.object({ tag: Tag })), async (c) => {
    await untagTicket(c.var.services, await anyTicket(c), c.req.valid('query').tag, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .put('/:reference/watch', async (c) => {
    await watch(c.var.services, await anyTicket(c), signedIn(c))
    return c.body(null, 204)
  })

  .delete('/:reference/watch', async (c) => {
    await unwatch(c.var.services, await anyTicket(c), signedIn(c))
    return c.body(null, 204)
  })

  .put('/:reference/snooze', body(z.object({ until: z.int(), note: line(200).default('') })), async (c) => {
    const { until, note } = c.req.valid('json')
    const ahead = until - c.var.services.clock.now()
    if (ahead <= 0 || ahead > YEAR_MS) throw invalid('until', ahead <= 0 ? 'past' : 'too-far')
    await snooze(c.var.services, await anyTicket(c), { until, note }, signedIn(c))
    return c.body(null, 204)
  })

  .delete('/:reference/snooze', async (c) => {
    await unsnooze(c.var.services, await anyTicket(c), signedIn(c))
    return c.body(null, 204)
  })

function anyTicket(c: Context<Env>): Promise<Ticket> {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}

/** Only what the inbox knows is kept of an address: it will stand in a link on a colleague's page. */
function understood(address: string): string {
  return writeTicketQuery(TicketQuery.parse(Object.fromEntries(new URLSearchParams(address)))).toString()
}
