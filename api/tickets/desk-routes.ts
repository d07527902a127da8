import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { findContact } from '../accounts/store.ts'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { participantsOf } from '../mail/participants.ts'
import { ownedBy } from '../owned/store.ts'
import { Day, line, prose, required } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { quotesOfContact } from '../quotes/of-contact.ts'
import { searchesBefore } from '../searches/store.ts'
import type { Services } from '../services.ts'
import { visitOf } from '../sites/store.ts'
import { calmTicket, escalateTicket } from './escalation.ts'
import { shownAnswers } from './kind-form.ts'
import { ticketsOfOwner } from './lists.ts'
import { AFTER_REPLY, moves, STAFF_MOVES, statusAfter } from './model.ts'
import { outgoingOf } from './outgoing.ts'
import { isWatched, snoozeOf } from './own-lists.ts'
import { ratingOf } from './rating.ts'
import { relationsOf } from './relations.ts'
import { reply } from './replying.ts'
import { assignTicket, findAnyTicket, moveTicket, type Ticket } from './store.ts'
import { ticketStream } from './stream.ts'
import { tagsOf } from './tags.ts'
import { threadOf } from './thread.ts'
import { whatIsNext } from './view.ts'
import { wakesOn } from './waking.ts'

/** So many of each kind of what somebody has stand beside their case; all of it stands on their own page. */
const BESIDE = 8

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
  .get('/:reference', async (c) => {
    const { services } = c.var
    const ticket = await anyTicket(c)
    const by = signedIn(c)
    const { id: _id, contactId: _contact, visitorId: _visitor, organisationId: _organisation, assigneeId, ...shown } = ticket
    return c.json({
      ...shown,
      answers: shownAnswers(services.content, ticket, c.var.locale),
      next: whatIsNext(services, ticket),
      links: await relationsOf(services, ticket),
      participants: await participantsOf(services, ticket.reference),
      rating: await ratingOf(services, ticket),
      ...(await threadOf(services, ticket, { staff: true })),
      assigned: assigneeId === null ? null : { toMe: assigneeId === by.id },
      assigneeId,
      tags: await tagsOf(services, ticket),
      watched: await isWatched(services, ticket, by),
      snooze: await snoozeOf(services, ticket, by),
      outgoing: await outgoingOf(services, ticket, by),
      searched: (await searchesBefore(services, ticket.reference)).map(({ text, locale, answer }) => ({ text, locale, answer })),
      person: await personOf(services, ticket),
      can: by.readOnly
        ? { write: false, reply: false, moves: [] }
        : {
            write: true,
            reply: statusAfter(ticket.status, 'reply') !== undefined,
            moves: STAFF_MOVES.filter((move) => moves(ticket.status, move)),
          },
    })
  })

  .post('/:reference/messages', once(), body(Answer), async (c) => {
    const user = signedIn(c)
    const { uploads, until, ...answer } = c.req.valid('json')
    const files = { uploads, owner: ownerOf(c) ?? '' }
    const message = { ...answer, files, author: 'staff', authorName: user.name, by: `user:${user.id}`, userId: user.id } as const
    return c.json(await reply(c.var.services, await anyTicket(c), { ...message, holdUntil: wakesOn(c.var.services, until) }), 201)
  })

  .post('/:reference/moves', once(), body(StaffAct), async (c) => {
    const { action, until, why } = c.req.valid('json')
    const more = { why, holdUntil: action === 'hold' ? wakesOn(c.var.services, until) : undefined }
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

function anyTicket(c: Context<Env>): Promise<Ticket> {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}

/** Who has the case, and what else they have with us. What a visitor says of themselves is marked as said. */
async function personOf(services: Services, { reference, contactId, visitorId, saidName, saidEmail }: Ticket) {
  const contact = contactId === null ? undefined : await findContact(services, contactId)
  const others =
    contactId === null ? await ticketsOfOwner(services, { visitorId: Number(visitorId) }) : await ticketsOfOwner(services, { contactId })
  return {
    contactId,
    name: contact?.name ?? saidName,
    email: contact?.email ?? saidEmail,
    company: contact?.company ?? '',
    phone: contact?.phone ?? '',
    stage: contact?.stage ?? null,
    isVisitor: contact === undefined,
    visit: visitorId === null ? undefined : await visitOf(services, visitorId),
    quotes: contactId === null ? [] : (await quotesOfContact(services, contactId)).slice(0, BESIDE),
    products: (contactId === null ? [] : await ownedBy(services, contactId))
      .filter(({ isMine }) => isMine)
      .slice(0, BESIDE)
      .map(({ name, quantity, serialNumber, warrantyUntil }) => ({ name, quantity, serialNumber, warrantyUntil })),
    tickets: others
      .filter((other) => other.reference !== reference)
      .map(({ reference, subject, status, updatedAt }) => ({ reference, subject, status, updatedAt })),
  }
}
