import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { rememberAccess } from '../accounts/access.ts'
import { writeCookie } from '../accounts/cookies.ts'
import { askForCode, findContact } from '../accounts/store.ts'
import { viewerOf } from '../catalog/viewer.ts'
import { UploadIds } from '../files/about.ts'
import { ownerOf } from '../files/owner.ts'
import { SourceIfAny } from '../leads/source.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { acceptQuote, undoAcceptance } from './acceptance.ts'
import { answerQuestion, askAgain, chooseLines, counterQuote, declineQuote, markViewed, withdrawRequest } from './answers.ts'
import { Choices, Counter, LineId, WantedLines, Words, WordsIfAny } from './fields.ts'
import { DECLINE_REASONS } from './model.ts'
import { priceLines, totalOf } from './pricing.ts'
import { GivenAnswers, qualify } from './qualification.ts'
import { linkForRequester, requestQuote } from './request.ts'
import { mayOn, type QuoteVerb } from './rights.ts'
import { Signature } from './signature.ts'
import { findQuote, quotesOf, revisionsOf, type SeenQuote } from './store.ts'
import { writeAsCustomer } from './thread.ts'
import { quoteFor, summaryFor } from './view.ts'

const MINUTES = 60_000
const CODE_LIFETIME_MS = 10 * MINUTES

const Request = z.object({
  lines: WantedLines,
  uploads: UploadIds,
  need: prose(5_000).default(''),
  name: required(line(120)),
  company: line(120).default(''),
  email: Email.optional().or(z.literal('').transform(() => undefined)),
  phone: line(40).default(''),
  qualification: GivenAnswers.optional(),
  locale: Locale.optional(),
  source: SourceIfAny,
  /** Whether it is asked for in the name of the organisation that the signed-in contact belongs to. */
  forOrganisation: z.boolean().default(false),
})

const Acceptance = z.object({
  revision: z.int().min(1),
  totalMinor: z.int().min(0),
  /** Of the document as chosen. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  name: required(line(120)),
  purchaseOrder: line(60).default(''),
  signature: Signature.default([]),
})
const Message = Words.extend({ lineId: LineId.optional(), uploads: UploadIds })
const Decline = z.object({ reason: z.enum(DECLINE_REASONS), text: prose(2_000).default('') })

export const quotes = new Hono<Env>()
  .get('/', query(z.object({ after: z.string().max(20).optional() })), async (c) => {
    const { services, actor, locale } = c.var
    const { quotes, next } = await quotesOf(services, actor, c.req.valid('query').after)
    return c.json({ quotes: quotes.map((quote) => summaryFor(services, quote, locale)), next })
  })

  .post('/', once({ again: keepOpen }), body(Request), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`quotes from ${address}`, 20, 10 * MINUTES)
    const {
      lines,
      uploads,
      need,
      email,
      qualification: given,
      locale = c.var.locale,
      source,
      forOrganisation,
      ...person
    } = c.req.valid('json')
    const qualification = qualify(services.content, given)
    const contact = actor.user?.contactId ? await findContact(services, actor.user.contactId) : undefined
    const buyersEmail = contact?.email ?? email
    if (!buyersEmail) throw invalid('email', 'required')
    const confirm = contact !== undefined || mayConfirm(services, buyersEmail, address)
    const viewer = await viewerOf(services, actor)
    const token = contact ? undefined : newToken()
    const reference = await requestQuote(services, {
      ...{ lines, viewer, need, locale, contact, qualification, confirm, source, token },
      files: { uploads, owner: ownerOf(c) ?? '' },
      buyer: { ...person, email: buyersEmail },
      forOrganisation,
    })
    if (token) rememberAccess(c, token)
    return c.json({ reference }, 201)
  })

  // What it would cost. Nothing is kept, so anybody may ask.
  .post('/price', body(z.object({ lines: WantedLines, locale: Locale.optional() })), async (c) => {
    const { content, limits } = c.var.services
    limits.take(`prices for ${c.var.address}`, 300, MINUTES)
    const { lines, locale = c.var.locale } = c.req.valid('json')
    const currency = content.company.defaultCurrency
    const viewer = await viewerOf(c.var.services, c.var.actor)
    const priced = priceLines(lines, { content, currency, locale, viewer })
    return c.json({ currency, lines: priced, ...totalOf(priced) })
  })

  .get('/:reference', async (c) => c.json(await quoteFor(c.var.services, await theirs(c, 'see'), c.var.actor, c.var.locale)))

  // Told by the page once a person looks at it; a scanner that follows the link does not.
  .post('/:reference/view', async (c) => {
    const quote = await theirs(c, 'see')
    // That a colleague has looked at it says nothing of the buyer.
    if (mayOn(quote.standings, 'answer')) await markViewed(c.var.services, quote)
    return c.body(null, 204)
  })

  // Which optional lines the buyer takes, and how many; nothing is agreed by it.
  .put('/:reference/choices', body(z.object({ revision: z.int().min(1), choices: Choices })), async (c) => {
    await chooseLines(c.var.services, await theirs(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  .post('/:reference/messages', once(), body(Message), async (c) => {
    const quote = await theirs(c, 'write')
    c.var.services.limits.take(`messages in ${quote.reference}`, 60, 10 * MINUTES)
    const { uploads, ...message } = c.req.valid('json')
    const files = { uploads, owner: ownerOf(c) ?? '' }
    await writeAsCustomer(c.var.services, quote, { authorName: await authorOf(c, quote), ...message, files })
    return c.body(null, 201)
  })

  // A code to the quote's own address, for whoever holds a link to it: accepting binds, so a link is not enough.
  .post('/:reference/codes', async (c) => {
    const { services, address } = c.var
    const quote = await theirs(c)
    const contact = await findContact(services, quote.contactId)
    if (!contact) throw new Problem('not-found')
    services.limits.take(`codes from ${address}`, 20, 15 * MINUTES)
    services.limits.take(`codes to ${contact.email}`, 3, 15 * MINUTES)
    const token = await askForCode(services, { email: contact.email, locale: quote.locale })
    writeCookie(c, 'asking', token, services.clock.now() + CODE_LIFETIME_MS)
    return c.body(null, 202)
  })

  .post('/:reference/acceptance', once(), body(Acceptance), async (c) => {
    const quote = await theirs(c)
    await acceptQuote(c.var.services, quote, c.req.valid('json'), { address: c.var.address, by: buyerIn(c) })
    return c.body(null, 204)
  })

  .delete('/:reference/acceptance', async (c) => {
    const quote = await theirs(c)
    await undoAcceptance(c.var.services, quote, { address: c.var.address, by: buyerIn(c) })
    return c.body(null, 204)
  })

  .post('/:reference/decline', once(), body(Decline), async (c) => {
    await declineQuote(c.var.services, await theirs(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  .post('/:reference/withdrawal', once(), async (c) => {
    await withdrawRequest(c.var.services, await theirs(c))
    return c.body(null, 204)
  })

  .post('/:reference/answer', once(), body(Words), async (c) => {
    const quote = await theirs(c)
    await answerQuestion(c.var.services, quote, { ...c.req.valid('json'), authorName: await authorOf(c, quote) })
    return c.body(null, 204)
  })

  .post('/:reference/counter', once(), body(Counter), async (c) => {
    const quote = await theirs(c)
    await counterQuote(c.var.services, quote, { ...c.req.valid('json'), authorName: await authorOf(c, quote) })
    return c.body(null, 204)
  })

  .post('/:reference/renewal', once(), body(WordsIfAny), async (c) => {
    const quote = await theirs(c)
    await askAgain(c.var.services, quote, { ...c.req.valid('json'), authorName: await authorOf(c, quote) })
    return c.body(null, 204)
  })

async function theirs(c: Context<Env>, verb: QuoteVerb = 'answer'): Promise<SeenQuote> {
  const quote = await findQuote(c.var.services, c.var.actor, c.req.param('reference') ?? '', verb)
  if (!quote) throw new Problem('not-found')
  return quote
}

/** A link may have been passed on: only who has proven an address binds its buyer. Whether that one may is said in buying.ts. */
function buyerIn(c: Context<Env>): number {
  const { contactId } = signedIn(c)
  if (!contactId) throw new Problem('not-allowed')
  return contactId
}

/** As the customer wrote it on the request, since what else we know of an address is not for whoever typed it; or a colleague's own. */
async function authorOf(c: Context<Env>, quote: SeenQuote): Promise<string> {
  const { name, forwardedBy } = quote.speaker
  const t = c.var.services.t[quote.locale]
  if (name && forwardedBy) return t('quote-share.author', { name, by: forwardedBy })
  if (name) return name
  const [request] = await revisionsOf(c.var.services, quote)
  return request?.document.buyer.name ?? ''
}

/** Whoever asked may go on with it in that browser, whoever's address they typed. */
async function keepOpen(c: Context<Env>, answer: unknown) {
  const { reference } = answer as { reference: string } // our own answer
  const token = c.var.actor.user?.contactId ? undefined : await linkForRequester(c.var.services, reference)
  if (token) rememberAccess(c, token)
}

/** At most one receipt to an address in ten minutes, and five from a sender in an hour: the address may be a stranger's. */
function mayConfirm({ limits }: Services, email: string, address: string): boolean {
  return limits.allows(`receipts to ${email}`, 1, 10 * MINUTES) && limits.allows(`receipts from ${address}`, 5, 60 * MINUTES)
}
