// What answers can lead to: which questions are behind a condition, whether it can ever hold, whether a product can be shown.
import type { Selector, SelectorQuestion, SelectorWhen } from './schema.ts'
import { type Answers, holds, type SelectorCondition, standingOf, withFigures } from './selector.ts'

/** Every `when`, with where it stands. Those of questions may speak only of questions before them. */
export function conditionsOf({ questions, rules, setups, accessories }: Selector) {
  const lists = { questions, rules, setups, accessories }
  return Object.entries(lists).flatMap(([list, items]) =>
    items.map(({ when }, at) => ({ when, path: [list, at, 'when'], before: list === 'questions' ? at : undefined })),
  )
}

/** All that must have been answered for this to hold: what it names, what those hang on, and what figures are made of. */
export function questionsBehind(
  { questions, figures }: Pick<Selector, 'questions' | 'figures'>,
  when: SelectorWhen,
  found = new Set<string>(),
): Set<string> {
  for (const id of Object.keys(when)) {
    if (found.has(id)) continue
    found.add(id)
    const figure = figures.find((figure) => figure.id === id)
    const behind = figure ? [figure.of, ...Object.keys(figure.times)] : []
    const question = questions.find((question) => question.id === id)
    questionsBehind({ questions, figures }, { ...Object.fromEntries(behind.map((id) => [id, []])), ...question?.when }, found)
  }
  return found
}

/** Whether some answers make this hold. Each question is looked at by itself, with all that is asked of it on the way. */
export function canHold(selector: Selector, when: SelectorWhen): boolean {
  const { questions, figures } = selector
  const wanted = [...questionsBehind(selector, when)]
  const asked = [when, ...questions.filter(({ id }) => wanted.includes(id)).map(({ when }) => when)]
  const of = (id: string): SelectorCondition[] => asked.flatMap((when) => (when[id] ? [when[id]] : []))
  const isPossible = questions.every((question) => question.kind === 'number' || possibleAnswers(question, of).length > 0)
  if (!isPossible) return false
  return [...questions, ...figures].every((it) => {
    const bounds = of(it.id).flatMap((condition) => (Array.isArray(condition) ? [] : condition))
    const [lowest, highest] = rangeOf(selector, it.id, of)
    const from = Math.max(lowest, ...bounds.map(({ from = -Infinity }) => from))
    const below = Math.min(Infinity, ...bounds.map(({ below = Infinity }) => below))
    return !bounds.length || (from <= highest && from < below)
  })
}

function possibleAnswers(question: SelectorQuestion & { kind: 'choice' }, of: (id: string) => SelectorCondition[]): string[] {
  const conditions = of(question.id).filter((condition) => Array.isArray(condition))
  return question.answers.map(({ id }) => id).filter((id) => conditions.every((condition) => condition.includes(id)))
}

/** From the lowest to the highest that a number or figure can be. */
function rangeOf(selector: Selector, id: string, of: (id: string) => SelectorCondition[]): [number, number] {
  const { questions, figures } = selector
  const question = questions.find((question) => question.id === id)
  if (question?.kind === 'number') return [question.min, question.max]
  const figure = figures.find((figure) => figure.id === id)
  if (!figure) return [0, 0]
  let [low, high] = rangeOf(selector, figure.of, of)
  for (const [id, byAnswer] of Object.entries(figure.times)) {
    const question = questions.find((question) => question.id === id)
    const answers = question?.kind === 'choice' ? possibleAnswers(question, of) : []
    const factors = answers.map((answer) => byAnswer[answer] ?? 1)
    low *= Math.min(...factors)
    high *= Math.max(...factors)
  }
  return [low, high]
}

/** Enough to find a way in any sensible selector; a larger one is believed. */
const MOST_TRIES = 20_000

/** Looks for answers that put the product on the short list. */
export function canBeShown(selector: Selector, slug: string): boolean {
  const rules = selector.rules.filter(({ products }) => products.includes(slug))
  const most = rules.reduce((sum, { points = 0 }) => sum + Math.max(0, points), 0)
  if (most < selector.enoughPoints) return false
  const behind = new Set(rules.flatMap(({ when }) => [...questionsBehind(selector, when)]))
  const relevant = selector.questions.filter(({ id }) => behind.has(id))
  let tries = 0

  const leads = (answers: Answers, at: number): boolean => {
    if (++tries > MOST_TRIES) return true
    const standing = standingOf(rules, withFigures(selector, answers))
    // More answers add rules that hold and take none away.
    if (standing.isExcluded) return false
    const question = relevant[at]
    if (!question) return standing.points >= selector.enoughPoints
    if (!holds(question.when, answers)) return leads(answers, at + 1)
    return answersWorthTrying(selector, question).some((answer) => leads({ ...answers, [question.id]: answer }, at + 1))
  }
  return leads({}, 0)
}

/** Every answer to a choice; of numbers, those at which something changes. */
function answersWorthTrying(selector: Selector, question: SelectorQuestion): (string | number)[] {
  if (question.kind === 'choice') return question.answers.map(({ id }) => id)
  const { min, max, id } = question
  const edges = (name: string) =>
    conditionsOf(selector).flatMap(({ when }) => {
      const condition = when[name]
      return condition && !Array.isArray(condition) ? [condition.from ?? [], condition.below ?? []].flat() : []
    })
  const throughFigures = selector.figures
    .filter(({ of }) => of === id)
    .flatMap((figure) => {
      const factors = Object.values(figure.times).reduce<number[]>(
        (products, byAnswer) => products.flatMap((product) => Object.values(byAnswer).map((factor) => product * factor)),
        [1],
      )
      return edges(figure.id).flatMap((edge) => factors.map((factor) => edge / factor))
    })
  const near = [...edges(id), ...throughFigures].flatMap((edge) => [
    Math.floor(edge) - 1,
    Math.floor(edge),
    Math.ceil(edge),
    Math.ceil(edge) + 1,
  ])
  return [...new Set([min, max, ...near])].filter((number) => number >= min && number <= max).sort((a, b) => a - b)
}
