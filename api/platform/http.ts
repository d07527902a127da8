import type { Context, MiddlewareHandler } from 'hono'
import { validator } from 'hono/validator'
import type { z } from 'zod'
import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { fieldErrors } from './fields.ts'
import { Problem } from './problems.ts'

/** Who can sign in, as requests know them. `contactId` is null for staff. */
export type User = {
  id: number
  contactId: number | null
  email: string
  name: string
  role: 'customer' | 'agent' | 'admin'
  /** Staff who may look at everything and change nothing. */
  readOnly: boolean
  locale: Locale
}

/** What an access link of this browser opens: one quote or ticket, as its contact. */
export type Access = { subject: string; contactId: number }

/**
 * What the link in a forwarded quote opens: that quote, and only what the right says. It stands apart from `access`, so that nothing
 * takes a colleague for the contact.
 */
export type Share = { subject: string; key: string; right: 'view' | 'comment' | 'approve'; name: string; email: string; by: string }

/** Everything that gives a request rights. */
export type Actor = { user: User | undefined; access: Access[]; shares: Share[] }

export type Env = {
  // Node's request, where there is one: `app.request()` in tests and the pages' calls have none.
  Bindings: { incoming?: { socket: { remoteAddress?: string | undefined } } }
  Variables: {
    services: Services
    locale: Locale
    actor: Actor
    /** The stored id of the session, for ending it; never the token. */
    sessionId: string | undefined
    /** The client's address, through configured proxies only. */
    address: string
    requestId: string
    /** For streams: asks again who this browser is by now, and whether that one may still listen. */
    stillAllowed: (ask: (now: Actor) => Promise<boolean>) => () => Promise<boolean>
  }
}

/** Parses the JSON body; a refusal names each field. */
export function body<T extends z.ZodType>(schema: T) {
  return validator('json', (value) => parse(schema, value))
}

/** Parses the query string; a refusal names each field. */
export function query<T extends z.ZodType>(schema: T) {
  return validator('query', (value) => parse(schema, value))
}

export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Problem('invalid-input', { errors: fieldErrors(parsed.error, value) })
  return parsed.data
}

/** Lets only those in who are signed in and of one of these roles. */
export function only(...roles: User['role'][]): MiddlewareHandler<Env> {
  return async (c, next) => {
    const { user } = c.var.actor
    if (!user) throw new Problem('not-signed-in')
    if (!roles.includes(user.role)) throw new Problem('not-allowed')
    await next()
  }
}

/** Behind `only`: whoever may only read changes nothing, whatever the route. */
export const readersOnlyRead: MiddlewareHandler<Env> = async (c, next) => {
  const reads = c.req.method === 'GET' || c.req.method === 'HEAD'
  if (!reads && signedIn(c).readOnly) throw new Problem('not-allowed')
  await next()
}

/** The signed-in user of a route behind `only`. */
export function signedIn(c: Context<Env>): User {
  const { user } = c.var.actor
  if (!user) throw new Problem('not-signed-in')
  return user
}

/** The number of a row in the path; 0, which none has, for anything else. */
export function idIn(c: Context<Env>, name = 'id'): number {
  const id = c.req.param(name) ?? ''
  return /^\d{1,15}$/.test(id) ? Number(id) : 0
}

/** How the event log names who did something. */
export function actorName({ user, access }: Actor): string {
  if (user) return user.contactId ? `contact:${user.contactId}` : `user:${user.id}`
  return access[0] ? `contact:${access[0].contactId}` : 'guest'
}
