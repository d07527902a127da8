import { type Right, rolesThatMay } from './rights.ts'

/** SQL: whether the contact `:contactId` is a member, with a proven address, who has this right where the column says. */
export function mayIn(organisationColumn: string, right: Right): string {
  const roles = rolesThatMay(right).map((role) => `'${role}'`)
  return `exists (
    select 1 from organisation_members m join contacts c on c.id = m.contact_id
    where m.organisation_id = ${organisationColumn} and m.contact_id = :contactId
      and m.role in (${roles.join(', ')}) and c.email_verified_at is not null)`
}

/** SQL: the organisation in which the contact `:contactId` has this right; null when there is none. */
export function organisationWhere(right: Right): string {
  const roles = rolesThatMay(right).map((role) => `'${role}'`)
  return `(
    select m.organisation_id from organisation_members m join contacts c on c.id = m.contact_id
    where m.contact_id = :contactId and m.role in (${roles.join(', ')}) and c.email_verified_at is not null)`
}

/** SQL: the role of the contact `:contactId` in the organisation of the column; null for who has not proven their address. */
export function roleIn(organisationColumn: string): string {
  return `(select m.role from organisation_members m join contacts c on c.id = m.contact_id
    where m.organisation_id = ${organisationColumn} and m.contact_id = :contactId and c.email_verified_at is not null)`
}

/** SQL: the organisation of the contact `:contactId` when `:forOrganisation` is 1; null otherwise, and for who belongs to none. */
export const organisationWanted = `(
  select m.organisation_id from organisation_members m join contacts c on c.id = m.contact_id
  where m.contact_id = :contactId and :forOrganisation = 1 and c.email_verified_at is not null)`

/** What was asked for in an organisation's name, by a contact who is no longer in it, goes to somebody who is. */
export type HandOver = {
  organisationId: number
  /** The contact who belonged to it until the statement before. */
  from: number
  /** Who ended the membership. */
  by: number
  at: number
}

/** SQL: what of a table with `organisation_id` and `contact_id` is left behind by `:from`, and who takes it over. */
export const LEFT_BEHIND = `organisation_id = :organisationId and contact_id = :from
  and not exists (select 1 from organisation_members where contact_id = :from and organisation_id = :organisationId)`
export const SUCCESSOR = `(select contact_id from organisation_members where organisation_id = :organisationId
  order by contact_id = :by desc, role = 'manager' desc, joined_at, contact_id limit 1)`
