// What can be wrong with a selector beyond its form: names of nothing, questions nobody is asked, products nobody is shown.
import type { Product, Selector, SelectorWhen } from './schema.ts'
import { gapsIn, rulesByProduct, type SelectorCondition } from './selector.ts'
import { canBeShown, canHold, conditionsOf, questionsBehind } from './selector-reach.ts'

export type SelectorMistake = { path: PropertyKey[]; expected: string }
type Tell = (path: PropertyKey[], expected: string) => void

/** Each mistake with the field it is in, in words that follow "expected". */
export function selectorMistakes(selector: Selector, products: Product[]): SelectorMistake[] {
  const mistakes: SelectorMistake[] = []
  const tell: Tell = (path, expected) => void mistakes.push({ path, expected })
  checkNames(selector, tell)
  checkFigures(selector, tell)
  checkProducts(selector, products, tell)
  // What names nothing cannot be reasoned about.
  if (!mistakes.length) checkConditions(selector, tell)
  if (!mistakes.length) checkGaps(selector, tell)
  if (!mistakes.length) checkChances(selector, tell)
  return mistakes
}

function checkNames({ questions, figures }: Selector, tell: Tell) {
  const seen = new Set<string>()
  for (const [list, items] of Object.entries({ questions, figures })) {
    for (const [at, { id }] of items.entries()) {
      if (seen.has(id)) tell([list, at, 'id'], `a name of its own, since "${id}" is taken`)
      seen.add(id)
    }
  }
  for (const [at, question] of questions.entries()) {
    if (question.kind === 'number') {
      if (question.min >= question.max) tell(['questions', at, 'max'], `a number above min, ${question.min}`)
    } else {
      const twice = question.answers.findIndex(({ id }, nth) => question.answers.findIndex((other) => other.id === id) < nth)
      if (twice >= 0) tell(['questions', at, 'answers', twice, 'id'], `an id of its own, since "${question.answers[twice]?.id}" is taken`)
    }
  }
}

function checkFigures({ questions, figures }: Selector, tell: Tell) {
  for (const [at, { of, times }] of figures.entries()) {
    if (questions.find(({ id }) => id === of)?.kind !== 'number') tell(['figures', at, 'of'], `a question of kind number, not "${of}"`)
    for (const [id, factors] of Object.entries(times)) {
      const question = questions.find((question) => question.id === id)
      if (question?.kind !== 'choice') {
        tell(['figures', at, 'times', id], `a question of kind choice, not "${id}"`)
      } else {
        const answers = question.answers.map((answer) => answer.id)
        for (const answer of answers)
          if (!(answer in factors)) tell(['figures', at, 'times', id], `a factor for the answer "${answer}" as well`)
        for (const answer of Object.keys(factors))
          if (!answers.includes(answer)) tell(['figures', at, 'times', id, answer], `an answer to "${id}", not "${answer}"`)
      }
    }
  }
}

function checkProducts({ rules, setups, accessories }: Selector, products: Product[], tell: Tell) {
  const bySlug = new Map(products.map((product) => [product.slug, product]))
  const isProduct = (slug: string, path: PropertyKey[]) => {
    if (!bySlug.has(slug)) tell(path, `a product, not "${slug}"`)
  }
  const areProducts = (slugs: string[], path: PropertyKey[]) => {
    for (const [nth, slug] of slugs.entries()) isProduct(slug, [...path, nth])
  }
  const canBeOrdered = (slug: string, path: PropertyKey[], options: Record<string, string>, quantity = 1) => {
    const product = bySlug.get(slug)
    if (product && quantity > product.maxQuantity) tell([...path, 'quantity'], `at most ${product.maxQuantity}, as "${slug}" allows`)
    for (const [id, choice] of Object.entries(options)) {
      const option = product?.options.find((option) => option.id === id)
      if (product && !option) tell([...path, 'options', id], `an option of "${slug}", not "${id}"`)
      if (option && !option.choices.some((other) => other.id === choice))
        tell([...path, 'options', id], `a choice of "${slug}", not "${choice}"`)
    }
  }
  for (const [at, { products }] of rules.entries()) areProducts(products, ['rules', at, 'products'])
  for (const [at, { products, options, quantity }] of setups.entries()) {
    areProducts(products, ['setups', at, 'products'])
    for (const slug of products) canBeOrdered(slug, ['setups', at], options, quantity)
  }
  for (const [at, { product, for: beside, options, quantity }] of accessories.entries()) {
    isProduct(product, ['accessories', at, 'product'])
    areProducts(beside, ['accessories', at, 'for'])
    canBeOrdered(product, ['accessories', at], options, quantity)
  }
}

function checkConditions(selector: Selector, tell: Tell) {
  const { questions, figures } = selector
  let isSound = true
  const wrong: Tell = (path, expected) => {
    isSound = false
    tell(path, expected)
  }
  for (const { when, path, before } of conditionsOf(selector)) {
    for (const [id, condition] of Object.entries(when)) {
      const place = [...path, id]
      const question = questions.slice(0, before).find((question) => question.id === id)
      const isFigure = before === undefined && figures.some((figure) => figure.id === id)
      if (!question && !isFigure)
        wrong(place, before === undefined ? `a question or figure, not "${id}"` : `a question before this one, not "${id}"`)
      else if (question?.kind === 'choice') {
        const answers = question.answers.map((answer) => answer.id)
        if (!Array.isArray(condition)) wrong(place, `answers to "${id}" such as [${answers.slice(0, 2).join(', ')}]`)
        else for (const answer of condition) if (!answers.includes(answer)) wrong(place, `an answer to "${id}", not "${answer}"`)
      } else if (Array.isArray(condition)) wrong(place, `bounds such as { from: 100, below: 150 }, since "${id}" is a number`)
    }
  }
  if (!isSound) return
  for (const { when, path, before } of conditionsOf(selector)) {
    if (canHold(selector, when)) continue
    tell(path, before === undefined ? 'something that can be so: no answers lead here' : 'a way to this question: no answers lead to it')
  }
}

/** A text may speak only of what is known whenever it is shown. */
function checkGaps(selector: Selector, tell: Tell) {
  const { rules, accessories, questions, figures } = selector
  for (const [list, items] of Object.entries({ rules, accessories })) {
    for (const [at, { when, reason }] of items.entries()) {
      const behind = questionsBehind(selector, when)
      const given = [when, ...questions.filter(({ id }) => behind.has(id)).map(({ when }) => when)]
      const isKnown = (id: string) => behind.has(id) || questions.some((question) => question.id === id && follows(question.when, given))
      for (const [locale, text] of Object.entries(reason)) {
        for (const gap of gapsIn(text)) {
          const figure = figures.find(({ id }) => id === gap)
          const needs = figure ? [figure.of, ...Object.keys(figure.times)] : [gap]
          if (gap !== 'product' && !needs.every(isKnown))
            tell([list, at, 'reason', locale], `only questions and figures that "when" makes sure of, not {${gap}}`)
        }
      }
    }
  }
}

/** Whether it holds wherever all that is given does. */
function follows(when: SelectorWhen, given: SelectorWhen[]): boolean {
  return Object.entries(when).every(([id, condition]) => given.some((other) => other[id] !== undefined && isWithin(other[id], condition)))
}

function isWithin(narrow: SelectorCondition, wide: SelectorCondition): boolean {
  if (Array.isArray(narrow)) return Array.isArray(wide) && narrow.every((answer) => wide.includes(answer))
  if (Array.isArray(wide)) return false
  return (narrow.from ?? -Infinity) >= (wide.from ?? -Infinity) && (narrow.below ?? Infinity) <= (wide.below ?? Infinity)
}

function checkChances(selector: Selector, tell: Tell) {
  for (const slug of rulesByProduct(selector).keys()) {
    if (canBeShown(selector, slug)) continue
    const first = selector.rules.findIndex(({ products }) => products.includes(slug))
    tell(['rules', first, 'products'], `rules that let "${slug}" reach ${selector.enoughPoints} points; no answers do`)
  }
}
