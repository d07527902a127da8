import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { Email, line, prose } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { decideOnQuote } from './approvals.ts'
import { putIntoOrganisation, takeOutOfOrganisation } from './organisation.ts'
import { type QuoteVerb, SHARE_RIGHTS } from './rights.ts'
import { endShare, forwardQuote, sharesOn } from './shares.ts'
import { findQuote, type SeenQuote } from './store.ts'

const MINUTES = 60_000

const Forwarding = z.object({
  email: Email,
  name: line(120).default(''),
  right: z.enum(SHARE_RIGHTS),
  text: prose(1_000).default(''),
  locale: Locale.optional(),
})
const Decision = z.object({
  revision: z.int().min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  decision: z.enum(['approved', 'refused']),
  text: prose(2_000).default(''),
})

/** Whom a quote is shared with: colleagues it was forwarded to, and the organisation it belongs to. */
export const quoteShares = new Hono<Env>()
  .get('/:reference/shares', async (c) => c.json({ shares: await sharesOn(c.var.services, await theirs(c, 'forward')) }))

  .post('/:reference/shares', once(), body(Forwarding), async (c) => {
    const { services, actor, address } = c.var
    const quote = await theirs(c, 'forward')
    const { text, locale = c.var.locale, ...to } = c.req.valid('json')
    const contact = await findContact(services, quote.contactId)
    if (to.email === contact?.email || to.email === actor.user?.email) throw invalid('email', 'own')
    // Whoever holds a link has proven nothing: neither their words nor a name go out to a stranger, nor many mails.
    const proven = actor.user?.contactId ? actor.user : undefined
    services.limits.take(`forwards from ${address}`, proven ? 30 : 5, 60 * MINUTES)
    services.limits.take(`forwards to ${to.email}`, proven ? 3 : 1, (proven ? 15 : 10) * MINUTES)
    await forwardQuote(services, quote, {
      ...{ ...to, locale },
      words: proven ? text : '',
      byName: proven ? proven.name || proven.email : '',
      by: proven?.contactId ?? quote.contactId,
    })
    return c.body(null, 202)
  })

  .delete('/:reference/shares/:key', async (c) => {
    await endShare(c.var.services, await theirs(c, 'forward'), c.req.param('key'))
    return c.body(null, 204)
  })

  // A colleague's yes or no to buying exactly this. It binds nobody.
  .post('/:reference/decision', once(), body(Decision), async (c) => {
    await decideOnQuote(c.var.services, await theirs(c, 'approve'), c.var.actor, c.req.valid('json'))
    return c.body(null, 204)
  })

  .put('/:reference/organisation', async (c) => {
    await putIntoOrganisation(c.var.services, await theirs(c, 'answer'), signedIn(c))
    return c.body(null, 204)
  })

  .delete('/:reference/organisation', async (c) => {
    await takeOutOfOrganisation(c.var.services, await theirs(c, 'answer'), signedIn(c))
    return c.body(null, 204)
  })

async function theirs(c: Context<Env>, verb: QuoteVerb): Promise<SeenQuote> {
  const quote = await findQuote(c.var.services, c.var.actor, c.req.param('reference') ?? '', verb)
  if (!quote) throw new Problem('not-found')
  return quote
}
