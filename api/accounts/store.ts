import type { Locale } from '../../content/schema.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { hashCode, hashToken, newCode, newToken, sameSecret } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

const CODE_LIFETIME_MS = 10 * 60 * 1000
const MAX_ATTEMPTS = 5
export const SETUP_LIFETIME_MS = 24 * 60 * 60 * 1000

export type Contact = {
  id: number
  email: string
  name: string
  company: string
  phone: string
  locale: Locale
  stage: 'lead' | 'customer'
}

export type Introduction = { email: string; name: string; company?: string; phone?: string; locale: Locale; source: string; at: number }

/**
 * Makes the contact unless the address is known. What is known already is not overwritten: anybody can type an address.
 * Follow with statements that find it by `contactIdOf`.
 */
export function introduceContact({ email, name, company = '', phone = '', locale, source, at }: Introduction): Statement {
  return {
    sql: `insert into contacts (email, name, company, phone, locale, source, created_at)
          values (:email, :name, :company, :phone, :locale, :source, :at)
          on conflict (email) do nothing`,
    args: { email, name, company, phone, locale, source, at },
  }
}

/** A lead that has bought is a customer, and stays one. For a batch in which the statement before has changed something. */
export function becomeCustomer(contactId: number): Statement {
  return { sql: `update contacts set stage = 'customer' where id = :contactId and changes() > 0`, args: { contactId } }
}

/** SQL for the id of the contact whose address is the argument `:email`. */
export const contactIdOf = '(select id from contacts where email = :email)'

export async function findContact({ db }: Services, id: number): Promise<Contact | undefined> {
  return db.get<Contact>('select id, email, name, company, phone, locale, stage from contacts where id = :id', { id })
}

/** Asks for a code by mail. The token is for the asking browser's cookie: the code works only together with it. */
export async function askForCode({ db, clock }: Services, { email, locale }: { email: string; locale: Locale }): Promise<string> {
  const token = newToken()
  const at = clock.now()
  const browser = hashToken(token)
  await db.batch([
    {
      // A newer request ends the older ones.
      sql: 'update sign_in_requests set expires_at = :at where email = :email and expires_at > :at',
      args: { email, at },
    },
    {
      sql: `insert into sign_in_requests (email, locale, browser_hash, created_at, expires_at)
            values (:email, :locale, :browser, :at, :expiresAt)`,
      args: { email, locale, browser, at, expiresAt: at + CODE_LIFETIME_MS },
    },
    eventIfChanged('account.code-requested', { subject: `sign-in:${browser}`, actor: 'guest', at }),
  ])
  return token
}

export type SignInRequest = { id: number; email: string; locale: Locale; browser_hash: string }

/** A request that a code can still be sent for. */
export async function findSignInRequest({ db, clock }: Services, browserHash: string) {
  return db.get<{ email: string; locale: Locale }>(
    'select email, locale from sign_in_requests where browser_hash = :browserHash and used_at is null and expires_at > :now',
    { browserHash, now: clock.now() },
  )
}

/** Makes the code for the mail that is about to be sent. Undefined when the request has ended meanwhile. */
export async function makeCode(
  { db, clock }: Services,
  browserHash: string,
): Promise<{ request: SignInRequest; code: string } | undefined> {
  const code = newCode()
  const [made] = await db.batch([
    {
      sql: `update sign_in_requests set code_hash = :codeHash
            where browser_hash = :browserHash and used_at is null and expires_at > :now
            returning id, email, locale, browser_hash`,
      args: { codeHash: hashCode(code, browserHash), browserHash, now: clock.now() },
    },
  ])
  const request = made?.rows[0] as SignInRequest | undefined // the columns after returning
  return request && { request, code }
}

/** The address that the code proves, once. Every wrong try counts, and after five the code is dead. */
export async function useCode({ db, clock }: Services, { token, code }: { token: string; code: string }) {
  const browser = hashToken(token)
  const now = clock.now()
  const [tried] = await db.batch([
    {
      sql: `update sign_in_requests set attempts = attempts + 1
            where browser_hash = :browser and used_at is null and expires_at > :now and attempts < ${MAX_ATTEMPTS}
            returning id, email, locale, code_hash`,
      args: { browser, now },
    },
  ])
  const request = tried?.rows[0] as (SignInRequest & { code_hash: string | null }) | undefined // the columns after returning
  if (!request) return 'expired'
  if (!request.code_hash || !sameSecret(request.code_hash, hashCode(code, browser))) return 'wrong'

  const [used] = await db.batch([
    { sql: 'update sign_in_requests set used_at = :now where id = :id and used_at is null', args: { id: request.id, now } },
  ])
  return used?.changes ? { email: request.email, locale: request.locale } : 'expired'
}

/** The user of an address that was just proven; a new one becomes a customer's, with its contact. */
export async function welcome({ db, clock }: Services, { email, locale }: { email: string; locale: Locale }): Promise<User | undefined> {
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into contacts (email, locale, source, created_at)
            select :email, :locale, 'sign-in', :at where not exists (select 1 from users where email = :email)
            on conflict (email) do nothing`,
      args: { email, locale, at },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'contact.made', 'contact:' || id, 'contact:' || id, '{"door":"sign-in"}' from contacts where email = :email and changes() > 0`,
      args: { email, at },
    },
    { sql: 'update contacts set email_verified_at = coalesce(email_verified_at, :at) where email = :email', args: { email, at } },
    {
      sql: `insert into users (contact_id, email, name, role, locale, created_at)
            select id, email, name, 'customer', locale, :at from contacts where email = :email
            on conflict do nothing`,
      args: { email, at },
    },
  ])
  return findUser({ db }, email)
}

export async function findUser({ db }: Pick<Services, 'db'>, email: string): Promise<User | undefined> {
  const user = await db.get<Omit<User, 'readOnly'> & { readOnly: number }>(
    `select id, contact_id as "contactId", email, name, role, read_only as "readOnly", locale from users
     where email = :email and disabled_at is null`,
    { email },
  )
  return user && { ...user, readOnly: user.readOnly === 1 }
}

export async function passwordHashOf({ db }: Services, email: string): Promise<string | null | undefined> {
  const row = await db.get<{ password_hash: string | null }>(
    'select password_hash from users where email = :email and disabled_at is null',
    { email },
  )
  return row?.password_hash
}

export async function setPassword({ db, clock }: Services, userId: number, passwordHash: string) {
  const at = clock.now()
  await db.batch([
    { sql: 'update users set password_hash = :passwordHash where id = :userId', args: { userId, passwordHash } },
    eventIfChanged('account.password-set', { subject: `user:${userId}`, actor: `user:${userId}`, at }),
  ])
}

export type NewStaff = {
  email: string
  name: string
  role: 'agent' | 'admin'
  /** May look at everything and change nothing. */
  readOnly?: boolean
  locale: Locale
  passwordHash: string
}

/** False when the address is a user's already. */
export async function addStaff({ db, clock }: Pick<Services, 'db' | 'clock'>, staff: NewStaff): Promise<boolean> {
  const at = clock.now()
  const [added] = await db.batch([
    insertStaff(staff, at),
    eventIfChanged('account.staff-added', { subject: `staff:${staff.email}`, actor: 'operator', at }),
  ])
  return added?.changes === 1
}

function insertStaff({ email, name, role, readOnly = false, locale, passwordHash }: NewStaff, at: number): Statement {
  return {
    sql: `insert into users (email, name, role, read_only, locale, password_hash, created_at)
          values (:email, :name, :role, :readOnly, :locale, :passwordHash, :at) on conflict do nothing`,
    args: { email, name, role, readOnly: Number(readOnly), locale, passwordHash, at },
  }
}

export async function hasStaff({ db }: Pick<Services, 'db'>): Promise<boolean> {
  return Boolean(await db.get(`select 1 from users where role <> 'customer' limit 1`))
}

/** A one-time link for the first member of staff; an earlier one ends. */
export async function newSetupLink({ db, clock }: Pick<Services, 'db' | 'clock'>): Promise<string> {
  const token = newToken()
  await db.batch([
    { sql: 'delete from setup_links' },
    {
      sql: 'insert into setup_links (token_hash, expires_at) values (:hash, :expiresAt)',
      args: { hash: hashToken(token), expiresAt: clock.now() + SETUP_LIFETIME_MS },
    },
  ])
  return token
}

/** Uses the set-up link and makes the first admin, or neither. */
export async function setUpFirstAdmin(
  { db, clock }: Services,
  token: string,
  staff: Omit<NewStaff, 'role' | 'readOnly'>,
): Promise<boolean> {
  const at = clock.now()
  const results = await db.batch([
    {
      sql: `update setup_links set used_at = :at
            where token_hash = :hash and used_at is null and expires_at > :at
              and not exists (select 1 from users where role <> 'customer' or email = :email)`,
      args: { hash: hashToken(token), at, email: staff.email },
    },
    {
      sql: `insert into users (email, name, role, locale, password_hash, created_at)
            select :email, :name, 'admin', :locale, :passwordHash, :at where changes() > 0`,
      args: { ...staff, at },
    },
    eventIfChanged('account.staff-added', { subject: `staff:${staff.email}`, actor: 'set-up', at }),
  ])
  return results[1]?.changes === 1
}

export type StaffMember = { id: number; email: string; name: string; role: 'agent' | 'admin'; locale: Locale }

/** Everybody who works here now. */
export async function staffMembers({ db }: Pick<Services, 'db'>): Promise<StaffMember[]> {
  return db.all<StaffMember>(
    `select id, email, name, role, locale from users where role <> 'customer' and disabled_at is null order by name, id`,
  )
}

export async function staffList({ db }: Pick<Services, 'db'>) {
  return db.all<{ email: string; name: string; role: string; disabled: number }>(
    `select email, name, case when read_only then 'reader' else role end as role, disabled_at is not null as disabled from users where role <> 'customer' order by email`,
  )
}

/** Ends every session, too: whoever is shut out is out at once. */
export async function disableUser({ db, clock }: Pick<Services, 'db' | 'clock'>, email: string): Promise<boolean> {
  const at = clock.now()
  const [disabled] = await db.batch([
    { sql: 'update users set disabled_at = :at where email = :email', args: { email, at } },
    eventIfChanged('account.disabled', { subject: `staff:${email}`, actor: 'operator', at }),
    { sql: 'delete from sessions where user_id = (select id from users where email = :email)', args: { email } },
  ])
  return disabled?.changes === 1
}

export type Colleague = { id: number; name: string; role: 'agent' | 'admin' }

/** The members of staff who can sign in, by name: whom work can be given to. */
export async function colleagues({ db }: Pick<Services, 'db'>): Promise<Colleague[]> {
  return db.all<Colleague>(
    `select id, coalesce(nullif(name, ''), email) as name, role from users
     where role <> 'customer' and disabled_at is null and read_only = 0 order by name collate nocase, id`,
  )
}
