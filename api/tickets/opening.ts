import type { Locale, TicketKind } from '../../content/schema.ts'
import { contactIdOf, introduceContact } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { type Attaching, attach, NO_FILES, stillWaiting } from '../files/store.ts'
import { type Source, told } from '../leads/source.ts'
import { organisationWanted } from '../organisations/scope.ts'
import type { Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { Queue } from './model.ts'
import { promiseNow } from './promise.ts'
import type { Channel, Owner } from './store.ts'
import { teamFor } from './teams.ts'

export type NewTicket = {
  /** Somebody with an address becomes a contact, unless they are one. */
  owner: Owner | { email: string; name: string }
  channel: Channel
  kind: TicketKind
  /** Those who help, unless told. */
  queue?: Queue
  subject: string
  text: string
  authorName: string
  locale: Locale
  product?: string | undefined
  serialNumber?: string | undefined
  /** The answers to the kind's own form, by field. */
  fields?: Record<string, string | number> | undefined
  article?: string | undefined
  /** Whether it belongs to the contact's organisation, if they have one. What goes on with a ticket stays where that was. */
  forOrganisation?: boolean
  /** The closed ticket that this one goes on with. */
  follows?: string | undefined
  /** Who does it, as the event log names them: `actorName()`, or `visitor:7`. */
  by: string
  /** Whether the customer is sent a receipt. A form with a stranger's address in it must not become a way to write to them. */
  confirm?: boolean
  /** Where they came from, as their page told. */
  source?: Source | undefined
  /** Files that were sent before, to come with the first message. */
  files?: Attaching | undefined
}

export async function openTicket(services: Services, ticket: NewTicket): Promise<{ reference: string }> {
  const { db, clock, content } = services
  const { owner, channel, kind, subject, text, authorName, locale, product = null, article = null, follows = null, by } = ticket
  const { queue = 'service', serialNumber = null, fields = {}, files = NO_FILES } = ticket
  const at = clock.now()
  const reference = newReference('T')
  const who = ownerColumns(owner)
  const promise = await promiseNow(services, kind)
  const waiting = stillWaiting(files)
  const before = 'email' in owner ? [introduceContact({ ...owner, locale, source: 'ticket', at })] : []
  const results = await db.batch([
    ...before,
    {
      sql: `insert into tickets (reference, contact_id, visitor_id, channel, kind, fields, queue, team, subject, locale, product, serial_number,
              article, status, created_at, updated_at, opened_hour, first_response_due_at, resolution_due_at, promised_at, promise_cases,
              follows, organisation_id)
            select :reference, ${who.sql}, :channel, :kind, :fields, :queue, :team, :subject, :locale, :product, :serialNumber,
              :article, 'new', :at, :at, :openedHour, :firstResponseDueAt, :resolutionDueAt, :promisedAt, :promiseCases,
              :follows, coalesce((select organisation_id from tickets where reference = :follows), ${organisationWanted})
            where ${waiting.when}`,
      args: {
        ...who.args,
        ...waiting.args,
        ...promise,
        ...{ reference, channel, kind, queue, subject, locale, product, serialNumber, article, at, follows },
        fields: JSON.stringify(fields),
        team: teamFor(content, { kind, queue }),
        contactId: 'contactId' in owner ? owner.contactId : null,
        forOrganisation: ticket.forOrganisation ? 1 : 0,
      },
    },
    eventIfChanged('ticket.opened', {
      subject: reference,
      actor: by,
      at,
      data: { kind, channel, confirm: ticket.confirm ?? false, source: told(ticket.source) },
    }),
    tellDesk(reference, { actor: by, at }),
    {
      sql: `insert into messages (ticket_id, number, author, author_name, channel, text, at)
            select id, 1, 'customer', :authorName, :channel, :text, :at from tickets where reference = :reference`,
      args: { reference, authorName, channel, text, at },
    },
    attach(files, { subject: reference, message: lastMessageOf(reference) }),
  ])
  if (!results[before.length]?.changes) throw invalid('uploads', 'file-gone')
  return { reference }
}

/** What was written last, inside the batch that writes it. */
export function lastMessageOf(reference: string) {
  return {
    sql: '(select max(messages.id) from messages join tickets on tickets.id = ticket_id where tickets.reference = :subject)',
    args: { subject: reference },
  }
}

function ownerColumns(owner: NewTicket['owner']): { sql: string; args: Record<string, Value> } {
  if ('email' in owner) return { sql: `${contactIdOf}, null`, args: { email: owner.email } }
  if ('contactId' in owner) return { sql: ':contactId, null', args: owner }
  return { sql: 'null, :visitorId', args: owner }
}
