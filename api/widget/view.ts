import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import type { Visitor } from '../sites/store.ts'
import { customerLabelKey, type TicketStatus } from '../tickets/model.ts'
import { type GivenRating, givenRating } from '../tickets/rating.ts'
import type { Ticket } from '../tickets/store.ts'
import { customerStatus, type Message, threadOf } from '../tickets/thread.ts'

/** A conversation in a list. */
export type Summary = { reference: string; subject: string; status: TicketStatus; label: string; updatedAt: number }

export type Thread = Summary & {
  messages: Message[]
  /** From where the stream goes on. */
  cursor: string
  /** Whether the visitor has said who they are. */
  introduced: boolean
  /** How they said we did. */
  rating: GivenRating | null
}

export type { GivenRating, Message }

export function summaryOf({ t }: Services, { reference, subject, status, updatedAt }: Ticket, locale: Locale): Summary {
  return { reference, subject, updatedAt, status: customerStatus(status), label: t[locale](customerLabelKey(status)) }
}

export async function threadFor(services: Services, ticket: Ticket, { name, email }: Visitor, locale: Locale): Promise<Thread> {
  const { messages, cursor } = await threadOf(services, ticket, { staff: false })
  const { rating } = await givenRating(services, ticket)
  return { ...summaryOf(services, ticket, locale), messages, cursor, introduced: Boolean(name || email), rating }
}
