import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type Env, parse } from '../../platform/http.ts'
import { Problem } from '../../platform/problems.ts'
import { findQuote, type Quote, quoteByReference } from '../store.ts'
import { evidenceOf } from './evidence.ts'
import { verdictOn } from './log.ts'

const Hash = z.string().regex(/^[0-9a-f]{64}$/)

/** For anybody who holds the hash of a version: hashes cannot be guessed, and the answer names nobody. */
export const verification = new Hono<Env>().get('/:hash', async (c) => {
  const { services, address } = c.var
  services.limits.take(`hashes looked up from ${address}`, 60, 60_000)
  return c.json(await verdictOn(services, parse(Hash, c.req.param('hash').toLowerCase())))
})

/** For the buyer, who has proven the quote's own address: it says from where it was accepted, which a forwarded link must not. */
export const acceptanceEvidence = new Hono<Env>().get('/:reference/acceptance/evidence', async (c) => {
  const { services, actor } = c.var
  const quote = await findQuote(services, actor, c.req.param('reference'))
  if (!quote) throw new Problem('not-found')
  if (!actor.user) throw new Problem('not-signed-in')
  if (actor.user.contactId !== quote.contactId) throw new Problem('not-allowed')
  return evidence(c, quote)
})

export const deskAcceptanceEvidence = new Hono<Env>().get('/:reference/acceptance/evidence', async (c) => {
  const quote = await quoteByReference(c.var.services, c.req.param('reference'))
  if (!quote) throw new Problem('not-found')
  return evidence(c, quote)
})

async function evidence(c: Context<Env>, quote: Quote) {
  const found = await evidenceOf(c.var.services, quote)
  if (!found) throw new Problem('not-found')
  c.header('content-disposition', `attachment; filename="${quote.reference}-acceptance.json"`)
  c.header('x-content-type-options', 'nosniff')
  return c.json(found)
}
