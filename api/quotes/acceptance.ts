import { becomeCustomer } from '../accounts/store.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { sealEntry } from './acceptances/entry.ts'
import { addEntry, afterHead, HEAD_IS, lastAcceptance } from './acceptances/log.ts'
import { sealDocument } from './document.ts'
import { statusAt, UNDO_MS } from './model.ts'
import type { Stroke } from './signature.ts'
import { asChosen, moveQuote, type Quote, quoteByReference, refusalOf, revisionsOf, worthOf } from './store.ts'

export type Acceptance = {
  revision: number
  totalMinor: number
  name: string
  /** Of the document as chosen; who leaves it out is held to the total alone. */
  hash?: string | undefined
  purchaseOrder?: string | undefined
  signature?: Stroke[] | undefined
}

/** Accepts the revision the customer was shown, at the total they were shown, or nothing: a late, newer or second one is refused. */
export async function acceptQuote(services: Services, quote: Quote, acceptance: Acceptance, address = '') {
  const { revision, totalMinor, name, hash: shownHash, purchaseOrder = '', signature = [] } = acceptance
  const at = services.clock.now()
  const shown = (await revisionsOf(services, quote)).find(({ number, sentAt }) => number === revision && sentAt !== null)
  if (!shown || revision !== quote.revision) throw await movedOn(services, quote, at)
  const { document, hash } = asChosen(quote, shown)
  if (document.total !== totalMinor || (shownHash !== undefined && shownHash !== hash)) throw await movedOn(services, quote, at)

  const { reference } = quote
  const facts = { kind: 'accepted', reference, revision, documentHash: hash, termsVersion: document.termsVersion, at } as const
  const accepting = afterHead(services, (head) => {
    const entry = sealEntry({ ...facts, person: { name, purchaseOrder, signature, address } }, head)
    const text = hash === shown.hash ? null : sealDocument(document).document
    return moveQuote(services, quote, {
      action: 'accept',
      actor: `contact:${quote.contactId}`,
      at,
      set: { accepted_revision: revision, accepted_by: name, accepted_at: at, accepted_hash: hash },
      when: `revision = :accepted_revision and choices = :choices and ${HEAD_IS}`,
      args: { choices: quote.choices, head },
      data: { revision, hash, entry: entry.hash, ...worthOf(document) },
      also: [addEntry(quote.id, entry, text), becomeCustomer(quote.contactId)],
    })
  })
  await accepting.catch(async (error: unknown) => {
    throw error instanceof Problem && error.type === 'not-your-turn' ? await movedOn(services, quote, at) : error
  })
}

/** Takes the acceptance back within 15 minutes. The offer then stands as it stood, until its day. */
export async function undoAcceptance(services: Services, quote: Quote, address = '') {
  const at = services.clock.now()
  const accepted = await lastAcceptance(services, quote.id)
  const { reference, acceptedRevision, acceptedBy, acceptedHash } = quote
  const person = { name: acceptedBy ?? '', purchaseOrder: '', signature: [], address }
  const of = { revision: acceptedRevision ?? 0, documentHash: acceptedHash ?? '' }
  const { termsVersion } = JSON.parse(accepted?.entry ?? '{"termsVersion":""}') as { termsVersion: string } // by sealEntry
  await afterHead(services, (head) => {
    const entry = sealEntry({ kind: 'undone', reference, ...of, termsVersion, at, person }, head)
    return moveQuote(services, quote, {
      action: 'undo',
      actor: `contact:${quote.contactId}`,
      at,
      set: { accepted_revision: null, accepted_by: null, accepted_at: null, accepted_hash: null },
      when: `accepted_at > :since and accepted_at = :acceptedAt and ${HEAD_IS}`,
      args: { since: at - UNDO_MS, acceptedAt: quote.acceptedAt, head },
      data: { entry: entry.hash },
      also: [addEntry(quote.id, entry, accepted?.document ?? null)],
    })
  })
}

/** Names what is current, so that the customer can be shown it. */
async function movedOn(services: Services, quote: Quote, at: number): Promise<Problem> {
  const now = await quoteByReference(services, quote.reference)
  if (now && statusAt(now, at) === 'expired') return refusalOf(services, now, at)
  const { details } = await refusalOf(services, quote, at)
  return new Problem('quote-moved-on', details)
}
