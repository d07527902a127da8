import { randomUUID } from 'node:crypto'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { Locale } from '../content/schema.ts'
import { accessOf } from './accounts/access.ts'
import { readCookie } from './accounts/cookies.ts'
import { accounts } from './accounts/routes.ts'
import { Sessions } from './accounts/sessions.ts'
import { deskBookingRoutes } from './bookings/desk-routes.ts'
import { bookings } from './bookings/routes.ts'
import { deskTicketAppointments, ticketAppointments } from './bookings/ticket-routes.ts'
import { cases } from './cases/routes.ts'
import { productQuestions, publications } from './catalog/questions-routes.ts'
import { catalog } from './catalog/routes.ts'
import { selector } from './catalog/selector-routes.ts'
import { shelfOf } from './catalog/shelf.ts'
import { deskContactRoutes } from './desk/contact-routes.ts'
import { desk } from './desk/routes.ts'
import { uploads } from './files/routes.ts'
import { deskFollowUps } from './followup/desk-routes.ts'
import { mailPreferences, quoteFollowUps, unsubscribe } from './followup/routes.ts'
import { deskArticles } from './help/desk-routes.ts'
import { help } from './help/routes.ts'
import { deskLeads, MAX_FILE_BYTES } from './leads/routes.ts'
import { deskMail } from './mail/desk-routes.ts'
import { inboundMail } from './mail/routes.ts'
import { metrics } from './metrics/routes.ts'
import { deskNoticeRoutes } from './notices/desk-routes.ts'
import { notices, status } from './notices/routes.ts'
import { deskOrganisations } from './organisations/desk-routes.ts'
import { invitations, organisation } from './organisations/routes.ts'
import { deskOwned } from './owned/desk-routes.ts'
import { ownedProducts, takeOvers } from './owned/routes.ts'
import { atMost } from './platform/body-size.ts'
import { Busy } from './platform/db.ts'
import { type Env, only, readersOnlyRead } from './platform/http.ts'
import { mayChange } from './platform/origin.ts'
import { PROBLEMS, Problem } from './platform/problems.ts'
import { acceptanceEvidence, deskAcceptanceEvidence, verification } from './quotes/acceptances/routes.ts'
import { deskQuoteRoutes } from './quotes/desk-routes.ts'
import { editorRoutes } from './quotes/editor-routes.ts'
import { quoteList } from './quotes/list-routes.ts'
import { deskOrders } from './quotes/orders/routes.ts'
import { deskQuotePdfs, quotePdfs } from './quotes/pdf/routes.ts'
import { pipelineRoutes } from './quotes/pipeline-routes.ts'
import { quotes } from './quotes/routes.ts'
import { quoteShares } from './quotes/share-routes.ts'
import { sharesOf } from './quotes/shares.ts'
import { deskGaps } from './searches/desk-routes.ts'
import { searches } from './searches/routes.ts'
import type { Services } from './services.ts'
import { deskSites } from './sites/desk-routes.ts'
import { deskTicketRoutes } from './tickets/desk-routes.ts'
import { deskTicketPdfs, ticketPdfs } from './tickets/pdf/routes.ts'
import { ratings, ticketRatings } from './tickets/rating-routes.ts'
import { ticketRelations } from './tickets/relation-routes.ts'
import { replyRoutes } from './tickets/reply-routes.ts'
import { tickets } from './tickets/routes.ts'
import { ticketToolsRoutes } from './tickets/tools-routes.ts'
import { widget, widgetFrame } from './widget/routes.ts'

const MAX_BODY_BYTES = 256 * 1024
/** Where the bytes of a file come. */
const FILES = /^\/api\/(widget\/)?uploads(\/resumable\/[\w-]+)?$/
const GUESSES_WINDOW_MS = 15 * 60_000
/** Where a name or a token leads to what is somebody's. */
const GUESSABLE = new RegExp(
  `^/api/(${[
    ...['quotes', 'tickets', 'ratings', 'bookings', 'access', 'uploads', 'invitations', 'organisation', 'take-over', 'account/products'],
    ...['status', 'mail-preferences', 'unsubscribe', 'widget/conversations', 'widget/uploads'],
  ].join('|')})`,
)

/** Every route there is, and who is let in. */
export function createApp(services: Services) {
  shelfOf(services.content) // laid out before the first visitor asks
  const app = new Hono<Env>()
    .use(prepare(services))
    .get('/healthz', (c) => c.text('ok'))
    .get('/readyz', async (c) => {
      await services.db.get('select 1')
      return c.text('ready')
    })
    // Mail programs send no origin: this stands before the check, and what it can do is next to nothing.
    .route('/api/unsubscribe', unsubscribe)
    // A mail service has no page of ours either, but it knows a secret.
    .route('/api/mail/inbound', inboundMail)
    .use('/api/*', onlyFromOurPages, limitedBody, whoAsks)
    .route('/api', accounts)
    .route('/api/uploads', uploads)
    .route('/api/catalog', catalog)
    .route('/api/quotes/list', quoteList)
    .route('/api/quotes', quotes)
    .route('/api/quotes', quoteFollowUps)
    .route('/api/mail-preferences', mailPreferences)
    .route('/api/quotes', quoteShares)
    .route('/api/bookings', bookings)
    .route('/api/quotes', quotePdfs)
    .route('/api/quotes', acceptanceEvidence)
    .route('/api/verify', verification)
    .route('/api/account/products', ownedProducts)
    .route('/api/take-over', takeOvers)
    .route('/api/notices', notices)
    .route('/api/status', status)
    .route('/api/help', help)
    .route('/api/searches', searches)
    .route('/api/catalog/selector', selector)
    .route('/api/catalog/products', productQuestions)
    .route('/api/tickets', tickets)
    .route('/api/tickets', ticketPdfs)
    .route('/api/cases', cases)
    .route('/api/tickets', ticketAppointments)
    .route('/api/tickets', ticketRatings)
    .route('/api/ratings', ratings)
    .route('/api/organisation', organisation)
    .route('/api/invitations', invitations)
    .route('/api/widget', widget)
    .route('/widget/frame', widgetFrame)
    .use('/api/desk/*', only('agent', 'admin'))
    .use('/api/desk/*', readersOnlyRead)
    .route('/api/desk', desk)
    .route('/api/desk/contacts', deskContactRoutes)
    .route('/api/desk/leads', deskLeads)
    .route('/api/desk/follow-ups', deskFollowUps)
    .route('/api/desk/tickets', ticketToolsRoutes)
    .route('/api/desk/tickets', replyRoutes)
    .route('/api/desk/tickets', deskTicketRoutes)
    .route('/api/desk/tickets', ticketRelations)
    .route('/api/desk/tickets', publications)
    .route('/api/desk/tickets', deskTicketPdfs)
    .route('/api/desk/quotes', pipelineRoutes)
    .route('/api/desk/quotes', editorRoutes)
    .route('/api/desk/quotes', deskQuoteRoutes)
    .route('/api/desk/bookings', deskBookingRoutes)
    .route('/api/desk/tickets', deskTicketAppointments)
    .route('/api/desk/quotes', deskQuotePdfs)
    .route('/api/desk/quotes', deskAcceptanceEvidence)
    .route('/api/desk/quotes', deskOrders)
    .route('/api/desk/mail', deskMail)
    .route('/api/desk/articles', deskArticles)
    .route('/api/desk/sites', deskSites)
    .route('/api/desk/metrics', metrics)
    .route('/api/desk/gaps', deskGaps)
    .route('/api/desk/organisations', deskOrganisations)
    .route('/api/desk/products', deskOwned)
    .route('/api/desk/notices', deskNoticeRoutes)
  app.notFound((c) => problemResponse(c, new Problem('not-found')))
  app.onError((error, c) => problemResponse(c, withGuessesCounted(asProblem(error, c), c)))
  return app
}

/** What typed clients are made from. */
export type App = ReturnType<typeof createApp>

function prepare(services: Services): MiddlewareHandler<Env> {
  return async (c, next) => {
    c.set('services', services)
    c.set('requestId', randomUUID())
    c.set('locale', localeOf(c))
    c.set('address', addressOf(c, services.config.trustedProxies))
    c.set('actor', { user: undefined, access: [], shares: [] })
    await next()
  }
}

const onlyFromOurPages: MiddlewareHandler<Env> = async (c, next) => {
  const headers = { get: (name: string) => c.req.header(name) }
  if (!mayChange(c.req.method, headers, c.var.services.config.publicUrl)) throw new Problem('other-origin')
  await next()
}

const smallBody = atMost(MAX_BODY_BYTES)
const contactsBody = atMost(MAX_FILE_BYTES)

/** Files are larger, never in memory as a whole, and counted where they are taken in (files/receive.ts); a list of contacts is read at once. */
const limitedBody: MiddlewareHandler<Env> = (c, next) => {
  if (FILES.test(c.req.path)) return next()
  return c.req.path === '/api/desk/leads/imports' ? contactsBody(c, next) : smallBody(c, next)
}

const whoAsks: MiddlewareHandler<Env> = async (c, next) => {
  const whoIsIt = async () => {
    const found = await new Sessions(c.var.services.db).find(readCookie(c, 'session'))
    return { sessionId: found?.sessionId, actor: { user: found?.user, access: await accessOf(c), shares: await sharesOf(c) } }
  }
  const { sessionId, actor } = await whoIsIt()
  c.set('sessionId', sessionId)
  c.set('actor', actor)
  c.set('stillAllowed', (ask) => async () => ask((await whoIsIt()).actor))
  c.header('cache-control', 'no-store')
  await next()
}

/** What the address asks for (a browser's EventSource cannot send headers), or what the reader prefers. */
function localeOf(c: Context<Env>): Locale {
  const asked = Locale.safeParse(c.req.query('locale')).data
  return asked ?? (/^da\b/i.test(c.req.header('accept-language') ?? '') ? 'da' : 'en')
}

/** The socket's address, or what a proxy we trust says of it: the last hop in `X-Forwarded-For` that is not itself trusted. */
function addressOf(c: Context<Env>, trustedProxies: string[]): string {
  const direct = c.env?.incoming?.socket.remoteAddress ?? 'local'
  const hops = (c.req.header('x-forwarded-for') ?? '').split(',').map((hop) => hop.trim())
  if (!trustedProxies.includes(direct)) return direct
  return hops.findLast((hop) => hop && !trustedProxies.includes(hop)) ?? direct
}

function asProblem(error: unknown, c: Context<Env>): Problem {
  if (error instanceof Problem) return error
  if (error instanceof Busy) return new Problem('busy', { retryAfter: 5, cause: error })
  if (error instanceof HTTPException && error.status < 500) return new Problem(error.status === 413 ? 'too-large' : 'invalid-input')
  c.var.services.log('unforeseen', { request: c.var.requestId, method: c.req.method, error })
  return new Problem('unforeseen')
}

/** Whoever tries references or links at random is soon told to wait; who knows theirs is not. */
function withGuessesCounted(problem: Problem, c: Context<Env>): Problem {
  if (problem.type !== 'not-found' || !GUESSABLE.test(c.req.path)) return problem
  const { services, address } = c.var
  return services.limits.allows(`guesses from ${address}`, 59, GUESSES_WINDOW_MS)
    ? problem
    : new Problem('too-many', { retryAfter: GUESSES_WINDOW_MS / 1000 })
}

/** RFC 9457, with the sentences in the reader's language. */
function problemResponse(c: Context<Env>, { type, details }: Problem): Response {
  const { services, locale, requestId } = c.var
  const t = services.t[locale]
  const status = PROBLEMS[type]
  const denied = status === 404 || status === 403
  if (denied) services.log('denied', { request: requestId, method: c.req.method, type })
  const errors = Object.entries(details.errors ?? {}).map(([field, { reason, values }]) => [field, t(`invalid.${reason}`, values)])
  return c.body(
    JSON.stringify({
      type: `/problems/${type}`,
      status,
      title: t(`problem.${type}.title`),
      detail: t(`problem.${type}.detail`),
      ...(errors.length && { errors: Object.fromEntries(errors) }),
      ...details.facts,
      ...(type === 'unforeseen' && { request: requestId }),
    }),
    status,
    {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(details.retryAfter && { 'retry-after': String(details.retryAfter) }),
    },
  )
}
