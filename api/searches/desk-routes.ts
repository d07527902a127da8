import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { feedbackOf } from '../help/feedback.ts'
import type { Cell } from '../platform/csv.ts'
import { csv } from '../platform/csv-answer.ts'
import { line, required } from '../platform/fields.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import { gapBoard, SPANS, weeksIn } from './board.ts'
import { beginDraft, draftFile, putDraftAside } from './drafts.ts'
import { normalised } from './model.ts'
import { addSynonym, removeSynonym } from './synonyms.ts'

const Asked = z.object({
  days: z.coerce
    .number()
    .transform((days) => SPANS.find((span) => span === days))
    .pipe(z.literal(SPANS))
    .catch(90),
  locale: Locale.optional().catch(undefined),
})
const Words = z.object({
  locale: Locale,
  words: z
    .array(required(line(60)).transform(normalised))
    .transform((words) => [...new Set(words)])
    .pipe(z.array(z.string().min(1)).min(2).max(8)),
})
const Questions = z.object({
  locale: Locale,
  questions: z
    .array(required(line(200)))
    .min(1)
    .max(20),
})

/** The gap board. For staff only: mounted behind that check. */
export const deskGaps = new Hono<Env>()
  .get('/', query(Asked), async (c) => {
    const asked = c.req.valid('query')
    return c.json({ ...asked, ...(await gapBoard(c.var.services, asked)) })
  })

  .get('/csv', query(Asked), async (c) => {
    const { gaps } = await gapBoard(c.var.services, c.req.valid('query'))
    const rows = gaps.map(({ locale, text, n, nothing, weak, tickets, texts }): Cell[] => [
      ...[locale, text, n, nothing, weak, tickets.length, tickets.join(' ')],
      texts.map(({ text }) => text).join('\n'),
    ])
    const head = ['language', 'search', 'searches', 'without_answer', 'weak_answer', 'cases', 'references', 'wordings']
    return csv(c, 'gaps', [head, ...rows])
  })

  .get('/feedback', query(Asked), async (c) => {
    const { days, locale } = c.req.valid('query')
    return c.json({ days, locale, ...(await feedbackOf(c.var.services, { weeks: weeksIn(days), locale })) })
  })

  .get('/feedback/csv', query(Asked), async (c) => {
    const { days, locale } = c.req.valid('query')
    const { articles } = await feedbackOf(c.var.services, { weeks: weeksIn(days), locale })
    const rows = articles.map(({ article, locale, helpful, unhelpful, lastAt, comments }): Cell[] => [
      ...[locale, article, helpful, unhelpful, new Date(lastAt).toISOString(), comments.map(({ text }) => text).join('\n\n')],
    ])
    return csv(c, 'feedback', [['language', 'article', 'helped', 'did_not_help', 'last_at', 'comments'], ...rows])
  })

  .post('/synonyms', once(), body(Words), async (c) => c.json(await addSynonym(c.var.services, c.req.valid('json'), signedIn(c).id), 201))

  .delete('/synonyms/:id', async (c) => {
    await removeSynonym(c.var.services, idOf(c), signedIn(c).id)
    return c.body(null, 204)
  })

  .post('/drafts', once(), body(Questions), async (c) => c.json(await beginDraft(c.var.services, c.req.valid('json'), signedIn(c).id), 201))

  .get('/drafts/:id/:locale', async (c) => {
    const locale = Locale.safeParse(c.req.param('locale')).data
    if (!locale) throw new Problem('not-found')
    const { name, text } = await draftFile(c.var.services, idOf(c), locale)
    return c.body(text, 200, {
      'content-type': 'text/markdown; charset=utf-8',
      'content-disposition': `attachment; filename="${name}"`,
    })
  })

  .delete('/drafts/:id', async (c) => {
    await putDraftAside(c.var.services, idOf(c), signedIn(c).id)
    return c.body(null, 204)
  })

function idOf(c: Context<Env>): number {
  return Number(c.req.param('id')) || 0
}
