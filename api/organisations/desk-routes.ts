import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { body, type Env, signedIn } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { quotesOfOrganisation } from '../quotes/organisation.ts'
import { ticketsOfOrganisation } from '../tickets/organisation.ts'
import { invitationsOf } from './invitations.ts'
import { changePriceTerms, findOrganisation, membersOf } from './store.ts'

const PriceTerms = z.object({ priceTerms: z.enum(['shown', 'on-request']) })

/** For staff only: mounted behind that check. */
export const deskOrganisations = new Hono<Env>()
  .get('/:id', async (c) => {
    const { services } = c.var
    const organisation = await findOrganisation(services, idOf(c))
    if (!organisation) throw new Problem('not-found')
    const { id } = organisation
    const [members, invitations, quotes, tickets] = await Promise.all([
      membersOf(services, id),
      invitationsOf(services, id),
      quotesOfOrganisation(services, id),
      ticketsOfOrganisation(services, id),
    ])
    return c.json({
      organisation,
      members: members.map(({ name, email, role, acceptsUpTo, joinedAt }) => ({ name, email, role, acceptsUpTo, joinedAt })),
      invitations: invitations.length,
      quotes,
      tickets: tickets.map(({ reference, subject, status, updatedAt }) => ({ reference, subject, status, updatedAt })),
    })
  })

  .put('/:id/price-terms', body(PriceTerms), async (c) => {
    const { priceTerms } = c.req.valid('json')
    if (!(await changePriceTerms(c.var.services, idOf(c), priceTerms, signedIn(c).id))) throw new Problem('not-found')
    return c.body(null, 204)
  })

function idOf(c: Context<Env>): number {
  return Number(c.req.param('id')) || 0
}
