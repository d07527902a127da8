import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Currency, Locale } from '../../content/schema.ts'
import { STAFF } from '../catalog/model.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import { copyLines } from './copying.ts'
import { previewDraft } from './desk.ts'
import { Draft, OfferedLine } from './fields.ts'
import { beginQuote } from './on-behalf.ts'
import { currentRevision, type Quote, quoteByReference } from './store.ts'
import { changeTemplate, findTemplate, forgetTemplate, saveTemplate, takeTemplate, templates } from './templates.ts'

const OnBehalf = z.object({
  name: required(line(120)),
  email: Email,
  company: line(120).default(''),
  phone: line(40).default(''),
  need: prose(5_000).default(''),
  locale: Locale,
  currency: Currency,
})
const NewTemplate = z.object({
  name: required(line(60)),
  lines: z.array(OfferedLine).min(1).max(100),
  note: prose(5_000).default(''),
  validDays: z.int().min(1).max(365),
  locale: Locale,
  currency: Currency,
})
const said = (max: number) => z.object({ en: prose(max).optional(), da: prose(max).optional() })
const Changed = z.object({
  name: required(line(60)),
  note: said(5_000).default({}),
  texts: z.record(z.string().max(3), said(200)).default({}),
})

/** What fills a draft besides typing: templates, older quotes, and what it will look like. For staff only. */
export const editorRoutes = new Hono<Env>()
  .post('/', once(), body(OnBehalf), async (c) => {
    const { need, locale, currency, ...buyer } = c.req.valid('json')
    return c.json({ reference: await beginQuote(c.var.services, { buyer, need, locale, currency }, signedIn(c)) }, 201)
  })

  .get('/templates', async (c) => c.json({ templates: await templates(c.var.services) }))

  .post('/templates', once(), body(NewTemplate), async (c) =>
    c.json({ id: await saveTemplate(c.var.services, c.req.valid('json'), signedIn(c)) }, 201),
  )

  .put('/templates/:id', body(Changed), async (c) => {
    await changeTemplate(c.var.services, idOf(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  .delete('/templates/:id', async (c) => {
    await forgetTemplate(c.var.services, idOf(c))
    return c.body(null, 204)
  })

  // What it would come to and look like; nothing is kept.
  .post('/:reference/preview', body(Draft), async (c) => {
    return c.json({ document: await previewDraft(c.var.services, await anyQuote(c), c.req.valid('json')) })
  })

  .get('/:reference/copies/:older', async (c) => {
    const { services } = c.var
    const quote = await anyQuote(c)
    const { document } = await currentRevision(services, await anyQuote(c, 'older'))
    return c.json(copyLines(document, { content: services.content, locale: quote.locale, currency: quote.currency, viewer: STAFF }))
  })

  .get('/:reference/templates/:id', async (c) => {
    const { services } = c.var
    const { locale, currency } = await anyQuote(c)
    return c.json(takeTemplate(await findTemplate(services, idOf(c)), { content: services.content, locale, currency, viewer: STAFF }))
  })

async function anyQuote(c: Context<Env>, name = 'reference'): Promise<Quote> {
  const quote = await quoteByReference(c.var.services, c.req.param(name) ?? '')
  if (!quote) throw new Problem('not-found')
  return quote
}

function idOf(c: Context<Env>): number {
  const id = c.req.param('id') ?? ''
  return /^\d{1,9}$/.test(id) ? Number(id) : 0
}
