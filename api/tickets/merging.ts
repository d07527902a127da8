import { tellDesk } from '../desk/events.ts'
import { bringOver, takeBack } from '../mail/participants.ts'
import { mayIn } from '../organisations/scope.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { MERGES_INTO } from './model.ts'
import { moving, quoted } from './moving.ts'
import { findAnyTicket, type Ticket } from './store.ts'

/** More than anybody merges in a row. */
export const MAX_MERGES = 20

/** The ticket in which one goes on that was merged, whoever may see it; itself when it was not. */
export async function whereItGoesOn(services: Services, reference: string): Promise<Ticket> {
  let ticket = await findAnyTicket(services, reference)
  for (let step = 0; ticket.mergedInto !== null && step < MAX_MERGES; step++) ticket = await findAnyTicket(services, ticket.mergedInto)
  return ticket
}

/** SQL: whether the owner of `tickets` may see the ticket `b` by their own right: it is theirs, or that of an organisation that lets them. */
const OWNER_SEES_B = `(b.contact_id = tickets.contact_id
  or (tickets.contact_id is null and b.contact_id is null and b.visitor_id = tickets.visitor_id)
  or ${mayIn('b.organisation_id', 'see-colleagues')})`

/**
 * Ends a ticket in favour of another one, which its customer must be able to see. Words stay in the thread where they were written, so
 * nobody reads another's; whoever comes to this ticket is led on to that one. Who took part in it by mail takes part in that one, where its
 * customer does: a colleague's case is not theirs to bring somebody into.
 */
export async function mergeTicket(services: Services, ticket: Ticket, into: Ticket, by: string) {
  const { db, clock } = services
  const at = clock.now()
  if (ticket.id === into.id) throw invalid('into', 'choice')
  const contactId = ticket.contactId
  const isSeen = await db.get(`select 1 from tickets join tickets b on b.id = :into where tickets.id = :id and ${OWNER_SEES_B}`, {
    id: ticket.id,
    into: into.id,
    contactId,
  })
  if (!isSeen) throw invalid('into', 'other-customer')
  const onlyIf = {
    when: `exists (select 1 from tickets b where b.reference = :into and b.status in (${quoted(MERGES_INTO)}) and ${OWNER_SEES_B})`,
    args: { contactId },
  }
  const [merged] = await db.batch([
    ...moving(services, ticket, 'merge', { by, at, into: into.reference, onlyIf }),
    eventIfChanged('ticket.absorbed', { subject: into.reference, actor: by, at, data: { reference: ticket.reference } }),
    tellDesk(into.reference, { actor: by, at }),
    {
      sql: 'update tickets set updated_at = :at where reference = :into and changes() > 0',
      args: { at, into: into.reference },
    },
    ...bringOver({
      ...{ from: ticket.reference, into: into.reference, by, at },
      onlyIf: {
        when: `exists (select 1 from tickets a join tickets b on b.reference = a.merged_into and b.contact_id = a.contact_id
                 where a.reference = :from and b.reference = :into and a.status = 'merged' and a.updated_at = :at)`,
        args: {},
      },
    }),
  ])
  if (!merged?.changes) throw new Problem('not-your-turn')
}

/** Takes a merge back: the ticket is open again, with all that was written in it. */
export async function unmergeTicket(services: Services, ticket: Ticket, by: string) {
  const { db, clock } = services
  const at = clock.now()
  const { reference } = ticket
  const into = ticket.mergedInto ?? ''
  const [undone] = await db.batch([
    ...moving(services, ticket, 'unmerge', { by, at }),
    eventIfChanged('ticket.released', { subject: into, actor: by, at, data: { reference: ticket.reference } }),
    tellDesk(into, { actor: by, at }),
    ...takeBack({ from: reference, into, by, at }),
  ])
  if (!undone?.changes) throw new Problem('not-your-turn')
}
