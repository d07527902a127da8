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
  /** Whether very many cases have the tag that is asked for. */
  isCommonTag: boolean
}
/** Of what the words find, the newest so many; beyond that nobody reads. */
const MOST_FOUND = 500
const MOST_CONTACTS = 200
export type Where = {
  sql: string
  args: Record<string, Value>
  /** Whether it leads to few cases by something else than how they stand. */
  isNarrow: boolean
}

/** Which cases are asked for, as a condition on `tickets t`; how they stand is asked for apart. */
export function whereOf({ kind, queue, team, owner, tag, q, only }: TicketQuery, { now, userId, isCommonTag }: Asker): Where {
  const words = wordsOf(q)
  const parts: [unknown, string, Record<string, Value>?][] = [
    [kind, 't.kind = :kind', { kind: kind ?? '' }],
    [queue, 't.queue = :queue', { queue: queue ?? '' }],
    [team, `t.team = :${teamName(team)}`, { [teamName(team)]: team ?? '' }],
    [owner === 'nobody', 't.assignee_id is null'],
    [owner && owner !== 'nobody', 't.assignee_id = :owner', { owner: owner === 'me' ? userId : Number(owner) }],
    [tag && !isCommonTag, 't.id in (select ticket_id from ticket_tags where tag = :tag)', { tag: tag ?? '' }],
    [tag && isCommonTag, 'exists (select 1 from ticket_tags where ticket_id = t.id and tag = :tag)', { tag: tag ?? '' }],
    [only === 'watched', 't.id in (select ticket_id from ticket_watchers where user_id = :userId)', { userId }],
    [only === 'reminders', 't.id in (select ticket_id from ticket_snoozes where user_id = :userId and until <= :now)', { userId, now }],
    [
      words,
      `t.id in (select * from (select rowid from ticket_words where words match :words order by rowid desc limit ${MOST_FOUND})
                union select found.id from (select rowid as contact from contact_words where words match :words limit ${MOST_CONTACTS})
                  join tickets found on found.contact_id = contact)`,
      { words: words ?? '' },
    ],
  ]
  const active = parts.filter(([isAsked]) => isAsked)
  return {
    sql: active.map(([, sql]) => `and ${sql}`).join(' '),
    args: Object.assign({}, ...active.map(([, , args]) => args ?? {})),
    isNarrow: Boolean((tag && !isCommonTag) || only || words),
  }
}

/** Of the argument, so that several teams can stand in one statement. */
function teamName(team: string | undefined): string {
  return `team_${(team ?? '').replace(/\W/g, '_')}`
}

/** Every word has to be there, at least its beginning; anything but letters and digits parts words. */
export function wordsOf(typed: string | undefined): string | undefined {
  const words = typed?.match(/[\p{L}\p{N}]+/gu) ?? []
  return words.length ? words.map((word) => `"${word}"*`).join(' ') : undefined
}
