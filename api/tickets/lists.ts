import { organisationWhere } from '../organisations/scope.ts'
import type { Actor } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { TicketStatus } from './model.ts'
import { type Owner, TICKET_COLUMNS, type Ticket } from './store.ts'

const PAGE = 25

/** `next` is the cursor of the following page; it says when and which, and nothing of how many there are. */
export type TicketPage<T = Ticket> = { tickets: T[]; next: string | undefined }

/** The cases of who is signed in, of the links this browser has opened and of the organisation that lets them see them, what changed last first. */
export async function ticketsOf({ db }: Services, { user, access }: Actor, cursor?: string): Promise<TicketPage> {
  const links = access.map(({ subject, contactId }) => [subject, contactId])
  const seen = `status not in ('spam', 'merged') and ${after(cursor)}`
  const tickets = await db.all<Ticket>(
    `select ${TICKET_COLUMNS} from tickets
     where id in (${newestOf([
       `contact_id = :contactId and ${seen}`,
       `(reference, contact_id) in (select value ->> 0, value ->> 1 from json_each(:links)) and ${seen}`,
       `organisation_id = ${organisationWhere('see-colleagues')} and ${seen}`,
     ])})
     order by updated_at desc, reference desc limit ${PAGE + 1}`,
    { ...position(cursor), contactId: user?.contactId ?? null, links: JSON.stringify(links) },
  )
  return pageOf(tickets)
}

/** The cases of one contact or visitor; at most 50, for a panel beside something else. */
export async function ticketsOfOwner({ db }: Services, owner: Owner): Promise<Ticket[]> {
  const [column, id] = 'contactId' in owner ? ['contact_id', owner.contactId] : ['visitor_id', owner.visitorId]
  return db.all<Ticket>(
    `select ${TICKET_COLUMNS} from tickets where ${column} = :id and status <> 'spam' order by updated_at desc, reference desc limit 50`,
    { id },
  )
}

/**
 * SQL: the ids of a page's worth of several lists together. An index keeps every one of them in order, so each is read from its top;
 * with an `or` between them, all that there is would be read and sorted.
 */
function newestOf(lists: string[]): string {
  const order = `order by updated_at desc, reference desc limit ${PAGE + 1}`
  const each = lists.map((where) => `select * from (select id, updated_at, reference from tickets where ${where} ${order})`)
  return `select id from (${each.join(' union ')}) ${order}`
}

/** How many tickets there are in each status, and of those that need staff, how many are this member's. */
export async function ticketCounts({ db }: Services, userId: number): Promise<Record<TicketStatus | 'mine', number>> {
  const counts = { new: 0, open: 0, waiting: 0, hold: 0, resolved: 0, closed: 0, merged: 0, spam: 0, mine: 0 }
  const rows = await db.all<{ status: TicketStatus; n: number; mine: number | null }>(
    'select status, sum(n) as n, sum(n) filter (where assignee_id = :userId) as mine from ticket_tallies group by status',
    { userId },
  )
  for (const { status, n, mine } of rows) {
    counts[status] = n
    if (status === 'new' || status === 'open') counts.mine += mine ?? 0
  }
  return counts
}

function after(cursor: string | undefined): string {
  return cursor ? '(tickets.updated_at, tickets.reference) < (:cursorAt, :cursorReference)' : 'true'
}

function position(cursor: string | undefined): Record<string, string | number> {
  if (!cursor) return {}
  const [, at, reference] = /^(\d{1,16})\.(T-[2-9A-Z]{6})$/.exec(cursor) ?? []
  if (!at || !reference) throw invalid('cursor', 'format')
  return { cursorAt: Number(at), cursorReference: reference }
}

function pageOf<T extends Ticket>(found: T[]): TicketPage<T> {
  const tickets = found.slice(0, PAGE)
  const last = tickets.at(-1)
  return { tickets, next: found.length > PAGE && last ? `${last.updatedAt}.${last.reference}` : undefined }
}
