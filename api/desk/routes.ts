import { Hono } from 'hono'
import { z } from 'zod'
import { type Env, query, signedIn } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { eventStream } from '../platform/stream.ts'
import { ticketCounts } from '../tickets/lists.ts'
import { DESK } from './events.ts'
import { findMail, outbox, wordsOf } from './outbox.ts'

/** What the desk has besides tickets and quotes. For staff only: mounted behind that check. */
export const desk = new Hono<Env>()
  .get('/inbox', async (c) => c.json({ tickets: await ticketCounts(c.var.services, signedIn(c).id) }))

  // Says which reference changed; the page then asks for what it shows.
  .get('/stream', (c) =>
    eventStream({
      ...c.var.services,
      subject: DESK,
      listener: `user:${signedIn(c).id}`,
      lastEventId: c.req.header('last-event-id'),
      frame: async ({ data }) => ({ event: 'changed', data: { reference: data.reference } }),
      stillAllowed: c.var.stillAllowed(async ({ user }) => user !== undefined && user.role !== 'customer'),
    }),
  )

  .get('/outbox', query(z.object({ before: z.coerce.number().int().positive().optional() })), async (c) =>
    c.json(await outbox(c.var.services, c.req.valid('query').before)),
  )

  .get('/outbox/:id', async (c) => {
    const { services } = c.var
    const mail = await findMail(services, Number(c.req.param('id')) || 0)
    if (!mail) throw new Problem('not-found')
    // A sign-in code opens somebody's account: an agent who asked for an admin's could read it here.
    const mayRead = signedIn(c).role === 'admin' || !mail.template.startsWith('account.')
    return c.json({ ...mail, words: mayRead ? await wordsOf(services, mail) : undefined })
  })
