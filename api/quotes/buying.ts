import { RIGHTS, type Right, ROLES, rolesThatMay } from '../organisations/rights.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { QuoteDocument } from './document.ts'
import type { Quote } from './store.ts'

/** Exactly what is to be bought, and the contact who buys it. */
type Purchase = { document: Pick<QuoteDocument, 'total' | 'currency'>; revision: number; hash: string; by: number }

/** Whether somebody may accept, and whether those who must have agreed to it. */
export type Buying = { mayAccept: boolean; isApproved: boolean }

const unlimited = ROLES.filter((role) => RIGHTS.accept[role] === true)
const limited = ROLES.filter((role) => RIGHTS.accept[role] === 'up to a limit')
const approving = rolesThatMay('approve' satisfies Right)
const listed = (roles: readonly string[]) => roles.map((role) => `'${role}'`).join(', ')

/** SQL over `quotes`: its own contact when it is nobody else's, or a member whose right reaches that far. */
const MAY_ACCEPT = `((quotes.organisation_id is null and quotes.contact_id = :by) or exists (
  select 1 from organisation_members m join organisations o on o.id = m.organisation_id join contacts c on c.id = m.contact_id
  where m.organisation_id = quotes.organisation_id and m.contact_id = :by and c.email_verified_at is not null and (
    m.role in (${listed(unlimited)})
    or (m.role in (${listed(limited)}) and :boughtTotal <= coalesce(m.accepts_up_to ->> :boughtCurrency, 0))
    or (o.contact_accepts = 1 and quotes.contact_id = :by))))`

/**
 * SQL over `quotes`: no approval is needed for that much, or somebody else has given it to exactly this revision as it was chosen:
 * a member with the right, or, where the organisation lets them, whoever was asked.
 */
const IS_APPROVED = `(not exists (
  select 1 from organisations o where o.id = quotes.organisation_id and o.approval_over is not null
    and :boughtTotal > coalesce(o.approval_over ->> :boughtCurrency, -1))
  or exists (
    select 1 from quote_approvals a join organisations o on o.id = quotes.organisation_id
    where a.quote_id = quotes.id and a.revision = :boughtRevision and a.hash = :boughtHash and a.decision = 'approved'
      and a.approver_email <> (select email from contacts where id = :by)
      and ((o.approvers = 'asked' and a.approver like 'share:%') or exists (
        select 1 from organisation_members x
        where 'contact:' || x.contact_id = a.approver and x.organisation_id = o.id and x.role in (${listed(approving)})))))`

/** What must hold in the very statement that accepts. */
export function whileAllowed({ document, revision, hash, by }: Purchase) {
  return {
    when: `${MAY_ACCEPT} and ${IS_APPROVED}`,
    args: { by, boughtTotal: document.total, boughtCurrency: document.currency, boughtRevision: revision, boughtHash: hash },
  }
}

export async function buyingOf({ db }: Services, { id }: Pick<Quote, 'id'>, purchase: Purchase): Promise<Buying> {
  const found = await db.get<{ mayAccept: number; isApproved: number }>(
    `select ${MAY_ACCEPT} as "mayAccept", ${IS_APPROVED} as "isApproved" from quotes where id = :id`,
    { id, ...whileAllowed(purchase).args },
  )
  return { mayAccept: found?.mayAccept === 1, isApproved: found?.isApproved === 1 }
}

/** Refuses who may not buy that much in the buyer's name, whatever was approved. */
export async function mustHaveRight(services: Services, quote: Quote, purchase: Purchase) {
  if (!(await buyingOf(services, quote, purchase)).mayAccept) throw new Problem('not-allowed')
}

/** Says why somebody may not accept this, before or after the statement that would have. */
export async function mustBeAllowed(services: Services, quote: Quote, purchase: Purchase) {
  const { mayAccept, isApproved } = await buyingOf(services, quote, purchase)
  if (!mayAccept) throw new Problem('not-allowed')
  if (!isApproved) throw new Problem('approval-needed', { facts: { revision: purchase.revision } })
}
