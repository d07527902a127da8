import type { Currency, Locale } from '../../content/schema.ts'
import { tellDesk } from '../desk/events.ts'
import type { Role } from '../organisations/rights.ts'
import { mayIn, roleIn } from '../organisations/scope.ts'
import type { Statement, Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { applyChoices, type Choices } from './choices.ts'
import { type QuoteDocument, readDocument, sealDocument } from './document.ts'
import { type Action, type DeclineReason, pathOf, publicStatus, type Status, statusAt } from './model.ts'
import { mayOn, type QuoteVerb, type Standing, standingsOn } from './rights.ts'
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
  /** The organisation it was asked for in the name of. */
  organisationId: number | null
  /** Who acts on it, once it was found for somebody. */
  speaker?: Speaker
}

/** A quote with what the one who asked for it is to it, and as whom they speak. */
export type SeenQuote = Quote & { standings: Standing[]; speaker: Speaker }
/** Who does something to a quote on the buyer's side: as the event log names them, and under which name; none is the buyer's own. */
export type Speaker = { actor: string; name: string | undefined; forwardedBy?: string }

const COLUMNS = `q.id, q.reference, q.contact_id as "contactId", q.locale, q.currency, q.status, q.revision, q.need,
  q.created_at as "createdAt", q.updated_at as "updatedAt", q.expires_at as "expiresAt", q.viewed_at as "viewedAt",
  q.accepted_revision as "acceptedRevision", q.accepted_by as "acceptedBy", q.accepted_at as "acceptedAt",
  q.accepted_hash as "acceptedHash", q.decline_reason as "declineReason", q.decline_text as "declineText", q.owner_id as "ownerId", q.choices,
  q.qualification, q.organisation_id as "organisationId"`

/** The actor's own as a contact, what the access links of this browser open, and what their organisation lets them see. */
const VISIBLE = `(q.contact_id = :contactId or exists (
  select 1 from json_each(:links) as link
  where link.value ->> 'subject' = q.reference and link.value ->> 'contactId' = q.contact_id)
  or ${mayIn('q.organisation_id', 'see-colleagues')})`

/**
 * A quote for this actor to do this with. One that they may not even see is as undefined as one that never was; what they see and
 * may not do is refused. Unless told otherwise, it is for speaking as the buyer: a colleague who may only look gets nothing by accident.
 */
export async function findQuote(
  { db }: Services,
  actor: Actor,
  reference: string,
  verb: QuoteVerb = 'answer',
): Promise<SeenQuote | undefined> {
  const found = await db.get<Quote & { memberRole: Role | null }>(
    `select ${COLUMNS}, ${roleIn('q.organisation_id')} as "memberRole" from quotes q where q.reference = :reference`,
    { reference, contactId: actor.user?.contactId ?? null },
  )
  if (!found) return undefined
  const { memberRole, ...quote } = found
  const standings = standingsOn(found, actor)
  if (!mayOn(standings, 'see')) return undefined
  if (!mayOn(standings, verb)) throw new Problem('not-allowed')
  return { ...quote, standings, speaker: speakerOn(quote, standings, actor) }
}

/** The buyer speaks under the name on the request; a colleague under their own. */
function speakerOn({ reference, contactId }: Quote, standings: Standing[], { user, shares }: Actor): Speaker {
  if (standings.includes('contact') || standings.includes('link')) return { actor: `contact:${contactId}`, name: undefined }
  const share = shares.find(({ subject }) => subject === reference)
  if (user?.contactId && standings.some((standing) => standing === 'reader' || standing === 'buyer' || standing === 'manager')) {
    return { actor: `contact:${user.contactId}`, name: user.name || user.email }
  }
  return { actor: `share:${share?.key}`, name: share?.name || share?.email, forwardedBy: share?.by ?? '' }
}

/** How the event log names who acts on a quote on the buyer's side. */
export function actorOn({ speaker, contactId }: Pick<Quote, 'speaker' | 'contactId'>): string {
  return speaker?.actor ?? `contact:${contactId}`
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

/** As it is read: with the offer itself where the buyer has chosen of it, for the sums follow what they took. */
export type SummaryRow = QuoteSummary & { choices: string; chosenOf: string | null }

export const SUMMARY = `q.reference, q.currency, q.status, q.revision, q.created_at as "createdAt", q.updated_at as "updatedAt",
  q.expires_at as "expiresAt", r.document ->> 'total' as total, r.document ->> 'net' as net, r.document ->> 'unpriced' as unpriced,
  json_array_length(r.document, '$.lines') as lines, r.document ->> '$.lines[0].name' as "firstLine",
  r.document ->> '$.buyer.name' as buyer, q.choices, iif(q.choices = '{}', null, r.document) as "chosenOf"`

export function summaryOf<T extends SummaryRow>({ choices, chosenOf, ...summary }: T): Omit<T, 'choices' | 'chosenOf'> {
  if (chosenOf === null) return summary
  const { net, total } = asChosen({ choices }, { document: readDocument(chosenOf), hash: '' }).document
  return { ...summary, net, total }
}

const PAGE = 20

/** Newest first; `after` is the reference of the last one that was seen. */
export async function quotesOf({ db }: Services, actor: Actor, after = ''): Promise<{ quotes: QuoteSummary[]; next: string | null }> {
  const rows = await db.all<SummaryRow>(
    `select ${SUMMARY} from quotes q join quote_revisions r on r.quote_id = q.id and r.number = q.revision
     where ${VISIBLE} and (:after = '' or (q.created_at, q.id) < (select created_at, id from quotes where reference = :after))
     order by q.created_at desc, q.id desc limit ${PAGE + 1}`,
    { after, ...scopeOf(actor) },
  )
  return pageOf(rows.map(summaryOf))
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

/** Names what is current, so that the customer can be shown it. */
export async function movedOn(services: Services, quote: Quote, at: number): Promise<Problem> {
  const now = await quoteByReference(services, quote.reference)
  if (now && statusAt(now, at) === 'expired') return refusalOf(services, now, at)
  const { details } = await refusalOf(services, quote, at)
  return new Problem('quote-moved-on', details)
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
