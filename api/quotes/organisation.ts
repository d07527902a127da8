import { type HandOver, LEFT_BEHIND, mayIn, organisationWanted, SUCCESSOR } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { statusAt } from './model.ts'
import { type Quote, SUMMARY, type SummaryRow, summaryOf } from './store.ts'

/** An organisation's quotes for the desk, the newest first; at most 50, for a panel beside something else. */
export async function quotesOfOrganisation({ db, clock }: Services, organisationId: number) {
  const rows = await db.all<SummaryRow>(
    `select ${SUMMARY} from quotes q join quote_revisions r on r.quote_id = q.id and r.number = q.revision
     where q.organisation_id = :organisationId order by q.created_at desc, q.id desc limit 50`,
    { organisationId },
  )
  return rows.map((row) => ({ ...summaryOf(row), status: statusAt(row, clock.now()) }))
}

/** The contact lets their organisation share a quote; from then on its rules hold. */
export async function putIntoOrganisation(services: Services, quote: Quote, by: User) {
  const set = `organisation_id = ${organisationWanted}`
  const when = `contact_id = :contactId and organisation_id is null and status <> 'accepted' and ${organisationWanted} is not null`
  await move(services, quote, by, { kind: 'quote.shared-with-organisation', set, when, args: { forOrganisation: 1 } })
}

/** Only a member who decides who is in the organisation lets go of a quote: otherwise its rules for buying would be easy to leave. */
export async function takeOutOfOrganisation(services: Services, quote: Quote, by: User) {
  const when = `organisation_id is not null and status <> 'accepted' and ${mayIn('quotes.organisation_id', 'manage-members')}`
  await move(services, quote, by, { kind: 'quote.taken-from-organisation', set: 'organisation_id = null', when })
}

type Moving = { kind: string; set: string; when: string; args?: Record<string, number> }

async function move({ db, clock }: Services, quote: Quote, { contactId }: User, { kind, set, when, args }: Moving) {
  const at = clock.now()
  const status = statusAt(quote, at)
  const [moved] = await db.batch([
    {
      sql: `update quotes set ${set}, updated_at = :at where id = :id and ${when}`,
      args: { id: quote.id, contactId, at, ...args },
    },
    eventIfChanged(kind, {
      subject: quote.reference,
      actor: `contact:${contactId}`,
      at,
      data: { from: status, to: status, revision: quote.revision, why: '' },
    }),
  ])
  if (moved?.changes !== 1) throw new Problem('not-allowed')
}

/**
 * Gives the organisation's quotes of a contact who has just left it to another member; the links to them end with that, and so do
 * those that they had forwarded.
 */
export function handOverQuotes({ organisationId, from, by, at }: HandOver): Statement[] {
  const args = { organisationId, from, by, at }
  return [
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'quote.handed-over', reference, 'contact:' || cast(:by as integer),
              json_object('from', status, 'to', status, 'revision', revision, 'why', '', 'contact', ${SUCCESSOR})
            from quotes where ${LEFT_BEHIND}`,
      args,
    },
    { sql: `update quotes set contact_id = ${SUCCESSOR}, updated_at = :at where ${LEFT_BEHIND}`, args },
    {
      sql: `update quote_shares set revoked_at = :at
            where revoked_at is null and (shared_by = :from or email = (select email from contacts where id = :from))
              and quote_id in (select id from quotes where organisation_id = :organisationId)
              and not exists (select 1 from organisation_members where contact_id = :from and organisation_id = :organisationId)`,
      args: { organisationId, from, at },
    },
  ]
}
