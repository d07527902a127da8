import type { Content } from '../../content/load.ts'
import { TAGS } from '../../content/money.ts'
import type { Locale, Localized, Product, Selector, SelectorQuestion } from '../../content/schema.ts'
import { type Answers, holds, isAsked, rulesByProduct, type SelectorCondition, standingOf, withFigures } from '../../content/selector.ts'
import type { FieldError } from '../platform/problems.ts'

/** How many products a short list names. */
const SHORT = 3

export type Answered = {
  /** Only answers to questions that are asked, each of them possible. */
  answers: Answers
  /** The questions that these answers lead through, in order, answered or not. */
  asked: SelectorQuestion[]
  /** How many questions there can be on the longest way from here, with those that are answered. */
  most: number
  /** The first without an answer; undefined when all have been answered. */
  next: SelectorQuestion | undefined
  /** By question, what is wrong with an answer to it. */
  mistakes: Record<string, FieldError>
}

/** Reads what was answered, whoever says so. Answers to questions that are not asked, or no longer, are dropped. */
export function readAnswers({ questions }: Selector, given: Record<string, unknown>): Answered {
  const answers: Answers = {}
  const mistakes: Answered['mistakes'] = {}
  const asked: SelectorQuestion[] = []
  for (const question of questions) {
    if (!isAsked(question, answers)) continue
    asked.push(question)
    const said = given[question.id]
    if (said === undefined) continue
    const answer = answerTo(question, said)
    if (typeof answer === 'object') mistakes[question.id] = answer
    else answers[question.id] = answer
  }
  return { answers, mistakes, asked, most: stillPossible(questions, answers), next: asked.find(({ id }) => answers[id] === undefined) }
}

export type Wanted = { product: string; options: Record<string, string>; quantity: number }
export type Recommendation = Wanted & {
  points: number
  /** Sentences that speak for it and against it, the weightiest first. */
  pro: string[]
  con: string[]
  accessories: (Wanted & { reason: string })[]
}
export type Recommended = { fits: Recommendation[]; others: { product: string; why: string[] }[] }

/** The short list, best first; empty when nothing fits, and then we say so. `others` are those we looked at besides, and why not. */
export function recommend({ products }: Pick<Content, 'products'>, selector: Selector, answers: Answers, locale: Locale): Recommended {
  const known = withFigures(selector, answers)
  const rules = rulesByProduct(selector)
  const say = (reason: Localized, product: Product) => fill(reason[locale], { selector, known, locale, product })
  const looked = products.flatMap((product) => {
    const { points, isExcluded, rules: holding } = standingOf(rules.get(product.slug) ?? [], known)
    const weighty = holding.toSorted((a, b) => Math.abs(b.points ?? 0) - Math.abs(a.points ?? 0))
    const reasons = (speaks: (points: number) => boolean) =>
      weighty.filter(({ points = 0 }) => speaks(points)).map(({ reason }) => say(reason, product))
    return rules.has(product.slug)
      ? {
          product,
          points,
          isFit: !isExcluded && points >= selector.enoughPoints,
          pro: reasons((n) => n > 0),
          con: reasons((n) => n < 0),
          no: reasons((n) => n === 0),
        }
      : []
  })
  const fitting = looked.filter(({ isFit }) => isFit).sort((a, b) => b.points - a.points)
  const fits = fitting.slice(0, SHORT).map(({ product, points, pro, con }) => ({
    ...setupOf(selector, product.slug, known),
    ...{ points, pro, con },
    accessories: accessoriesOf(selector, product, known).map(({ reason, product: accessory, options, quantity }) => ({
      ...{ product: accessory, options, quantity },
      reason: say(reason, product),
    })),
  }))
  const others = looked
    .filter(({ product }) => !fits.some((fit) => fit.product === product.slug))
    .map(({ product, no, con }) => ({ product: product.slug, why: no.length ? no : con }))
  return { fits, others }
}

/** An answer as people say it: "160 m²", "A house". */
export function answerText(question: SelectorQuestion, answer: string | number, locale: Locale): string {
  if (question.kind === 'choice') return question.answers.find(({ id }) => id === answer)?.text[locale] ?? ''
  return [new Intl.NumberFormat(TAGS[locale]).format(Number(answer)), question.unit?.[locale]].filter(Boolean).join('\u00a0')
}

function stillPossible(questions: SelectorQuestion[], answers: Answers): number {
  const possible = new Set<string>()
  for (const { id, when } of questions) {
    const mayHold = ([other, condition]: [string, SelectorCondition]) =>
      answers[other] === undefined ? possible.has(other) : holds({ [other]: condition }, answers)
    if (Object.entries(when).every(mayHold)) possible.add(id)
  }
  return possible.size
}

function answerTo(question: SelectorQuestion, said: unknown): string | number | FieldError {
  if (question.kind === 'choice') {
    const answer = question.answers.find(({ id }) => id === said)
    return answer?.id ?? { reason: said === '' ? 'required' : 'choice' }
  }
  const { min, max } = question
  if (said === '') return { reason: 'required' }
  if (!/^\s*\d{1,9}\s*$/.test(String(said))) return { reason: 'whole-number' }
  const number = Number(said)
  if (number < min) return { reason: 'too-small', values: { min } }
  return number > max ? { reason: 'too-large', values: { max } } : number
}

function setupOf({ setups }: Selector, slug: string, known: Answers): Wanted {
  const holding = setups.filter(({ products, when }) => products.includes(slug) && holds(when, known))
  return {
    product: slug,
    options: Object.assign({}, ...holding.map(({ options }) => options)),
    quantity: holding.findLast(({ quantity }) => quantity !== undefined)?.quantity ?? 1,
  }
}

function accessoriesOf({ accessories }: Selector, { slug }: Product, known: Answers) {
  return accessories.filter((accessory) => (!accessory.for.length || accessory.for.includes(slug)) && holds(accessory.when, known))
}

type Filling = { selector: Selector; known: Answers; locale: Locale; product: Product }

function fill(text: string, { selector, known, locale, product }: Filling): string {
  return text.replace(/\{([\w-]+)\}/g, (gap, name: string) => {
    if (name === 'product') return product.name[locale]
    const question = selector.questions.find(({ id }) => id === name)
    const value = known[name]
    if (value === undefined) return gap
    return question?.kind === 'choice' ? answerText(question, value, locale) : new Intl.NumberFormat(TAGS[locale]).format(Number(value))
  })
}
