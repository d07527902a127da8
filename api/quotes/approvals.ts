import { findContact } from '../accounts/store.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Actor } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { asChosen, currentRevision, movedOn, type Quote, type SeenQuote } from './store.ts'

export type Decision = 'approved' | 'refused'
/** What a colleague said to buying one version of it. */
export type Approval = { revision: number; hash: string; name: string; decision: Decision; text: string; at: number }

type Said = { revision: number; hash: string; decision: Decision; text: string }

/**
 * Says yes or no to buying exactly this: the revision and choices that the approver was shown, while they stand. Saying something
 * else later replaces it; a newer revision or other choices need a new word.
 */
export async function decideOnQuote(services: Services, quote: SeenQuote, actor: Actor, { revision, hash, decision, text }: Said) {
  const at = services.clock.now()
  const { id, reference } = quote
  const shown = asChosen(quote, await currentRevision(services, quote))
  if (revision !== quote.revision || hash !== shown.hash) throw await movedOn(services, quote, at)
  const approver = await approverOf(services, quote, actor)
  const [decided] = await services.db.batch([
    {
      sql: `insert into quote_approvals (quote_id, revision, hash, approver, approver_name, approver_email, decision, text, at)
            select id, revision, :hash, :approver, :name, :email, :decision, :text, :at from quotes
            where id = :id and revision = :revision and choices = :choices and status = 'sent' and expires_at > :at
            on conflict (quote_id, revision, hash, approver) do update
              set decision = excluded.decision, text = excluded.text, at = excluded.at`,
      args: { id, revision, hash, choices: quote.choices, decision, text, at, ...approver },
    },
    eventIfChanged(decision === 'approved' ? 'quote.buyer-approved' : 'quote.buyer-refused', {
      subject: reference,
      actor: approver.approver,
      at,
      data: { from: 'sent', to: 'sent', revision, hash, why: text.slice(0, 500) },
    }),
  ])
  if (decided?.changes !== 1) throw await movedOn(services, quote, at)
}

/** The newest first. */
export async function approvalsOf({ db }: Services, { id }: Quote): Promise<Approval[]> {
  return db.all<Approval>(
    `select revision, hash, approver_name as name, decision, text, at from quote_approvals where quote_id = :id order by at desc, approver`,
    { id },
  )
}

/** What this approver said at that moment, for the mail about it. */
export async function decisionBy({ db }: Services, { id }: Quote, approver: string) {
  return db.get<Approval>(
    `select revision, hash, approver_name as name, decision, text, at from quote_approvals
     where quote_id = :id and approver = :approver order by at desc limit 1`,
    { id, approver },
  )
}

/** A member approves as themselves, whoever was asked by their link; both under the name and address that we know. */
async function approverOf(services: Services, { reference, standings }: SeenQuote, { user, shares }: Actor) {
  if (user?.contactId && standings.includes('manager')) {
    const contact = await findContact(services, user.contactId)
    const email = contact?.email ?? user.email
    return { approver: `contact:${user.contactId}`, name: contact?.name || email, email }
  }
  const share = shares.find(({ subject, right }) => subject === reference && right === 'approve')
  if (!share) throw new Problem('not-allowed')
  return { approver: `share:${share.key}`, name: share.name || share.email, email: share.email }
}
