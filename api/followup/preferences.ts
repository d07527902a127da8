import type { Statement } from '../platform/db.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

/** The mails that somebody may do without. All others are needed for what they asked for themselves. */
export const MAIL_KINDS = ['reminders', 'check-ins', 'maintenance', 'status', 'news'] as const
export type MailKindName = (typeof MAIL_KINDS)[number]
export type Preferences = Record<MailKindName, boolean>

const KEPT_MS = 400 * 24 * 3_600_000

export async function wants({ db }: Pick<Services, 'db'>, email: string, kind: MailKindName): Promise<boolean> {
  return !(await db.get('select 1 from mail_preferences where email = :email and kind = :kind', { email, kind }))
}

/** SQL for the addresses that do not want this kind of mail. */
export function refusing(kind: MailKindName): string {
  return `(select email from mail_preferences where kind = '${kind}')`
}

/** For a batch in which somebody has asked for this kind of mail from their own mailbox. */
export function wantAgain(email: string, kind: MailKindName): Statement {
  return { sql: 'delete from mail_preferences where email = :email and kind = :kind', args: { email, kind } }
}

export async function preferencesOf({ db }: Pick<Services, 'db'>, email: string): Promise<Preferences> {
  const refused = await db.all<{ kind: MailKindName }>('select kind from mail_preferences where email = :email', { email })
  const wanted = MAIL_KINDS.map((kind) => [kind, !refused.some((one) => one.kind === kind)])
  return Object.fromEntries(wanted) as Preferences // one for each of MAIL_KINDS
}

/** A link for one mail. Only its hash is written; it opens the choice of mails of that address, and nothing else. */
export function newPreferenceLink(email: string, at: number): { token: string; statement: Statement } {
  const token = newToken()
  return {
    token,
    statement: {
      sql: 'insert into mail_preference_links (token_hash, email, created_at) values (:hash, :email, :at)',
      args: { hash: hashToken(token), email, at },
    },
  }
}

/** Whose mails a link is about. */
export async function emailOfLink({ db, clock }: Services, token: string | undefined): Promise<string | undefined> {
  if (!isToken(token)) return undefined
  const row = await db.get<{ email: string }>('select email from mail_preference_links where token_hash = :hash and created_at > :since', {
    hash: hashToken(token),
    since: clock.now() - KEPT_MS,
  })
  return row?.email
}

/** Doing it twice is as good as once. */
export async function setPreferences({ db, clock }: Services, email: string, wanted: Partial<Preferences>) {
  const at = clock.now()
  const statements = MAIL_KINDS.flatMap((kind): Statement[] => {
    if (wanted[kind] === undefined) return []
    if (wanted[kind]) return [wantAgain(email, kind)]
    return [
      {
        sql: 'insert into mail_preferences (email, kind, unsubscribed_at) values (:email, :kind, :at) on conflict do nothing',
        args: { email, kind, at },
      },
    ]
  })
  if (statements.length) await db.batch(statements)
}

/** Links in mails that nobody reads any more. */
export async function forgetOldLinks({ db, clock }: Services) {
  const before = clock.now() - KEPT_MS
  const old = await db.get('select 1 from mail_preference_links where created_at < :before limit 1', { before })
  if (old) await db.batch([{ sql: 'delete from mail_preference_links where created_at < :before', args: { before } }])
}
