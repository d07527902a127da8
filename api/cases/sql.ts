import { organisationWhere } from '../organisations/scope.ts'
import type { Value } from '../platform/db.ts'
import type { Actor } from '../platform/http.ts'
import { type Asked, LOOKED_THROUGH, PAGE } from './model.ts'

type Table = {
  name: 'tickets' | 'quotes' | 'bookings'
  /** What of the table is shown at all, as this was asked. */
  where: string
  /** Appointments belong to nobody but who booked them. */
  hasOrganisation?: boolean
  /** Whether the row `t` holds the words: `like(column)` for each of its texts. */
  holds: string
}

const LINKED = `(reference, contact_id) in (select value ->> 'subject', value ->> 'contactId' from json_each(:links))`

/** SQL: whose it is, when it is not the reader's own; `contacts` is joined. */
export const COLLEAGUE = `case when contact_id is not :contactId and not ${LINKED}
  then coalesce(nullif(contacts.name, ''), contacts.email) end as colleague`

/**
 * SQL: the ids of a page of one table's cases, what changed last first, that this actor may see. Each of the ways to see one is a list
 * that an index keeps in order, and is read from its top.
 */
export function idsOf({ name, where, hasOrganisation = true, holds }: Table, { whose, q, after }: Asked): string {
  const own = ['contact_id = :contactId', LINKED]
  const colleagues = `organisation_id = ${organisationWhere('see-colleagues')} and contact_id is not :contactId`
  const scopes = [...(whose === 'colleagues' ? [] : own), ...(whose === 'mine' || !hasOrganisation ? [] : [colleagues])]
  if (!scopes.length) return 'select null where false'
  const order = 'order by updated_at desc, reference desc'
  const seen = `${where} and ${after ? '(updated_at, reference) < (:afterAt, :afterReference)' : 'true'}`
  const one = (scope: string) =>
    `select * from (select id, updated_at, reference from
       (select * from ${name} where ${scope} and ${seen} ${order} limit ${q ? LOOKED_THROUGH : PAGE + 1}) as t
     where ${q ? holds : 'true'} ${order} limit ${PAGE + 1})`
  return `select id from (${scopes.map(one).join(' union ')}) ${order} limit ${PAGE + 1}`
}

/** SQL: whether this text holds the words that were asked for. */
export function like(text: string): string {
  return `${text} like :words escape '\\'`
}

export function argsOf({ user, access }: Actor, { q, after }: Asked): Record<string, Value> {
  return {
    contactId: user?.contactId ?? null,
    links: JSON.stringify(access),
    ...(after && { afterAt: after.at, afterReference: after.reference }),
    ...(q && { words: pattern(q) }),
  }
}

/** For `like`, which knows capitals of ASCII alone: other letters match any one letter, so that "Årsag" finds "årsag". */
function pattern(q: string): string {
  const plain = q.normalize('NFC').replace(/[\\%_]/g, '\\$&')
  return `%${plain.replace(/[^\x20-\x7e]/gu, '_').replace(/\s+/g, '%')}%`
}
