import type { Locale } from '../../content/schema.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { Limits, Role } from './rights.ts'
import { type Member, newKey, subjectOf } from './store.ts'

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

export type Wanted = { email: string; role: Role; acceptsUpTo: Limits; locale: Locale }

/** One that is still open, as those who manage the organisation see it: nothing of whether we know the address. */
export type Invitation = { key: string; email: string; role: Role; createdAt: number; expiresAt: number }

/** What the one who was invited sees before joining. */
export type Invited = { organisationId: number; organisation: string; email: string; role: Role; by: string; locale: Locale }

const INVITED = `i.organisation_id as "organisationId", o.name as organisation, i.email, i.role,
  coalesce(nullif(c.name, ''), c.email) as by, i.locale`

/** SQL: whether `:by` manages the organisation at the moment of the write. */
const MANAGED = `exists (select 1 from organisation_members b
  where b.contact_id = :by and b.organisation_id = :organisationId and b.role = 'manager')`

/** Invites an address by mail. To invite it again is to send it anew: the older link ends. */
export async function inviteMember({ db, clock }: Services, by: Member, { email, role, acceptsUpTo, locale }: Wanted) {
  const at = clock.now()
  const { organisationId, contactId } = by
  const [invited] = await db.batch([
    {
      sql: `insert into invitations (key, organisation_id, email, role, accepts_up_to, locale, invited_by, created_at, expires_at)
            select :key, :organisationId, :email, :role, :acceptsUpTo, :locale, :by, :at, :expiresAt where ${MANAGED}
            on conflict (organisation_id, email) where ended_at is null do update set token_hash = null, role = excluded.role,
              accepts_up_to = excluded.accepts_up_to, locale = excluded.locale, invited_by = excluded.invited_by,
              created_at = excluded.created_at, expires_at = excluded.expires_at`,
      args: {
        ...{ organisationId, email, role, locale, at },
        key: newKey(),
        acceptsUpTo: JSON.stringify(acceptsUpTo),
        by: contactId,
        expiresAt: at + LIFETIME_MS,
      },
    },
    invitedEvent(organisationId, email, contactId, at),
  ])
  if (invited?.changes !== 1) throw new Problem('not-allowed')
}

/** Sends an open invitation once more, good for another seven days; the older link ends at once. */
export async function resendInvitation({ db, clock }: Services, { organisationId, contactId }: Member, key: string) {
  const at = clock.now()
  const { email } = (await openInvitation(db, organisationId, key)) ?? {}
  const [sent] = await db.batch([
    {
      sql: `update invitations set token_hash = null, invited_by = :by, created_at = :at, expires_at = :expiresAt
            where key = :key and organisation_id = :organisationId and ended_at is null and ${MANAGED}`,
      args: { key, organisationId, by: contactId, at, expiresAt: at + LIFETIME_MS },
    },
    invitedEvent(organisationId, email ?? '', contactId, at),
  ])
  if (sent?.changes !== 1) throw new Problem('not-found')
}

export async function withdrawInvitation({ db, clock }: Services, { organisationId, contactId }: Member, key: string) {
  const at = clock.now()
  const [withdrawn] = await db.batch([
    {
      sql: `update invitations set ended_at = :at where key = :key and organisation_id = :organisationId and ended_at is null and ${MANAGED}`,
      args: { key, organisationId, by: contactId, at },
    },
    eventIfChanged('organisation.invitation-withdrawn', { subject: subjectOf(organisationId), actor: `contact:${contactId}`, at }),
  ])
  if (withdrawn?.changes !== 1) throw new Problem('not-found')
}

/** Those that nobody has taken up yet, the newest first. */
export async function invitationsOf({ db, clock }: Services, organisationId: number): Promise<Invitation[]> {
  return db.all<Invitation>(
    `select key, email, role, created_at as "createdAt", expires_at as "expiresAt" from invitations
     where organisation_id = :organisationId and ended_at is null and expires_at > :now order by created_at desc, id desc`,
    { organisationId, now: clock.now() },
  )
}

/** The invitation that a link leads to, while it works. Looking uses nothing up. */
export async function findInvitation({ db, clock }: Services, token: string): Promise<Invited | undefined> {
  if (!isToken(token)) return undefined
  return db.get<Invited>(
    `select ${INVITED} from invitations i join organisations o on o.id = i.organisation_id join contacts c on c.id = i.invited_by
     where i.token_hash = :hash and i.ended_at is null and i.expires_at > :now`,
    { hash: hashToken(token), now: clock.now() },
  )
}

/** Joins, once: only the contact whose proven address was invited, and who belongs to no organisation yet. */
export async function joinOrganisation({ db, clock }: Services, token: string, contactId: number): Promise<boolean> {
  const at = clock.now()
  const [used] = await db.batch([
    {
      sql: `update invitations set ended_at = :at
            where token_hash = :hash and ended_at is null and expires_at > :at
              and email = (select email from contacts where id = :contactId and email_verified_at is not null)
              and not exists (select 1 from organisation_members where contact_id = :contactId)`,
      args: { hash: hashToken(token), at, contactId },
    },
    {
      sql: `insert into organisation_members (contact_id, organisation_id, key, role, accepts_up_to, joined_at)
            select :contactId, organisation_id, :key, role, accepts_up_to, :at from invitations where token_hash = :hash and changes() > 0`,
      args: { contactId, key: newKey(), at, hash: hashToken(token) },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'organisation.member-joined', 'organisation:' || organisation_id, :actor, json_object('contact', :contactId, 'role', role)
            from organisation_members where contact_id = :contactId and changes() > 0`,
      args: { at, actor: `contact:${contactId}`, contactId },
    },
  ])
  return used?.changes === 1
}

/** Makes the token for the mail that is about to be sent: it stands nowhere else. Undefined once nobody may use it any more. */
export async function invitationToSend(services: Services, organisationId: number, email: string) {
  const token = newToken()
  const [made] = await services.db.batch([
    {
      sql: `update invitations set token_hash = :hash
            where organisation_id = :organisationId and email = :email and ended_at is null and expires_at > :now`,
      args: { hash: hashToken(token), organisationId, email, now: services.clock.now() },
    },
  ])
  const invited = made?.changes === 1 ? await findInvitation(services, token) : undefined
  return invited && { token, invited }
}

function invitedEvent(organisationId: number, email: string, contactId: number, at: number) {
  return eventIfChanged('organisation.member-invited', {
    subject: subjectOf(organisationId),
    actor: `contact:${contactId}`,
    at,
    data: { email },
  })
}

async function openInvitation(db: Services['db'], organisationId: number, key: string) {
  return db.get<{ email: string }>(
    'select email from invitations where key = :key and organisation_id = :organisationId and ended_at is null',
    { key, organisationId },
  )
}
