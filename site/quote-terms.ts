import type { Choices } from '../api/quotes/choices.ts'
import type { AskedLine } from '../api/quotes/negotiation.ts'
import type { Locale } from '../content/schema.ts'
import { readAmount, readCount } from './components/desk-quotes/amounts.ts'
import { type ProblemAnswer, textOf } from './forms.ts'

const ASKED = /^asked\.(\d{1,4})\.(quantity|unitPrice|deliveryOn|text)$/
/** What the buyer took of the offer, in the form that stands around its lines: every line with a choice is named by `choice`. */
export function choicesIn(form: FormData): Choices {
  const lines = form.getAll('choice').map(String)
  return Object.fromEntries(
    lines.map((id) => [
      id,
      {
        ...(form.has(`optional.${id}`) && { selected: form.has(`selected.${id}`) }),
        ...(form.has(`quantity.${id}`) && { quantity: figure(textOf(form, `quantity.${id}`), readCount) }),
      },
    ]),
  )
}

/** The lines that something was asked of, in their order; what was left empty stands as it was offered. */
export function askedIn(form: FormData, locale: Locale): AskedLine[] {
  const digits = Math.min(4, Number(textOf(form, 'digits')) || 0)
  return askedIds(form).map((id) => {
    const typed = (name: string) => textOf(form, `asked.${id}.${name}`).trim()
    return {
      id,
      text: typed('text'),
      ...(typed('quantity') && { quantity: figure(typed('quantity'), readCount) }),
      ...(typed('unitPrice') && { unitPriceMinor: figure(typed('unitPrice'), (text) => readAmount(text, locale, digits)) }),
      ...(typed('deliveryOn') && { deliveryOn: typed('deliveryOn') }),
    }
  })
}

/** The mistakes by the fields of the form: the API numbers the lines it was sent, the form names them by their ids. */
export function byAskedField(problem: ProblemAnswer, form: FormData): ProblemAnswer {
  const ids = askedIds(form)
  const errors = Object.entries(problem.errors).map(([field, text]) => {
    const [, at, name = ''] = /^lines\.(\d+)\.(\w+)$/.exec(field) ?? []
    return [at === undefined ? field : `asked.${ids[Number(at)]}.${name === 'unitPriceMinor' ? 'unitPrice' : name}`, text]
  })
  return { ...problem, errors: Object.fromEntries(errors) }
}

/** A figure that cannot be read goes as it was typed: the API refuses it beside its field. */
function figure(typed: string, read: (typed: string) => number | undefined): number {
  return read(typed) ?? (typed as unknown as number) // what the API's type does not tell: it answers whatever comes
}

function askedIds(form: FormData): string[] {
  const ids = [...form.keys()].flatMap((name) => (textOf(form, name).trim() && ASKED.exec(name)?.[1]) || [])
  return [...new Set(ids)]
}
