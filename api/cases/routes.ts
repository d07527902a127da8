import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { kindOf } from '../bookings/kinds.ts'
import { bookingCases } from '../bookings/own-cases.ts'
import { line } from '../platform/fields.ts'
import { type Env, query } from '../platform/http.ts'
import { quoteCases } from '../quotes/own-cases.ts'
import type { Services } from '../services.ts'
import { customerLabelKey, type TicketStatus } from '../tickets/model.ts'
import { ticketCases } from '../tickets/own-cases.ts'
import { CASE_KINDS, CASE_STATES, type FoundCase, newestOf, positionOf, WHOSE } from './model.ts'

const Filter = z.object({
  kind: z.enum(CASE_KINDS).optional(),
  state: z.enum(CASE_STATES).optional(),
  whose: z.enum(WHOSE).optional(),
  q: line(100).optional(),
  cursor: z.string().max(40).optional(),
})

/** All that somebody has going with the company, in one list: service, chats, quotes, appointments; what changed last first. */
export const cases = new Hono<Env>().get('/', query(Filter), async (c) => {
  const { services, actor } = c.var
  const { cursor, q, ...filter } = c.req.valid('query')
  const asked = { ...filter, q: q?.trim() || undefined, after: positionOf(cursor) }
  const { kind } = asked
  const lists = await Promise.all([
    kind === undefined || kind === 'ticket' || kind === 'chat' ? ticketCases(services, actor, asked) : [],
    kind === undefined || kind === 'quote' ? quoteCases(services, actor, asked) : [],
    kind === undefined || kind === 'booking' ? bookingCases(services, actor, asked) : [],
  ])
  const { cases, next } = newestOf(lists)
  return c.json({ cases: cases.map((one) => inWords(c, one)), next: next ?? null })
})

function inWords(c: Context<Env>, found: FoundCase) {
  const { services, locale } = c.var
  return { ...found, title: titleOf(services, found, locale), label: services.t[locale](labelKey(found)) }
}

function titleOf({ content }: Services, { kind, title }: FoundCase, locale: Env['Variables']['locale']): string {
  return kind === 'booking' ? kindOf(content, title, locale).name : title
}

function labelKey({ kind, status }: FoundCase): string {
  if (kind === 'quote') return `quotes.status.${status}`
  return kind === 'booking' ? `bookings.status.${status}` : customerLabelKey(status as TicketStatus) // as its own subject says it
}
