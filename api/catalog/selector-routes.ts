import { Hono } from 'hono'
import { z } from 'zod'
import { type Env, query } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { answerText, readAnswers, recommend } from './selector.ts'

const MINUTES = 60_000

export const selector = new Hono<Env>()
  // The answers stand in the address, so a short list can be shared; nothing is kept.
  .get('/', query(z.record(z.string(), z.string())), (c) => {
    const { services, locale, address } = c.var
    const { selector } = services.content
    if (!selector) throw new Problem('not-found')
    services.limits.take(`choosing from ${address}`, 300, MINUTES)
    const { answers, asked, most, next, mistakes } = readAnswers(selector, c.req.valid('query'))
    return c.json({
      questions: asked.map((question) => ({
        id: question.id,
        kind: question.kind,
        text: question.text[locale],
        help: question.help?.[locale] ?? '',
        unit: question.kind === 'number' ? (question.unit?.[locale] ?? '') : '',
        min: question.kind === 'number' ? question.min : null,
        max: question.kind === 'number' ? question.max : null,
        answers:
          question.kind === 'choice'
            ? question.answers.map(({ id, text, help }) => ({ id, text: text[locale], help: help?.[locale] ?? '' }))
            : [],
        answer: answerFor(answers[question.id]),
        answerText: answers[question.id] === undefined ? '' : answerText(question, answers[question.id] ?? '', locale),
      })),
      most,
      /** The question to ask now; null when all have been answered. */
      next: next?.id ?? null,
      errors: Object.fromEntries(
        Object.entries(mistakes).map(([id, { reason, values }]) => [id, services.t[locale](`invalid.${reason}`, values)]),
      ),
      ...(next ? { fits: [], others: [] } : recommend(services.content, selector, answers, locale)),
    })
  })

function answerFor(answer: string | number | undefined): string | null {
  return answer === undefined ? null : String(answer)
}
