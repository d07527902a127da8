import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import { body, type Env, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { findInvitation, invitationsOf, inviteMember, joinOrganisation, resendInvitation, withdrawInvitation } from './invitations.ts'
import { can, RIGHT_NAMES, type Right, ROLES } from './rights.ts'
import {
  changeDetails,
  changeRights,
  changeRules,
  endMembership,
  foundOrganisation,
  type Member,
  membershipOf,
  membersOf,
  type Organisation,
} from './store.ts'

const MINUTES = 60_000
const MAX_MEMBERS = 500

/** By currency, in minor units. */
const Limits = z.record(z.string().regex(/^[A-Z]{3}$/), z.int().min(0).max(1_000_000_000_000))

const Details = z.object({
  name: required(line(120)),
  registrationNumber: line(40).default(''),
  invoiceAddress: prose(500).default(''),
})
const Rights = z.object({ role: z.enum(ROLES), acceptsUpTo: Limits.default({}) })
const Rules = z.object({ approvalOver: Limits.nullable(), approvers: z.enum(['members', 'asked']), contactAccepts: z.boolean() })
const Invitation = Rights.extend({ email: Email, locale: Locale.optional() })

/** The organisation of who is signed in. Nobody belongs to two, so it needs no name in the address. */
export const organisation = new Hono<Env>()
  .get('/', async (c) => {
    const { services } = c.var
    const standing = await membershipOf(services, signedIn(c).contactId)
    if (!standing) return c.json({ organisation: null })
    const { organisation, member } = standing
    const manages = can(member, 'manage-members')
    return c.json({
      organisation: publicOrganisation(organisation),
      me: publicMember(member),
      rights: RIGHT_NAMES.filter((right) => can(member, right)),
      members: (await membersOf(services, organisation.id)).map(publicMember),
      invitations: manages ? await invitationsOf(services, organisation.id) : [],
    })
  })

  .post('/', once(), body(Details), async (c) => {
    const { services } = c.var
    const { contactId } = signedIn(c)
    if (!contactId) throw new Problem('not-allowed')
    const id = await foundOrganisation(services, contactId, c.req.valid('json'))
    if (!id) throw new Problem((await membershipOf(services, contactId)) ? 'already-member' : 'not-allowed')
    return c.body(null, 201)
  })

  .put('/', body(Details), async (c) => {
    await changeDetails(c.var.services, await mayManage(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  .put('/rules', body(Rules), async (c) => {
    await changeRules(c.var.services, await mayManage(c), c.req.valid('json'))
    return c.body(null, 204)
  })

  // An address that we know and one that we do not get the same answer, and the same mail.
  .post('/invitations', once(), body(Invitation), async (c) => {
    const { services } = c.var
    const member = await mayManage(c)
    const { email, locale = c.var.locale, ...rights } = c.req.valid('json')
    const members = await membersOf(services, member.organisationId)
    if (members.some((other) => other.email === email)) throw invalid('email', 'member')
    if (members.length >= MAX_MEMBERS) throw new Problem('too-many')
    takeInvitation(c, member, email)
    await inviteMember(services, member, { email, locale, ...rights })
    return c.body(null, 202)
  })

  .post('/invitations/:key/sending', once(), async (c) => {
    const member = await mayManage(c)
    takeInvitation(c, member, c.req.param('key'))
    await resendInvitation(c.var.services, member, c.req.param('key'))
    return c.body(null, 202)
  })

  .delete('/invitations/:key', async (c) => {
    await withdrawInvitation(c.var.services, await mayManage(c), c.req.param('key'))
    return c.body(null, 204)
  })

  .put('/members/:key', body(Rights), async (c) => {
    await changeRights(c.var.services, await mayManage(c), c.req.param('key'), c.req.valid('json'))
    return c.body(null, 204)
  })

  .delete('/members/:key', async (c) => {
    await endMembership(c.var.services, await mayManage(c), c.req.param('key'))
    return c.body(null, 204)
  })

  .delete('/membership', async (c) => {
    const { member } = await belongs(c)
    await endMembership(c.var.services, member, member.key)
    return c.body(null, 204)
  })

/** Where the link in an invitation leads. Looking uses nothing up; only who has proven the address that was invited may join. */
export const invitations = new Hono<Env>()
  .get('/:token', async (c) => {
    const { organisation, email, role, by } = await open(c)
    return c.json({ organisation, email, role, by, isYours: c.var.actor.user?.email === email })
  })

  .post('/:token/acceptance', async (c) => {
    const { services } = c.var
    const { email } = await open(c)
    const user = signedIn(c)
    if (!user.contactId || user.email !== email) throw new Problem('not-allowed')
    if (await membershipOf(services, user.contactId)) throw new Problem('already-member')
    if (!(await joinOrganisation(services, c.req.param('token'), user.contactId))) throw new Problem('not-found')
    return c.body(null, 204)
  })

async function open(c: Context<Env>) {
  const invited = await findInvitation(c.var.services, c.req.param('token') ?? '')
  if (!invited) throw new Problem('not-found')
  return invited
}

/** Who belongs to no organisation learns nothing of any. */
async function belongs(c: Context<Env>) {
  const standing = await membershipOf(c.var.services, signedIn(c).contactId)
  if (!standing) throw new Problem('not-found')
  return standing
}

async function mayManage(c: Context<Env>): Promise<Member> {
  return mayDo(c, 'manage-members')
}

async function mayDo(c: Context<Env>, right: Right): Promise<Member> {
  const { member } = await belongs(c)
  if (!can(member, right)) throw new Problem('not-allowed')
  return member
}

/** An invitation writes to a stranger's address: so many, and no more. */
function takeInvitation({ var: { services } }: Context<Env>, { organisationId }: Member, to: string) {
  services.limits.take(`invitations of ${organisationId}`, 20, 60 * MINUTES)
  services.limits.take(`invitations of ${organisationId} to ${to}`, 3, 15 * MINUTES)
}

function publicOrganisation({ name, registrationNumber, invoiceAddress, approvalOver, approvers, contactAccepts }: Organisation) {
  return { name, registrationNumber, invoiceAddress, approvalOver, approvers, contactAccepts }
}

function publicMember({ key, name, email, role, acceptsUpTo, joinedAt }: Member) {
  return { key, name, email, role, acceptsUpTo, joinedAt }
}
