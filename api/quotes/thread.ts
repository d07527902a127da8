import { tellDesk } from '../desk/events.ts'
import { type Attaching, attach, attachmentsOf, filesWith, NO_FILES, stillWaiting, type Upload } from '../files/store.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { actorOn, currentRevision, type Quote } from './store.ts'

export type NewMessage = {
  author: 'customer' | 'staff'
  authorName: string
  text: string
  internal?: boolean
  lineId?: string | undefined
  /** Files that were sent before, to come with it; those of a note are for staff. */
  files?: Attaching | undefined
}
/** `lineId` is that of the line it is about; null when it is about the whole. */
export type QuoteMessage = {
  author: 'customer' | 'staff'
  authorName: string
  text: string
  at: number
  lineId: string | null
  attachments: Upload[]
}

type MessageRow = Omit<QuoteMessage, 'attachments'> & { id: number; internal: number }

const COLUMNS = 'id, author, author_name as "authorName", text, at, line_id as "lineId", internal'

/** In the order they were written, without what staff wrote for staff. */
export async function threadOf(services: Services, quote: Quote): Promise<QuoteMessage[]> {
  const rows = await rowsOf(services, quote)
  const files = await attachmentsOf(services, quote.reference, { internal: false })
  return rows
    .filter(({ internal }) => !internal)
    .map(({ id, internal: _internal, ...row }) => ({ ...row, attachments: filesWith(files, id) }))
}

/** All of it, for staff. */
export async function deskThreadOf(services: Services, quote: Quote): Promise<(QuoteMessage & { internal: boolean })[]> {
  const rows = await rowsOf(services, quote)
  const files = await attachmentsOf(services, quote.reference, { internal: true })
  return rows.map(({ id, internal, ...row }) => ({ ...row, internal: internal === 1, attachments: filesWith(files, id) }))
}

function rowsOf({ db }: Services, { id }: Quote): Promise<MessageRow[]> {
  return db.all<MessageRow>(`select ${COLUMNS} from quote_messages where quote_id = :id order by id`, { id })
}

/** What one side told the other at that moment, for the mail about it: of the whole, and of single lines. */
export async function messagesAt(services: Services, quote: Quote, author: 'customer' | 'staff', at: number): Promise<QuoteMessage[]> {
  return (await threadOf(services, quote)).filter((message) => message.author === author && message.at === at)
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
  message: Pick<NewMessage, 'authorName' | 'text' | 'lineId' | 'files'>,
) {
  await write(services, quote, { author: 'customer', ...message }, 'quote.customer-wrote', actorOn(quote))
}

type StaffMessage = Pick<NewMessage, 'text' | 'lineId' | 'files'> & { internal: boolean }

export async function writeAsStaff(services: Services, quote: Quote, by: User, message: StaffMessage) {
  const kind = message.internal ? 'quote.noted' : 'quote.staff-wrote'
  await write(services, quote, { author: 'staff', authorName: by.name, ...message }, kind, `user:${by.id}`)
}

async function write(services: Services, quote: Quote, message: NewMessage, kind: string, actor: string) {
  const { db, clock } = services
  const at = clock.now()
  if (message.lineId !== undefined) await mustHaveLine(services, quote, message.lineId)
  const { files = NO_FILES, internal = false } = message
  const waiting = stillWaiting(files)
  const lastMessage = { sql: '(select max(id) from quote_messages where quote_id = :quoteId)', args: { quoteId: quote.id } }
  const [written] = await db.batch([
    {
      // A note among staff is no change to those who are told when their quote last changed.
      sql: `update quotes set updated_at = max(updated_at, :shownAt) where id = :id and ${waiting.when}`,
      args: { id: quote.id, shownAt: internal ? 0 : at, ...waiting.args },
    },
    addMessage(quote, message, at),
    // Only when there are any: the event that follows looks at what the statement before it has changed.
    ...(files.uploads.length ? [attach(files, { subject: quote.reference, internal, message: lastMessage })] : []),
    eventIfChanged(kind, { subject: quote.reference, actor, at }),
    tellDesk(quote.reference, { actor, at }),
  ])
  if (!written?.changes) throw invalid('uploads', 'file-gone')
}

async function mustHaveLine(services: Services, quote: Quote, lineId: string) {
  const { document } = await currentRevision(services, quote)
  if (!document.lines.some(({ id }) => id === lineId)) throw invalid('lineId', 'choice')
}
