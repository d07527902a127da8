import { type HandOver, LEFT_BEHIND, SUCCESSOR } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'

/** Gives the organisation's quotes of a contact who has just left it to another member; the links to them end with that. */
export function handOverQuotes({ organisationId, from, by, at }: HandOver): Statement[] {
  const args = { organisationId, from, by, at }
  return [
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'quote.handed-over', reference, 'contact:' || :by,
              json_object('from', status, 'to', status, 'revision', revision, 'why', '', 'contact', ${SUCCESSOR})
            from quotes where ${LEFT_BEHIND}`,
      args,
    },
    { sql: `update quotes set contact_id = ${SUCCESSOR}, updated_at = :at where ${LEFT_BEHIND}`, args },
  ]
}
