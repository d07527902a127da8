import type { Services } from '../services.ts'

export type MailboxState = { name: string; readAt: number | null; failingSince: number | null; error: string | null }

const LEASE_MS = 60_000

/** How reading goes, for the desk. */
export async function mailboxesOf({ db }: Services): Promise<MailboxState[]> {
  return db.all<MailboxState>('select name, read_at as "readAt", failing_since as "failingSince", error from mailboxes order by name')
}

/** Whether this process may read the mailbox now. To be asked again well within a minute. */
export async function holdMailbox({ db }: Services, name: string, holder: string): Promise<boolean> {
  const now = Date.now()
  const results = await db.batch([
    { sql: 'insert into mailboxes (name) values (:name) on conflict do nothing', args: { name } },
    {
      sql: `update mailboxes set lease_holder = :holder, lease_until = :until
            where name = :name and (lease_holder = :holder or lease_until < :now)`,
      args: { name, holder, now, until: now + LEASE_MS },
    },
  ])
  return results[1]?.changes === 1
}

export async function letMailboxGo({ db }: Services, name: string, holder: string) {
  await db.batch([{ sql: 'update mailboxes set lease_until = 0 where name = :name and lease_holder = :holder', args: { name, holder } }])
}

export async function mailboxWorks({ db, clock }: Services, name: string) {
  await db.batch([
    { sql: 'update mailboxes set read_at = :at, failing_since = null, error = null where name = :name', args: { name, at: clock.now() } },
  ])
}

/** What stands in `error` is shown on the desk: never the address with its password. */
export async function mailboxFails({ db, clock }: Services, name: string, error: string) {
  await db.batch([
    {
      sql: `update mailboxes set failing_since = coalesce(failing_since, :at), error = :error where name = :name`,
      args: { name, at: clock.now(), error: error.slice(0, 200) },
    },
  ])
}
