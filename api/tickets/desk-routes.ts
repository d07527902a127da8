import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { TicketKind } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { Day, line, prose, required } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { visitOf } from '../sites/store.ts'
import { calmTicket, escalateTicket } from './escalation.ts'
import { openingOn } from './hours.ts'
import { deskTickets, ticketsOfOwner } from './lists.ts'
import { AFTER_REPLY, moves, QUEUES, STAFF_MOVES, statusAfter, TICKET_STATUSES, type TicketStatus } from './model.ts'
import { assignTicket, findAnyTicket, moveTicket, reply, type Ticket } from './store.ts'
import { ticketStream } from './stream.ts'
import { threadOf } from './thread.ts'

export const VIEWS = ['inbox', 'waiting', 'solved', 'all', 'spam'] as const
const STATUSES: Record<(typeof VIEWS)[number], TicketStatus[]> = {
  inbox: ['new', 'open'],
  waiting: ['waiting', 'hold'],
  solved: ['resolved', 'closed'],
  all: TICKET_STATUSES.filter((status) => status !== 'spam'),
  spam: ['spam'],
}

const Filter = z.object({
  view: z.enum(VIEWS).default('inbox'),
  kind: TicketKind.optional(),
  queue: z.enum(QUEUES).optional(),
  mine: z.literal('1').optional(),
  cursor: z.string().optional(),
})

const Answer = z.object({
  text: required(prose(10_000)),
  internal: z.boolean().default(false),
  uploads: UploadIds,
  /** How the case stands after a reply. */
  move: z.enum(AFTER_REPLY).optional(),
  /** With `hold`: the day on which the clock takes it up again. */
  until: Day.optional(),
})

const StaffAct = z.object({ action: z.enum(STAFF_MOVES), until: Day.optional(), why: line(300).default('') })

/** For staff only: mounted behind that check. */
export const deskTicketRoutes = new Hono<Env>()
  .get('/', query(Filter), async (c) => {
    const { view, kind, queue, mine, cursor } = c.req.valid('query')
    const found = await deskTickets(c.var.services, {
      status: STATUSES[view],
      kind,
      queue,
      assigneeId: mine && signedIn(c).id,
      cursor,
    })
    const tickets = found.tickets.map(
      ({ id: _id, contactId: _contact, visitorId: _visitor, organisationId: _organisation, ...shown }) => shown,
    )
    return c.json({ tickets, next: found.next })
  })

  .get('/:reference', async (c) => {
    const { services } = c.var
    const ticket = await anyTicket(c)
    const { id: _id, contactId: _contact, visitorId: _visitor, organisationId: _organisation, assigneeId, ...shown } = ticket
    return c.json({
      ...shown,
      ...(await threadOf(services, ticket, { staff: true })),
      assigned: assigneeId === null ? null : { toMe: assigneeId === signedIn(c).id },
      person: await personOf(services, ticket),
      can: { reply: statusAfter(ticket.status, 'reply') !== undefined, moves: STAFF_MOVES.filter((move) => moves(ticket.status, move)) },
    })
  })

  .post('/:reference/messages', once(), body(Answer), async (c) => {
    const user = signedIn(c)
    const { uploads, until, ...answer } = c.req.valid('json')
    const files = { uploads, owner: ownerOf(c) ?? '' }
    const message = { ...answer, files, author: 'staff', authorName: user.name, by: `user:${user.id}`, userId: user.id } as const
    return c.json(await reply(c.var.services, await anyTicket(c), { ...message, holdUntil: wakesOn(c, until) }), 201)
  })

  .post('/:reference/moves', once(), body(StaffAct), async (c) => {
    const { action, until, why } = c.req.valid('json')
    const more = { why, holdUntil: action === 'hold' ? wakesOn(c, until) : undefined }
    await moveTicket(c.var.services, await anyTicket(c), action, `user:${signedIn(c).id}`, more)
    return c.body(null, 204)
  })

  .post('/:reference/escalation', once(), body(z.object({ why: line(300).default('') })), async (c) => {
    await escalateTicket(c.var.services, await anyTicket(c), { by: `user:${signedIn(c).id}`, why: c.req.valid('json').why })
    return c.body(null, 204)
  })

  .delete('/:reference/escalation', async (c) => {
    await calmTicket(c.var.services, await anyTicket(c), `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .put('/:reference/assignment', async (c) => {
    const { id } = signedIn(c)
    await assignTicket(c.var.services, await anyTicket(c), id, `user:${id}`)
    return c.body(null, 204)
  })

  .delete('/:reference/assignment', async (c) => {
    await assignTicket(c.var.services, await anyTicket(c), null, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

  .get('/:reference/stream', async (c) =>
    ticketStream(c, await anyTicket(c), {
      name: `user:${signedIn(c).id}`,
      staff: true,
      stillAllowed: async ({ user }) => user !== undefined && user.role !== 'customer',
    }),
  )

/** When the company opens on that day; it must be ahead. */
function wakesOn(c: Context<Env>, day: string | undefined): number | undefined {
  const { content, clock } = c.var.services
  if (day === undefined) return undefined
  const opens = openingOn(content.company, day)
  if (opens <= clock.now()) throw invalid('until', 'past')
  return opens
}

function anyTicket(c: Context<Env>): Promise<Ticket> {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}

/** Who has the case, and their other cases. What a visitor says of themselves is marked as said. */
async function personOf(services: Services, { reference, contactId, visitorId, saidName, saidEmail }: Ticket) {
  const contact = contactId === null ? undefined : await findContact(services, contactId)
  const others =
    contactId === null ? await ticketsOfOwner(services, { visitorId: Number(visitorId) }) : await ticketsOfOwner(services, { contactId })
  return {
    name: contact?.name ?? saidName,
    email: contact?.email ?? saidEmail,
    company: contact?.company ?? '',
    phone: contact?.phone ?? '',
    stage: contact?.stage ?? null,
    isVisitor: contact === undefined,
    visit: visitorId === null ? undefined : await visitOf(services, visitorId),
    tickets: others
      .filter((other) => other.reference !== reference)
      .map(({ reference, subject, status, updatedAt }) => ({ reference, subject, status, updatedAt })),
  }
}
