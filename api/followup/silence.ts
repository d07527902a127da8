import type { Event } from '../platform/events.ts'
import type { Quote } from '../quotes/store.ts'
import type { Silence } from './model.ts'

/** Actors of our own besides staff. */
const OURS = ['clock', 'operator', 'set-up', 'system'] as const
/** What a customer's browser tells without their saying a word. */
const WORDLESS = ['quote.viewed', 'quote.chosen', 'quote.check-in-answered'] as const

/**
 * Whether a customer, or a colleague of theirs, has said something with this event: a message, a counter-offer, an answer, a decision.
 * Whoever is neither staff nor the clock is the customer's side, so what is added later stops the reminders, too.
 */
export function isWord({ kind, actor }: Pick<Event, 'kind' | 'actor'>): boolean {
  return kind.startsWith('quote.') && isCustomer(actor) && !WORDLESS.some((wordless) => wordless === kind)
}

/** The same for SQL, about the rows of `events`. */
export const IS_WORD = `(kind like 'quote.%' and actor not like 'user:%' and actor not in (${OURS.map((actor) => `'${actor}'`).join(', ')})
  and kind not in (${WORDLESS.map((kind) => `'${kind}'`).join(', ')}))`

/** How an offer stands after an event; undefined as long as nothing was ever sent. `quote` is how it is now, which may be further on. */
export function silenceAfter(
  before: Silence | undefined,
  event: Event,
  quote: Pick<Quote, 'expiresAt' | 'revision'>,
  deliveryOn: string | null = null,
): Silence | undefined {
  const { kind, at, data } = event
  if (kind === 'quote.sent') return freshOffer(before, at, Number(data.revision ?? quote.revision), quote.expiresAt)
  if (!before) return undefined
  const spoken = isWord(event) ? { ...before, spokenAt: at, askedFor: null } : before
  switch (kind) {
    case 'quote.viewed':
    case 'quote.chosen':
      return { ...before, viewedAt: before.viewedAt ?? at }
    case 'quote.reminder-answered':
      return data.answer === 'later' ? { ...spoken, askedFor: Date.parse(String(data.on)) } : spoken
    case 'quote.counter-refused':
      // We have answered, and the offer stands: the silence begins anew.
      return { ...freshOffer(before, at, before.revision, before.expiresAt), viewedAt: before.viewedAt === null ? null : at }
    case 'quote.accepted':
      return { ...spoken, isOpen: false, acceptedAt: at, deliveryOn }
    case 'order.delivered':
      // What came counts, whatever was agreed.
      return { ...before, deliveryOn: String(data.on) }
    case 'quote.acceptance-undone':
      return { ...spoken, isOpen: true, acceptedAt: null, deliveryOn: null }
    case 'quote.reminder-due':
      return data.kind === 'asked' ? { ...before, askedFor: null } : before
    case 'quote.countered':
    case 'quote.declined':
    case 'quote.recalled':
    case 'quote.expired':
    case 'quote.requoted':
    case 'quote.asked-again':
      return { ...spoken, isOpen: false }
    default:
      return spoken
  }
}

function freshOffer(before: Silence | undefined, at: number, revision: number, expiresAt: number | null): Silence {
  return {
    revision,
    sentAt: at,
    viewedAt: null,
    expiresAt,
    isOpen: true,
    spokenAt: null,
    askedFor: null,
    acceptedAt: null,
    deliveryOn: null,
    // Staff's word holds for the quote, whatever its version.
    stoppedAt: before?.stoppedAt ?? null,
    notBefore: before?.notBefore ?? null,
  }
}

function isCustomer(actor: string): boolean {
  return !actor.startsWith('user:') && !OURS.some((ours) => ours === actor)
}
