import type { Event } from '../platform/events.ts'
import type { TicketFacts } from '../tickets/facts.ts'

/** The events that the numbers of service are made of. */
export const SERVICE_EVENTS = [
  'ticket.opened',
  'ticket.replied',
  'ticket.noted',
  'ticket.moved',
  'ticket.assigned',
  'ticket.rated',
  'ticket.worked',
] as const

/** From 1 to 5; with these a customer is satisfied. */
export const SATISFIED_FROM = 4

/** What the events say of one case. Moments in milliseconds since 1970. */
export type Case = Pick<
  TicketFacts,
  'reference' | 'kind' | 'team' | 'subject' | 'contactId' | 'saidName' | 'firstResponseDueAt' | 'resolutionDueAt'
> & {
  openedAt: number
  /** The member of staff who has it, or who answered it first (`user:3`). */
  person: string | null
  /** The first answer that a person gave, to be read by the customer. */
  answeredAt: number | null
  /** Such answers. */
  answers: number
  /** When it was solved first, and when it was solved to stay so; null while it is open. */
  firstSolvedAt: number | null
  solvedAt: number | null
  /** Answers given by the time it was solved first. */
  answersToSolve: number
  reopened: number
  /** When it was open: a span without an end lasts. */
  open: { from: number; until: number | null }[]
  rating: { score: number; at: number } | null
  /** Time that people spent with it in front of them, in milliseconds. */
  workedMs: number
  /** Merged into another, or no case at all: then it is left out of every number. */
  isLeftOut: boolean
}

/** The cases of these tickets, told by their events in the order of the log. Tickets whose opening is not in the log are left out. */
export function casesIn(facts: TicketFacts[], events: Event[]): Case[] {
  const cases = new Map(facts.map((fact) => [fact.reference, begun(fact)]))
  for (const event of events) {
    const found = cases.get(event.subject)
    if (found) tell(found, event)
  }
  return [...cases.values()].filter(({ open }) => open.length > 0)
}

function begun(facts: TicketFacts): Case {
  const { reference, kind, team, subject, contactId, saidName, firstResponseDueAt, resolutionDueAt } = facts
  return {
    ...{ reference, kind, team, subject, contactId, saidName, firstResponseDueAt, resolutionDueAt },
    ...{ openedAt: 0, person: null, answeredAt: null, answers: 0, firstSolvedAt: null, solvedAt: null, answersToSolve: 0, reopened: 0 },
    ...{ open: [], rating: null, workedMs: 0, isLeftOut: facts.status === 'merged' || facts.status === 'spam' },
  }
}

function tell(one: Case, event: Event) {
  switch (event.kind) {
    case 'ticket.opened':
      one.openedAt = event.at
      one.open.push({ from: event.at, until: null })
      break
    case 'ticket.replied':
      if (isPerson(event.actor) && event.data.author === 'staff') answered(one, event)
      break
    // A call that only staff reads about was an answer all the same.
    case 'ticket.noted':
      if (isPerson(event.actor) && event.data.call) answered(one, event)
      break
    case 'ticket.moved':
      moved(one, String(event.data.to), event.at)
      break
    case 'ticket.assigned':
      one.person = typeof event.data.userId === 'number' ? `user:${event.data.userId}` : null
      break
    case 'ticket.rated':
      one.rating = { score: Number(event.data.score), at: event.at }
      break
    case 'ticket.worked':
      one.workedMs += Number(event.data.seconds) * 1000
      break
  }
}

/** What the clock or a robot sends is no answer. */
function isPerson(actor: string): boolean {
  return actor.startsWith('user:')
}

function answered(one: Case, { at, actor }: Event) {
  one.answeredAt ??= at
  one.person ??= actor
  // An answer that solves it comes after its move in the log, at the same moment.
  if (one.firstSolvedAt === null || one.firstSolvedAt === at) one.answersToSolve++
  one.answers++
}

function moved(one: Case, to: string, at: number) {
  const last = one.open.at(-1)
  if (to === 'resolved' || to === 'closed') {
    if (last) last.until ??= at
    one.firstSolvedAt ??= at
    one.solvedAt ??= at
  } else if (last && last.until !== null && to === 'open') {
    one.open.push({ from: at, until: null })
    one.reopened++
    one.solvedAt = null
  }
}
