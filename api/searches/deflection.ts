import { FOLLOWED_WITHIN_MS } from './model.ts'

/** An answer that a visitor opened after a search. Moments in milliseconds since 1970. */
export type Read = { visitor: string; answeredAt: number; ticketAt: number | null }
export const OUTCOMES = ['proven', 'followed', 'pending'] as const
export type Outcome = (typeof OUTCOMES)[number]

export type Deflection = {
  /** Visitors whose every answer was enough. */
  proven: number
  /** Visitors who opened a case or a chat all the same. */
  followed: number
  /** Visitors who may still do so. */
  pending: number
  /** Proven ÷ (proven + followed), from 0 to 1; null while nothing is decided. */
  rate: number | null
}

/**
 * What an answer was worth: it counts as proven once 24 hours have passed in which its visitor opened no case and no chat. Until then
 * nobody knows. One opened before it says nothing about it.
 */
export function outcomeOf({ answeredAt, ticketAt }: Omit<Read, 'visitor'>, now: number): Outcome {
  const wait = ticketAt === null ? undefined : ticketAt - answeredAt
  if (wait !== undefined && wait >= 0 && wait < FOLLOWED_WITHIN_MS) return 'followed'
  return now - answeredAt >= FOLLOWED_WITHIN_MS ? 'proven' : 'pending'
}

/**
 * By visitor, since three answers that one person reads keep one case away at most. Over midnight UTC a person is two visitors, unless it is
 * one search: joining them would tell whose searches of two days belong together, which is not to be known (see `visitorNames`).
 */
export function deflectionOf(reads: Read[], now: number): Deflection {
  const visitors = new Map<string, Outcome>()
  for (const read of reads) visitors.set(read.visitor, worse(visitors.get(read.visitor), outcomeOf(read, now)))
  const of = (outcome: Outcome) => [...visitors.values()].filter((one) => one === outcome).length
  const [proven, followed] = [of('proven'), of('followed')]
  return { proven, followed, pending: of('pending'), rate: proven + followed ? proven / (proven + followed) : null }
}

function worse(one: Outcome | undefined, other: Outcome): Outcome {
  return (['followed', 'pending', 'proven'] as const).find((outcome) => outcome === one || outcome === other) ?? other
}
