import { tellMoreOf } from '../accounts/contacts.ts'
import { contactIdOf, introduceContact } from '../accounts/store.ts'
import type { Statement } from '../platform/db.ts'
import type { Services } from '../services.ts'
import type { ImportRow } from './import-rows.ts'

const CHUNK = 100
/** A run that has not moved for so long belongs to a process that died; another goes on with it. */
const ABANDONED_MS = 60_000
const FORGOTTEN_MS = 7 * 24 * 3_600_000

type Run = { id: number; token: string; byId: number; conflicts: 'keep' | 'overwrite'; rows: number; done: number }

/** Says what is to be done with rows that contradict what is known, and lets it begin. False when it has begun already. */
export async function startImport({ db, clock }: Services, token: string, conflicts: 'keep' | 'overwrite'): Promise<boolean> {
  const [started] = await db.batch([
    {
      sql: `update lead_imports set status = 'running', conflicts = :conflicts, updated_at = :at where token = :token and status = 'read'`,
      args: { token, conflicts, at: clock.now() },
    },
  ])
  return started?.changes === 1
}

/** Takes in what is left of a file, chunk by chunk. Every chunk is one batch with its progress: after a crash it goes on from there. */
export async function runImport(services: Services, token: string) {
  for (let run = await running(services, token); run; run = await running(services, token)) {
    const { done } = run
    await takeChunk(services, run)
    if ((await running(services, token))?.done === done) return // another process is at it
  }
}

/** Goes on with what a process left behind, and forgets files that nobody said yes to. */
export async function resumeImports(services: Services) {
  const { db, clock } = services
  const now = clock.now()
  const left = await db.all<{ token: string }>(`select token from lead_imports where status = 'running' and updated_at < :before`, {
    before: now - ABANDONED_MS,
  })
  for (const { token } of left) await runImport(services, token)
  const old = { before: now - FORGOTTEN_MS }
  const forgotten = await db.get(`select 1 from lead_imports where status <> 'running' and updated_at < :before limit 1`, old)
  if (!forgotten) return
  await db.batch([
    {
      sql: `delete from lead_import_rows where import_id in
              (select id from lead_imports where status <> 'running' and updated_at < :before)`,
      args: old,
    },
    { sql: `delete from lead_imports where status <> 'running' and updated_at < :before`, args: old },
  ])
}

async function running({ db }: Services, token: string): Promise<Run | undefined> {
  return db.get<Run>(
    `select id, token, by_id as "byId", conflicts, rows, done from lead_imports where token = :token and status = 'running'`,
    { token },
  )
}

async function takeChunk({ db, clock, content }: Services, run: Run) {
  const at = clock.now()
  const rows = await db.all<{ number: number; data: string }>(
    `select number, data from lead_import_rows where import_id = :id and number > :from and number <= :to
       and outcome not in ('wrong', 'repeated') order by number`,
    // Numbers begin at 2, below the names of the columns.
    { id: run.id, from: run.done + 1, to: run.done + 1 + CHUNK },
  )
  const statements = rows.flatMap(({ data }) => takeRow(JSON.parse(data) as ImportRow, run, content.company.locale, at)) // judged when read
  const done = Math.min(run.rows, run.done + CHUNK)
  await db.batch([
    ...statements,
    {
      sql: `update lead_imports set done = :done, updated_at = :at, status = case when :done >= rows then 'done' else 'running' end
            where id = :id and done = :from and status = 'running'`,
      args: { id: run.id, done, from: run.done, at },
    },
  ])
}

/** Each statement changes nothing the second time, so two processes at one chunk do no harm. */
function takeRow(row: ImportRow, { byId, conflicts }: Run, locale: 'en' | 'da', at: number): Statement[] {
  const { email, name, company, phone, source, nextContactNote } = row
  const overwrite = conflicts === 'overwrite'
  const told = { stage: row.stage ?? '', owner: row.owner ?? '', nextContactOn: row.nextContactOn ?? '', nextContactNote }
  const actor = `user:${byId}`
  const event = (kind: string): Statement => ({
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, :kind, 'lead:' || id, :actor, json_object('contact', id, 'door', 'import') from contacts where email = :email and changes() > 0`,
    args: { at, kind, actor, email },
  })
  const owner = `(select id from users where email = :owner and role <> 'customer')`
  return [
    introduceContact({ email, name, company, phone, locale: row.locale ?? locale, source: 'import', at }),
    tellMoreOf({ email, name, company, phone }, { overwrite }),
    {
      sql: `insert into leads (contact_id, stage, owner_id, source, origin, next_contact_on, next_contact_note, created_at, updated_at)
            select ${contactIdOf}, coalesce(nullif(:stage, ''), 'new'), ${owner}, :source, '{"door":"import"}',
              nullif(:nextContactOn, ''), :nextContactNote, :at, :at where true
            on conflict do nothing`,
      args: { email, ...told, source: source || 'import', at },
    },
    event('lead.created'),
    {
      sql: `update leads set
              stage = case when :overwrite and :stage <> '' then :stage else stage end,
              owner_id = case when :owner <> '' and (owner_id is null or :overwrite) then ${owner} else owner_id end,
              next_contact_on = case when next_contact_on is null or :overwrite then coalesce(nullif(:nextContactOn, ''), next_contact_on)
                else next_contact_on end,
              next_contact_note = case when :nextContactNote <> '' and (next_contact_note = '' or :overwrite) then :nextContactNote
                else next_contact_note end,
              version = version + 1, updated_at = :at
            where contact_id = ${contactIdOf} and (
              (:stage <> '' and :overwrite and stage <> :stage)
              or (:owner <> '' and (owner_id is null or :overwrite) and owner_id is not ${owner})
              or (:nextContactOn <> '' and (next_contact_on is null or :overwrite) and next_contact_on is not :nextContactOn)
              or (:nextContactNote <> '' and (next_contact_note = '' or :overwrite) and next_contact_note <> :nextContactNote))`,
      args: { email, ...told, overwrite: overwrite ? 1 : 0, at },
    },
    event('lead.imported'),
  ]
}
