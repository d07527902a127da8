import { type HandOver, LEFT_BEHIND, SUCCESSOR } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'

/** Gives what an organisation owns, and a contact had who has just left it, to another member; offers of theirs to pass it on end. */
export function handOverItems({ organisationId, from, by, at }: HandOver): Statement[] {
  const args = { organisationId, from, by, at }
  return [
    {
      sql: `update owned_moves set ended_at = :at where ended_at is null and item_id in (select id from owned_items where ${LEFT_BEHIND})`,
      args,
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'product.handed-over', reference, 'contact:' || cast(:by as integer), json_object('from', :from, 'to', ${SUCCESSOR})
            from owned_items where ${LEFT_BEHIND}`,
      args,
    },
    { sql: `update owned_items set contact_id = ${SUCCESSOR}, care_plan = '' where ${LEFT_BEHIND}`, args },
  ]
}
