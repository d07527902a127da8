import { z } from 'zod'
import type { Content } from '../../content/load.ts'
import { LOCALES, type Locale, type Localized } from '../../content/schema.ts'
import { answerText, readAnswers, recommend } from '../catalog/selector.ts'
import { Problem } from '../platform/problems.ts'
import type { Quote } from './store.ts'

/** Answers of the guided selector by question, as a client may send them; reasons and points are never taken from one. */
export const GivenAnswers = z
  .record(z.string().max(60), z.union([z.string().max(60), z.number()]))
  .refine((answers) => Object.keys(answers).length <= 40, { params: { reason: 'invalid' } })
export type GivenAnswers = z.infer<typeof GivenAnswers>

/** Kept with its words, so that it can still be read when the company asks something else. */
export type Qualification = {
  said: { question: string; answer: string | number; asked: Localized; text: Localized }[]
  /** The short list as it was scored then, best first; empty when nothing fitted. */
  fits: { product: string; points: number }[]
}

/** Reads and scores the answers anew; null when there is nothing to keep. Refuses what nobody could have answered. */
export function qualify(content: Content, given: GivenAnswers = {}): Qualification | null {
  const { selector } = content
  if (!selector) return null
  const { answers, mistakes, asked } = readAnswers(selector, given)
  const unknown = Object.keys(given).filter((id) => !selector.questions.some((question) => question.id === id))
  const errors = { ...mistakes, ...Object.fromEntries(unknown.map((id) => [id, { reason: 'choice' }])) }
  if (Object.keys(errors).length)
    throw new Problem('invalid-input', {
      errors: Object.fromEntries(Object.entries(errors).map(([id, error]) => [`qualification.${id}`, error])),
    })
  const said = asked.flatMap((question) => {
    const answer = answers[question.id]
    if (answer === undefined) return []
    return { question: question.id, answer, asked: question.text, text: inEveryLanguage((locale) => answerText(question, answer, locale)) }
  })
  if (!said.length) return null
  const { fits } = recommend(content, selector, answers, content.company.locale)
  return { said, fits: fits.map(({ product, points }) => ({ product, points })) }
}

/** What was kept with the quote. */
export function qualificationOf({ qualification }: Pick<Quote, 'qualification'>): Qualification | null {
  return qualification === null ? null : (JSON.parse(qualification) as Qualification) // written by requestQuote
}

/** Question and answer, as rows of a table or a mail. */
export function saidIn(qualification: Qualification | null, locale: Locale): [question: string, answer: string][] {
  return (qualification?.said ?? []).map(({ asked, text }) => [asked[locale], text[locale]])
}

function inEveryLanguage(write: (locale: Locale) => string): Localized {
  return Object.fromEntries(LOCALES.map((locale) => [locale, write(locale)])) as Localized // one for each
}
