import { z } from 'zod'
import type { Value } from '../platform/db.ts'
import { line } from '../platform/fields.ts'
import { QUEUES, TICKET_STATUSES, type TicketStatus } from './model.ts'

export const VIEWS = ['inbox', 'waiting', 'solved', 'all', 'spam'] as const
export type DeskView = (typeof VIEWS)[number]

const SHOWN: Record<DeskView, readonly TicketStatus[]> = {
  inbox: ['new', 'open'],
  waiting: ['waiting', 'hold'],
  solved: ['resolved', 'closed'],
  all: TICKET_STATUSES.filter((status) => status !== 'spam'),
  spam: ['spam'],
}

// An empty field of a form, or one that has been tampered with in an address, asks for nothing.
const word = z
  .string()
  .regex(/^[\w-]{1,60}$/)
  .optional()
  .catch(undefined)

/** What the inbox can be asked for, as it stands in an address: the page's, the API's and a saved view's alike. */
export const TicketQuery = z.object({
  view: z.enum(VIEWS).catch('inbox'),
  kind: word,
  queue: z.enum(QUEUES).optional().catch(undefined),
  /** One of content/teams.yaml, or `mine`. */
  team: word,
  /** `me`, `nobody`, or the id of a member of staff. */
  owner: z
    .string()
    .regex(/^(me|nobody|\d{1,9})$/)
    .optional()
    .catch(undefined),
  tag: line(40)
    .optional()
    .catch(undefined)
    .transform((tag) => tag?.toLowerCase() || undefined),
  q: line(100)
    .optional()
    .catch(undefined)
    .transform((q) => q || undefined),
  /** Cases one has asked to see, or to be reminded of by now. */
  only: z.enum(['watched', 'reminders']).optional().catch(undefined),
})
export type TicketQuery = z.output<typeof TicketQuery>

/** The same as an address says it, without what goes without saying. */
export function writeTicketQuery({ view, ...others }: TicketQuery): URLSearchParams {
  const query = new URLSearchParams({ view })
  for (const [name, value] of Object.entries(others)) if (value !== undefined) query.set(name, value)
  return query
}

export function statusesIn(view: DeskView): readonly TicketStatus[] {
  return SHOWN[view]
}

type Asker = {
  now: number
  userId: number
  /** The words that are asked for, as an FTS5 query. */
  words: string | undefined
}
/** Of what the words find, the newest so many; beyond that nobody reads. */
const MOST_FOUND = 150
type Condition = { sql: string; args: Record<string, Value> }
export type Where = Condition & {
  /** What leads to few cases, as a select of their ids; without it, they are looked for by how they stand. */
  few: string | undefined
  /** Whether they are looked for among those with the tag: `ticket_tags t`. */
  isByTag: boolean
}

/** Which cases are asked for, as a condition on `tickets t` or what says the same of them; how they stand is asked for apart. */
export function whereOf(asked: TicketQuery, { now, userId, words }: Asker): Where {
  const { kind, queue, team, owner, tag, only } = asked
  const list = only && listOf(only, { userId, now })
  const few = byWords(asked.q, words) ?? list
  const isByTag = Boolean(tag && !few)
  const parts: [unknown, string, Record<string, Value>?][] = [
    [kind, 't.kind = :kind', { kind: kind ?? '' }],
    [queue, 't.queue = :queue', { queue: queue ?? '' }],
    [team, `t.team = :${teamName(team)}`, { [teamName(team)]: team ?? '' }],
    [owner === 'nobody', 't.assignee_id is null'],
    [owner && owner !== 'nobody', 't.assignee_id = :owner', { owner: owner === 'me' ? userId : Number(owner) }],
    [isByTag, 't.tag = :tag', { tag: tag ?? '' }],
    [tag && !isByTag, 'exists (select 1 from ticket_tags where ticket_id = t.id and tag = :tag)', { tag: tag ?? '' }],
    [list !== few && list, `t.id in (${list?.sql})`, list?.args],
  ]
  const active = parts.filter(([isAsked]) => isAsked)
  return {
    sql: active.map(([, sql]) => `and ${sql}`).join(' '),
    args: Object.assign({}, few?.args, ...active.map(([, , args]) => args ?? {})),
    few: few?.sql,
    isByTag,
  }
}

/** Whether it is one case that is asked for, and no words. */
export function isReference(typed: string | undefined): boolean {
  return /^T-[2-9A-Z]{6}$/i.test(typed ?? '')
}

function byWords(typed: string | undefined, words: string | undefined): Condition | undefined {
  if (typed && isReference(typed))
    return { sql: 'select id from tickets where reference = :reference', args: { reference: typed.toUpperCase() } }
  const sql = `select * from (select rowid from ticket_words where words match :words order by rowid desc limit ${MOST_FOUND})`
  return words ? { sql, args: { words } } : undefined
}

function listOf(only: 'watched' | 'reminders', { userId, now }: Pick<Asker, 'userId' | 'now'>): Condition {
  if (only === 'watched') return { sql: 'select ticket_id from ticket_watchers where user_id = :userId', args: { userId } }
  return { sql: 'select ticket_id from ticket_snoozes where user_id = :userId and until <= :now', args: { userId, now } }
}

/** Of the argument, so that several teams can stand in one statement. */
function teamName(team: string | undefined): string {
  return `team_${(team ?? '').replace(/\W/g, '_')}`
}
