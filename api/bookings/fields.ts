import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { Email, line, prose, required } from '../platform/fields.ts'

/** A moment in milliseconds, as forms send it too: plain digits. */
const Moment = z.preprocess((value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value), z.int().min(0))

/** A zone that the calendar of this machine knows; its name is shown and mailed, so nothing else gets through. */
const TimeZone = z
  .string()
  .max(60)
  .refine(isTimeZone, { params: { reason: 'choice' } })

const Kind = z.string().max(60)

const person = {
  name: required(line(120)),
  phone: line(40).default(''),
  /** Where we come to, for a visit. */
  address: line(300).default(''),
  words: prose(2_000).default(''),
  product: z.string().max(100).default(''),
}

export const Wanted = z.object({
  ...person,
  kind: Kind,
  startsAt: Moment,
  email: Email.optional().or(z.literal('').transform(() => undefined)),
  locale: Locale.optional(),
  timeZone: TimeZone.optional(),
})

export const WantedByStaff = z.object({ ...person, kind: Kind, startsAt: Moment, email: Email, locale: Locale })

/** `sequence` is that of the booking they had before them. */
export const NewTime = z.object({ startsAt: Moment, sequence: z.int().min(0) })
export const NewTimeByStaff = NewTime.extend({ note: prose(2_000).default('') })
export const Cancellation = z.object({ note: prose(2_000).default('') })
export const Outcome = z.object({ outcome: z.enum(['held', 'missed']) })

export function isTimeZone(name: string): boolean {
  try {
    // An offset such as "+01:00" is none: it knows nothing of summer time.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
