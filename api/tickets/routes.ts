import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale, TicketKind } from '../../content/schema.ts'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { findArticle } from '../help/model.ts'
import { scopeOf } from '../help/readers.ts'
import { SourceIfAny } from '../leads/source.ts'
import type { Right } from '../organisations/rights.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { actorName, body, type Env, query } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid } from '../platform/problems.ts'
import { caseFollowed } from '../searches/routes.ts'
import { keepOpen, openFromForm } from './forms.ts'
import { readAnswers } from './kind-form.ts'
import { ticketsOf } from './lists.ts'
import { MAX_MERGES } from './merging.ts'
import { mergedHere } from './relations.ts'
import { reply } from './replying.ts'
import { findTicket, moveTicket, type Ticket } from './store.ts'
import { ticketStream } from './stream.ts'
import { threadOf } from './thread.ts'
import { customerView } from './view.ts'

const MINUTES = 60_000

export const Words = z.object({ text: required(prose(10_000)) })
const nothing = z.literal('').transform(() => undefined)

const NewTicket = Words.extend({
  uploads: UploadIds,
  kind: TicketKind,
  subject: required(line(150)),
  /** Of a guest; who is signed in is known. */
  name: line(120).default(''),
  email: Email.optional().or(nothing),
  locale: Locale.optional(),
  product: z.string().max(100).optional(),
  serialNumber: line(60).optional().or(nothing),
  /** The answers to the kind's own form, as they were typed. */
  fields: z.record(z.string().max(60), z.string().max(4000)).default({}),
  article: z.string().max(100).optional(),
  source: SourceIfAny,
  /** Whether it is asked in the name of the organisation that the signed-in contact belongs to. */
  forOrganisation: z.boolean().default(false),
})

export const tickets = new Hono<Env>()
  .get('/', query(z.object({ cursor: z.string().optional() })), async (c) => {
    const { services, actor } = c.var
    const { tickets, next } = await ticketsOf(services, actor, c.req.valid('query').cursor)
    return c.json({ tickets: tickets.map((ticket) => customerView(c.var.services, ticket, c.var.locale)), next })
  })

  .post('/', once({ again: (c, answer) => keepOpen(c, (answer as { reference: string }).reference) }), body(NewTicket), async (c) => {
    const { content } = c.var.services
    const { locale = c.var.locale, product, article, uploads, fields, ...form } = c.req.valid('json')
    if (product && !content.products.some(({ slug }) => slug === product)) throw invalid('product', 'choice')
    const opened = await openFromForm(c, {
      ...form,
      locale,
      files: { uploads, owner: ownerOf(c) ?? '' },
      product: product || undefined,
      fields: readAnswers(content, form.kind, fields),
      // Only where they came from: an article that has gone is no reason to refuse a case.
      article: article === undefined ? undefined : findArticle(content, locale, article, await scopeOf(c.var.services, c.var.actor))?.slug,
    })
    await caseFollowed(c, opened.reference)
    return c.json(opened, 201)
  })

  .get('/:reference', async (c) => {
    const ticket = await theirs(c)
    const { messages, cursor } = await threadOf(c.var.services, ticket, { staff: false })
    const isTheirs = c.var.actor.user?.contactId === ticket.contactId && ticket.contactId !== null
    // What they wrote before two of their cases became one. A link opens one case alone.
    const before = isTheirs ? await mergedHere(c.var.services, ticket) : []
    return c.json({ ...customerView(c.var.services, ticket, c.var.locale), before, messages, cursor })
  })

  .post('/:reference/messages', once(), body(Words.extend({ uploads: UploadIds })), async (c) => {
    const { services, actor } = c.var
    const { text, uploads } = c.req.valid('json')
    const named = await theirs(c)
    // The case that goes on must be theirs to see as well: an address in a form proves nothing, so a link leads no further than its own.
    const ticket = named.mergedInto === null ? named : await goesOn(c, named)
    services.limits.take(`messages in ${ticket.reference}`, 60, 10 * MINUTES)
    const written = await reply(services, ticket, {
      author: 'customer',
      authorName: await authorOf(c, ticket),
      text,
      files: { uploads, owner: ownerOf(c) ?? '' },
      by: actorName(actor),
    })
    // A closed case is gone on with in another one, which this browser must be able to open as well.
    // A colleague sees it through the organisation, and must not get a link that outlives their being in it.
    const cameByLink = actor.access.some(({ subject }) => subject === ticket.reference)
    if (written.reference !== ticket.reference && cameByLink) await keepOpen(c, written.reference)
    return c.json(written, 201)
  })

  .post('/:reference/resolution', once(), async (c) => {
    await moveTicket(c.var.services, await theirs(c, 'answer-for-colleagues'), 'confirm', actorName(c.var.actor))
    return c.body(null, 204)
  })

  // "Solved, was it?" No: it goes on, with a word or without one.
  .delete('/:reference/resolution', once(), async (c) => {
    await moveTicket(c.var.services, await theirs(c, 'answer-for-colleagues'), 'dispute', actorName(c.var.actor))
    return c.body(null, 204)
  })

  .get('/:reference/stream', async (c) => {
    const { services, actor } = c.var
    const ticket = await theirs(c)
    return ticketStream(c, ticket, {
      name: actor.user ? `user:${actor.user.id}` : `contact:${ticket.contactId}`,
      staff: false,
      stillAllowed: (now) => findTicket(services, now, ticket.reference).then(Boolean),
    })
  })

/** The last of a chain of merges, if all of it may be seen. */
async function goesOn(c: Context<Env>, ticket: Ticket): Promise<Ticket> {
  let last = ticket
  for (let steps = 0; last.mergedInto !== null && steps < MAX_MERGES; steps++)
    last = await findTicket(c.var.services, c.var.actor, last.mergedInto)
  return last
}

function theirs(c: Context<Env>, right?: Right): Promise<Ticket> {
  return findTicket(c.var.services, c.var.actor, c.req.param('reference') ?? '', right)
}

/** As the case was opened: what else we know of an address is not for whoever typed it. */
async function authorOf(c: Context<Env>, ticket: Ticket): Promise<string> {
  const { user, access } = c.var.actor
  const isColleague =
    user !== undefined && user.contactId !== ticket.contactId && !access.some(({ subject }) => subject === ticket.reference)
  if (isColleague) return user.name || user.email
  const { messages } = await threadOf(c.var.services, ticket, { staff: false })
  return user?.name || (messages[0]?.authorName ?? '')
}
