import { tellDesk } from '../desk/events.ts'
import type { Statement, Value } from '../platform/db.ts'
import type { Services } from '../services.ts'
import { standsStill, type TicketAction, type TicketStatus, transition } from './model.ts'
import { resumed } from './sla.ts'
import type { Ticket } from './store.ts'

export type Move = {
  by: string
  at: number
  /** The reply's own mail tells of it. */
  withReply?: boolean
  /** In words of ours or of whoever did it. */
  why?: string | undefined
  /** Of `hold`: when the clock takes it up again; null for when staff does. */
  holdUntil?: number | null | undefined
  /** Of `merge`: the ticket that goes on. */
  into?: string
  /** SQL that must hold besides, with its arguments. */
  onlyIf?: { when: string; args: Record<string, Value> }
}

/**
 * The move and its events, and nothing of it when the ticket is not where this can be done: the first statement says whether it took.
 * The event comes first because it tells from where.
 */
export function moving({ content }: Services, ticket: Ticket, action: TicketAction, move: Move): Statement[] {
  const { by, at, withReply = false, why = '', holdUntil = null, into = null, onlyIf } = move
  const { id, reference, pausedAt } = ticket
  const { from, to } = transition(action)
  // What was solved in time has been, however long it stays so.
  const due = to === 'closed' ? ticket : resumed(content.company, ticket, at)
  return [
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'ticket.moved', reference, :by,
              json_object('action', :action, 'from', status, 'to', :to, 'why', :why, 'withReply', json(:withReply), 'into', :into)
            from tickets where id = :id and status in (${quoted(from)}) and ${onlyIf?.when ?? 'true'}`,
      args: { at, by, action, to, why, withReply: String(withReply), into, id, ...onlyIf?.args },
    },
    {
      sql: `update tickets set status = :to, updated_at = :at,
              reopened = reopened + (:to = 'open' and status = 'resolved'),
              resolved_at = case :to when 'resolved' then :at when 'closed' then resolved_at end,
              hold_until = :holdUntil, merged_into = :into,
              -- Solved anew, it is asked about anew.
              rating_asked_at = case :to when 'open' then null else rating_asked_at end,
              waiting_since = case :to when 'waiting' then :at end, nudges = 0,
              -- Another hand may have moved it since it was read: then its times are as that one left them.
              first_response_due_at = case when paused_at is :pausedAt then :firstResponseDueAt else first_response_due_at end,
              resolution_due_at = case when paused_at is :pausedAt then :resolutionDueAt else resolution_due_at end,
              paused_at = case when :standsStill then :at end
            where id = :id and changes() > 0`,
      args: {
        ...{ id, to, at, holdUntil, into, pausedAt },
        firstResponseDueAt: due.firstResponseDueAt,
        resolutionDueAt: due.resolutionDueAt,
        standsStill: Number(standsStill(to)),
      },
    },
    tellDesk(reference, { actor: by, at }),
  ]
}

/** Only for words of the model: they are ours. */
export function quoted(statuses: readonly TicketStatus[]): string {
  return statuses.map((status) => `'${status}'`).join(', ')
}
