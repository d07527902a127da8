import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { openMsBetween } from './hours.ts'
import { TICKET_COLUMNS, type Ticket } from './store.ts'

const HOUR_MS = 60 * 60 * 1000
/** No opening times leave more than this between a quarter of a target and its end. */
const LOOKS_AHEAD_MS = 30 * 24 * HOUR_MS
/** What is left of a target when a complaint is called near it. */
const NEAR = 0.25

/** Why a complaint went to the manager: its time is near, it is missed, or staff wants it so. */
export type Escalation = 'near' | 'late' | 'staff'

/** Marks the complaints whose time is near or missed, each once; the manager is told by mail. */
export async function escalateDue(services: Services): Promise<number> {
  const { db, clock } = services
  const now = clock.now()
  const complaints = await db.all<Ticket>(
    `select ${TICKET_COLUMNS} from tickets
     where kind = 'complaint' and status in ('new', 'open') and escalated_at is null
       and (resolution_due_at < :soon or (first_response_at is null and first_response_due_at < :soon))
     order by resolution_due_at, id limit 500`,
    { soon: now + LOOKS_AHEAD_MS },
  )
  let escalated = 0
  for (const ticket of complaints) {
    const reason = isPressing(services, ticket, now)
    if (reason && (await mark(services, ticket, { reason, by: 'clock', why: '' }))) escalated++
  }
  return escalated
}

/** Gives a case to the manager's attention, whatever its time. */
export async function escalateTicket(services: Services, ticket: Ticket, { by, why }: { by: string; why: string }) {
  if (!(await mark(services, ticket, { reason: 'staff', by, why }))) throw new Problem('already-done')
}

/** Takes the mark off again. The clock does not put it back: somebody has looked. */
export async function calmTicket({ db, clock }: Services, { id, reference }: Ticket, by: string) {
  const at = clock.now()
  await db.batch([
    { sql: 'update tickets set escalation = null where id = :id and escalation is not null', args: { id } },
    eventIfChanged('ticket.calmed', { subject: reference, actor: by, at }),
    tellDesk(reference, { actor: by, at }),
  ])
}

export function isPressing({ content }: Services, ticket: Ticket, now: number): 'near' | 'late' | undefined {
  const { kind, firstResponseAt, firstResponseDueAt, resolutionDueAt } = ticket
  const target = content.company.sla[kind]
  const times = [
    ...(firstResponseAt === null ? [{ due: firstResponseDueAt, hours: target.firstResponseHours }] : []),
    ...(resolutionDueAt === null ? [] : [{ due: resolutionDueAt, hours: target.resolutionHours }]),
  ]
  if (times.some(({ due }) => due <= now)) return 'late'
  const isNear = times.some(({ due, hours }) => openMsBetween(content.company, now, due) <= hours * HOUR_MS * NEAR)
  return isNear ? 'near' : undefined
}

type Mark = { reason: Escalation; by: string; why: string }

async function mark({ db, clock }: Services, { id, reference }: Ticket, { reason, by, why }: Mark): Promise<boolean> {
  const at = clock.now()
  const [marked] = await db.batch([
    {
      sql: `update tickets set escalated_at = :at, escalation = :reason
            where id = :id and escalation is null and status not in ('closed', 'merged', 'spam')
              and (:reason = 'staff' or (escalated_at is null and status in ('new', 'open')))`,
      args: { id, at, reason },
    },
    eventIfChanged('ticket.escalated', { subject: reference, actor: by, at, data: { reason, why } }),
    tellDesk(reference, { actor: by, at }),
  ])
  return marked?.changes === 1
}
