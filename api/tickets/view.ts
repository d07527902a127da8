import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { shownAnswers } from './kind-form.ts'
import { customerLabelKey, moves, statusAfter, type TicketStatus } from './model.ts'
import { basisOf } from './promise.ts'
import { resumed } from './sla.ts'
import type { Ticket } from './store.ts'
import { customerStatus } from './thread.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** What a customer sees of a ticket; no route or stream of theirs shows more. */
export function customerView(services: Services, ticket: Ticket, locale: Locale) {
  const { reference, subject, kind, status, product, serialNumber, article, createdAt, updatedAt, follows, mergedInto } = ticket
  return {
    ...{ reference, subject, kind, product, serialNumber, article, createdAt, updatedAt, follows, mergedInto },
    status: customerStatus(status),
    answers: shownAnswers(services.content, ticket, locale),
    label: services.t[locale](customerLabelKey(status)),
    ...whatIsNext(services, ticket),
    /** Whether a manager has it. */
    escalated: ticket.escalation !== null,
    can: {
      reply: status === 'closed' || statusAfter(status, 'write') !== undefined,
      confirm: moves(status, 'confirm'),
      dispute: moves(status, 'dispute'),
    },
  }
}

/** Statuses in which a customer is told that we work on it. */
const IN_OUR_HANDS: readonly TicketStatus[] = ['new', 'open', 'hold']

/** By when something happens, each null when it does not: a first answer, the solution, or the end by itself. */
export function whatIsNext({ content, clock }: Services, ticket: Ticket) {
  const { status, firstResponseAt, firstResponseDueAt, promisedAt, holdUntil, waitingSince, resolvedAt } = ticket
  const { giveUpDays, closesAfterDays } = content.company.cases
  const inOurHands = IN_OUR_HANDS.includes(status)
  const isUnanswered = inOurHands && firstResponseAt === null
  const goesOn = Math.max(holdUntil ?? 0, clock.now())
  return {
    answerBy: isUnanswered ? (promisedAt ?? firstResponseDueAt) : null,
    /** Where the promise comes from: our target, what is usual at that hour of the week, or the target for want of cases to measure. */
    promise: isUnanswered ? basisOf(ticket) : null,
    solveBy: inOurHands && !isUnanswered ? resumed(content.company, ticket, goesOn).resolutionDueAt : null,
    endsAt:
      status === 'waiting' && waitingSince !== null
        ? waitingSince + giveUpDays * DAY_MS
        : status === 'resolved' && resolvedAt !== null
          ? resolvedAt + closesAfterDays * DAY_MS
          : null,
  }
}
