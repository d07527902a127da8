import { becomeCustomer } from '../accounts/store.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { sealEntry } from './acceptances/entry.ts'
import { addEntry, afterHead, HEAD_IS, lastAcceptance } from './acceptances/log.ts'
import { mustBeAllowed, mustHaveRight, whileAllowed } from './buying.ts'
import { sealDocument } from './document.ts'
import { UNDO_MS } from './model.ts'
import type { Stroke } from './signature.ts'
import { asChosen, currentRevision, movedOn, moveQuote, type Quote, revisionsOf, worthOf } from './store.ts'

export type Acceptance = {
  revision: number
  totalMinor: number
  name: string
  /** Of the document as chosen; who leaves it out is held to the total alone. */
  hash?: string | undefined
  purchaseOrder?: string | undefined
  signature?: Stroke[] | undefined
}

/** Who accepts or takes it back, and from where; the quote's own contact unless it is somebody else. */
type From = { address?: string; by?: number }

/**
 * Accepts the revision the customer was shown, at the total they were shown, or nothing: a late, newer or second one is refused, and
 * so is one by a contact without the right, or without the approval that their organisation asks for.
 */
export async function acceptQuote(
  services: Services,
  quote: Quote,
  acceptance: Acceptance,
  { address = '', by = quote.contactId }: From = {},
) {
  const { revision, totalMinor, name, hash: shownHash, purchaseOrder = '', signature = [] } = acceptance
  const at = services.clock.now()
  const shown = (await revisionsOf(services, quote)).find(({ number, sentAt }) => number === revision && sentAt !== null)
  if (!shown || revision !== quote.revision) throw await movedOn(services, quote, at)
  const { document, hash } = asChosen(quote, shown)
  if (document.total !== totalMinor || (shownHash !== undefined && shownHash !== hash)) throw await movedOn(services, quote, at)

  const purchase = { document, revision, hash, by }
  await mustBeAllowed(services, quote, purchase)
  const allowed = whileAllowed(purchase)
  const { reference } = quote
  const facts = { kind: 'accepted', reference, revision, documentHash: hash, termsVersion: document.termsVersion, at } as const
  const accepting = afterHead(services, (head) => {
    const entry = sealEntry({ ...facts, person: { name, purchaseOrder, signature, address } }, head)
    const text = hash === shown.hash ? null : sealDocument(document).document
    return moveQuote(services, quote, {
      action: 'accept',
      actor: `contact:${by}`,
      at,
      set: { accepted_revision: revision, accepted_by: name, accepted_at: at, accepted_hash: hash },
      when: `revision = :accepted_revision and choices = :choices and ${HEAD_IS} and ${allowed.when}`,
      args: { choices: quote.choices, head, ...allowed.args },
      data: { revision, hash, entry: entry.hash, ...worthOf(document) },
      also: [addEntry(quote.id, entry, text), becomeCustomer(quote.contactId)],
    })
  })
  await accepting.catch(async (error: unknown) => {
    if (!(error instanceof Problem) || error.type !== 'not-your-turn') throw error
    // A right or an approval may have ended between the question and the statement.
    await mustBeAllowed(services, quote, purchase)
    throw await movedOn(services, quote, at)
  })
}

/** Takes the acceptance back within 15 minutes. The offer then stands as it stood, until its day. */
export async function undoAcceptance(services: Services, quote: Quote, { address = '', by = quote.contactId }: From = {}) {
  const at = services.clock.now()
  const { document, hash } = asChosen(quote, await currentRevision(services, quote))
  await mustHaveRight(services, quote, { document, revision: quote.revision, hash, by })
  const accepted = await lastAcceptance(services, quote.id)
  const { reference, acceptedRevision, acceptedBy, acceptedHash } = quote
  const person = { name: acceptedBy ?? '', purchaseOrder: '', signature: [], address }
  const of = { revision: acceptedRevision ?? 0, documentHash: acceptedHash ?? '' }
  const { termsVersion } = JSON.parse(accepted?.entry ?? '{"termsVersion":""}') as { termsVersion: string } // by sealEntry
  await afterHead(services, (head) => {
    const entry = sealEntry({ kind: 'undone', reference, ...of, termsVersion, at, person }, head)
    return moveQuote(services, quote, {
      action: 'undo',
      actor: `contact:${by}`,
      at,
      set: { accepted_revision: null, accepted_by: null, accepted_at: null, accepted_hash: null },
      when: `accepted_at > :since and accepted_at = :acceptedAt and ${HEAD_IS}`,
      args: { since: at - UNDO_MS, acceptedAt: quote.acceptedAt, head },
      data: { entry: entry.hash },
      also: [addEntry(quote.id, entry, accepted?.document ?? null)],
    })
  })
}
