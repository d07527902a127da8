import type { Context } from 'hono'
import type { Statement } from '../platform/db.ts'
import type { Access, Env } from '../platform/http.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { readCookie, writeCookie } from './cookies.ts'
import { contactIdOf } from './store.ts'

const LIFETIME_MS = 60 * 24 * 60 * 60 * 1000
/** How many quotes and tickets one browser keeps open without signing in. */
const MAX_OPEN = 12

/** A new access link to one quote or ticket, for one contact. Only the hash is written; the token is in the mail or the cookie. */
export function newAccessLink({ subject, contactId, at }: { subject: string; contactId: number; at: number }) {
  const token = newToken()
  const statement: Statement = {
    sql: `insert into access_links (token_hash, subject, contact_id, created_at, expires_at)
          values (:hash, :subject, :contactId, :at, :expiresAt)`,
    args: { hash: hashToken(token), subject, contactId, at, expiresAt: at + LIFETIME_MS },
  }
  return { token, statement }
}

/** The same for a contact known by their address, in the batch that makes the subject: the statement before has made it. */
export function accessLinkWith(token: string, { subject, email, at }: { subject: string; email: string; at: number }): Statement {
  return {
    sql: `insert into access_links (token_hash, subject, contact_id, created_at, expires_at)
          select :hash, :subject, ${contactIdOf}, :at, :expiresAt where changes() > 0`,
    args: { hash: hashToken(token), subject, email, at, expiresAt: at + LIFETIME_MS },
  }
}

/** The path that a mail leads to; the page there takes the token out of the address. */
export function accessPath(locale: string, token: string): string {
  return `/${locale}/open/${token}`
}

export async function findAccess({ db, clock }: Services, token: string | undefined): Promise<Access | undefined> {
  if (!isToken(token)) return undefined
  return db.get<Access>(
    `select subject, contact_id as "contactId" from access_links
     where token_hash = :hash and expires_at > :now and revoked_at is null`,
    { hash: hashToken(token), now: clock.now() },
  )
}

/** What the links that this browser has opened still open. */
export async function accessOf(c: Context<Env>): Promise<Access[]> {
  const tokens = openedLinks(c)
  const found = await Promise.all(tokens.map((token) => findAccess(c.var.services, token)))
  return found.filter((access) => access !== undefined)
}

/** The tokens of all links that this browser has opened, of whatever kind. */
export function openedLinks(c: Context<Env>): string[] {
  return tokensIn(readCookie(c, 'access'))
}

/** Keeps a link for this browser, the newest first. */
export function rememberAccess(c: Context<Env>, token: string) {
  const tokens = [token, ...openedLinks(c).filter((other) => other !== token)].slice(0, MAX_OPEN)
  writeCookie(c, 'access', tokens.join('.'), c.var.services.clock.now() + LIFETIME_MS)
}

function tokensIn(cookie: string | undefined): string[] {
  return (cookie ?? '').split('.').filter(isToken).slice(0, MAX_OPEN)
}
