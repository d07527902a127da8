import { createHmac } from 'node:crypto'
import type { Context } from 'hono'
import type { Env } from '../platform/http.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Programs that read pages for somebody else; they look for nothing themselves. */
const BOT = /bot|crawl|spider|slurp|preview|monitor|headless|lighthouse|curl|wget/i

export function isBot(c: Context<Env>): boolean {
  return BOT.test(c.req.header('user-agent') ?? '')
}

/**
 * What one visitor is called in the log of searches, today's name first and then yesterday's, by which they may still be in it.
 * Address and browser are hashed under a salt of one day. The salt is forgotten after two, and then nobody, we included, can tell
 * whose search it was or which searches of two days were one visitor's. No cookie is needed for it.
 */
export async function visitorNames(c: Context<Env>): Promise<string[]> {
  const { services, address } = c.var
  const at = services.clock.now()
  const who = `${address}\0${c.req.header('user-agent') ?? ''}`
  const salts = [await saltOf(services, dayOf(at)), await knownSalt(services, dayOf(at - DAY_MS))]
  return salts.filter((salt) => salt !== undefined).map((salt) => nameUnder(salt, who))
}

/** Forgets the salts of all days but today and yesterday. */
export async function forgetSalts({ db, clock }: Pick<Services, 'db' | 'clock'>) {
  await db.batch([{ sql: 'delete from search_salts where day < :yesterday', args: { yesterday: dayOf(clock.now() - DAY_MS) } }])
}

async function saltOf(services: Services, day: string): Promise<string> {
  const known = await knownSalt(services, day)
  if (known) return known
  await services.db.batch([
    { sql: 'insert into search_salts (day, salt) values (:day, :salt) on conflict do nothing', args: { day, salt: newToken() } },
  ])
  return (await knownSalt(services, day)) ?? ''
}

async function knownSalt({ db }: Services, day: string): Promise<string | undefined> {
  return (await db.get<{ salt: string }>('select salt from search_salts where day = :day', { day }))?.salt
}

function nameUnder(salt: string, who: string): string {
  return createHmac('sha256', salt).update(who).digest('base64url').slice(0, 22)
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
