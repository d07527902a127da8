import type { Statement } from '../platform/db.ts'
import type { User } from '../platform/http.ts'
import type { Services } from '../services.ts'
import type { Ticket } from './store.ts'

/** Whoever has said nothing for so long is not there. A page says something every five seconds. */
export const PRESENT_MS = 12_000
/** Somebody who comes back after this sits down anew. */
const SITTING_MS = 2 * 60_000

export type Present = { name: string; typing: boolean }

/**
 * Says that somebody looks at a case, or types in it, and tells who else does. The time since they last said so counts as worked
 * if they were `active`: the page is seen, and there was a key or a mouse in the last minute. We measure it, not the page.
 */
export async function bePresent(services: Services, ticket: Ticket, { typing, active }: { typing: boolean; active: boolean }, by: User) {
  const { db, clock } = services
  const now = clock.now()
  await db.batch([
    ...endingSittings(now, { ticketId: ticket.id, userId: by.id }),
    {
      sql: `insert into ticket_presence (ticket_id, user_id, typing, seen_at, active_ms) values (:ticketId, :userId, :typing, :now, 0)
            on conflict do update set typing = :typing, seen_at = :now,
              active_ms = active_ms + case when :active and :now - seen_at <= ${PRESENT_MS} then :now - seen_at else 0 end`,
      args: { ticketId: ticket.id, userId: by.id, typing: Number(typing), active: Number(active), now },
    },
  ])
  return othersAt(services, ticket, by)
}

export async function othersAt({ db, clock }: Services, { id }: Ticket, by: User): Promise<Present[]> {
  const rows = await db.all<{ name: string; typing: number }>(
    `select u.name, p.typing from ticket_presence p join users u on u.id = p.user_id
     where p.ticket_id = :id and p.user_id <> :userId and p.seen_at > :since and u.disabled_at is null order by u.name, u.id`,
    { id, userId: by.id, since: clock.now() - PRESENT_MS },
  )
  return rows.map(({ name, typing }) => ({ name, typing: typing === 1 }))
}

/** Leaves at once, and writes down how long this sitting was. */
export async function leave({ db }: Services, { id }: Ticket, by: User) {
  await db.batch(endingSittings(Number.MAX_SAFE_INTEGER, { ticketId: id, userId: by.id }))
}

/** Writes down the sittings of those who left without a word. The clock's part. */
export async function endSittings({ db, clock }: Services) {
  const gone = await db.all<{ ticketId: number; userId: number }>(
    'select ticket_id as "ticketId", user_id as "userId" from ticket_presence where seen_at <= :before limit 500',
    { before: clock.now() - SITTING_MS },
  )
  for (const sitting of gone) await db.batch(endingSittings(clock.now(), sitting))
}

type Sitting = { ticketId: number; userId: number }

/** `ticket.worked` says how many seconds somebody was active in one sitting; a glance of less than one is none. */
function endingSittings(now: number, { ticketId, userId }: Sitting): Statement[] {
  const args = { ticketId, userId, before: now - SITTING_MS }
  const which = 'ticket_id = :ticketId and user_id = :userId and seen_at <= :before'
  return [
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select p.seen_at, 'ticket.worked', t.reference, 'user:' || p.user_id,
              json_object('seconds', p.active_ms / 1000, 'userId', p.user_id)
            from ticket_presence p join tickets t on t.id = p.ticket_id
            where p.ticket_id = :ticketId and p.user_id = :userId and p.seen_at <= :before and p.active_ms >= 1000`,
      args,
    },
    { sql: `delete from ticket_presence where ${which}`, args },
  ]
}
