import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { z } from 'zod'
import { findContact } from '../accounts/store.ts'
import { Day, prose } from '../platform/fields.ts'
import { body, type Env } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { declineQuote } from '../quotes/answers.ts'
import { statusAt } from '../quotes/model.ts'
import { findQuote, type Quote, refusalOf } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import { dayOf } from '../tickets/hours.ts'
import { endsOffer, NOT_NOW } from './answers.ts'
import { emailOfLink, MAIL_KINDS, preferencesOf, setPreferences } from './preferences.ts'
import { lastAnswer, writeAnswer } from './store.ts'

const YEAR_MS = 365 * 24 * 3_600_000

const text = prose(2_000).default('')
const ReminderAnswer = z.discriminatedUnion('answer', [
  z.object({ answer: z.literal('later'), on: Day, text }),
  z.object({ answer: z.literal('not-now'), reason: z.enum(NOT_NOW), text }),
])
const CheckIn = z.object({ answer: z.enum(['fine', 'something']), text })

/** What a customer answers to the mails about a quote; an access link is enough, since nothing here binds anybody. */
export const quoteFollowUps = new Hono<Env>()
  .get('/:reference/reminder-answers', async (c) => {
    const last = await lastAnswer(c.var.services, (await theirs(c)).reference)
    return c.json({ last: last ?? null })
  })

  .post('/:reference/reminder-answers', once(), body(ReminderAnswer), async (c) => {
    const { services } = c.var
    const quote = await theirs(c)
    const said = c.req.valid('json')
    services.limits.take(`answers to ${quote.reference}`, 30, 10 * 60_000)
    if (said.answer === 'later') mustBeAhead(services, said.on)
    if (statusAt(quote, services.clock.now()) !== 'sent') throw await refusalOf(services, quote, services.clock.now())
    if (said.answer === 'not-now' && endsOffer(said.reason)) await declineQuote(services, quote, { reason: said.reason, text: said.text })
    else await writeAnswer(services, quote, said)
    return c.body(null, 204)
  })

  .post('/:reference/check-in', once(), body(CheckIn), async (c) => {
    const { services } = c.var
    const quote = await theirs(c)
    services.limits.take(`answers to ${quote.reference}`, 30, 10 * 60_000)
    if (quote.status !== 'accepted') throw await refusalOf(services, quote, services.clock.now())
    await writeAnswer(services, quote, c.req.valid('json'))
    return c.body(null, 204)
  })

/** What is not named stays as it is. */
const Choice = z.partialRecord(z.enum(MAIL_KINDS), z.boolean())

/** Which mails somebody wants: by the link in one of them, or signed in (`mine`). */
export const mailPreferences = new Hono<Env>()
  .get('/:token', async (c) => {
    const email = await whose(c)
    return c.json({ email: masked(email), wanted: await preferencesOf(c.var.services, email) })
  })

  .put('/:token', body(Choice), async (c) => {
    await setPreferences(c.var.services, await whose(c), c.req.valid('json'))
    return c.body(null, 204)
  })

/**
 * What `List-Unsubscribe` names. Mail programs post here themselves (RFC 8058), without cookies or an origin, so this stands before
 * the check where requests come from: the token is all there is, and all it can do is stop one kind of mail. Who follows it as a
 * link gets to the page instead, where nothing has happened yet.
 */
export const unsubscribe = new Hono<Env>()
  .get('/:token/:kind', (c) => c.redirect(`/${c.var.locale}/mail-preferences/${encodeURIComponent(c.req.param('token'))}`, 303))

  .post('/:token/:kind', bodyLimit({ maxSize: 4_096, onError: tooLarge }), async (c) => {
    const { services, address } = c.var
    services.limits.take(`unsubscribing from ${address}`, 120, 60_000)
    const kind = MAIL_KINDS.find((kind) => kind === c.req.param('kind'))
    const email = await emailOfLink(services, c.req.param('token'))
    if (!kind || !email) throw new Problem('not-found')
    const form = await c.req.parseBody().catch(() => ({}) as Record<string, unknown>)
    if (form['List-Unsubscribe'] !== 'One-Click') throw new Problem('invalid-input')
    await setPreferences(services, email, { [kind]: false })
    return c.body(null, 204)
  })

async function theirs(c: Context<Env>): Promise<Quote> {
  const quote = await findQuote(c.var.services, c.var.actor, c.req.param('reference') ?? '')
  if (!quote) throw new Problem('not-found')
  return quote
}

async function whose(c: Context<Env>): Promise<string> {
  const { services, actor } = c.var
  const token = c.req.param('token') ?? ''
  const contact = token === 'mine' && actor.user?.contactId ? await findContact(services, actor.user.contactId) : undefined
  if (token === 'mine' && !contact) throw new Problem('not-signed-in')
  const email = contact?.email ?? (await emailOfLink(services, token))
  if (!email) throw new Problem('not-found')
  return email
}

function mustBeAhead({ clock, content }: Services, on: string) {
  const { timeZone } = content.company
  const now = clock.now()
  if (on <= dayOf(now, timeZone)) throw invalid('on', 'past')
  if (on > dayOf(now + YEAR_MS, timeZone)) throw invalid('on', 'too-far')
}

/** Enough to know one's own address by, and no more: the link may have been forwarded with its mail. */
function masked(email: string): string {
  return email.replace(/^(.).*(@.*)$/, '$1•••$2')
}

function tooLarge(): never {
  throw new Problem('too-large')
}
