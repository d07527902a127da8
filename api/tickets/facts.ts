import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import type { TicketStatus } from './model.ts'

/** What the numbers of service need of a ticket besides its events. */
export type TicketFacts = {
  id: number
  reference: string
  kind: string
  channel: string
  team: string | null
  status: TicketStatus
  subject: string
  locale: Locale
  contactId: number | null
  saidName: string
  firstResponseDueAt: number
  resolutionDueAt: number | null
}

const AT_ONCE = 2_000
const RATING_CHANGES_MS = 24 * 60 * 60 * 1000

/**
 * The tickets of service that were open at some moment of a time or rated in it, in chunks, oldest first: together with their events there may be more
 * of them than belong in memory at once.
 */
export async function* factsBetween(
  { reader }: Pick<Services, 'reader'>,
  { start, end }: { start: number; end: number },
): AsyncGenerator<TicketFacts[]> {
  let after = 0
  while (true) {
    const facts = await reader.all<TicketFacts>(
      `select id, reference, kind, channel, team, status, subject, locale, contact_id as "contactId", said_name as "saidName",
         first_response_due_at as "firstResponseDueAt", resolution_due_at as "resolutionDueAt"
       from tickets where id > :after and queue = 'service' and created_at < :end
         and (updated_at >= :start or status in ('new', 'open', 'waiting', 'hold')
           or reference in (select ticket from ratings where given_at >= :ratedSince))
       order by id limit ${AT_ONCE}`,
      // Rating a case is no change of it, and can be changed itself for a day.
      { after, start, end, ratedSince: start - RATING_CHANGES_MS },
    )
    if (facts.length) yield facts
    const last = facts.at(-1)
    if (!last || facts.length < AT_ONCE) return
    after = last.id
  }
}
