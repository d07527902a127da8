import type { Context } from 'hono'
import { z } from 'zod'
import type { Env } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { dayOf } from '../tickets/hours.ts'
import { GRAINS, type Grain, monthFrom } from './periods.ts'

const Month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/)
const nothing = z.literal('').transform(() => undefined)

/** For which time numbers are asked, and whose. */
export const TIME = {
  grain: z.enum(GRAINS).default('month'),
  from: Month.optional(),
  to: Month.optional(),
  person: z
    .string()
    .regex(/^user:\d{1,10}$/)
    .optional()
    .or(nothing),
}
/** A year, and this month. */
const USUAL_MONTHS = 12

type Time = { grain: Grain; from?: string | undefined; to?: string | undefined; person?: string | undefined }

/** What was left out is the last twelve months. */
export function timeOf(c: Context<Env>, { grain, from, to, person }: Time) {
  const { content, clock } = c.var.services
  const until = to ?? dayOf(clock.now(), content.company.timeZone).slice(0, 7)
  const since = from ?? monthFrom(until, -USUAL_MONTHS)
  if (since > until) throw invalid('to', 'before-the-start')
  return { grain, from: since, to: until, person }
}

export function inHours(ms: number | null): number | null {
  return ms === null ? null : Math.round(ms / 36_000) / 100
}
