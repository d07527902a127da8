import type { Locale } from '../../content/schema.ts'
import { type Contact, findContact } from '../accounts/store.ts'
import { attachmentsOf, filesWith } from '../files/store.ts'
import { findOrganisation } from '../organisations/store.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { lastAcceptance } from './acceptances/log.ts'
import { countersOf } from './answers.ts'
import { approvalsOf } from './approvals.ts'
import { type Buying, buyingOf } from './buying.ts'
import { leavesChoice } from './choices.ts'
import { type Action, actionsOf, customerLabel, publicStatus, statusAt, turnOf, UNDO_MS } from './model.ts'
import { changesBetween, negotiationOf } from './negotiation.ts'
import { orderOf } from './orders/store.ts'
import { mayOn, type QuoteVerb } from './rights.ts'
import { sharesOn } from './shares.ts'
import { asChosen, currentRevision, type Quote, type QuoteSummary, revisionsOf, type SeenQuote } from './store.ts'
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
export async function quoteFor(services: Services, quote: SeenQuote, { user, shares }: Actor, locale: Locale) {
  const { reference, currency, revision, need, createdAt, expiresAt, viewedAt } = quote
  const [current, contact] = await Promise.all([currentRevision(services, quote), findContact(services, quote.contactId)])
  const sent = (await revisionsOf(services, quote)).filter(({ number, sentAt }) => sentAt !== null && number > 0)
  const { document, hash } = asChosen(quote, current)
  const may = (verb: QuoteVerb) => mayOn(quote.standings, verb)
  const by = may('answer') ? (user?.contactId ?? undefined) : undefined
  const buying = by ? await buyingOf(services, quote, { document, revision: quote.revision, hash, by }) : undefined
  const share = shares.find(({ subject }) => subject === reference)
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
    uploads: filesWith(await attachmentsOf(services, reference, { internal: false }), null),
    actions: may('answer') ? actionsFor(services, quote).filter((action) => mayTake(action, quote, buying)) : [],
    /** Whether the signed-in user may bind the buyer: the quote's own contact, or a member of its organisation with that right. */
    isYours: buying?.mayAccept ?? false,
    isContact: user?.contactId === quote.contactId,
    may: { write: may('write'), forward: may('forward'), approve: may('approve') && statusAt(quote, services.clock.now()) === 'sent' },
    /** Whether a colleague's approval is still owed before this may be accepted. */
    needsApproval: buying ? !buying.isApproved : false,
    approvals: await approvalsOf(services, quote),
    shares: may('forward') ? await sharesOn(services, quote) : [],
    /** By whom it was forwarded to the reader, who has nothing but that link; null for everybody else. */
    forwarded: share && !may('answer') ? { by: share.by, right: share.right } : null,
    organisation: quote.organisationId && by ? ((await findOrganisation(services, quote.organisationId))?.name ?? null) : null,
    /** Whether the reader may take it out of the organisation again. */
    mayTake: quote.standings.includes('manager') && quote.acceptedAt === null,
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

/** Whoever only holds a link may be on the way to proving who they are; a member without the right is not offered the button. */
function mayTake(action: Action, { standings }: SeenQuote, buying: Buying | undefined): boolean {
  if (action !== 'accept' && action !== 'undo') return true
  return !buying || buying.mayAccept || standings.includes('link')
}

/** Enough to know one's own address by, and no more. */
function maskedEmail(contact: Contact | undefined): string {
  return (contact?.email ?? '').replace(/^(.).*(@.*)$/, '$1•••$2')
}
