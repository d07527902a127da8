import { tellDesk } from '../desk/events.ts'
import { type Attaching, areWaiting, attach, NO_FILES, stillWaiting } from '../files/store.ts'
import type { Statement } from '../platform/db.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { openMsBetween } from './hours.ts'
import { type AfterReply, type TicketAction, transition } from './model.ts'
import { moving, quoted } from './moving.ts'
import { lastMessageOf, openTicket } from './opening.ts'
import { type Channel, findAnyTicket, type Ticket } from './store.ts'

export type NewMessage = {
  author: 'customer' | 'staff'
  authorName: string
  text: string
  by: string
  /** A note of staff to staff. It moves nothing and has no number, so that not even its being there shows. */
  internal?: boolean
  /** What staff does in the same go. */
  move?: AfterReply | undefined
  /** With `hold`: when the clock takes it up again. */
  holdUntil?: number | undefined
  /** How it came; through the portal, unless told. */
  channel?: Channel | undefined
  /** A call is what was said on the telephone, written down. */
  kind?: 'message' | 'call'
  /** The member of staff, who gets the case if nobody has it. */
  userId?: number
  /** Files that were sent before, to come with it; those of a note are for staff. */
  files?: Attaching | undefined
  /** Of a telephone call that is written down: how long it was, and who rang. To have been called is to be answered. */
  call?: { minutes: number; direction: 'in' | 'out' }
}

/** Where words stand; a note has no number. */
export type Written = { reference: string; number: number | null }

/**
 * Writes to a ticket. What its customer writes to a closed one stands in a new one that follows it; to a merged one, in that which goes on.
 * Returns where it stands.
 */
export async function reply(services: Services, ticket: Ticket, message: NewMessage): Promise<Written> {
  if (message.author === 'customer' && ticket.mergedInto !== null)
    return reply(services, await findAnyTicket(services, ticket.mergedInto), message)
  if (message.author === 'customer' && ticket.status === 'closed') return followUp(services, ticket, message)
  const { author, authorName, text, by, internal = false, move, holdUntil, channel = 'web', kind = 'message' } = message
  const { userId = null, call, files = NO_FILES } = message
  const { id, reference } = ticket
  const waiting = stillWaiting(files)
  const at = services.clock.now()
  // Its customer is told when their case last changed: a note among staff is no change to them.
  const shownAt = internal ? 0 : at
  const action: TicketAction | undefined = internal ? undefined : author === 'customer' ? 'write' : (move ?? 'reply')
  const statements: Statement[] = [
    ...(action ? moving(services, ticket, action, { by, at, withReply: true, holdUntil, onlyIf: waiting }) : []),
    {
      sql: `insert into messages (ticket_id, number, author, author_name, internal, channel, kind, text, at)
            select id, ${internal ? 'null' : '(select coalesce(max(number), 0) + 1 from messages where ticket_id = :id)'},
              :author, :authorName, :internal, :channel, :kind, :text, :at
            from tickets where id = :id and ${waiting.when} ${action ? `and status in (${quoted([transition(action).to, ...transition(action).stays])})` : ''}
            returning id, number`,
      args: { id, author, authorName, internal: Number(internal), channel, kind, text, at, ...waiting.args },
    },
    // Only when there are any: the event that follows looks at what the statement before it has changed.
    ...(files.uploads.length ? [attach(files, { subject: reference, internal, message: lastMessageOf(reference) })] : []),
    messageEvent(ticket, { kind: internal ? 'ticket.noted' : 'ticket.replied', author, move, by, at, call }),
    tellDesk(reference, { actor: by, at }),
    author === 'staff' && (!internal || call !== undefined)
      ? answered(services, ticket, { at, shownAt, userId })
      : touched(ticket, { shownAt, userId }),
  ]
  const results = await services.db.batch(statements)
  const written = results.flatMap(({ rows }) => rows)[0]
  if (!written) throw (await areWaiting(services, files)) ? new Problem('ticket-closed') : invalid('uploads', 'file-gone')
  return { reference, number: written.number === null ? null : Number(written.number) }
}

/** The first answer is measured; one to a customer whom we wait for begins their silence anew. */
function answered(
  { content }: Services,
  { id, createdAt }: Ticket,
  { at, shownAt, userId }: { at: number; shownAt: number; userId: number | null },
): Statement {
  return {
    sql: `update tickets set updated_at = max(updated_at, :shownAt), assignee_id = coalesce(assignee_id, :userId),
            first_response_open_ms = case when first_response_at is null then :openMs else first_response_open_ms end,
            first_response_at = coalesce(first_response_at, :at),
            waiting_since = case status when 'waiting' then :at end,
            nudges = 0
          where id = :id and changes() > 0`,
    args: { id, at, shownAt, userId, openMs: openMsBetween(content.company, createdAt, at) },
  }
}

function touched({ id }: Ticket, { shownAt, userId }: { shownAt: number; userId: number | null }): Statement {
  return {
    sql: `update tickets set updated_at = max(updated_at, :shownAt), assignee_id = coalesce(assignee_id, :userId)
          where id = :id and changes() > 0`,
    args: { id, shownAt, userId },
  }
}

async function followUp(
  services: Services,
  ticket: Ticket,
  { authorName, text, by, files, channel = ticket.channel }: NewMessage,
): Promise<Written> {
  const { contactId, visitorId, kind, queue, subject, locale, product, serialNumber, article, reference } = ticket
  const owner = contactId === null ? { visitorId: Number(visitorId) } : { contactId } // the table has one of the two
  const opened = await openTicket(services, {
    ...{ owner, channel, kind, queue, subject, text, authorName, locale, by, files },
    product: product ?? undefined,
    serialNumber: serialNumber ?? undefined,
    article: article ?? undefined,
    follows: reference,
    confirm: true,
  })
  return { ...opened, number: 1 }
}

type MessageEvent = Pick<NewMessage, 'author' | 'move' | 'by' | 'call'> & { kind: string; at: number }

/** The event of the message written just before it, whose id is only known inside the batch. */
function messageEvent({ id, reference }: Ticket, { kind, author, move, by, at, call }: MessageEvent): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, :kind, :reference, :by, json_object('message', id, 'author', :author, 'move', :move, 'call', json(:call))
          from messages where ticket_id = :id and changes() > 0 order by id desc limit 1`,
    args: { at, kind, reference, by, author, move: move ?? null, call: JSON.stringify(call ?? null), id },
  }
}
