import type { Context } from 'hono'
import { readCookie, writeCookie } from '../accounts/cookies.ts'
import { sha256 } from '../platform/canonical-json.ts'
import type { Env, User } from '../platform/http.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'

const LIFETIME_MS = 30 * 24 * 60 * 60 * 1000

/** To whom uploads and a quote list belong: whoever is signed in, otherwise this browser, by a token of its own. */
export function ownerOf(c: Context<Env>): string | undefined {
  const { user } = c.var.actor
  return user ? ownerNameOf(user) : guestIn(c)
}

/** The same, for what is about to be kept: a browser without a token gets one. */
export function ownerOrNew(c: Context<Env>): string {
  const known = ownerOf(c)
  if (known) return known
  const token = newToken()
  writeCookie(c, 'guest', token, c.var.services.clock.now() + LIFETIME_MS)
  return guestName(token)
}

/** What this browser kept before anybody signed in is under this name. */
export function guestIn(c: Context<Env>): string | undefined {
  const token = readCookie(c, 'guest')
  return isToken(token) ? guestName(token) : undefined
}

export function ownerNameOf({ id, contactId }: User): string {
  return contactId === null ? `user:${id}` : `contact:${contactId}`
}

/** Whom limits count: a guest may throw the token away, so guests are counted by address. The address itself is not kept. */
export function senderOf(c: Context<Env>): string {
  const { actor, address, services } = c.var
  return actor.user ? ownerNameOf(actor.user) : `address:${sha256(`${services.secret.toString('hex')} ${address}`)}`
}

function guestName(token: string): string {
  return `guest:${hashToken(token)}`
}
