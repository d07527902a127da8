import { type HandOver, LEFT_BEHIND, SUCCESSOR } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'
import type { Services } from '../services.ts'
import { TICKET_COLUMNS, type Ticket } from './store.ts'

/** An organisation's cases for the desk, what changed last first; at most 50, for a panel beside something else. */
export async function ticketsOfOrganisation({ db }: Services, organisationId: number): Promise<Ticket[]> {
  return db.all<Ticket>(
    `select ${TICKET_COLUMNS} from tickets
     where organisation_id = :organisationId and status <> 'spam' order by updated_at desc, reference desc limit 50`,
    { organisationId },
  )
}

/** Gives the organisation's cases of a contact who has just left it to another member; the links to them end with that. */
export function handOverTickets({ organisationId, from, by, at }: HandOver): Statement[] {
  const args = { organisationId, from, by, at }
  return [
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'ticket.handed-over', reference, 'contact:' || cast(:by as integer), json_object('contact', ${SUCCESSOR})
            from tickets where ${LEFT_BEHIND}`,
      args,
    },
    { sql: `update tickets set contact_id = ${SUCCESSOR}, updated_at = :at where ${LEFT_BEHIND}`, args },
  ]
}
