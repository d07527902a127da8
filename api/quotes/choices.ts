import { type FieldError, Problem } from '../platform/problems.ts'
import type { QuoteDocument } from './document.ts'
import { amountFor, type PricedLine, totalOf } from './pricing.ts'

/** What the buyer takes of an offer, by the ids of lines; what is not named stays as it was offered. */
export type Choices = Record<string, { selected?: boolean | undefined; quantity?: number | undefined }>

/**
 * The offer as the buyer has chosen it, with its totals. The unit price that was offered holds for every quantity of the range,
 * so the document needs no catalogue. Refuses what the offer leaves no choice about (`lines.<id>.quantity`).
 */
export function applyChoices(document: QuoteDocument, choices: Choices): QuoteDocument {
  const mistakes = mistakesIn(document, choices)
  if (Object.keys(mistakes).length) throw new Problem('invalid-input', { errors: mistakes })
  const lines = document.lines.map((line) => chosenLine(line, choices[line.id]))
  return { ...document, lines, ...totalOf(lines) }
}

/** Whether the offer leaves the buyer anything to choose. */
export function leavesChoice({ lines }: QuoteDocument): boolean {
  return lines.some(({ optional, range }) => optional || range)
}

function mistakesIn({ lines }: QuoteDocument, choices: Choices): Record<string, FieldError> {
  const mistakes: Record<string, FieldError> = {}
  for (const [id, { selected, quantity }] of Object.entries(choices)) {
    const line = lines.find((line) => line.id === id)
    const field = (name: string) => `lines.${id}.${name}`
    if (!line) mistakes[field('selected')] = { reason: 'choice' }
    else if (selected === false && !line.optional) mistakes[field('selected')] = { reason: 'choice' }
    else if (quantity !== undefined && !isOffered(line, quantity)) mistakes[field('quantity')] = outOf(line)
  }
  return mistakes
}

function isOffered({ range, quantity: offered }: PricedLine, quantity: number): boolean {
  return range ? range.min <= quantity && quantity <= range.max : quantity === offered
}

function outOf({ range, quantity }: PricedLine): FieldError {
  return { reason: 'out-of-range', values: range ?? { min: quantity, max: quantity } }
}

function chosenLine(line: PricedLine, { selected = line.selected, quantity = line.quantity }: Choices[string] = {}): PricedLine {
  return { ...line, selected, quantity, ...amountFor(quantity, line.unitPrice, line.discountBp) }
}
