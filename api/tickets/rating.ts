import type { Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { wants } from '../followup/preferences.ts'
import { sendableAt } from '../followup/sending-hours.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { findAnyTicket, TICKET_COLUMNS, type Ticket } from './store.ts'

const MINUTE_MS = 60 * 1000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const LINK_LASTS_MS = 60 * DAY_MS

/** From 1, not at all, to 5, fully. */
export type Rating = { score: number; comment: string; givenAt: number }

export async function ratingOf({ db }: Services, { reference }: Ticket): Promise<Rating | null> {
  const found = await db.get<Rating>('select score, comment, given_at as "givenAt" from ratings where ticket = :reference', { reference })
  return found ?? null
}

/** Until when an answer can be changed: a day from when it was first given. */
function changeableUntil({ givenAt }: Rating): number {
  return givenAt + DAY_MS
}

/** What its customer is shown of it. */
export type GivenRating = Pick<Rating, 'score' | 'comment'> & { changeableUntil: number }

export async function givenRating(services: Services, ticket: Ticket): Promise<{ rating: GivenRating | null; canRate: boolean }> {
  const rating = await ratingOf(services, ticket)
  return {
    rating: rating && { score: rating.score, comment: rating.comment, changeableUntil: changeableUntil(rating) },
    canRate: mayRate(services, ticket, rating),
  }
}

/** Whether the question is open: the case is solved, and has no answer yet or one of less than a day. */
export function mayRate({ clock }: Services, { status }: Ticket, rating: Rating | null): boolean {
  const isSolved = status === 'resolved' || status === 'closed'
  return isSolved && (rating === null || clock.now() < changeableUntil(rating))
}

export type NewRating = { score: number; comment: string; locale: Locale; by: string }

/** Writes down the one answer to how we did, or changes it within its day. */
export async function rateTicket({ db, clock, limits }: Services, { id, reference }: Ticket, { score, comment, locale, by }: NewRating) {
  limits.take(`ratings of ${reference}`, 30, 10 * MINUTE_MS)
  const at = clock.now()
  const [rated] = await db.batch([
    {
      sql: `insert into ratings (ticket, score, comment, locale, given_at, changed_at)
            select reference, :score, :comment, :locale, :at, :at from tickets where id = :id and status in ('resolved', 'closed')
            on conflict (ticket) do update set score = :score, comment = :comment, locale = :locale, changed_at = :at
              where given_at > :at - ${DAY_MS}`,
      args: { id, score, comment, locale, at },
    },
    eventIfChanged('ticket.rated', { subject: reference, actor: by, at, data: { score, commented: comment !== '' } }),
    tellDesk(reference, { actor: by, at }),
  ])
  if (!rated?.changes) throw new Problem('already-done')
}

/** Asks by mail how we did, once for a case, when it has stayed solved for long enough; not whoever has said so already. */
export async function askForRatings(services: Services) {
  const { db, clock, content } = services
  const now = clock.now()
  if (sendableAt(now, content.company) > now) return
  const due = await db.all<Ticket>(
    `select ${TICKET_COLUMNS} from tickets where status = 'resolved' and rating_asked_at is null and resolved_at <= :before
     order by resolved_at, id limit 200`,
    { before: now - content.company.cases.rateAfterHours * HOUR_MS },
  )
  for (const ticket of due) await askForRating(services, ticket)
}

async function askForRating(services: Services, { id, reference, contactId }: Ticket) {
  const { db, clock } = services
  const at = clock.now()
  const contact = contactId === null ? undefined : await findContact(services, contactId)
  const isAsked = contact !== undefined && (await wants(services, contact.email, 'check-ins'))
  await db.batch([
    {
      sql: `update tickets set rating_asked_at = :at where id = :id and status = 'resolved' and rating_asked_at is null`,
      args: { id, at },
    },
    ...(isAsked ? [askedUnlessRated(reference, at)] : []),
  ])
}

function askedUnlessRated(reference: string, at: number): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, 'ticket.rating-asked', :reference, 'clock', '{}'
          where changes() > 0 and not exists (select 1 from ratings where ticket = :reference)`,
    args: { at, reference },
  }
}

/** A link for one mail. Only its hash is written; it opens this one question, and nothing else of the case. */
export function newRatingLink(reference: string, at: number): { token: string; statement: Statement } {
  const token = newToken()
  return {
    token,
    statement: {
      sql: 'insert into rating_links (token_hash, ticket, expires_at) values (:hash, :reference, :expiresAt)',
      args: { hash: hashToken(token), reference, expiresAt: at + LINK_LASTS_MS },
    },
  }
}

export async function ticketOfRatingLink(services: Services, token: string | undefined): Promise<Ticket> {
  const link = isToken(token)
    ? await services.db.get<{ ticket: string }>('select ticket from rating_links where token_hash = :hash and expires_at > :now', {
        hash: hashToken(token),
        now: services.clock.now(),
      })
    : undefined
  if (!link) throw new Problem('not-found')
  return findAnyTicket(services, link.ticket)
}
