import type { Locale, TicketKind } from '../../content/schema.ts'
import { tellDesk } from '../desk/events.ts'
import type { Right } from '../organisations/rights.ts'
import { mayIn } from '../organisations/scope.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { REFERENCE } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { Queue, TicketAction, TicketStatus } from './model.ts'
import { type Move, moving } from './moving.ts'

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
