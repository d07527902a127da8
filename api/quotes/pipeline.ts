import type { Currency } from '../../content/schema.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { inStates, type PipelineQuery, type Sort, sortOf, statusesOf, whereOf } from './desk-filter.ts'
import { type Status, statusAt } from './model.ts'
import type { QuoteSummary } from './store.ts'

export type DeskSummary = QuoteSummary & { company: string; ownerId: number | null }
export type PipelineState = { status: Status; currency: Currency; n: number; net: number }

const PAGE = 50
/** How many a column of the board shows before it leads on to the list. */
const COLUMN = 20

const SORTED: Record<Sort, { by: string; order: 'asc' | 'desc' }> = {
  waiting: { by: 'q.updated_at', order: 'asc' },
  recent: { by: 'q.updated_at', order: 'desc' },
  newest: { by: 'q.created_at', order: 'desc' },
  value: { by: 'q.net', order: 'desc' },
  expiry: { by: 'coalesce(q.expires_at, 9007199254740991)', order: 'asc' },
}

/** A page of those that are asked for. `next` leads to the following one: what the last one was sorted by, and which it was. */
export async function deskQuotes({ db, clock, content }: Services, userId: number, asked: PipelineQuery, after?: string) {
  const now = clock.now()
  const { by, order } = SORTED[sortOf(asked)]
  const { sql, args, isNarrow } = whereOf(asked, { now, userId, company: content.company })
  const position = positionOf(after)
  const beyond =
    position && `and (${by}, q.id) ${order === 'asc' ? '>' : '<'} (:afterValue, (select id from quotes where reference = :afterReference))`
  const rows = await db.all<DeskSummary & { sorted: number }>(
    `${summaries(`select q.id, ${by} as sorted from quotes q where ${inStates(statusesOf(asked), isNarrow)} ${sql} ${beyond ?? ''}
       order by ${by} ${order}, q.id ${order} limit ${PAGE + 1}`)}
     order by page.sorted ${order}, page.id ${order}`,
    { ...args, ...position },
  )
  const quotes = rows.slice(0, PAGE)
  const last = quotes.at(-1)
  return { quotes: quotes.map((row) => shown(row, now)), next: rows.length > PAGE && last ? `${last.sorted}.${last.reference}` : null }
}

/** The first of each state, for the board. */
export async function board({ db, clock, content }: Services, userId: number, asked: PipelineQuery) {
  const now = clock.now()
  const { by, order } = SORTED[sortOf(asked)]
  const { sql, args, isNarrow } = whereOf(asked, { now, userId, company: content.company })
  const statuses = statusesOf(asked)
  const columns = statuses.map(
    (status) => `select * from (select q.id, ${by} as sorted from quotes q where ${inStates([status], isNarrow)} ${sql}
       order by ${by} ${order}, q.id ${order} limit ${COLUMN})`,
  )
  const rows = await db.all<DeskSummary>(`${summaries(columns.join(' union all '))} order by page.sorted ${order}, page.id ${order}`, args)
  const quotes = rows.map((row) => shown(row, now))
  return { columns: statuses.map((status) => ({ status, quotes: quotes.filter((quote) => quote.status === status) })) }
}

/** How many of those asked for there are in each state, whatever the view, and what they are worth before VAT in each currency. */
export async function pipeline({ db, clock, content }: Services, userId: number, asked: PipelineQuery): Promise<PipelineState[]> {
  const { sql, args } = whereOf(asked, { now: clock.now(), userId, company: content.company })
  const over = `q.status = 'sent' and q.expires_at <= :now`
  // Grouped as the index is sorted; what has run out is told apart afterwards.
  const rows = await db.all<PipelineState & { over: number; overNet: number }>(
    `select q.status, q.currency, count(*) as n, sum(q.net) as net,
       coalesce(sum(${over}), 0) as over, coalesce(sum(q.net * (${over})), 0) as "overNet"
     from quotes q where true ${sql} group by q.status, q.currency order by q.status, q.currency`,
    args,
  )
  const states = new Map<string, PipelineState>()
  const add = (status: Status, currency: Currency, n: number, net: number) => {
    const state = states.get(`${status} ${currency}`) ?? { status, currency, n: 0, net: 0 }
    if (n) states.set(`${status} ${currency}`, { ...state, n: state.n + n, net: state.net + net })
  }
  for (const { status, currency, n, net, over, overNet } of rows) {
    add(status, currency, n - over, net - overNet)
    add('expired', currency, over, overNet)
  }
  return [...states.values()]
}

/** How many open ones are this member's. */
export async function countMine({ db, clock }: Services, userId: number): Promise<number> {
  const counted = await db.get<{ n: number }>(
    `select count(*) as n from quotes q where q.owner_id = :userId and ${inStates(statusesOf({ view: 'mine', status: [] }))}`,
    { userId, now: clock.now() },
  )
  return counted?.n ?? 0
}

// The documents are only read of those that are shown. A draft is what we would offer, so it is what the desk lists.
function summaries(page: string): string {
  return `select q.reference, q.currency, q.status, q.revision, q.created_at as "createdAt", q.updated_at as "updatedAt",
      q.expires_at as "expiresAt", q.owner_id as "ownerId", q.net, q.unpriced, r.document ->> 'total' as total,
      json_array_length(r.document, '$.lines') as lines, r.document ->> '$.lines[0].name' as "firstLine",
      r.document ->> '$.buyer.name' as buyer, r.document ->> '$.buyer.company' as company, page.sorted
    from (${page}) page
    join quotes q on q.id = page.id
    join quote_revisions r on r.quote_id = q.id
      and r.number = (select max(number) from quote_revisions where quote_id = q.id and (number = q.revision or q.status in
        ('requested', 'pricing', 'needs-info', 'approval', 'countered')))`
}

function shown<T extends DeskSummary & { sorted?: number }>({ sorted: _sorted, ...row }: T, now: number) {
  return { ...row, status: statusAt(row, now) }
}

function positionOf(after: string | undefined) {
  if (!after) return undefined
  const [, value, reference] = /^(\d{1,16})\.(Q-[2-9A-Z]{6})$/.exec(after) ?? []
  if (!value || !reference) throw invalid('after', 'format')
  return { afterValue: Number(value), afterReference: reference }
}
