import type { Asked, CaseState, FoundCase } from '../cases/model.ts'
import { argsOf, COLLEAGUE, idsOf, like } from '../cases/sql.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { TICKET_STATUSES, type TicketStatus } from './model.ts'
import { customerStatus } from './thread.ts'

const STATE: Partial<Record<TicketStatus, CaseState>> = {
  new: 'us',
  open: 'us',
  hold: 'us',
  waiting: 'you',
  resolved: 'done',
  closed: 'done',
}

type Row = { reference: string; subject: string; channel: string; status: TicketStatus; updatedAt: number; colleague: string | null }

/** A page's worth of the cases and chats that this actor may see; what was merged into another is that other one. */
export async function ticketCases({ db }: Services, actor: Actor, asked: Asked): Promise<FoundCase[]> {
  const statuses = TICKET_STATUSES.filter((status) => STATE[status] && (!asked.state || STATE[status] === asked.state))
  const channel = { ticket: `channel <> 'chat'`, chat: `channel = 'chat'` }[String(asked.kind)] ?? 'true'
  // Not by an index of its own: of everybody's cases, nearly all have one of these.
  const where = `+status in (${statuses.map((status) => `'${status}'`).join(', ')}) and ${channel}`
  const said = `exists (select 1 from messages where ticket_id = t.id and internal = 0 and ${like('text')})`
  const holds = `(${like('t.subject')} or ${like('t.reference')} or ${said})`
  const ids = idsOf({ name: 'tickets', where, holds }, asked)
  const rows = await db.all<Row>(
    `select tickets.reference, subject, channel, status, tickets.updated_at as "updatedAt",
       ${COLLEAGUE}
     from tickets left join contacts on contacts.id = contact_id
     where tickets.id in (${ids}) order by tickets.updated_at desc, reference desc`,
    argsOf(actor, asked),
  )
  return rows.map(({ subject, channel, status, ...row }) => ({
    ...row,
    kind: channel === 'chat' ? 'chat' : 'ticket',
    title: subject,
    status: customerStatus(status),
    state: STATE[status] ?? 'done',
    startsAt: null,
  }))
}
