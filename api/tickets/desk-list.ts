import { matching } from '../desk/words.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { isReference, statusesIn, type TicketQuery, type Where, whereOf } from './desk-filter.ts'
import { TICKET_COLUMNS, type Ticket } from './store.ts'
import { teamsOf } from './teams.ts'

const PAGE = 25

export type DeskTicket = Omit<Ticket, 'id' | 'contactId' | 'visitorId' | 'organisationId' | 'fields'> & {
  personName: string
  personEmail: string
  assigneeName: string | null
  lastText: string
  lastAuthor: 'customer' | 'staff'
  tags: string[]
}

type Found = Ticket & Omit<DeskTicket, keyof Ticket | 'tags'> & { tags: string }

/**
 * A page of the inbox, what changed last first. Each state of each team is looked up by itself, in the order of its index: a million
 * cases are then as quick as ten.
 */
export async function deskTickets({ db, clock, content }: Services, asked: TicketQuery, by: User, cursor?: string) {
  const words = isReference(asked.q) ? undefined : await matching({ db }, 'ticket', asked.q)
  const asker = { now: clock.now(), userId: by.id, words }
  const each = asked.team === 'mine' ? teamsOf(content, by).map(({ id }) => ({ ...asked, team: id })) : [asked]
  const wheres = each.map((one) => whereOf(one, asker))
  const from = positionOf(cursor)
  const pages = wheres.flatMap((where) => (where.few ? [ofFew(asked, where, from)] : byState(asked, where, from)))
  if (!pages.length) return { tickets: [], next: undefined } // of somebody's teams, who is in none
  const few = wheres[0]?.few // the same for each team
  const rows = await db.all<Found>(
    `${few ? `with few(id) as materialized (${few})` : ''}
     select ${TICKET_COLUMNS}, coalesce(nullif(contacts.name, ''), said_name) as "personName",
       coalesce(contacts.email, said_email) as "personEmail", users.name as "assigneeName",
       substr(coalesce(last.text, ''), 1, 160) as "lastText", coalesce(last.author, 'customer') as "lastAuthor",
       (select json_group_array(tag) from (select tag from ticket_tags where ticket_id = tickets.id order by tag)) as tags
     from (${pages.join(' union all ')} order by 2 desc, 3 desc limit ${PAGE + 1}) page
     join tickets on tickets.id = page.id
     left join contacts on contacts.id = tickets.contact_id
     left join users on users.id = assignee_id
     left join messages last on last.ticket_id = tickets.id
       and last.number = (select max(number) from messages where ticket_id = tickets.id)
     order by tickets.updated_at desc, tickets.reference desc`,
    Object.assign({}, ...wheres.map(({ args }) => args), from),
  )
  const page = rows.slice(0, PAGE)
  const last = page.at(-1)
  return { tickets: page.map(shown), next: rows.length > PAGE && last ? `${last.updatedAt}.${last.reference}` : undefined }
}

type From = ReturnType<typeof positionOf>

/** The first page of each state, read from the top of an index that has the state in it. */
function byState({ view }: TicketQuery, { sql, isByTag }: Where, from: From): string[] {
  const [source, id] = isByTag ? ['ticket_tags', 't.ticket_id'] : ['tickets', 't.id']
  const newest = `${sql} ${beyond(from)} order by t.updated_at desc, t.reference desc limit ${PAGE + 1}`
  return statusesIn(view).map(
    (status) => `select * from (select ${id} as id, t.updated_at, t.reference from ${source} t where t.status = '${status}' ${newest})`,
  )
}

/** The first page of the few, of which each is looked at. The plus keeps the order of all cases out of it. */
function ofFew({ view }: TicketQuery, { sql }: Where, from: From): string {
  const states = statusesIn(view).map((status) => `'${status}'`)
  return `select * from (select t.id, t.updated_at, t.reference from few cross join tickets t on t.id = few.id
       where +t.status in (${states}) ${sql} ${beyond(from)} order by +t.updated_at desc, t.reference desc limit ${PAGE + 1})`
}

function beyond(from: From): string {
  return from ? 'and (t.updated_at, t.reference) < (:cursorAt, :cursorReference)' : ''
}

function shown({
  id: _id,
  contactId: _contact,
  visitorId: _visitor,
  organisationId: _organisation,
  fields: _fields,
  tags,
  ...ticket
}: Found) {
  return { ...ticket, tags: JSON.parse(tags) as string[] } satisfies DeskTicket // as json_group_array writes it
}

function positionOf(cursor: string | undefined): Record<string, string | number> | undefined {
  if (!cursor) return undefined
  const [, at, reference] = /^(\d{1,16})\.(T-[2-9A-Z]{6})$/.exec(cursor) ?? []
  if (!at || !reference) throw invalid('cursor', 'format')
  return { cursorAt: Number(at), cursorReference: reference }
}
