import { randomBytes } from 'node:crypto'
import { handOverItems } from '../owned/organisation.ts'
import type { Db, Statement, Value } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import { handOverQuotes } from '../quotes/organisation.ts'
import type { Services } from '../services.ts'
import { handOverTickets } from '../tickets/organisation.ts'
import type { Limits, Role } from './rights.ts'

export type Details = { name: string; registrationNumber: string; invoiceAddress: string }
/** What an organisation asks of its own members. */
export type Rules = { approvalOver: Limits | null; approvers: 'members' | 'asked'; contactAccepts: boolean }
export type PriceTerms = 'shown' | 'on-request'
export type Organisation = Details & Rules & { id: number; priceTerms: PriceTerms; createdAt: number }

export type Member = {
  key: string
  contactId: number
  organisationId: number
  name: string
  email: string
  role: Role
  acceptsUpTo: Limits
  joinedAt: number
}

const ORGANISATION = `o.id, o.name, o.registration_number as "registrationNumber", o.invoice_address as "invoiceAddress",
  o.price_terms as "priceTerms", o.approval_over as "approvalOver", o.approvers, o.contact_accepts as "contactAccepts",
  o.created_at as "createdAt"`

const MEMBER = `m.key, m.contact_id as "contactId", m.organisation_id as "organisationId", c.name, c.email, m.role,
  m.accepts_up_to as "acceptsUpTo", m.joined_at as "joinedAt"`

export const subjectOf = (organisationId: number) => `organisation:${organisationId}`

/** Makes an organisation of which the contact is the first member; undefined for who belongs to one, or has not proven their address. */
export async function foundOrganisation({ db, clock }: Services, contactId: number, details: Details): Promise<number | undefined> {
  const at = clock.now()
  const [founded] = await db.batch([
    {
      sql: `insert into organisations (name, registration_number, invoice_address, created_at)
            select :name, :registrationNumber, :invoiceAddress, :at from contacts
            where id = :contactId and email_verified_at is not null
              and not exists (select 1 from organisation_members where contact_id = :contactId)
            returning id`,
      args: { ...details, contactId, at },
    },
    {
      sql: `insert into organisation_members (contact_id, organisation_id, key, role, joined_at)
            select :contactId, (select max(id) from organisations), :key, 'manager', :at where changes() > 0`,
      args: { contactId, key: newKey(), at },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'organisation.created', 'organisation:' || organisation_id, :actor, '{}'
            from organisation_members where contact_id = :contactId and changes() > 0`,
      args: { at, actor: `contact:${contactId}`, contactId },
    },
  ])
  const id = founded?.rows[0]?.id
  return id === undefined ? undefined : Number(id)
}

/** The organisation a contact belongs to, and as what; undefined for who belongs to none or has not proven their address. */
export async function membershipOf(
  services: Services,
  contactId: number | null | undefined,
): Promise<{ organisation: Organisation; member: Member } | undefined> {
  if (!contactId) return undefined
  const row = await services.db.get<MemberRow>(
    `select ${MEMBER} from organisation_members m join contacts c on c.id = m.contact_id
     where m.contact_id = :contactId and c.email_verified_at is not null`,
    { contactId },
  )
  const organisation = row && (await findOrganisation(services, row.organisationId))
  return row && organisation && { organisation, member: asMember(row) }
}

export async function findOrganisation({ db }: Services, id: number): Promise<Organisation | undefined> {
  const row = await db.get<OrganisationRow>(`select ${ORGANISATION} from organisations o where o.id = :id`, { id })
  return row && asOrganisation(row)
}

/** Who belongs to it, the longest first. */
export async function membersOf({ db }: Services, organisationId: number): Promise<Member[]> {
  const rows = await db.all<MemberRow>(
    `select ${MEMBER} from organisation_members m join contacts c on c.id = m.contact_id
     where m.organisation_id = :organisationId order by m.joined_at, m.contact_id`,
    { organisationId },
  )
  return rows.map(asMember)
}

/** The other members who manage: who is told when somebody comes or goes. */
export async function managersOf(services: Services, organisationId: number, except: number): Promise<Member[]> {
  return (await membersOf(services, organisationId)).filter(({ role, contactId }) => role === 'manager' && contactId !== except)
}

export async function changeDetails({ db, clock }: Services, by: Member, details: Details) {
  const { name, registrationNumber, invoiceAddress } = details
  await changeOrganisation(db, by, clock.now(), 'organisation.details-changed', {
    name,
    registration_number: registrationNumber,
    invoice_address: invoiceAddress,
  })
}

export async function changeRules({ db, clock }: Services, by: Member, { approvalOver, approvers, contactAccepts }: Rules) {
  await changeOrganisation(db, by, clock.now(), 'organisation.rules-changed', {
    approval_over: approvalOver && JSON.stringify(approvalOver),
    approvers,
    contact_accepts: contactAccepts ? 1 : 0,
  })
}

/** Set by staff. */
export async function changePriceTerms({ db, clock }: Services, id: number, priceTerms: PriceTerms, userId: number): Promise<boolean> {
  const at = clock.now()
  const [changed] = await db.batch([
    { sql: 'update organisations set price_terms = :priceTerms where id = :id', args: { id, priceTerms } },
    eventIfChanged('organisation.price-terms-changed', { subject: subjectOf(id), actor: `user:${userId}`, at, data: { to: priceTerms } }),
  ])
  return changed?.changes === 1
}

/** Gives a member other rights. An organisation always keeps somebody who manages it. */
export async function changeRights(
  { db, clock }: Services,
  by: Member,
  key: string,
  { role, acceptsUpTo }: { role: Role; acceptsUpTo: Limits },
) {
  const at = clock.now()
  const { organisationId } = by
  const [changed] = await db.batch([
    {
      sql: `update organisation_members set role = :role, accepts_up_to = :acceptsUpTo
            where key = :key and organisation_id = :organisationId and ${managed('by')}
              and (:role = 'manager' or ${anotherManages(':key')})`,
      args: { key, organisationId, role, acceptsUpTo: JSON.stringify(acceptsUpTo), by: by.contactId },
    },
    memberEvent('organisation.rights-changed', key, by, at, { role, acceptsUpTo }),
  ])
  if (changed?.changes !== 1) throw await refusalFor(db, organisationId, key)
}

/** Ends a membership at once, by the member or by one who manages. What was asked for in the organisation's name stays with it. */
export async function endMembership({ db, clock }: Services, by: Member, key: string) {
  const at = clock.now()
  const { organisationId } = by
  const leaving = await db.get<{ contactId: number }>(
    'select contact_id as "contactId" from organisation_members where key = :key and organisation_id = :organisationId',
    { key, organisationId },
  )
  if (!leaving) throw new Problem('not-found')
  const { contactId } = leaving
  const handOver = { organisationId, from: contactId, by: by.contactId, at }
  const [ended] = await db.batch([
    {
      sql: `delete from organisation_members
            where key = :key and organisation_id = :organisationId and ${anotherManages(':key')}
              and (contact_id = :by or ${managed('by')})`,
      args: { key, organisationId, by: by.contactId },
    },
    eventIfChanged('organisation.member-left', {
      subject: subjectOf(organisationId),
      actor: `contact:${by.contactId}`,
      at,
      data: { contact: contactId, removed: contactId !== by.contactId },
    }),
    ...handOverQuotes(handOver),
    ...handOverTickets(handOver),
    ...handOverItems(handOver),
  ])
  if (ended?.changes !== 1) throw await refusalFor(db, organisationId, key)
}

/** A public name for one row: nothing can be learned from it, and nothing done with it alone. */
export function newKey(): string {
  return randomBytes(12).toString('base64url')
}

async function changeOrganisation(db: Db, by: Member, at: number, kind: string, set: Record<string, Value>) {
  const columns = Object.keys(set).map((column) => `${column} = :${column}`)
  const { organisationId } = by
  const [changed] = await db.batch([
    {
      sql: `update organisations set ${columns.join(', ')} where id = :organisationId and ${managed('by')}`,
      args: { ...set, organisationId, by: by.contactId },
    },
    eventIfChanged(kind, { subject: subjectOf(organisationId), actor: `contact:${by.contactId}`, at, data: set }),
  ])
  if (changed?.changes !== 1) throw new Problem('not-allowed')
}

/** SQL: whether the contact of this argument manages `:organisationId`, at the moment of the write. */
function managed(by: string): string {
  return `exists (select 1 from organisation_members b
    where b.contact_id = :${by} and b.organisation_id = :organisationId and b.role = 'manager')`
}

/** SQL: whether somebody else than this member manages `:organisationId`. */
function anotherManages(key: string): string {
  return `exists (select 1 from organisation_members a
    where a.organisation_id = :organisationId and a.role = 'manager' and a.key <> ${key})`
}

function memberEvent(kind: string, key: string, by: Member, at: number, data: Record<string, unknown>): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, :kind, :subject, :actor, json_patch(:data, json_object('contact', contact_id))
          from organisation_members where key = :key and changes() > 0`,
    args: { at, kind, key, subject: subjectOf(by.organisationId), actor: `contact:${by.contactId}`, data: JSON.stringify(data) },
  }
}

/** Why nothing came of it: no such member, or the last one who manages. */
async function refusalFor(db: Db, organisationId: number, key: string): Promise<Problem> {
  const found = await db.get<{ isLast: number }>(
    `select role = 'manager' and not ${anotherManages(':key')} as "isLast"
     from organisation_members where key = :key and organisation_id = :organisationId`,
    { key, organisationId },
  )
  if (!found) return new Problem('not-found')
  return new Problem(found.isLast ? 'last-manager' : 'not-allowed')
}

type OrganisationRow = Omit<Organisation, 'approvalOver' | 'contactAccepts'> & { approvalOver: string | null; contactAccepts: number }
type MemberRow = Omit<Member, 'acceptsUpTo'> & { acceptsUpTo: string }

function asOrganisation({ approvalOver, contactAccepts, ...row }: OrganisationRow): Organisation {
  const over = approvalOver === null ? null : (JSON.parse(approvalOver) as Limits) // written by changeRules
  return { ...row, approvalOver: over, contactAccepts: contactAccepts === 1 }
}

function asMember({ acceptsUpTo, ...row }: MemberRow): Member {
  return { ...row, acceptsUpTo: JSON.parse(acceptsUpTo) as Limits } // written by changeRights and inviteMember
}
