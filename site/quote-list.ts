import type { NewLine } from '../api/quotes/list.ts'
import type { PricedLine, Totals } from '../api/quotes/pricing.ts'
import type { Currency, Locale } from '../content/schema.ts'
import type { Api } from './api.ts'
import { type ProblemAnswer, problemOf, textOf } from './forms.ts'

const MAX_LINES = 100

/** As it was typed: the API says what is wrong with it. */
export type TypedLine = NewLine
export type Pasted = { added: number; mistakes: { number: number; text: string; message: string }[] }
/** The list as it now is, and what stood in the way. */
export type Edited = { lines: TypedLine[]; problem?: ProblemAnswer | undefined; pasted?: Pasted | undefined }

/** Keeps what was typed in the builder's form, and does what its button says. */
export async function editList(api: Api, form: FormData, action: string): Promise<Edited> {
  const typed = linesIn(form)
  const removed = /^remove:(\d+)$/.exec(action)?.[1]
  const lines = removed ? typed.filter((_, at) => at !== Number(removed)) : typed
  const kept = await api.api.quotes.list.$put({ json: { lines, known: textOf(form, 'known').split(' ').filter(Boolean) } })
  if (!kept.ok) return { lines, problem: await problemOf(kept) }

  let edited: Edited = await kept.json()
  const more = newLines(form, action)
  if (more.length) {
    const longer = await api.api.quotes.list.lines.$post({ json: { lines: more } })
    if (!longer.ok) return { ...edited, problem: about(await problemOf(longer), more) }
    edited = await longer.json()
  }
  const text = textOf(form, 'paste')
  if (!text.trim() || !['paste', 'request'].includes(action)) return edited
  const pasted = await api.api.quotes.list.paste.$post({ json: { text } })
  if (!pasted.ok) return { ...edited, problem: about(await problemOf(pasted), []) }
  const { lines: all, ...outcome } = await pasted.json()
  return { lines: all, pasted: outcome }
}

/** The lines of the builder's form, in order: `lines.0.product`, `lines.0.options.colour`, `lines.0.quantity`; or `lines.1.text`. */
function linesIn(form: FormData): TypedLine[] {
  const lines: TypedLine[] = []
  for (let at = 0; at < MAX_LINES; at++) {
    // What is no longer sold has no fields.
    if (!form.has(`lines.${at}.quantity`)) continue
    const field = (name: string) => (form.has(`lines.${at}.${name}`) ? textOf(form, `lines.${at}.${name}`) : undefined)
    lines.push({
      key: field('key'),
      product: field('product'),
      text: field('text'),
      options: optionsIn(form, `lines.${at}.options.`),
      quantity: field('quantity') ?? '',
    })
  }
  return lines
}

/** The options among the fields whose names begin so; a product's own form sends `option.colour`. */
export function optionsIn(form: FormData, prefix = 'option.'): Record<string, string> {
  const names = [...form.keys()].filter((name) => name.startsWith(prefix))
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), textOf(form, name)]))
}

/** What the fields below the list add to it. Words are taken along whichever button was pressed: they must not get lost. */
function newLines(form: FormData, action: string): TypedLine[] {
  const product = action === 'add' ? textOf(form, 'add') : ''
  const text = textOf(form, 'words').trim()
  return [
    ...(product ? [{ product, options: {}, quantity: '1' }] : []),
    ...(text ? [{ text, options: {}, quantity: textOf(form, 'words-quantity') || '1' }] : []),
  ]
}

/** The API names what was sent by its place in that; on the page it has a field of its own. */
function about(problem: ProblemAnswer, more: TypedLine[]): ProblemAnswer {
  const errors = Object.entries(problem.errors).map(([field, message]) => {
    const at = /^lines\.(\d+)\./.exec(field)?.[1]
    if (at === undefined) return [field === 'text' ? 'paste' : '', message]
    return [more[Number(at)]?.product === undefined ? 'words' : 'add', message]
  })
  return { ...problem, errors: Object.fromEntries(errors) }
}

type Sums = Totals & { currency: Currency }
export type PricedDraft = { lines: (PricedLine | undefined)[]; sums: Sums | undefined; errors: ProblemAnswer['errors'] }

/** What the lines cost. A line with a mistake is named and left out, so that the others keep their prices. */
export async function priceDraft(api: Api, lines: TypedLine[], locale: Locale): Promise<PricedDraft> {
  if (!lines.length) return { lines: [], sums: undefined, errors: {} }
  const answer = await api.api.quotes.price.$post({ json: { lines: asTyped(lines), locale } })
  if (answer.ok) {
    const { lines, ...sums } = await answer.json()
    return { lines, sums, errors: {} }
  }
  const { errors } = await problemOf(answer)
  const isWrong = (at: number) => Object.keys(errors).some((field) => field.startsWith(`lines.${at}.`))
  const right = lines.filter((_, at) => !isWrong(at))
  if (right.length === lines.length) return { lines: [], sums: undefined, errors }
  const others = await priceDraft(api, right, locale)
  return { ...others, lines: lines.map((line) => others.lines[right.indexOf(line)]), errors }
}

/** The lines as the API's type has them: what was typed as a quantity goes as it is, and the API says what is wrong with it. */
export function asTyped(lines: TypedLine[]) {
  return lines.map(({ key: _key, ...line }) => line) as unknown as (Omit<TypedLine, 'quantity'> & { quantity: number })[] // the schema reads text, too
}
