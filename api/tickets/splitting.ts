import { tellDesk } from '../desk/events.ts'
import { attachCopy, attachmentsOf } from '../files/store.ts'
import { told } from '../leads/source.ts'
import { bringOver } from '../mail/participants.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { promiseNow } from './promise.ts'
import type { Ticket } from './store.ts'

/** `messages` are numbers as staff counts them. */
export type Split = { subject: string; messages: number[]; takesAlong: boolean; by: string }

/**
 * Opens a ticket of its own for some of the words of another, for the same customer. The words are copied, with who wrote them and when,
 * and so are the files that came with them: nothing vanishes from where it was said, and whoever sees one of the two sees what is there.
 * If staff says so, who takes part in the one by mail takes part in the other as well, from now on.
 */
export async function splitTicket(
  services: Services,
  ticket: Ticket,
  { subject, messages, takesAlong, by }: Split,
): Promise<{ reference: string }> {
  const { db, clock } = services
  const at = clock.now()
  const chosen = await db.all<{ id: number }>(
    `select id from (select id, internal, row_number() over (order by id) as number from messages where ticket_id = :id)
     where internal = 0 and number in (select value from json_each(:messages)) order by id`,
    { id: ticket.id, messages: JSON.stringify(messages) },
  )
  if (!chosen.length || chosen.length !== new Set(messages).size) throw invalid('messages', 'choice')
  const ids = chosen.map(({ id }) => id)
  const files = (await attachmentsOf(services, ticket.reference, { internal: false })).filter(({ messageId }) =>
    ids.includes(messageId ?? 0),
  )
  const reference = newReference('T')
  const { kind, channel } = ticket
  await db.batch([
    {
      sql: `insert into tickets (reference, contact_id, visitor_id, organisation_id, channel, kind, queue, team, subject, locale, product,
              serial_number, article, status, created_at, updated_at, opened_hour, first_response_due_at, resolution_due_at, promised_at,
              promise_cases, assignee_id, said_name, said_email)
            select :reference, contact_id, visitor_id, organisation_id, channel, kind, queue, team, :subject, locale, product,
              serial_number, article, 'new', :at, :at, :openedHour, :firstResponseDueAt, :resolutionDueAt, :promisedAt,
              :promiseCases, assignee_id, said_name, said_email
            from tickets where id = :id`,
      args: { ...(await promiseNow(services, kind)), id: ticket.id, reference, subject, at },
    },
    eventIfChanged('ticket.opened', {
      subject: reference,
      actor: by,
      at,
      data: { kind, channel, confirm: false, source: told(undefined) },
    }),
    eventIfChanged('ticket.split', { subject: ticket.reference, actor: by, at, data: { into: reference } }),
    tellDesk(ticket.reference, { actor: by, at }),
    {
      sql: `insert into messages (ticket_id, number, author, author_name, channel, kind, text, at)
            select (select id from tickets where reference = :reference), row_number() over (order by id), author, author_name, channel, kind,
              text, at
            from messages where id in (select value from json_each(:chosen))`,
      args: { reference, chosen: JSON.stringify(ids) },
    },
    ...files.map(({ id, messageId }) =>
      attachCopy(id, { subject: reference, message: messageNumbered(reference, ids.indexOf(messageId ?? 0) + 1) }),
    ),
    ...(takesAlong ? bringOver({ from: ticket.reference, into: reference, by, at, onlyIf: { when: 'true', args: {} } }) : []),
    { sql: `insert into ticket_links (a, b, kind) values (:a, :b, 'split')`, args: { a: ticket.reference, b: reference } },
  ])
  return { reference }
}

/** SQL for the id of a message, inside the batch that writes it. */
function messageNumbered(reference: string, number: number) {
  return {
    sql: `(select m.id from messages m join tickets t on t.id = m.ticket_id where t.reference = :reference and m.number = :number)`,
    args: { reference, number },
  }
}
