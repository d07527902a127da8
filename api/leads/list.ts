import { CONTACTS, STAFF } from '../accounts/contacts.ts'
import type { Value } from '../platform/db.ts'
import type { Services } from '../services.ts'
import { FACTS, fadingAt, scoreOf } from './score.ts'
import type { Stage } from './stage.ts'

export const SORTS = ['score', 'new', 'next', 'name'] as const
export type Sort = (typeof SORTS)[number]

export type LeadFilter = {
  stage?: Stage | undefined
  /** A member of staff, or 0 for nobody's. */
  ownerId?: number | undefined
  source?: string | undefined
  /** Whom somebody should have talked to by this day. */
  dueBy?: string | undefined
  minScore?: number | undefined
  q?: string | undefined
}

export type LeadSummary = {
  id: number
  email: string
  name: string
  company: string
  phone: string
  locale: 'en' | 'da'
  stage: Stage
  ownerId: number | null
  ownerName: string | null
  ownerEmail: string | null
  source: string
  score: number
  nextContactOn: string | null
  nextContactNote: string
  createdAt: number
}

const PAGE = 50

/** As `scoreOf` says it, before it is rounded and bounded. */
const WARMTH = `(l.heat * :fading + (c.company <> '') * ${FACTS.company} + (c.phone <> '') * ${FACTS.phone})`
const NAME = folded(`coalesce(nullif(c.company, ''), nullif(c.name, ''), c.email)`)
const FAR = '9999-12-31'

const ORDERS: Record<Sort, { by: string; way: 'asc' | 'desc' }> = {
  score: { by: WARMTH, way: 'desc' },
  new: { by: 'l.created_at', way: 'desc' },
  next: { by: `coalesce(l.next_contact_on, '${FAR}')`, way: 'asc' },
  name: { by: NAME, way: 'asc' },
}

/** A page of leads; `cursor` is what the page before gave, and holds for the same filter and order. */
export async function leads(services: Services, filter: LeadFilter, sort: Sort, cursor?: string, size = PAGE) {
  const { db, clock } = services
  const from = openCursor(cursor)
  const now = from?.now ?? clock.now()
  const { by, way } = ORDERS[sort]
  const { where, args } = conditions(filter)
  const beyond = from ? `and (${by}, l.contact_id) ${way === 'asc' ? '>' : '<'} (:value, :id)` : ''
  const fading = fadingAt(now)
  const rows = await db.all<Omit<LeadSummary, 'score'> & { heat: number; sorted: Value }>(
    `select l.contact_id as id, c.email, c.name, c.company, c.phone, c.locale, l.stage, l.owner_id as "ownerId", s.name as "ownerName", s.email as "ownerEmail",
       l.source, l.heat, l.next_contact_on as "nextContactOn", l.next_contact_note as "nextContactNote", l.created_at as "createdAt",
       ${by} as sorted
     from leads l join ${CONTACTS} c on c.id = l.contact_id left join ${STAFF} s on s.id = l.owner_id
     where ${where} ${beyond} order by ${by} ${way}, l.contact_id ${way} limit ${size + 1}`,
    used({ ...args, fading, ...(from && { value: from.value, id: from.id }) }, `${where} ${beyond} ${by}`),
  )
  const page = rows.slice(0, size)
  const last = page.at(-1)
  const next = rows.length > size && last ? sealCursor({ value: last.sorted, id: last.id, now }) : null
  return { leads: page.map(({ heat, sorted: _, ...lead }) => ({ ...lead, score: scoreOf(heat, knownOf(lead), now) })), next }
}

/** What the list can be narrowed to, and how many are in each stage. */
export async function leadFacets({ db }: Services) {
  const [stages, sources] = await Promise.all([
    db.all<{ stage: Stage; n: number }>('select stage, count(*) as n from leads group by stage'),
    db.all<{ source: string; n: number }>(
      `select source, count(*) as n from leads where source <> '' group by source order by n desc, source limit 50`,
    ),
  ])
  return { stages, sources }
}

/** How many leads of this member of staff wait to be talked to, today or since. */
export async function dueCount({ db }: Services, ownerId: number, today: string): Promise<number> {
  const row = await db.get<{ n: number }>('select count(*) as n from leads where owner_id = :ownerId and next_contact_on <= :today', {
    ownerId,
    today,
  })
  return row?.n ?? 0
}

export function knownOf({ company, phone }: { company: string; phone: string }) {
  return { company: company !== '', phone: phone !== '' }
}

function conditions({ stage, ownerId, source, dueBy, minScore, q }: LeadFilter): { where: string; args: Record<string, Value> } {
  const given: [string, Record<string, Value>][] = []
  if (stage) given.push(['l.stage = :stage', { stage }])
  if (ownerId === 0) given.push(['l.owner_id is null', {}])
  else if (ownerId) given.push(['l.owner_id = :ownerId', { ownerId }])
  if (source) given.push(['l.source = :source', { source }])
  if (dueBy) given.push(['l.next_contact_on <= :dueBy', { dueBy }])
  if (minScore) given.push([`${WARMTH} >= :minScore - 0.5`, { minScore }])
  if (q) {
    const pattern = `%${q.toLocaleLowerCase('da').replace(/[\\%_]/g, '\\$&')}%`
    given.push([
      `(${['name', 'company', 'email'].map((name) => `${lowered(`c.${name}`)} like :q escape '\\'`).join(' or ')})`,
      { q: pattern },
    ])
  }
  return { where: given.map(([sql]) => sql).join(' and ') || 'true', args: Object.assign({}, ...given.map(([, args]) => args)) }
}

/** SQLite lowers only A to Z. */
function lowered(column: string): string {
  return `replace(replace(replace(lower(${column}), 'Æ', 'æ'), 'Ø', 'ø'), 'Å', 'å')`
}

/** For sorting: æ, ø and å come after z, in that order. */
function folded(column: string): string {
  return `replace(replace(replace(${lowered(column)}, 'æ', '~a'), 'ø', '~b'), 'å', '~c')`
}

/** Only what the statement names: a server refuses other arguments. */
function used(args: Record<string, Value>, sql: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => new RegExp(`:${name}\\b`).test(sql)))
}

type Cursor = { value: Value; id: number; now: number }

function sealCursor({ value, id, now }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id, now])).toString('base64url')
}

/** Undefined for what is no cursor of ours: the list then begins anew. */
function openCursor(cursor: string | undefined): Cursor | undefined {
  try {
    const [value, id, now] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString()) as unknown[]
    if (typeof id !== 'number' || typeof now !== 'number') return undefined
    return typeof value === 'string' || typeof value === 'number' ? { value, id, now } : undefined
  } catch {
    return undefined
  }
}
