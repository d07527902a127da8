import type { Content } from '../../content/load.ts'
import { TAGS } from '../../content/money.ts'
import type { Locale, TicketKind } from '../../content/schema.ts'
import type { TicketField } from '../../content/ticket-kinds.ts'
import { Day, line, prose } from '../platform/fields.ts'
import { type FieldError, Problem } from '../platform/problems.ts'
import type { Ticket } from './store.ts'

export type Answers = Record<string, string | number>
type Read = { value: string | number } | FieldError

/** What is asked of whoever opens a case of this kind, besides its subject and words. */
export function fieldsOf({ ticketForms }: Content, kind: TicketKind): TicketField[] {
  return ticketForms.find((form) => form.kind === kind)?.fields ?? []
}

/** The answers to the form of a kind, as its fields want them; a refusal names each field. What nobody asked is left out. */
export function readAnswers(content: Content, kind: TicketKind, typed: Record<string, string>): Answers {
  const answers: Answers = {}
  const errors: Record<string, FieldError> = {}
  for (const field of fieldsOf(content, kind)) {
    const words = typed[field.id]?.trim() ?? ''
    if (!words && !field.required) continue
    const read = words ? readAnswer(field, words) : { reason: 'required' }
    if ('reason' in read) errors[`fields.${field.id}`] = read
    else answers[field.id] = read.value
  }
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
  return answers
}

function readAnswer(field: TicketField, words: string): Read {
  switch (field.type) {
    case 'text': {
      const { data } = (field.maxLength > 200 ? prose(field.maxLength) : line(field.maxLength)).safeParse(words)
      return data === undefined ? { reason: 'too-long', values: { max: field.maxLength } } : { value: data }
    }
    case 'choice':
      return field.choices.some(({ id }) => id === words) ? { value: words } : { reason: 'choice' }
    case 'date':
      return Day.safeParse(words).success ? { value: words } : { reason: 'format' }
    case 'number':
      return readNumber(field, Number(words.replace(',', '.')))
  }
}

function readNumber({ min = -1e9, max = 1e9 }: { min?: number | undefined; max?: number | undefined }, value: number): Read {
  if (!Number.isFinite(value)) return { reason: 'format' }
  if (value < min) return { reason: 'too-small', values: { min } }
  return value > max ? { reason: 'too-large', values: { max } } : { value }
}

/** The answers as they are read, in the order of the form. A field that the company has taken out since is not shown. */
export function shownAnswers(content: Content, { kind, fields }: Ticket, locale: Locale): { label: string; value: string }[] {
  const answers = JSON.parse(fields) as Answers // written by openTicket
  return fieldsOf(content, kind).flatMap((field) => {
    const answer = answers[field.id]
    return answer === undefined ? [] : [{ label: field.label[locale], value: shown(field, answer, locale) }]
  })
}

function shown(field: TicketField, answer: string | number, locale: Locale): string {
  switch (field.type) {
    case 'choice':
      return field.choices.find(({ id }) => id === answer)?.label[locale] ?? String(answer)
    case 'date':
      return new Intl.DateTimeFormat(TAGS[locale], { dateStyle: 'long', timeZone: 'UTC' }).format(Date.parse(String(answer)))
    case 'number': {
      const number = new Intl.NumberFormat(TAGS[locale]).format(Number(answer))
      return field.unit ? `${number} ${field.unit[locale]}` : number
    }
    default:
      return String(answer)
  }
}
