// What the rules of content/selector.yaml mean. Used to choose with (api/catalog/selector.ts) and to find mistakes in them.
import type { Selector, SelectorQuestion, SelectorRule, SelectorWhen } from './schema.ts'

/** By question: the id of an answer, or the number. Only of questions that are asked. */
export type Answers = Record<string, string | number>
export type SelectorCondition = SelectorWhen[string]

/** Whether this much is known, and so. What has not been answered is never so. */
export function holds(when: SelectorWhen, known: Answers): boolean {
  return Object.entries(when).every(([id, condition]) => meets(condition, known[id]))
}

/** Whether the question is put to somebody who has answered so. */
export function isAsked({ when }: SelectorQuestion, answers: Answers): boolean {
  return holds(when, answers)
}

/** The answers with the figures that can be worked out from them, as rounded as they are shown. */
export function withFigures({ figures }: Pick<Selector, 'figures'>, answers: Answers): Answers {
  const known = { ...answers }
  for (const { id, of, times, decimals } of figures) {
    const factors = Object.entries(times).map(([question, byAnswer]) => byAnswer[answers[question] ?? ''])
    const number = answers[of]
    if (typeof number === 'number' && factors.every((factor) => factor !== undefined)) {
      known[id] = rounded(
        factors.reduce<number>((product, factor) => product * (factor ?? 1), number),
        decimals,
      )
    }
  }
  return known
}

/** The points of a product, or `excluded`, by the rules that hold. */
export function standingOf(rules: SelectorRule[], known: Answers): { points: number; isExcluded: boolean; rules: SelectorRule[] } {
  const holding = rules.filter(({ when }) => holds(when, known))
  return {
    points: holding.reduce((sum, { points = 0 }) => sum + points, 0),
    isExcluded: holding.some(({ exclude }) => exclude),
    rules: holding,
  }
}

/** The products that the rules speak of, and those of each. */
export function rulesByProduct({ rules }: Pick<Selector, 'rules'>): Map<string, SelectorRule[]> {
  const found = new Map<string, SelectorRule[]>()
  for (const rule of rules) for (const slug of rule.products) found.set(slug, [...(found.get(slug) ?? []), rule])
  return found
}

/** The names in curly brackets that a text has gaps for. */
export function gapsIn(text: string): string[] {
  return [...text.matchAll(/\{([\w-]+)\}/g)].map(([, name = '']) => name)
}

function meets(condition: SelectorCondition, value: string | number | undefined): boolean {
  if (Array.isArray(condition)) return condition.includes(String(value))
  const { from = -Infinity, below = Infinity } = condition
  return typeof value === 'number' && value >= from && value < below
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals))
}
