import { becomeCustomer } from '../accounts/store.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { statusAt, UNDO_MS } from './model.ts'
import { asChosen, moveQuote, type Quote, quoteByReference, refusalOf, revisionsOf, worthOf } from './store.ts'

/** `hash` names the document as chosen; who leaves it out is held to the total alone. */
export type Acceptance = { revision: number; totalMinor: number; name: string; hash?: string | undefined }

/** Accepts the revision the customer was shown, at the total they were shown, or nothing: a late, newer or second one is refused. */
export async function acceptQuote(services: Services, quote: Quote, { revision, totalMinor, name, hash: shownHash }: Acceptance) {
  const at = services.clock.now()
  const shown = (await revisionsOf(services, quote)).find(({ number, sentAt }) => number === revision && sentAt !== null)
  if (!shown || revision !== quote.revision) throw await movedOn(services, quote, at)
  const { document, hash } = asChosen(quote, shown)
  if (document.total !== totalMinor || (shownHash !== undefined && shownHash !== hash)) throw await movedOn(services, quote, at)
  const move = moveQuote(services, quote, {
    action: 'accept',
    actor: `contact:${quote.contactId}`,
    at,
    set: { accepted_revision: revision, accepted_by: name, accepted_at: at, accepted_hash: hash },
    when: 'revision = :accepted_revision and choices = :choices',
    args: { choices: quote.choices },
    data: { revision, hash, ...worthOf(document) },
    also: [becomeCustomer(quote.contactId)],
  })
  await move.catch(async (error: unknown) => {
    throw error instanceof Problem && error.type === 'not-your-turn' ? await movedOn(services, quote, at) : error
  })
}

/** Takes the acceptance back within 15 minutes. The offer then stands as it stood, until its day. */
export async function undoAcceptance(services: Services, quote: Quote) {
  const at = services.clock.now()
  await moveQuote(services, quote, {
    action: 'undo',
    actor: `contact:${quote.contactId}`,
    at,
    set: { accepted_revision: null, accepted_by: null, accepted_at: null, accepted_hash: null },
    when: 'accepted_at > :since',
    args: { since: at - UNDO_MS },
  })
}

/** Names what is current, so that the customer can be shown it. */
async function movedOn(services: Services, quote: Quote, at: number): Promise<Problem> {
  const now = await quoteByReference(services, quote.reference)
  if (now && statusAt(now, at) === 'expired') return refusalOf(services, now, at)
  const { details } = await refusalOf(services, quote, at)
  return new Problem('quote-moved-on', details)
}
