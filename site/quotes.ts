import type { APIContext } from 'astro'
import { z } from 'zod'
import { WantedLine } from '../api/quotes/fields.ts'
import { DECLINE_REASONS } from '../api/quotes/model.ts'
import type { PricedLine, Totals } from '../api/quotes/pricing.ts'
import type { Content } from '../content/load.ts'
import type { Currency, Locale, Product } from '../content/schema.ts'
import { type Api, torv } from './api.ts'
import { type ProblemAnswer, problemOf, textOf } from './forms.ts'
import { askedIn, choicesIn } from './quote-terms.ts'

export type ListLine = z.infer<typeof WantedLine>
/** As it was typed: the API says what is wrong with it. */
export type TypedLine = Omit<ListLine, 'quantity'> & { quantity: string }

const COOKIE = 'torv-list'
/** As it travels: with its attributes it must fit in the 4 kB that browsers keep. */
const MAX_BYTES = 3_000
const MAX_LINES = 100
const MONTH_S = 30 * 24 * 60 * 60

type Visit = Pick<APIContext, 'cookies' | 'locals'>

/** What this browser has put on its quote list; what cannot be read, or is no longer sold, is dropped. */
export function readList({ cookies, locals }: Visit): ListLine[] {
  const kept = z.array(z.unknown()).safeParse(jsonOf(cookies.get(COOKIE)?.value)).data ?? []
  return kept.flatMap((line) => offered(locals.content, WantedLine.safeParse(line).data) ?? [])
}

/** False when the list is longer than a browser can keep; it then keeps what it had. */
export function writeList({ cookies }: Pick<Visit, 'cookies'>, lines: ListLine[]): boolean {
  const value = encodeURIComponent(JSON.stringify(lines))
  if (value.length > MAX_BYTES) return false
  if (lines.length) cookies.set(COOKIE, value, { ...place(), maxAge: MONTH_S, encode: (encoded) => encoded })
  else cookies.delete(COOKIE, place())
  return true
}

/** The same product with the same options becomes more of the same. */
export function addToList(lines: ListLine[], line: ListLine): ListLine[] {
  const sameAs = (other: ListLine) => other.product === line.product && JSON.stringify(other.options) === JSON.stringify(line.options)
  if (!lines.some(sameAs)) return [...lines, line]
  return lines.map((other) => (sameAs(other) ? { ...other, quantity: other.quantity + line.quantity } : other))
}

/** The line with a choice for every option the product has, and for no other; undefined when there is no such product. */
export function offered<Line extends Pick<ListLine, 'product' | 'options'>>(content: Content, line: Line | undefined): Line | undefined {
  const product = content.products.find(({ slug }) => slug === line?.product)
  return product && line && { ...line, options: choicesOf(product, line.options) }
}

/** The lines of the builder's form, in order: `lines.0.product`, `lines.0.options.colour`, `lines.0.quantity`. */
export function linesIn(form: FormData): TypedLine[] {
  const lines: TypedLine[] = []
  for (let at = 0; form.has(`lines.${at}.product`) && at < MAX_LINES; at++) {
    lines.push({
      product: textOf(form, `lines.${at}.product`),
      options: optionsIn(form, `lines.${at}.options.`),
      quantity: textOf(form, `lines.${at}.quantity`),
    })
  }
  return lines
}

/** The options among the fields whose names begin so; a product's own form sends `option.colour`. */
export function optionsIn(form: FormData, prefix = 'option.'): Record<string, string> {
  const names = [...form.keys()].filter((name) => name.startsWith(prefix))
  return Object.fromEntries(names.map((name) => [name.slice(prefix.length), textOf(form, name)]))
}

/** The lines as the API's type has them: what was typed as a quantity goes as it is, and the API says what is wrong with it. */
export function asTyped(lines: TypedLine[]): ListLine[] {
  return lines as unknown as ListLine[] // the schema reads text, which the client's type does not tell
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

export type Answer = 'ask' | 'answer' | 'choose' | 'counter' | 'renewal' | 'decline' | 'withdraw' | 'accept' | 'code' | 'prove' | 'undo'

/** One form of a quote's page: its key, and, when it is the one that was refused, what was typed and why. */
export type FormState = { key: string; typed: (field: string) => string; problem: ProblemAnswer | undefined }

/** Sends what the customer said with a form of the quote's page. */
export function sendAnswer(api: Api, reference: string, form: FormData, locale: Locale): Promise<Response> {
  const one = api.api.quotes[':reference']
  const param = { reference }
  const once = { headers: { 'idempotency-key': keyOf(form) } }
  const text = textOf(form, 'text')
  switch (textOf(form, 'action')) {
    case 'code':
      return one.codes.$post({ param })
    case 'prove':
      return api.api['sign-in'].$post({ json: { code: textOf(form, 'code') } })
    case 'accept': {
      const json = {
        ...{ revision: Number(textOf(form, 'revision')), totalMinor: Number(textOf(form, 'total')), name: textOf(form, 'name') },
        hash: textOf(form, 'hash'),
        purchaseOrder: textOf(form, 'purchase-order'),
        signature: (jsonOf(textOf(form, 'signature')) ?? []) as number[][], // the API says what is wrong with it
      }
      return one.acceptance.$post({ param, json }, once)
    }
    case 'choose':
      return one.choices.$put({ param, json: { revision: Number(textOf(form, 'revision')), choices: choicesIn(form) } })
    case 'undo':
      return one.acceptance.$delete({ param })
    case 'decline': {
      const reason = DECLINE_REASONS.find((reason) => reason === textOf(form, 'reason')) ?? ('' as 'other') // the API refuses nothing at all
      return one.decline.$post({ param, json: { reason, text } }, once)
    }
    case 'withdraw':
      return one.withdrawal.$post({ param }, once)
    case 'counter':
      return one.counter.$post({ param, json: { text, lines: askedIn(form, locale) } }, once)
    case 'answer':
      return one.answer.$post({ param, json: { text } }, once)
    case 'renewal':
      return one.renewal.$post({ param, json: { text } }, once)
    default:
      return one.messages.$post({ param, json: { text, lineId: textOf(form, 'lineId') || undefined } }, once)
  }
}

/** Where on the page it goes on after that. */
export function placeAfter(action: string): string {
  if (action === 'code') return '?code#accept'
  if (action === 'prove') return '#accept'
  if (action === 'choose') return '#lines'
  return action === 'ask' || action === 'answer' ? '#messages' : ''
}

/** The key of a form, the same with every attempt, so that what is sent twice happens once. */
export function keyOf(form: FormData | undefined): string {
  const key = form ? textOf(form, 'key') : ''
  return /^[\w-]{8,100}$/.test(key) ? key : crypto.randomUUID()
}

function choicesOf({ options }: Product, chosen: Record<string, string>): Record<string, string> {
  const choices = options.map(({ id, choices }) => [id, (choices.find((choice) => choice.id === chosen[id]) ?? choices[0])?.id ?? ''])
  return Object.fromEntries(choices)
}

function place() {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: torv().config.publicUrl.startsWith('https:') } as const
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
