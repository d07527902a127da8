import { z } from 'zod'
import { minorDigits } from '../../content/money.ts'
import { type Company, Currency } from '../../content/schema.ts'
import { wordsTyped } from '../desk/words.ts'
import type { Value } from '../platform/db.ts'
import { line } from '../platform/fields.ts'
import { DESK_VIEWS, SHOWN, STATUSES, type Status } from './model.ts'

export const SORTS = ['waiting', 'recent', 'newest', 'value', 'expiry'] as const
export type Sort = (typeof SORTS)[number]

/** The ages and spans that can be asked for, in days. */
export const QUIET_DAYS = [3, 7, 14, 30] as const
export const CREATED_DAYS = [7, 30, 90, 365] as const
export const EXPIRING_DAYS = [3, 7, 14] as const

// An empty field of a form, or one that has been tampered with in an address, asks for nothing.
const wholeOf = (max: number) => z.coerce.number().int().min(1).max(max).optional().catch(undefined)
const oneOf = (days: readonly number[]) => wholeOf(365).transform((n) => (n && days.includes(n) ? n : undefined))

const text = line(100)
  .optional()
  .catch(undefined)
  .transform((value) => value || undefined)

/** What the pipeline can be asked for, as it stands in an address: the page's, the API's and a saved view's alike. */
export const PipelineQuery = z.object({
  view: z.enum(DESK_VIEWS).catch('todo'),
  status: z
    .preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(z.string()).max(20))
    .catch([])
    .transform((asked) => STATUSES.filter((status) => asked.includes(status))),
  /** `me`, `nobody`, or the id of a member of staff. */
  owner: z
    .string()
    .regex(/^(me|nobody|\d{1,9})$/)
    .optional()
    .catch(undefined),
  q: text,
  /** In whole kroner, euros …: what they are worth before VAT. */
  min: wholeOf(1_000_000_000),
  max: wholeOf(1_000_000_000),
  currency: Currency.optional().catch(undefined),
  quiet: oneOf(QUIET_DAYS),
  created: oneOf(CREATED_DAYS),
  expiring: oneOf(EXPIRING_DAYS),
  product: text,
  /** Whether a manager has ever been asked about it. */
  approval: z.literal('1').optional().catch(undefined),
  sort: z.enum(SORTS).optional().catch(undefined),
  as: z.enum(['list', 'board']).catch('list'),
})
export type PipelineQuery = z.output<typeof PipelineQuery>

/** The same as an address says it, without what goes without saying. */
export function writeQuery({ status, view, as, ...others }: PipelineQuery): URLSearchParams {
  const query = new URLSearchParams({ view, ...(as === 'board' && { as }) })
  for (const one of status) query.append('status', one)
  for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, String(value))
  return query
}

const DAY_MS = 24 * 60 * 60 * 1000
/** As `statusAt` in model.ts says it. */
export const STANDS = `case when q.status = 'sent' and q.expires_at <= :now then 'expired' else q.status end`

type Asker = { now: number; userId: number; company: Pick<Company, 'defaultCurrency'> }
export type Where = {
  sql: string
  args: Record<string, Value>
  /** Whether it finds quotes by what stands in them: then that leads to few, and their state to many. */
  isNarrow: boolean
}

export function statusesOf({ view, status }: Pick<PipelineQuery, 'view' | 'status'>): readonly Status[] {
  return status.length ? status : SHOWN[view]
}

export function sortOf({ view, sort }: Pick<PipelineQuery, 'view' | 'sort'>): Sort {
  return sort ?? (['won', 'lost', 'all'].includes(view) ? 'recent' : 'waiting')
}

/** Which quotes are asked for, as a condition on `quotes q`. The states are asked for apart: see `inStates`. */
export function whereOf(asked: PipelineQuery, { now, userId, company }: Asker): Where {
  const currency = asked.currency ?? (asked.min || asked.max ? company.defaultCurrency : undefined)
  const owner = asked.view === 'mine' ? (asked.owner ?? 'me') : asked.owner
  const words = beginningsOf(asked.q)
  const parts: [unknown, string, Record<string, Value>?][] = [
    [owner === 'nobody', 'q.owner_id is null'],
    [owner && owner !== 'nobody', 'q.owner_id = :owner', { owner: owner === 'me' ? userId : Number(owner) }],
    [words, 'q.id in (select rowid from quote_words where words match :words)', { words: words ?? '' }],
    [currency, 'q.currency = :currency', { currency: currency ?? '' }],
    [asked.min, 'q.net >= :min', { min: minorOf(asked.min, currency) }],
    [asked.max, 'q.net <= :max', { max: minorOf(asked.max, currency) }],
    [asked.quiet, '+q.updated_at <= :quietSince', { quietSince: now - (asked.quiet ?? 0) * DAY_MS }],
    [asked.created, 'q.created_at >= :createdSince', { createdSince: now - (asked.created ?? 0) * DAY_MS }],
    [
      asked.expiring,
      `q.status = 'sent' and q.expires_at > :now and q.expires_at <= :expiresBy`,
      { expiresBy: now + (asked.expiring ?? 0) * DAY_MS },
    ],
    [asked.product, 'q.id in (select rowid from quote_slugs where quote_slugs match :product)', { product: oneSlug(asked.product) }],
    [asked.approval, `q.reference in (select subject from events where kind = 'quote.approval-asked')`],
  ]
  const active = parts.filter(([isAsked]) => isAsked)
  return {
    sql: active.map(([, sql]) => `and ${sql}`).join(' '),
    args: Object.assign({ now }, ...active.map(([, , args]) => args ?? {})),
    isNarrow: Boolean(words || asked.product || asked.approval),
  }
}

/**
 * Those that stand in one of these states. The state as stored comes first, since that is what the index knows; an offer that
 * has run out may still be stored as sent. The plus keeps the index of states out of a search that is narrow already.
 */
export function inStates(statuses: readonly Status[], isNarrow = false): string {
  const stored = statuses.includes('expired') ? [...new Set([...statuses, 'sent'])] : statuses
  const list = (names: readonly string[]) => names.map((name) => `'${name}'`).join(', ') // words of our own
  return `${isNarrow ? '+' : ''}q.status in (${list(stored)}) and ${STANDS} in (${list(statuses)})`
}

/**
 * Every word has to be there, at least its beginning. A beginning need not be written out as `matching` does: a pipeline holds thousands
 * where cases come to a million, and one letter may find what begins with it.
 */
function beginningsOf(typed: string | undefined): string | undefined {
  const words = wordsTyped(typed)
  return words.length ? words.map((word) => `"${word}"*`).join(' ') : undefined
}

/** A slug is one word of the index; whatever is none finds nothing. */
function oneSlug(product: string | undefined): string {
  return `"${product?.replace(/[^\w-]/g, '') ?? ''}"`
}

function minorOf(whole: number | undefined, currency: Currency | undefined): number {
  return whole && currency ? whole * 10 ** minorDigits(currency) : 0
}
