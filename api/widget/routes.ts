import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale, TicketKind } from '../../content/schema.ts'
import { readCookie } from '../accounts/cookies.ts'
import { Sessions } from '../accounts/sessions.ts'
import { UploadIds } from '../files/about.ts'
import { findVisitorsUpload } from '../files/find.ts'
import { uploadRoutes } from '../files/routes.ts'
import type { Who } from '../files/who.ts'
import { findArticle, readArticle } from '../help/model.ts'
import { scopeOf } from '../help/readers.ts'
import { noticesFor } from '../notices/view.ts'
import { choicesOf, findOwned } from '../owned/store.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { body, type Env, query } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import { caseFollowed } from '../searches/routes.ts'
import { addVisitor, findSite, findVisitor, introduceVisitor, noteVisit, type Visitor } from '../sites/store.ts'
import { ticketsOfOwner } from '../tickets/lists.ts'
import { openTicket } from '../tickets/opening.ts'
import { givenRating, rateTicket } from '../tickets/rating.ts'
import { Score } from '../tickets/rating-routes.ts'
import { reply } from '../tickets/replying.ts'
import { findVisitorsTicket, nameVisitor } from '../tickets/store.ts'
import { ticketStream } from '../tickets/stream.ts'
import { panelAssets } from './assets.ts'
import { frameDocument, frameHeaders } from './frame.ts'
import { summaryOf, threadFor } from './view.ts'

const MINUTE = 60_000
const STARTS_A_MINUTE = 20
const SUBJECT_LENGTH = 80

const NewVisitor = z.object({ site: z.string().max(100) })
const Page = z.object({ url: z.url({ protocol: /^https?$/ }).max(2000), title: z.string().max(1000).pipe(prose(300).catch('')) })
const Words = z.object({ text: required(prose(10_000)) })
const Message = Words.extend({ uploads: UploadIds })
const NewConversation = Message.extend({
  kind: TicketKind.default('question'),
  article: z.string().max(200).optional(),
  /** Something that who is signed in at the portal owns, by its reference. */
  owned: z.string().max(20).optional(),
  // Where it was written is a help to staff, never a reason to refuse it.
  page: Page.optional().catch(undefined),
})
const Introduction = z.object({ name: line(120), email: z.union([z.literal(''), Email]) })

/** The document in the widget's frame, at `/widget/frame`. */
export const widgetFrame = new Hono<Env>().get(
  '/',
  query(z.object({ site: z.string().max(100), locale: Locale.optional().catch(undefined) })),
  async (c) => {
    const { services } = c.var
    const { site: key, locale } = c.req.valid('query')
    const site = await findSite(services, key)
    if (!site) throw new Problem('not-found')
    const assets = panelAssets()
    const contactId = await contactHere(c)
    const notices = await noticesFor(services, contactId, site.key)
    const owned = contactId === null ? [] : await choicesOf(services, contactId)
    return c.html(frameDocument(services, { site, notices, owned, assets, locale: locale ?? site.locale }), 200, frameHeaders(site, assets))
  },
)

/**
 * Who is signed in at the portal, where the site is one of the company's own beside it: from other people's sites, browsers send no
 * cookie into the frame. It is for what is told to owners and what they can say a question is about, and nothing else: the page around the
 * frame cannot read it, and a conversation stays the visitor's.
 */
async function contactHere(c: Context<Env>): Promise<number | null> {
  const found = await new Sessions(c.var.services.db).find(readCookie(c, 'session'))
  return found?.user.contactId ?? null
}

/** What the question is about, if it is theirs. Who has been signed out meanwhile still has a question. */
async function aboutOwned(c: Context<Env>, reference: string | undefined): Promise<{ product?: string; serialNumber?: string }> {
  const item = reference === undefined ? undefined : await findOwned(c.var.services, await contactHere(c), reference)
  return item ? { product: item.product, ...(item.serialNumber && { serialNumber: item.serialNumber }) } : {}
}

const conversations = new Hono<Env>()
  .get('/', async (c) => {
    const { services, locale } = c.var
    const visitor = await visitorOf(c)
    const tickets = await ticketsOfOwner(services, { visitorId: visitor.id })
    return c.json({ conversations: tickets.map((ticket) => summaryOf(services, ticket, locale)) })
  })

  .post('/', once(), body(NewConversation), async (c) => {
    const { services, actor, locale, address } = c.var
    const visitor = await visitorOf(c)
    services.limits.take(`conversations of ${visitor.siteId} from ${address}`, STARTS_A_MINUTE, MINUTE)
    const { text, kind, article, owned, page, uploads } = c.req.valid('json')
    const { reference } = await openTicket(services, {
      ...{ kind, text, locale },
      ...(await aboutOwned(c, owned)),
      owner: { visitorId: visitor.id },
      channel: 'chat',
      subject: subjectOf(text),
      authorName: authorOf(services.t[locale]('widget.visitor'), visitor),
      article:
        article === undefined
          ? undefined
          : findArticle(services.content, locale, article, await scopeOf(services, actor, c.req.header('torv-site')))?.slug,
      by: ownerName(visitor),
      files: { uploads, owner: ownerName(visitor) },
    })
    await noteVisit(services, visitor, page)
    await caseFollowed(c, reference)
    const ticket = await findVisitorsTicket(services, visitor.id, reference)
    if (visitor.name || visitor.email) await nameVisitor(services, ticket, visitor)
    return c.json(await threadFor(services, ticket, visitor, locale), 201)
  })

  .get('/:reference', async (c) => {
    const { services, locale } = c.var
    const visitor = await visitorOf(c)
    const ticket = await findVisitorsTicket(services, visitor.id, c.req.param('reference'))
    return c.json(await threadFor(services, ticket, visitor, locale))
  })

  .post('/:reference/messages', once(), body(Message), async (c) => {
    const { services, locale } = c.var
    const visitor = await visitorOf(c)
    services.limits.take(`messages of visitor ${visitor.id}`, 30, MINUTE)
    const ticket = await findVisitorsTicket(services, visitor.id, c.req.param('reference'))
    const { reference } = await reply(services, ticket, {
      author: 'customer',
      authorName: authorOf(services.t[locale]('widget.visitor'), visitor),
      text: c.req.valid('json').text,
      channel: 'chat',
      by: ownerName(visitor),
      files: { uploads: c.req.valid('json').uploads, owner: ownerName(visitor) },
    })
    // What is written to a closed case opens one that follows it.
    const written = await findVisitorsTicket(services, visitor.id, reference)
    return c.json(await threadFor(services, written, visitor, locale), 201)
  })

  .put('/:reference/rating', body(Score), async (c) => {
    const { services, locale } = c.var
    const visitor = await visitorOf(c)
    const ticket = await findVisitorsTicket(services, visitor.id, c.req.param('reference'))
    await rateTicket(services, ticket, { ...c.req.valid('json'), locale, by: ownerName(visitor) })
    return c.json(await givenRating(services, ticket))
  })

  .get('/:reference/stream', async (c) => {
    const { services } = c.var
    const visitor = await visitorOf(c)
    const ticket = await findVisitorsTicket(services, visitor.id, c.req.param('reference'))
    const stillAllowed = () => findVisitorsTicket(services, visitor.id, ticket.reference).then(Boolean, () => false)
    return ticketStream(c, ticket, { name: `visitor:${visitor.id}`, staff: false, stillAllowed })
  })

/** Files of visitors: a token says whose they are, as for all they do here. */
const VISITOR: Who = {
  owner: async (c) => ownerName(await visitorOf(c)),
  ownerOrNew: async (c) => ownerName(await visitorOf(c)),
  find: async (c, id) => {
    const visitor = await visitorOf(c)
    return findVisitorsUpload(c.var.services, visitor.id, ownerName(visitor), id)
  },
}

/** What the panel asks for, under `/api/widget`. */
export const widget = new Hono<Env>()
  // Not through once(): the answer holds the token, and answers are kept.
  .post('/visitors', body(NewVisitor), async (c) => {
    const { services, address } = c.var
    const site = await findSite(services, c.req.valid('json').site)
    if (!site) throw new Problem('not-found')
    services.limits.take(`visitors of ${site.id} from ${address}`, STARTS_A_MINUTE, MINUTE)
    return c.json({ token: await addVisitor(services, site) }, 201)
  })

  // A name and an address as they were said. The case stays the visitor's: whoever owns the address sees nothing of it, nor the other way round.
  .put('/contact', body(Introduction), async (c) => {
    const { services } = c.var
    const visitor = await visitorOf(c)
    services.limits.take(`introductions of visitor ${visitor.id}`, 10, MINUTE)
    const said = c.req.valid('json')
    await introduceVisitor(services, visitor, said)
    for (const ticket of await ticketsOfOwner(services, { visitorId: visitor.id })) await nameVisitor(services, ticket, said)
    return c.body(null, 204)
  })

  .get('/articles/:locale/:slug', async (c) => {
    const { services, actor } = c.var
    const scope = await scopeOf(services, actor, c.req.header('torv-site'))
    return c.json(readArticle(services.content, c.req.param('locale'), c.req.param('slug'), scope))
  })

  .route('/conversations', conversations)

  .route('/uploads', uploadRoutes(VISITOR))

/** The token in `Authorization`, together with the site it is used on, says who asks; cookies say nothing here. */
async function visitorOf(c: Context<Env>): Promise<Visitor> {
  const token = /^Bearer (\S+)$/.exec(c.req.header('authorization') ?? '')?.[1]
  const visitor = await findVisitor(c.var.services, token, c.req.header('torv-site') ?? '')
  if (!visitor) throw new Problem('not-signed-in')
  return visitor
}

/** As the event log and the files name them. */
function ownerName({ id }: Visitor): string {
  return `visitor:${id}`
}

function authorOf(nobody: string, { name }: Visitor): string {
  return name || nobody
}

/** The first line of what was written, at a word's end when it is long. */
function subjectOf(text: string): string {
  const [first = ''] = text.split('\n')
  const letters = [...first]
  if (letters.length <= SUBJECT_LENGTH) return first
  return `${letters
    .slice(0, SUBJECT_LENGTH)
    .join('')
    .replace(/\s+\S*$/, '')} …`
}
