import { type Attachment, attachmentsOf, filesWith, type Upload } from '../files/store.ts'
import { mailOfMessage } from '../mail/of-message.ts'
import { sealCursor } from '../platform/cursor.ts'
import type { Event } from '../platform/events.ts'
import type { Frame } from '../platform/stream.ts'
import type { Services } from '../services.ts'
import { customerLabelKey, staffLabelKey, type TicketStatus } from './model.ts'
import type { Ticket } from './store.ts'

export type Message = {
  number: number
  author: 'customer' | 'staff'
  authorName: string
  text: string
  /** What a mail repeats of the ones before it. */
  quoted: string
  at: number
  attachments: Upload[]
}
/** Staff reads notes as well, in one order; a note has no number of the customer's. */
export type StaffMessage = Message & { internal: boolean; mailId?: number | null }

type MessageRow = Omit<Message, 'attachments'> & { id: number; internal: number; mailId: number | null }

/**
 * What was written, in order, with `cursor`: the place in the ticket's stream from which nothing is missed.
 * Staff counts the notes too; what customers count has no gaps that tell of them.
 */
export async function threadOf(
  services: Services,
  ticket: Ticket,
  { staff }: { staff: true },
): Promise<{ messages: StaffMessage[]; cursor: string }>
export async function threadOf(
  services: Services,
  ticket: Ticket,
  { staff }: { staff: false },
): Promise<{ messages: Message[]; cursor: string }>
export async function threadOf(services: Services, { id, reference }: Ticket, { staff }: { staff: boolean }) {
  const { db, secret } = services
  // The place first: what is written between the two reads then comes twice, and by its number shows once.
  const newest = await db.get<{ id: number | null }>('select max(id) as id from events where subject = :reference', { reference })
  const rows = await db.all<MessageRow>(`select ${columnsFor(staff)} from messages where ticket_id = :id order by id`, { id })
  const seen = staff ? rows : rows.filter(({ internal }) => !internal)
  const files = await attachmentsOf(services, reference, { internal: staff })
  return { messages: seen.map((row) => asMessage(row, files, staff)), cursor: sealCursor(secret, newest?.id ?? 0, reference) }
}

/** One message as it may be shown; undefined for a note that a customer asks for. */
export async function messageOf(services: Services, { id, reference }: Ticket, messageId: number, { staff }: { staff: boolean }) {
  // Counted over all of the ticket before one is chosen.
  const row = await services.db.get<MessageRow>(
    `select id, number, author, "authorName", text, quoted, at, internal, "mailId" from
       (select ${columnsFor(staff)} from messages where ticket_id = :id) where id = :messageId`,
    { id, messageId },
  )
  if (!row || (row.internal && !staff)) return undefined
  return asMessage(row, await attachmentsOf(services, reference, { internal: staff }), staff)
}

/** What a listener of the ticket's stream may know of an event: never more than `threadOf` tells. */
export async function frameOf(
  services: Services,
  ticket: Ticket,
  event: Event,
  { staff, locale = ticket.locale }: { staff: boolean; locale?: Ticket['locale'] },
): Promise<Frame | undefined> {
  switch (event.kind) {
    case 'ticket.replied':
    case 'ticket.noted': {
      const message = await messageOf(services, ticket, Number(event.data.message), { staff })
      return message && { event: 'message', data: message }
    }
    case 'ticket.moved': {
      const { from, to } = event.data as { from: TicketStatus; to: TicketStatus } // written by the store
      if (staff) return { event: 'status', data: { status: to, label: services.t[locale](staffLabelKey(to)) } }
      if (to === 'spam' || customerStatus(to) === customerStatus(from)) return undefined
      return { event: 'status', data: { status: customerStatus(to), label: services.t[locale](customerLabelKey(to)) } }
    }
    default:
      return undefined
  }
}

/** Customers are not told that a case is on hold. */
export function customerStatus(status: TicketStatus): TicketStatus {
  return status === 'hold' ? 'open' : status
}

function columnsFor(staff: boolean): string {
  return `id, ${staff ? 'row_number() over (order by id) as number' : 'number'}, author, author_name as "authorName", text, quoted, at, internal,
    ${staff ? mailOfMessage : 'null'} as "mailId"`
}

function asMessage({ id, internal, mailId, ...message }: MessageRow, files: Attachment[], staff: boolean): Message | StaffMessage {
  return { ...message, attachments: filesWith(files, id), ...(staff && { internal: internal === 1, mailId }) }
}
