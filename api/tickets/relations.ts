import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { TicketStatus } from './model.ts'
import type { Ticket } from './store.ts'

/** How another ticket belongs to this one, seen from this one. */
export type Relation = 'related' | 'split-into' | 'split-from' | 'merged-here' | 'merged-into' | 'follows' | 'followed-by'
export type Related = { reference: string; subject: string; status: TicketStatus; relation: Relation }

/** Notes for staff that two tickets belong together. Nobody else sees it, and doing it twice is as good as once. */
export async function linkTickets({ db, clock }: Services, ticket: Ticket, other: Ticket, by: string) {
  if (ticket.id === other.id) throw invalid('reference', 'choice')
  const at = clock.now()
  const [a = '', b = ''] = [ticket.reference, other.reference].sort()
  await db.batch([
    {
      sql: `insert into ticket_links (a, b, kind) select :a, :b, 'related'
            where not exists (select 1 from ticket_links where a = :b and b = :a) on conflict do nothing`,
      args: { a, b },
    },
    eventIfChanged('ticket.linked', { subject: ticket.reference, actor: by, at, data: { reference: other.reference } }),
    tellDesk(ticket.reference, { actor: by, at }),
  ])
}

/** Of a split the link stays: it says where the words came from. */
export async function unlinkTickets({ db, clock }: Services, ticket: Ticket, other: string, by: string) {
  const at = clock.now()
  await db.batch([
    {
      sql: `delete from ticket_links where kind = 'related' and ((a = :reference and b = :other) or (a = :other and b = :reference))`,
      args: { reference: ticket.reference, other },
    },
    eventIfChanged('ticket.unlinked', { subject: ticket.reference, actor: by, at, data: { reference: other } }),
    tellDesk(ticket.reference, { actor: by, at }),
  ])
}

/** Every ticket that belongs to this one, for staff. */
export async function relationsOf({ db }: Services, { reference }: Ticket): Promise<Related[]> {
  return db.all<Related>(
    `select t.reference, t.subject, t.status, related.relation from (
       select b as other, case kind when 'split' then 'split-into' else 'related' end as relation from ticket_links where a = :reference
       union all
       select a, case kind when 'split' then 'split-from' else 'related' end from ticket_links where b = :reference
       union all
       select reference, 'merged-here' from tickets where merged_into = :reference
       union all
       select merged_into, 'merged-into' from tickets where reference = :reference and merged_into is not null
       union all
       select reference, 'followed-by' from tickets where follows = :reference
       union all
       select follows, 'follows' from tickets where reference = :reference and follows is not null
     ) related join tickets t on t.reference = related.other
     order by t.updated_at desc, t.reference desc limit 100`,
    { reference },
  )
}

/** The cases of the same contact that go on here: for that contact to find what they wrote. */
export async function mergedHere({ db }: Services, { reference, contactId }: Ticket): Promise<{ reference: string; subject: string }[]> {
  return db.all(
    `select reference, subject from tickets where merged_into = :reference and contact_id = :contactId order by created_at, id limit 20`,
    { reference, contactId },
  )
}
