import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { line, prose, required, tidyPostcode } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { findSite, sites } from '../sites/store.ts'
import { momentOf } from '../tickets/hours.ts'
import { AUDIENCES, type Audience, isPostcodeRange, NOTICE_KINDS, overSince, STATES, stateNow, UPDATE_STATES } from './model.ts'
import { reachOf } from './reach.ts'
import {
  changeNotice,
  type DeskNotice,
  type Draft,
  deskNotice,
  deskNotices,
  discardDraft,
  draftNotice,
  endNotice,
  publishNotice,
  updateNotice,
  writtenNotices,
} from './store.ts'
import { htmlOf } from './words.ts'

/** By the clock on the company's wall. */
const WallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)
  .refine((at) => !Number.isNaN(Date.parse(at)), { params: { reason: 'format' } })
  .nullable()
  .or(z.literal('').transform(() => null))
  .default(null)

const NewNotice = z
  .object({
    kind: z.enum(NOTICE_KINDS),
    title: z.object({ en: line(150), da: line(150) }),
    text: z.object({ en: prose(5_000), da: prose(5_000) }),
    article: z.string().max(100).default(''),
    audience: z.enum(AUDIENCES).default('all'),
    products: z.array(z.string().max(100)).max(200).default([]),
    postcodes: z.array(line(21)).max(50).default([]),
    site: z.string().max(100).default(''),
    byMail: z.boolean().default(false),
    startsAt: WallTime,
    endsAt: WallTime,
  })
  .refine(({ startsAt, endsAt }) => !startsAt || !endsAt || startsAt < endsAt, { path: ['endsAt'], params: { reason: 'until-after' } })
  .refine(({ postcodes }) => postcodes.every(isPostcodeRange), { path: ['postcodes'], params: { reason: 'postcodes' } })

const Changed = z.intersection(NewNotice, z.object({ revision: z.int() }))
const Revision = z.object({ revision: z.int() })
const NewUpdate = z.object({
  state: z.enum(UPDATE_STATES),
  text: z.object({ en: required(prose(5_000)), da: required(prose(5_000)) }),
})

/** For staff only: mounted behind that check. */
export const deskNoticeRoutes = new Hono<Env>()
  .get('/', query(z.object({ state: z.enum(STATES).optional() })), async (c) => {
    const { services } = c.var
    const { state } = c.req.valid('query')
    const notices = await deskNotices(services, state)
    return c.json({ notices: notices.map((notice) => asItStands(services, notice)), written: writtenNotices(services, state) })
  })

  .post('/', once(), body(NewNotice), async (c) => {
    const { services } = c.var
    return c.json({ reference: await draftNotice(services, await draftOf(services, c.req.valid('json')), signedIn(c)) }, 201)
  })

  // By name and key alone: what else there is to a site is for admins.
  .get('/sites', async (c) => c.json({ sites: (await sites(c.var.services)).map(({ key, name }) => ({ key, name })) }))

  .get('/:reference', async (c) => {
    const { services } = c.var
    const notice = await theNotice(c)
    const preview = { en: htmlOf(notice.text.en, 'en'), da: htmlOf(notice.text.da, 'da') }
    return c.json({ ...asItStands(services, notice), preview, reach: await reachOf(services, notice) })
  })

  .put('/:reference', body(Changed), async (c) => {
    const { services } = c.var
    const { revision, ...wanted } = c.req.valid('json')
    await changeNotice(services, await theNotice(c), revision, await draftOf(services, wanted), signedIn(c))
    return c.body(null, 204)
  })

  .delete('/:reference', async (c) => {
    await discardDraft(c.var.services, await theNotice(c), signedIn(c))
    return c.body(null, 204)
  })

  .post('/:reference/publication', once(), body(Revision), async (c) => {
    await publishNotice(c.var.services, await theNotice(c), c.req.valid('json').revision, signedIn(c))
    return c.body(null, 204)
  })

  .post('/:reference/updates', once(), body(NewUpdate), async (c) => {
    await updateNotice(c.var.services, await theNotice(c), c.req.valid('json'), signedIn(c))
    return c.body(null, 204)
  })

  .post('/:reference/end', once(), async (c) => {
    await endNotice(c.var.services, await theNotice(c), signedIn(c))
    return c.body(null, 204)
  })

function theNotice(c: Context<Env>): Promise<DeskNotice> {
  return deskNotice(c.var.services, c.req.param('reference') ?? '')
}

function asItStands({ clock }: Services, notice: DeskNotice) {
  return { ...notice, state: stateNow(notice, clock.now()), overSince: overSince(notice, clock.now()) }
}

/** What was typed, with products, article and site that exist. */
async function draftOf(services: Services, wanted: z.output<typeof NewNotice>): Promise<Draft> {
  const { content } = services
  const { kind, title, text, article, byMail } = wanted
  if (article && !content.articles.en.some(({ slug }) => slug === article)) throw invalid('article', 'choice')
  const moment = (at: string | null) => (at ? momentOf(at.slice(0, 10), at.slice(11), content.company.timeZone) : null)
  return {
    ...{ kind, title, text, byMail, article: article || null },
    audience: await audienceOf(services, wanted),
    ...{ startsAt: moment(wanted.startsAt), endsAt: moment(wanted.endsAt) },
  }
}

async function audienceOf(services: Services, { audience, products, postcodes, site }: z.output<typeof NewNotice>): Promise<Audience> {
  if (audience === 'owners') {
    if (!products.every((slug) => services.content.products.some((product) => product.slug === slug))) throw invalid('products', 'choice')
    return { to: audience, products }
  }
  if (audience === 'region') return { to: audience, postcodes: postcodes.map(tidyPostcode) }
  if (audience === 'all') return { to: audience }
  if (!(await findSite(services, site))) throw invalid('site', 'choice')
  return { to: audience, site }
}
