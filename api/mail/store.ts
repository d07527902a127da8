import { tellDesk } from '../desk/events.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { cameByMail, messageAfter, newestMessage } from '../tickets/by-mail.ts'
import type { Ignored, Receipts, Suspension } from './model.ts'

export type MailState = 'suspended' | 'taken' | 'ignored' | 'deleted'
export type Source = 'webhook' | 'imap'

/** A mail as it is written down before anything is done with it. */
export type NewMail = {
  key: string
  source: Source
  at: number
  size: number
  messageId: string
  fromEmail: string
  fromName: string
  recipients: string[]
  copies: string[]
  subject: string
  excerpt: string
  named: string | null
  /** Whether our mail server vouches for the sender. */
  isProven: boolean
  reason: Suspension | Ignored
  state: 'suspended' | 'ignored'
}

export type IncomingMail = {
  id: number
  key: string
  source: Source
  receivedAt: number
  size: number
  messageId: string
  fromEmail: string
  fromName: string
  recipients: string
  copies: string
  subject: string
  excerpt: string
  state: MailState
  reason: Suspension | Ignored | null
  named: string | null
  reference: string | null
}

const COLUMNS = `id, key, source, received_at as "receivedAt", size, message_id as "messageId", from_email as "fromEmail",
  from_name as "fromName", recipients, copies, subject, excerpt, state, reason, named, reference`
const PAGE = 50
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const KEPT_IGNORED_MS = 30 * DAY_MS

/** What a mail belongs to as an upload. */
export const subjectOf = (key: string) => `mail:${key}`
/** SQL for where the words of the mail `:mail` stand, once they do. */
export const whereItStands = {
  subject: '(select reference from incoming_mails where key = :mail)',
  message: '(select message_row from incoming_mails where key = :mail)',
}

/** Fails the batch it begins when the mail is known already. */
export function writeDown(mail: NewMail): Statement[] {
  const { recipients, copies, isProven, ...plain } = mail
  return [
    {
      sql: `insert into incoming_mails (key, source, received_at, size, message_id, from_email, from_name, recipients, copies, subject,
              excerpt, named, proven, state, reason)
            values (:key, :source, :at, :size, :messageId, :fromEmail, :fromName, :recipients, :copies, :subject, :excerpt, :named,
              :proven, :state, :reason)`,
      args: { ...plain, proven: Number(isProven), recipients: JSON.stringify(recipients), copies: JSON.stringify(copies) },
    },
    eventIfChanged('mail.received', {
      subject: subjectOf(mail.key),
      actor: 'mail',
      at: mail.at,
      data: { state: mail.state, reason: mail.reason },
    }),
    tellDesk('mail', { actor: 'mail', at: mail.at }),
  ]
}

/** Fails the batch it begins unless the mail is set aside and nobody else is doing something with it: that is done at most once. */
export function claim(key: string): Statement {
  return {
    sql: `insert into incoming_mail_effects (mail_id, before_message)
          values ((select id from incoming_mails where key = :mail and state = 'suspended'), ${newestMessage})`,
    args: { mail: key },
  }
}

type Taking = { quoted: string; confirmed: boolean; userId: number | null; at: number }

/** For the end of a batch that has claimed the mail: it is taken if a message was written, and stays set aside if not. */
export function markTaken(key: string, { quoted, confirmed, userId, at }: Taking): Statement[] {
  const before = `(select before_message from incoming_mail_effects
                   where mail_id = (select id from incoming_mails where key = :mail))`
  return [
    {
      sql: `update incoming_mails
            set state = 'taken', reason = null, message_row = written.id, reference = written.reference, confirmed = :confirmed,
              settled_by = :userId, settled_at = case when :userId is null then null else :at end
            from ${messageAfter(before)} as written where key = :mail`,
      args: { mail: key, confirmed: Number(confirmed), userId, at },
    },
    eventIfChanged('mail.taken', { subject: subjectOf(key), actor: userId === null ? 'mail' : `user:${userId}`, at }),
    tellDesk('mail', { actor: 'mail', at }),
    cameByMail(whereItStands.message, { mail: key, quoted }),
    // Nothing was written: then it can be tried again.
    {
      sql: `delete from incoming_mail_effects
            where mail_id = (select id from incoming_mails where key = :mail and state = 'suspended')`,
      args: { mail: key },
    },
  ]
}

/** False when it is not set aside any more. What it said is gone; that it was here is not, so that the same mail does not come back. */
export async function deleteMail({ db, clock }: Services, { key }: IncomingMail, userId: number, letGo: Statement): Promise<boolean> {
  const at = clock.now()
  const [deleted] = await db.batch([
    {
      sql: `update incoming_mails set state = 'deleted', subject = '', excerpt = '', settled_by = :userId, settled_at = :at
            where key = :key and state in ('suspended', 'ignored')`,
      args: { key, userId, at },
    },
    eventIfChanged('mail.deleted', { subject: subjectOf(key), actor: `user:${userId}`, at }),
    tellDesk('mail', { actor: `user:${userId}`, at }),
    { ...letGo, sql: `${letGo.sql} and changes() > 0` },
  ])
  return deleted?.changes === 1
}

/** Forgets what ignored mails said, a month after they came. The clock's part: called now and then. */
export async function forgetIgnored({ db, clock }: Services, letGoOf: (subjects: string[]) => Statement) {
  const old = await db.all<{ key: string }>(
    `select key from incoming_mails where state = 'ignored' and received_at < :before order by id limit 500`,
    { before: clock.now() - KEPT_IGNORED_MS },
  )
  if (old.length === 0) return
  const keys = old.map(({ key }) => key)
  await db.batch([
    {
      sql: `update incoming_mails set state = 'deleted', subject = '', excerpt = ''
            where state = 'ignored' and key in (select value from json_each(:keys))`,
      args: { keys: JSON.stringify(keys) },
    },
    letGoOf(keys.map(subjectOf)),
  ])
}

export async function findMailByKey({ db }: Services, key: string): Promise<IncomingMail | undefined> {
  return db.get<IncomingMail>(`select ${COLUMNS} from incoming_mails where key = :key`, { key })
}

export async function findIncoming({ db }: Services, id: number): Promise<IncomingMail | undefined> {
  return db.get<IncomingMail>(`select ${COLUMNS} from incoming_mails where id = :id and state <> 'deleted'`, { id })
}

/** The newest first; `before` is the last id of the page before. */
export async function incomingMails({ db }: Services, state: MailState, before = Number.MAX_SAFE_INTEGER) {
  const rows = await db.all<IncomingMail>(
    `select ${COLUMNS} from incoming_mails where state = :state and id < :before order by id desc limit ${PAGE + 1}`,
    { state, before },
  )
  const mails = rows.slice(0, PAGE)
  return { mails, next: rows.length > PAGE ? mails.at(-1)?.id : undefined }
}

export async function suspendedCount({ db }: Services): Promise<number> {
  const row = await db.get<{ n: number }>(`select count(*) as n from incoming_mails where state = 'suspended'`)
  return row?.n ?? 0
}

export async function lately({ db, clock }: Services, email: string): Promise<number> {
  const row = await db.get<{ n: number }>('select count(*) as n from incoming_mails where from_email = :email and received_at > :since', {
    email,
    since: clock.now() - HOUR_MS,
  })
  return row?.n ?? 0
}

/** When receipts went out in the last day, in milliseconds since 1970. */
export async function receiptsLately({ db, clock }: Services, email: string): Promise<Receipts> {
  const rows = await db.all<{ email: string; proven: number; at: number }>(
    `select from_email as email, proven, received_at as at from incoming_mails
     where confirmed = 1 and received_at > :since order by received_at desc limit 1000`,
    { since: clock.now() - DAY_MS },
  )
  const when = (those: typeof rows) => those.map(({ at }) => at)
  return { toSender: when(rows.filter((row) => row.email === email)), toUnproven: when(rows.filter(({ proven }) => !proven)) }
}

/** The Message-IDs of what this recipient wrote in a ticket, the newest first. */
export async function lastMailsIn({ db }: Services, reference: string, email: string): Promise<string[]> {
  const rows = await db.all<{ messageId: string }>(
    `select message_id as "messageId" from incoming_mails
     where reference = :reference and from_email = :email and message_id <> '' order by id desc limit 3`,
    { reference, email },
  )
  return rows.map(({ messageId }) => messageId)
}
