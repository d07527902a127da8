import type { User } from '../platform/http.ts'
import type { Services } from '../services.ts'
import type { Ticket } from './store.ts'

// What a member of staff keeps for themselves of a case. It changes nothing about the case, so the log is not told.

export type Snooze = { until: number; note: string }

export async function watch({ db }: Services, { id }: Ticket, by: User) {
  await db.batch([
    {
      sql: 'insert into ticket_watchers (ticket_id, user_id) values (:id, :userId) on conflict do nothing',
      args: { id, userId: by.id },
    },
  ])
}

export async function unwatch({ db }: Services, { id }: Ticket, by: User) {
  await db.batch([{ sql: 'delete from ticket_watchers where ticket_id = :id and user_id = :userId', args: { id, userId: by.id } }])
}

export async function isWatched({ db }: Services, { id }: Ticket, by: User): Promise<boolean> {
  const args = { id, userId: by.id }
  return Boolean(await db.get('select 1 from ticket_watchers where ticket_id = :id and user_id = :userId', args))
}

/** Reminds this member of staff from then on; a second one takes the place of the first. */
export async function snooze({ db }: Services, { id }: Ticket, { until, note }: Snooze, by: User) {
  await db.batch([
    {
      sql: `insert into ticket_snoozes (user_id, ticket_id, until, note) values (:userId, :id, :until, :note)
            on conflict do update set until = excluded.until, note = excluded.note`,
      args: { userId: by.id, id, until, note },
    },
  ])
}

export async function unsnooze({ db }: Services, { id }: Ticket, by: User) {
  await db.batch([{ sql: 'delete from ticket_snoozes where ticket_id = :id and user_id = :userId', args: { id, userId: by.id } }])
}

export async function snoozeOf({ db }: Services, { id }: Ticket, by: User): Promise<Snooze | null> {
  const args = { id, userId: by.id }
  return (await db.get<Snooze>('select until, note from ticket_snoozes where ticket_id = :id and user_id = :userId', args)) ?? null
}

/** How many cases this member of staff is to be reminded of by now. */
export async function remindersDue({ db, clock }: Services, { id }: User): Promise<number> {
  const args = { id, now: clock.now() }
  const row = await db.get<{ n: number }>('select count(*) as n from ticket_snoozes where user_id = :id and until <= :now', args)
  return row?.n ?? 0
}
