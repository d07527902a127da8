import { z } from 'zod'
import type { FieldError } from './problems.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const CONTROL = /[\u0000-\u001f\u007f\u2028\u2029]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is taken out
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g

/** One line as people type it: trimmed, no line ends or other controls (they could become a mail header). */
export function line(max: number) {
  return z
    .string()
    .transform((value) => value.toWellFormed().trim())
    .pipe(
      z
        .string()
        .max(max)
        .refine((value) => !CONTROL.test(value), { params: { reason: 'one-line' } }),
    )
}

/** Prose: line ends are kept as "\n", other controls dropped. */
export function prose(max: number) {
  return z
    .string()
    .transform((value) => value.toWellFormed().replace(/\r\n?/g, '\n').replace(CONTROL_BUT_LINES, '').trim())
    .pipe(z.string().max(max))
}

/** Says *required* rather than *too short* when nothing was typed. */
export function required<T extends z.ZodType<string>>(field: T) {
  return field.refine((value) => value.length > 0, { params: { reason: 'required' } })
}

/** A day as ISO 8601 writes it: "2026-12-24". */
export const Day = z.iso.date()

export const Email = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email().max(254))

/** "71 00" and "7100" are one place. */
export function tidyPostcode(text: string): string {
  return text.toUpperCase().replaceAll(' ', '')
}

/** '' when they have not told. */
export const Postcode = line(12)
  .refine((text) => /^[\p{L}\d -]*$/u.test(text), { params: { reason: 'postcode' } })
  .transform(tidyPostcode)
  .default('')

/** Zod's issues by field path, as phrases of `invalid.*`. The first issue of a field is the one shown. */
export function fieldErrors(error: z.ZodError, input: unknown): Record<string, FieldError> {
  const errors: Record<string, FieldError> = {}
  for (const issue of error.issues) errors[issue.path.join('.') || 'form'] ??= reasonFor(issue, valueAt(input, issue.path))
  return errors
}

function reasonFor(issue: z.core.$ZodIssue, value: unknown): FieldError {
  const missing = value === undefined || value === null || value === ''
  switch (issue.code) {
    case 'custom':
      return { reason: String(issue.params?.reason ?? 'invalid') }
    case 'too_small':
      if (typeof value === 'string')
        return missing ? { reason: 'required' } : { reason: 'too-short', values: { min: Number(issue.minimum) } }
      return { reason: Array.isArray(value) ? 'too-few' : 'too-small', values: { min: Number(issue.minimum) } }
    case 'too_big':
      if (typeof value === 'string') return { reason: 'too-long', values: { max: Number(issue.maximum) } }
      return { reason: Array.isArray(value) ? 'too-many' : 'too-large', values: { max: Number(issue.maximum) } }
    case 'invalid_format':
      return missing ? { reason: 'required' } : { reason: issue.format === 'email' ? 'email' : 'format' }
    case 'invalid_value':
      return { reason: missing ? 'required' : 'choice' }
    default:
      return { reason: missing ? 'required' : 'invalid' }
  }
}

function valueAt(input: unknown, path: PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined | null)?.[key], input) // any shape may come in
}
