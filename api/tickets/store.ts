import type { Locale, TicketKind } from '../../content/schema.ts'
import { contactIdOf, introduceContact } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { type Attaching, areWaiting, attach, NO_FILES, stillWaiting } from '../files/store.ts'
import { type Source, told } from '../leads/source.ts'
import type { Right } from '../organisations/rights.ts'
import { mayIn, organisationWanted } from '../organisations/scope.ts'
import type { Statement, Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Actor } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { newReference, REFERENCE } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { openMsBetween } from './hours.ts'
import { type AfterReply, type Queue, type TicketAction, type TicketStatus, transition } from './model.ts'
import { type Move, moving, quoted } from './moving.ts'
import { promiseNow } from './promise.ts'
import { teamFor } from './teams.ts'

export type Channel = 'web' | 'chat' | 'mail' | 'desk' | 'phone'
/** Whose case it is: a contact's, or a visitor's of the widget who has not said who they are. */
export type Owner = { contactId: number } | { visitorId: number }

export type Ticket = {
  id: number
  reference: string
  contactId: number | null
  visitorId: number | null
  organisationId: number | null
  channel: Channel
  kind: TicketKind
  /** The answers to the kind's own form, as JSON by field. */
  fields: string
  queue: Queue
  team: string | null
  subject: string
  locale: Locale
  product: string | null
  serialNumber: string | null
  article: string | null
  status: TicketStatus
  createdAt: number
  updatedAt: number
  firstResponseAt: number | null
  firstResponseDueAt: number
  /** By when the customer was told to hear from us, and over how many cases that was measured. */
  promisedAt: number | null
  promiseCases: number
  resolutionDueAt: number | null
  /** Since when both due times stand still. */
  pausedAt: number | null
  holdUntil: number | null
  /** Since when a customer whom we wait for is silent, and how often we have asked again. */
  waitingSince: number | null
  nudges: number
  escalatedAt: number | null
  escalation: 'near' | 'late' | 'staff' | null
  resolvedAt: number | null
  reopened: number
  follows: string | null
  mergedInto: string | null
  assigneeId: number | null
  saidName: string
  saidEmail: string
}

export const TICKET_COLUMNS = `tickets.id, tickets.reference, tickets.contact_id as "contactId", tickets.visitor_id as "visitorId",
  tickets.organisation_id as "organisationId", tickets.channel, tickets.kind, tickets.fields, tickets.queue, tickets.team, tickets.subject,
  tickets.locale, tickets.product, tickets.serial_number as "serialNumber", tickets.article, tickets.status,
  tickets.created_at as "createdAt", tickets.updated_at as "updatedAt", tickets.first_response_at as "firstResponseAt",
  tickets.first_response_due_at as "firstResponseDueAt", tickets.promised_at as "promisedAt", tickets.promise_cases as "promiseCases",
  tickets.resolution_due_at as "resolutionDueAt", tickets.paused_at as "pausedAt", tickets.hold_until as "holdUntil",
  tickets.waiting_since as "waitingSince", tickets.nudges, tickets.escalated_at as "escalatedAt", tickets.escalation,
  tickets.resolved_at as "resolvedAt", tickets.reopened, tickets.follows, tickets.merged_into as "mergedInto",
  tickets.assignee_id as "assigneeId", tickets.said_name as "saidName", tickets.said_email as "saidEmail"`

export type NewTicket = {
  /** Somebody with an address becomes a contact, unless they are one. */
  owner: Owner | { email: string; name: string }
  channel: Channel
  kind: TicketKind
  /** Those who help, unless told. */
  queue?: Queue
  subject: string
  text: string
  authorName: string
  locale: Locale
  product?: string | undefined
  serialNumber?: string | undefined
  /** The answers to the kind's own form, by field. */
  fields?: Record<string, string | number> | undefined
  article?: string | undefined
  /** Whether it belongs to the contact's organisation, if they have one. What goes on with a ticket stays where that was. */
  forOrganisation?: boolean
  /** The closed ticket that this one goes on with. */
  follows?: string | undefined
  /** Who does it, as the event log names them: `actorName()`, or `visitor:7`. */
  by: string
  /** Whether the customer is sent a receipt. A form with a stranger's address in it must not become a way to write to them. */
  confirm?: boolean
  /** Where they came from, as their page told. */
  source?: Source | undefined
  /** Files that were sent before, to come with the first message. */
  files?: Attaching | undefined
}

export async function openTicket(services: Services, ticket: NewTicket): Promise<{ reference: string }> {
  const { db, clock, content } = services
  const { owner, channel, kind, subject, text, authorName, locale, product = null, article = null, follows = null, by } = ticket
  const { queue = 'service', serialNumber = null, fields = {}, files = NO_FILES } = ticket
  const at = clock.now()
  const reference = newReference('T')
  const who = ownerColumns(owner)
  const promise = await promiseNow(services, kind)
  const waiting = stillWaiting(files)
  const before = 'email' in owner ? [introduceContact({ ...owner, locale, source: 'ticket', at })] : []
  const results = await db.batch([
    ...before,
    {
      sql: `insert into tickets (reference, contact_id, visitor_id, channel, kind, fields, queue, team, subject, locale, product, serial_number,
              article, status, created_at, updated_at, opened_hour, first_response_due_at, resolution_due_at, promised_at, promise_cases,
              follows, organisation_id)
            select :reference, ${who.sql}, :channel, :kind, :fields, :queue, :team, :subject, :locale, :product, :serialNumber,
              :article, 'new', :at, :at, :openedHour, :firstResponseDueAt, :resolutionDueAt, :promisedAt, :promiseCases,
              :follows, coalesce((select organisation_id from tickets where reference = :follows), ${organisationWanted})
            where ${waiting.when}`,
      args: {
        ...who.args,
        ...waiting.args,
        ...promise,
        ...{ reference, channel, kind, queue, subject, locale, product, serialNumber, article, at, follows },
        fields: JSON.stringify(fields),
        team: teamFor(content, { kind, queue }),
        contactId: 'contactId' in owner ? owner.contactId : null,
        forOrganisation: ticket.forOrganisation ? 1 : 0,
      },
    },
    eventIfChanged('ticket.opened', {
      subject: reference,
      actor: by,
      at,
      data: { kind, channel, confirm: ticket.confirm ?? false, source: told(ticket.source) },
    }),
    tellDesk(reference, { actor: by, at }),
    {
      sql: `insert into messages (ticket_id, number, author, author_name, channel, text, at)
            select id, 1, 'customer', :authorName, :channel, :text, :at from tickets where reference = :reference`,
      args: { reference, authorName, channel, text, at },
    },
    attach(files, { subject: reference, message: lastMessageOf(reference) }),
  ])
  if (!results[before.length]?.changes) throw invalid('uploads', 'file-gone')
  return { reference }
}

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

/** Moves a ticket without a word, if it is where this can be done. */
export async function moveTicket(services: Services, ticket: Ticket, action: TicketAction, by: string, more: Partial<Move> = {}) {
  const [moved] = await services.db.batch(moving(services, ticket, action, { ...more, by, at: services.clock.now() }))
  if (!moved?.changes) throw new Problem('not-your-turn')
}

/** Gives the case to a member of staff, or back to everybody. */
export async function assignTicket({ db, clock }: Services, { id, reference }: Ticket, userId: number | null, by: string) {
  const at = clock.now()
  await db.batch([
    { sql: 'update tickets set assignee_id = :userId where id = :id and assignee_id is not :userId', args: { id, userId } },
    eventIfChanged('ticket.assigned', { subject: reference, actor: by, at, data: { userId } }),
    tellDesk(reference, { actor: by, at }),
  ])
}

/** What a visitor says of themselves; for staff to read, and worth no more than that. */
export async function nameVisitor({ db, clock }: Services, { id, reference }: Ticket, { name, email }: { name: string; email: string }) {
  const at = clock.now()
  await db.batch([
    {
      sql: `update tickets set said_name = :name, said_email = :email where id = :id and (said_name <> :name or said_email <> :email)`,
      args: { id, name, email },
    },
    tellDesk(reference, { actor: 'visitor', at }),
  ])
}

/**
 * A ticket as its customer may see it: through who is signed in, a link this browser has opened, or a right in the organisation that
 * it belongs to. Anything else does not exist.
 */
export async function findTicket(
  { db }: Services,
  { user, access }: Actor,
  reference: string,
  right: Right = 'see-colleagues',
): Promise<Ticket> {
  const contacts = access.filter(({ subject }) => subject === reference).map(({ contactId }) => contactId)
  if (user?.contactId) contacts.push(user.contactId)
  const ticket =
    REFERENCE.test(reference) && contacts.length
      ? await db.get<Ticket>(
          `select ${TICKET_COLUMNS} from tickets
           where reference = :reference and status <> 'spam'
             and (contact_id in (select value from json_each(:contacts)) or ${mayIn('tickets.organisation_id', right)})`,
          { reference, contacts: JSON.stringify(contacts), contactId: user?.contactId ?? null },
        )
      : undefined
  if (!ticket) throw new Problem('not-found')
  return ticket
}

/** A ticket as the one visitor may see it who opened it. */
export async function findVisitorsTicket({ db }: Services, visitorId: number, reference: string): Promise<Ticket> {
  const ticket = await db.get<Ticket>(
    `select ${TICKET_COLUMNS} from tickets where reference = :reference and visitor_id = :visitorId and status <> 'spam'`,
    { reference, visitorId },
  )
  if (!ticket) throw new Problem('not-found')
  return ticket
}

/** Any ticket: for routes that only staff reaches, and for mails. */
export async function findAnyTicket({ db }: Services, reference: string): Promise<Ticket> {
  const ticket = await db.get<Ticket>(`select ${TICKET_COLUMNS} from tickets where reference = :reference`, { reference })
  if (!ticket) throw new Problem('not-found')
  return ticket
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

/** What was written last, inside the batch that writes it. */
function lastMessageOf(reference: string) {
  return {
    sql: '(select max(messages.id) from messages join tickets on tickets.id = ticket_id where tickets.reference = :subject)',
    args: { subject: reference },
  }
}

function ownerColumns(owner: NewTicket['owner']): { sql: string; args: Record<string, Value> } {
  if ('email' in owner) return { sql: `${contactIdOf}, null`, args: { email: owner.email } }
  if ('contactId' in owner) return { sql: ':contactId, null', args: owner }
  return { sql: 'null, :visitorId', args: owner }
}
