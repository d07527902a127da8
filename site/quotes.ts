import type { AstroCookies } from 'astro'
import type { z } from 'zod'
import { WantedLine } from '../api/quotes/fields.ts'
import { textOf } from './forms.ts'

export type ListLine = z.infer<typeof WantedLine>
/** As it was typed: the API says what is wrong with it. */
export type TypedLine = { product: string; options: Record<string, string>; quantity: string }

const COOKIE = 'torv-list'
const MAX_LINES = 40
const MONTH_S = 30 * 24 * 60 * 60

/** What this browser has put on its quote list; what cannot be read is dropped. */
export function readList(cookies: AstroCookies): ListLine[] {
  try {
    const lines: unknown = cookies.get(COOKIE)?.json()
    return Array.isArray(lines) ? lines.flatMap((line) => WantedLine.safeParse(line).data ?? []).slice(0, MAX_LINES) : []
  } catch {
    return []
  }
}

export function writeList(cookies: AstroCookies, lines: ListLine[], secure: boolean) {
  const options = { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: MONTH_S } as const
  if (lines.length) cookies.set(COOKIE, JSON.stringify(lines.slice(0, MAX_LINES)), options)
  else cookies.delete(COOKIE, { path: '/' })
}

/** The same product with the same options becomes more of the same. */
export function addToList(lines: ListLine[], line: ListLine): ListLine[] {
  const sameAs = (other: ListLine) => other.product === line.product && JSON.stringify(other.options) === JSON.stringify(line.options)
  if (!lines.some(sameAs)) return [...lines, line]
  return lines.map((other) => (sameAs(other) ? { ...other, quantity: other.quantity + line.quantity } : other))
}

/** The lines of the builder's form, in order: `lines.0.product`, `lines.0.options.colour`, `lines.0.quantity`. */
export function linesIn(form: FormData): TypedLine[] {
  const lines: TypedLine[] = []
  for (let at = 0; form.has(`lines.${at}.product`) && at < MAX_LINES; at++) {
    const prefix = `lines.${at}.options.`
    const options = [...form.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => [name.slice(prefix.length), textOf(form, name)])
    lines.push({
      product: textOf(form, `lines.${at}.product`),
      options: Object.fromEntries(options),
      quantity: textOf(form, `lines.${at}.quantity`),
    })
  }
  return lines
}

/** The options that a product's own form sends: `option.colour`. */
export function optionsIn(form: FormData): Record<string, string> {
  const names = [...form.keys()].filter((name) => name.startsWith('option.'))
  return Object.fromEntries(names.map((name) => [name.slice('option.'.length), textOf(form, name)]))
}
