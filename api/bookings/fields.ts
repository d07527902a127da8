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
  /** A case, or something owned, that it is about, by reference. */
  ticket: z.string().max(20).default(''),
  item: z.string().max(20).default(''),
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

/** What came of calling back. */
export const CallOutcome = z.discriminatedUnion('reached', [
  z.object({ reached: z.literal(false) }),
  z.object({ reached: z.literal(true), minutes: z.int().min(1).max(600), text: required(prose(10_000)) }),
])

const span = /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/
const times = z
  .array(z.string().regex(span))
  .max(6)
  .refine((spans) => spans.every((span, at) => opensIn(span) < closesIn(span) && closesIn(spans[at - 1] ?? '') <= opensIn(span)), {
    params: { reason: 'hours' },
  })

/** One member's week. `hours` and `kinds` are null for what everybody has. */
export const NewCalendar = z.object({
  hours: z
    .strictObject({ monday: times, tuesday: times, wednesday: times, thursday: times, friday: times, saturday: times, sunday: times })
    .nullable(),
  kinds: z.array(Kind).max(100).nullable(),
  meetingUrl: z.union([z.literal(''), z.url({ protocol: /^https$/ }).max(300)]),
})

/** By the clock on the company's wall. */
const WallTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/)
  .refine((at) => !Number.isNaN(Date.parse(at)), { params: { reason: 'format' } })

export const NewAbsence = z
  .object({ from: WallTime, until: WallTime, note: line(200).default('') })
  .refine(({ from, until }) => from < until, { path: ['until'], params: { reason: 'until-after' } })

function opensIn(span: string): string {
  return span.slice(0, 5)
}

function closesIn(span: string): string {
  return span.slice(6)
}

export function isTimeZone(name: string): boolean {
  try {
    // An offset such as "+01:00" is none: it knows nothing of summer time.
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
