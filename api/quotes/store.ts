import type { Currency, Locale } from '../../content/schema.ts'
import { tellDesk } from '../desk/events.ts'
import type { Statement, Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { applyChoices, type Choices } from './choices.ts'
import { type QuoteDocument, readDocument, sealDocument } from './document.ts'
import { type Action, type DeclineReason, pathOf, publicStatus, type Status, statusAt } from './model.ts'
import { addMessage, type NewMessage } from './thread.ts'

export type Quote = {
  id: number
  reference: string
  contactId: number
  locale: Locale
  currency: Currency
  status: Status
  /** The one last sent; 0 before any was. */
  revision: number
  need: string
  createdAt: number
  updatedAt: number
  expiresAt: number | null
  viewedAt: number | null
  acceptedRevision: number | null
  acceptedBy: string | null
  acceptedAt: number | null
  acceptedHash: string | null
  declineReason: DeclineReason | null
  declineText: string | null
  /** The member of staff whose quote it is; nobody's until somebody has opened it. */
  ownerId: number | null
  /** JSON of `Choices`, of the current revision. */
  choices: string
  /** JSON of `Qualification`: what was answered in the selector, if anything. */
  qualification: string | null
}

const COLUMNS = `q.id, q.reference, q.contact_id as "contactId", q.locale, q.currency, q.status, q.revision, q.need,
  q.created_at as "createdAt", q.updated_at as "updatedAt", q.expires_at as "expiresAt", q.viewed_at as "viewedAt",
  q.accepted_revision as "acceptedRevision", q.accepted_by as "acceptedBy", q.accepted_at as "acceptedAt",
  q.accepted_hash as "acceptedHash", q.decline_reason as "declineReason", q.decline_text as "declineText", q.owner_id as "ownerId", q.choices,
  q.qualification`

/** The actor's own as a contact, and what the access links of this browser open. */
const VISIBLE = `(q.contact_id = :contactId or exists (
  select 1 from json_each(:links) as link
  where link.value ->> 'subject' = q.reference and link.value ->> 'contactId' = q.contact_id))`

/** A quote as this actor may see it; anybody else's is as undefined as one that never was. */
export async function findQuote({ db }: Services, actor: Actor, reference: string): Promise<Quote | undefined> {
  return db.get<Quote>(`select ${COLUMNS} from quotes q where q.reference = :reference and ${VISIBLE}`, { reference, ...scopeOf(actor) })
}

/** Any quote, for staff and for mails. */
export async function quoteByReference({ db }: Services, reference: string): Promise<Quote | undefined> {
  return db.get<Quote>(`select ${COLUMNS} from quotes q where q.reference = :reference`, { reference })
}

export type QuoteSummary = Pick<Quote, 'reference' | 'currency' | 'status' | 'revision' | 'createdAt' | 'updatedAt' | 'expiresAt'> & {
  total: number
  net: number
  unpriced: number
  lines: number
  firstLine: string | null
  buyer: string
}

export const SUMMARY = `q.reference, q.currency, q.status, q.revision, q.created_at as "createdAt", q.updated_at as "updatedAt",
  q.expires_at as "expiresAt", r.document ->> 'total' as total, r.document ->> 'net' as net, r.document ->> 'unpriced' as unpriced,
  json_array_length(r.document, '$.lines') as lines, r.document ->> '$.lines[0].name' as "firstLine",
  r.document ->> '$.buyer.name' as buyer`

const PAGE = 20

/** Newest first; `after` is the reference of the last one that was seen. */
export async function quotesOf({ db }: Services, actor: Actor, after = ''): Promise<{ quotes: QuoteSummary[]; next: string | null }> {
  const rows = await db.all<QuoteSummary>(
    `select ${SUMMARY} from quotes q join quote_revisions r on r.quote_id = q.id and r.number = q.revision
     where ${VISIBLE} and (:after = '' or (q.created_at, q.id) < (select created_at, id from quotes where reference = :after))
     order by q.created_at desc, q.id desc limit ${PAGE + 1}`,
    { after, ...scopeOf(actor) },
  )
  return pageOf(rows)
}

/** A page of a list that asked for one more than fits, and where the next begins. */
export function pageOf<T extends { reference: string }>(rows: T[], size = PAGE): { quotes: T[]; next: string | null } {
  const quotes = rows.slice(0, size)
  return { quotes, next: rows.length > size ? (quotes.at(-1)?.reference ?? null) : null }
}

export type Revision = {
  number: number
  document: QuoteDocument
  hash: string
  createdBy: string
  createdAt: number
  sentAt: number | null
}

/** Oldest first; the last one may be a draft, which only staff may see. */
export async function revisionsOf({ db }: Services, quote: Quote): Promise<Revision[]> {
  const rows = await db.all<Omit<Revision, 'document'> & { document: string }>(
    `select number, document, hash, created_by as "createdBy", created_at as "createdAt", sent_at as "sentAt"
     from quote_revisions where quote_id = :id order by number`,
    { id: quote.id },
  )
  return rows.map((row) => ({ ...row, document: readDocument(row.document) }))
}

/** What was sent last, or asked for. */
export async function currentRevision(services: Services, quote: Quote): Promise<Revision> {
  const current = (await revisionsOf(services, quote)).find(({ number }) => number === quote.revision)
  if (!current) throw new Error(`${quote.reference} has no revision ${quote.revision}`)
  return current
}

/** A revision as the buyer has chosen it, and the hash of that. One without choices is named by the hash it was sent under. */
export function asChosen({ choices }: Pick<Quote, 'choices'>, { document, hash }: Pick<Revision, 'document' | 'hash'>) {
  const chosen = JSON.parse(choices) as Choices // checked when it was kept
  if (!Object.keys(chosen).length) return { document, hash }
  const asTaken = applyChoices(document, chosen)
  return { document: asTaken, hash: sealDocument(asTaken).hash }
}

/** What an event says of a document's worth, for numbers and timelines. */
export function worthOf({ net, total, currency }: QuoteDocument) {
  return { net, total, currency }
}

const HAPPENED: Record<Action, string> = {
  open: 'quote.opened',
  withdraw: 'quote.withdrawn',
  ask: 'quote.info-asked',
  submit: 'quote.approval-asked',
  send: 'quote.sent',
  refuse: 'quote.refused',
  answer: 'quote.answered',
  approve: 'quote.sent',
  return: 'quote.returned',
  accept: 'quote.accepted',
  counter: 'quote.countered',
  decline: 'quote.declined',
  expire: 'quote.expired',
  recall: 'quote.recalled',
  'stand-by': 'quote.counter-refused',
  undo: 'quote.acceptance-undone',
  'ask-again': 'quote.asked-again',
  requote: 'quote.requoted',
}

type Move = {
  action: Action
  actor: string
  at: number
  /** Columns of `quotes` that change with it. */
  set?: Record<string, Value>
  /** SQL that must hold besides, with its arguments. */
  when?: string
  args?: Record<string, Value>
  data?: Record<string, unknown>
  /** In words or as a reason, where the message does not say it. */
  why?: string
  message?: NewMessage
  /** Further statements; each asks `changes() > 0`, so that all take or none does. */
  also?: Statement[]
}

/**
 * Moves the quote along the table in model.ts, if it still stands where it stood when it was read and the action begins there;
 * otherwise says why not. The event says who, from where, to where and why.
 */
export async function moveQuote(services: Services, quote: Quote, move: Move) {
  const { action, actor, at, set = {}, when = 'true', args = {}, data = {}, message, also = [] } = move
  const { to } = pathOf(action)
  const from = statusAt(quote, at)
  if (!pathOf(action).from.includes(from)) throw await refusalOf(services, quote, at)
  const why = (move.why ?? message?.text ?? '').slice(0, 500)
  const columns = Object.keys(set).map((column) => `, ${column} = :${column}`)
  const [moved] = await services.db.batch([
    {
      sql: `update quotes set status = :to, updated_at = :at ${columns.join('')}
            where id = :id and case when status = 'sent' and expires_at <= :at then 'expired' else status end = :from and ${when}`,
      args: { id: quote.id, to, at, from, ...set, ...args },
    },
    ...(message ? [addMessage(quote, message, at)] : []),
    ...also,
    eventIfChanged(HAPPENED[action], { subject: quote.reference, actor, at, data: { from, to, why, revision: quote.revision, ...data } }),
    tellDesk(quote.reference, { actor, at }),
  ])
  if (moved?.changes !== 1) throw await refusalOf(services, quote, at)
}

/** Why a quote that was read a moment ago could not be changed, naming how it stands now. */
export async function refusalOf(services: Services, { reference, revision }: Quote, at: number): Promise<Problem> {
  const now = await quoteByReference(services, reference)
  if (!now) return new Problem('not-found')
  const status = statusAt(now, at)
  const facts = { revision: now.revision, status: publicStatus(status) }
  if (status === 'expired') return new Problem('quote-expired', { facts })
  return new Problem(now.revision === revision ? 'not-your-turn' : 'quote-moved-on', { facts })
}

/** Writes down that offers have run out. Nothing waits for it: `statusAt` tells the truth meanwhile. */
export async function expireQuotes({ db, clock }: Services) {
  const at = clock.now()
  const due = await db.all<{ id: number; reference: string; revision: number }>(
    `select id, reference, revision from quotes where status = 'sent' and expires_at <= :at order by id limit 500`,
    { at },
  )
  for (const { id, reference, revision } of due) {
    await db.batch([
      {
        sql: `update quotes set status = 'expired', updated_at = :at where id = :id and status = 'sent' and expires_at <= :at`,
        args: { id, at },
      },
      eventIfChanged(HAPPENED.expire, {
        subject: reference,
        actor: 'clock',
        at,
        data: { from: 'sent', to: 'expired', why: '', revision },
      }),
      tellDesk(reference, { actor: 'clock', at }),
    ])
  }
}

function scopeOf({ user, access }: Actor) {
  return { contactId: user?.contactId ?? null, links: JSON.stringify(access) }
}
