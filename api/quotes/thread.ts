import { tellDesk } from '../desk/events.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { actorOn, currentRevision, type Quote } from './store.ts'

export type NewMessage = { author: 'customer' | 'staff'; authorName: string; text: string; internal?: boolean; lineId?: string | undefined }
/** `lineId` is that of the line it is about; null when it is about the whole. */
export type QuoteMessage = { author: 'customer' | 'staff'; authorName: string; text: string; at: number; lineId: string | null }

/** In the order they were written, without what staff wrote for staff. */
export async function threadOf({ db }: Services, quote: Quote): Promise<QuoteMessage[]> {
  return db.all<QuoteMessage>(
    `select author, author_name as "authorName", text, at, line_id as "lineId" from quote_messages
     where quote_id = :id and internal = 0 order by id`,
    { id: quote.id },
  )
}

/** All of it, for staff. */
export async function deskThreadOf({ db }: Services, quote: Quote): Promise<(QuoteMessage & { internal: boolean })[]> {
  const rows = await db.all<QuoteMessage & { internal: number }>(
    `select author, author_name as "authorName", text, at, line_id as "lineId", internal
     from quote_messages where quote_id = :id order by id`,
    { id: quote.id },
  )
  return rows.map((row) => ({ ...row, internal: row.internal === 1 }))
}

/** What one side told the other at that moment, for the mail about it. */
export async function messageAt({ db }: Services, quote: Quote, author: 'customer' | 'staff', at: number) {
  return db.get<QuoteMessage>(
    `select author, author_name as "authorName", text, at, line_id as "lineId" from quote_messages
     where quote_id = :id and author = :author and at = :at and internal = 0 order by id desc limit 1`,
    { id: quote.id, author, at },
  )
}

/** For a batch in which the statement before has changed something. */
export function addMessage({ id }: Quote, { author, authorName, text, internal = false, lineId }: NewMessage, at: number): Statement {
  return {
    sql: `insert into quote_messages (quote_id, line_id, author, author_name, internal, text, at)
          select :id, :lineId, :author, :authorName, :internal, :text, :at where changes() > 0`,
    args: { id, lineId: lineId ?? null, author, authorName, internal: internal ? 1 : 0, text, at },
  }
}

/** Both may talk whatever the state, of the whole or of one line. */
export async function writeAsCustomer(
  services: Services,
  quote: Quote,
  message: { authorName: string; text: string; lineId?: string | undefined },
) {
  await write(services, quote, { author: 'customer', ...message }, 'quote.customer-wrote', actorOn(quote))
}

type StaffMessage = { text: string; internal: boolean; lineId?: string | undefined }

export async function writeAsStaff(services: Services, quote: Quote, by: User, message: StaffMessage) {
  const kind = message.internal ? 'quote.noted' : 'quote.staff-wrote'
  await write(services, quote, { author: 'staff', authorName: by.name, ...message }, kind, `user:${by.id}`)
}

async function write(services: Services, quote: Quote, message: NewMessage, kind: string, actor: string) {
  const { db, clock } = services
  const at = clock.now()
  if (message.lineId !== undefined) await mustHaveLine(services, quote, message.lineId)
  await db.batch([
    { sql: 'update quotes set updated_at = :at where id = :id', args: { id: quote.id, at } },
    addMessage(quote, message, at),
    eventIfChanged(kind, { subject: quote.reference, actor, at }),
    tellDesk(quote.reference, { actor, at }),
  ])
}

async function mustHaveLine(services: Services, quote: Quote, lineId: string) {
  const { document } = await currentRevision(services, quote)
  if (!document.lines.some(({ id }) => id === lineId)) throw invalid('lineId', 'choice')
}
