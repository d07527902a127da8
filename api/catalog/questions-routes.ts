import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { SourceIfAny } from '../leads/source.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { keepOpen, openFromForm } from '../tickets/forms.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { threadOf } from '../tickets/thread.ts'
import { findProduct } from './model.ts'
import { publicationOf, publishAnswer, questionsAbout, withdrawAnswer } from './questions.ts'

const Question = z.object({
  text: required(prose(2_000)),
  /** Of a guest; who is signed in is known. */
  name: line(120).default(''),
  email: Email.optional().or(z.literal('').transform(() => undefined)),
  locale: Locale.optional(),
  source: SourceIfAny,
})

const Answer = z.object({ question: required(prose(1_000)), answer: required(prose(5_000)) })
const Publication = z.object({
  /** When the case names none, or another. */
  product: z.string().max(100).optional(),
  texts: z.partialRecord(Locale, Answer).refine((texts) => Object.keys(texts).length > 0, { params: { reason: 'required' } }),
})

/** Under `/api/catalog/products/:slug/questions`: what anybody may read and ask. */
export const productQuestions = new Hono<Env>()
  .get('/:slug/questions', query(z.object({ q: z.string().max(200).optional(), locale: Locale.optional() })), async (c) => {
    const { services, locale, address } = c.var
    services.limits.take(`reading questions from ${address}`, 300, 60_000)
    return c.json({ questions: await questionsAbout(services, product(c).slug, locale, c.req.valid('query').q) })
  })

  .post(
    '/:slug/questions',
    once({ again: (c, answer) => keepOpen(c, (answer as { reference: string }).reference) }),
    body(Question),
    async (c) => {
      const { slug, name: productName } = product(c)
      const { locale = c.var.locale, ...form } = c.req.valid('json')
      // Our words, so that no mail about the case repeats what a stranger typed.
      const subject = c.var.services.t[locale]('questions.subject', { product: productName[locale] })
      const opened = await openFromForm(c, { ...form, kind: 'question', queue: 'sales', subject, locale, product: slug })
      return c.json(opened, 201)
    },
  )

/** Under `/api/desk/tickets`, for staff only: mounted behind that check. */
export const publications = new Hono<Env>()
  // What is shown, and what it could be made from.
  .get('/:reference/publication', async (c) => {
    const { services } = c.var
    const ticket = await anyTicket(c)
    const { product, texts } = await publicationOf(services, ticket)
    const { messages } = await threadOf(services, ticket, { staff: false })
    return c.json({
      product: product ?? ticket.product,
      texts,
      draft: {
        locale: ticket.locale,
        question: messages.find(({ author }) => author === 'customer')?.text ?? '',
        answer: messages.findLast(({ author }) => author === 'staff')?.text ?? '',
      },
    })
  })

  .put('/:reference/publication', body(Publication), async (c) => {
    const { services } = c.var
    const ticket = await anyTicket(c)
    const { product = ticket.product, texts } = c.req.valid('json')
    if (!product || !findProduct(services.content, product)) throw invalid('product', product ? 'choice' : 'required')
    await publishAnswer(services, ticket, { product, texts, by: signedIn(c).id })
    return c.body(null, 204)
  })

  .delete('/:reference/publication', async (c) => {
    await withdrawAnswer(c.var.services, await anyTicket(c), signedIn(c).id)
    return c.body(null, 204)
  })

function product(c: Context<Env>) {
  const found = findProduct(c.var.services.content, c.req.param('slug') ?? '')
  if (!found) throw new Problem('not-found')
  return found
}

function anyTicket(c: Context<Env>) {
  return findAnyTicket(c.var.services, c.req.param('reference') ?? '')
}
