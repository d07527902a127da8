import type { Locale } from '../../content/schema.ts'
import { type Contact, findContact } from '../accounts/store.ts'
import { attachmentsOf } from '../files/store.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { lastAcceptance } from './acceptances/log.ts'
import { countersOf } from './answers.ts'
import { leavesChoice } from './choices.ts'
import { type Action, actionsOf, customerLabel, publicStatus, statusAt, turnOf, UNDO_MS } from './model.ts'
import { changesBetween, negotiationOf } from './negotiation.ts'
import { orderOf } from './orders/store.ts'
import { asChosen, currentRevision, type Quote, type QuoteSummary, revisionsOf } from './store.ts'
import { threadOf } from './thread.ts'

/** Whose turn it is, as a customer may know: who among us has it is not theirs to see. */
export type PublicTurn = 'you' | 'us' | 'nobody'

/** What a customer sees of a quote in a list. */
export function summaryFor(services: Services, quote: QuoteSummary, locale: Locale) {
  const { reference, currency, revision, createdAt, updatedAt, expiresAt, total, unpriced, lines, firstLine } = quote
  return {
    ...{ reference, currency, revision, createdAt, updatedAt, expiresAt, total, unpriced, lines, firstLine },
    ...standingFor(services, quote, locale),
  }
}

/** What a customer sees of a quote: never a draft, a note, or what staff decides among themselves. */
export async function quoteFor(services: Services, quote: Quote, { user }: Actor, locale: Locale) {
  const { reference, currency, revision, need, createdAt, expiresAt, viewedAt } = quote
  const [current, contact] = await Promise.all([currentRevision(services, quote), findContact(services, quote.contactId)])
  const sent = (await revisionsOf(services, quote)).filter(({ number, sentAt }) => sentAt !== null && number > 0)
  const { document, hash } = asChosen(quote, current)
  return {
    ...{ reference, currency, revision, need, createdAt, expiresAt, viewedAt, locale: quote.locale },
    ...standingFor(services, quote, locale),
    /** As the buyer has chosen it, and the hash that accepting it names. */
    document,
    hash,
    leavesChoice: leavesChoice(document),
    revisions: sent.map(({ number, hash, sentAt, document }, at) => {
      const before = sent[at - 1]
      return { number, hash, sentAt, total: document.total, changes: before ? changesBetween(before.document, document) : null }
    }),
    negotiation: negotiationOf(current.document, await countersOf(services, quote)),
    accepted: await acceptanceOf(services, quote),
    order: (await orderOf(services, quote)) ?? null,
    declined: quote.declineReason && { reason: quote.declineReason, text: quote.declineText ?? '' },
    messages: await threadOf(services, quote),
    uploads: await attachmentsOf(services, reference, { internal: false }),
    actions: actionsFor(services, quote),
    /** Whether the signed-in user is the quote's own contact, who alone may accept. */
    isYours: user?.contactId === quote.contactId,
    email: maskedEmail(contact),
  }
}

function standingFor({ t, clock }: Services, quote: Pick<Quote, 'status' | 'expiresAt'>, locale: Locale) {
  const status = statusAt(quote, clock.now())
  return { status: publicStatus(status), label: t[locale](customerLabel(status)), turn: publicTurn(turnOf(status)) }
}

function publicTurn(turn: ReturnType<typeof turnOf>): PublicTurn {
  if (turn === 'nobody') return 'nobody'
  return turn === 'customer' ? 'you' : 'us'
}

async function acceptanceOf(services: Services, quote: Quote) {
  const { acceptedRevision: revision, acceptedBy: by, acceptedAt: at, acceptedHash: hash } = quote
  if (at === null) return null
  const logged = await lastAcceptance(services, quote.id)
  const { purchaseOrder, signature } = logged?.who ?? { purchaseOrder: '', signature: [] }
  return { revision, by, at, hash, purchaseOrder, signature, hasEvidence: logged?.who != null, undoUntil: at + UNDO_MS }
}

function actionsFor({ clock }: Services, quote: Quote): Action[] {
  const now = clock.now()
  const mayUndo = quote.acceptedAt !== null && now < quote.acceptedAt + UNDO_MS
  return actionsOf(statusAt(quote, now), 'customer').filter((action) => action !== 'undo' || mayUndo)
}

/** Enough to know one's own address by, and no more. */
function maskedEmail(contact: Contact | undefined): string {
  return (contact?.email ?? '').replace(/^(.).*(@.*)$/, '$1•••$2')
}
