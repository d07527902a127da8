export const TICKET_STATUSES = ['new', 'open', 'waiting', 'hold', 'resolved', 'closed', 'merged', 'spam'] as const
export type TicketStatus = (typeof TICKET_STATUSES)[number]
/** Which of our people a case is for. */
export const QUEUES = ['service', 'sales'] as const
export type Queue = (typeof QUEUES)[number]
export type Side = 'customer' | 'staff' | 'clock'

type Transition = {
  by: Side
  from: readonly TicketStatus[]
  to: TicketStatus
  /** Where it may be done and moves nothing. */
  stays: readonly TicketStatus[]
}

/** Everything that can happen to a ticket. What is not in here cannot be done. */
export const TRANSITIONS = {
  write: { by: 'customer', from: ['waiting', 'resolved'], to: 'open', stays: ['new', 'open', 'hold'] },
  confirm: { by: 'customer', from: ['new', 'open', 'waiting', 'hold'], to: 'resolved', stays: [] },
  dispute: { by: 'customer', from: ['resolved'], to: 'open', stays: [] },

  reply: { by: 'staff', from: ['new'], to: 'open', stays: ['open', 'waiting', 'hold', 'resolved'] },
  wait: { by: 'staff', from: ['new', 'open', 'hold'], to: 'waiting', stays: ['waiting'] },
  // On hold already, it gets another date.
  hold: { by: 'staff', from: ['new', 'open', 'waiting', 'hold'], to: 'hold', stays: [] },
  resolve: { by: 'staff', from: ['new', 'open', 'waiting', 'hold'], to: 'resolved', stays: ['resolved'] },
  reopen: { by: 'staff', from: ['waiting', 'hold', 'resolved', 'spam'], to: 'open', stays: [] },
  merge: { by: 'staff', from: ['new', 'open', 'waiting', 'hold'], to: 'merged', stays: [] },
  unmerge: { by: 'staff', from: ['merged'], to: 'open', stays: [] },
  spam: { by: 'staff', from: ['new', 'open', 'waiting', 'hold', 'resolved'], to: 'spam', stays: [] },

  wake: { by: 'clock', from: ['hold'], to: 'open', stays: [] },
  'give-up': { by: 'clock', from: ['waiting'], to: 'resolved', stays: [] },
  close: { by: 'clock', from: ['resolved'], to: 'closed', stays: [] },
} as const satisfies Record<string, Transition>

export type TicketAction = keyof typeof TRANSITIONS

/** What staff can do to a ticket without writing. */
export const STAFF_MOVES = ['wait', 'hold', 'resolve', 'reopen', 'spam'] as const satisfies TicketAction[]
export type StaffMove = (typeof STAFF_MOVES)[number]

/** What a reply of staff can do besides, in one go. */
export const AFTER_REPLY = ['wait', 'hold', 'resolve'] as const satisfies StaffMove[]
export type AfterReply = (typeof AFTER_REPLY)[number]

export function transition(action: TicketAction): Transition {
  return TRANSITIONS[action]
}

/** The status that follows, the same one when nothing moves, or undefined when it cannot be done. */
export function statusAfter(status: TicketStatus, action: TicketAction): TicketStatus | undefined {
  const { from, to, stays } = transition(action)
  if (from.includes(status)) return to
  return stays.includes(status) ? status : undefined
}

/** Whether this would move the ticket, so that it is worth a button. */
export function moves(status: TicketStatus, action: TicketAction): boolean {
  return transition(action).from.includes(status)
}

/** The statuses in which staff has something to do. */
export const NEEDS_STAFF = ['new', 'open'] as const satisfies TicketStatus[]

/** A case can be merged into one that goes on. */
export const MERGES_INTO: readonly TicketStatus[] = ['new', 'open', 'waiting', 'hold', 'resolved']

/** The statuses in which the times we promise stand still: somebody else has the word, or it is solved. */
const STANDS_STILL: readonly TicketStatus[] = ['waiting', 'hold', 'resolved']

export function standsStill(status: TicketStatus): boolean {
  return STANDS_STILL.includes(status)
}

/** Customers read fewer words than staff: what is on hold is in progress to them. */
export const customerLabelKey = (status: TicketStatus) => `tickets.status.${status}`
export const staffLabelKey = (status: TicketStatus) => `desk.status.${status}`

export function statusTone(status: TicketStatus): 'neutral' | 'info' | 'good' | 'warn' {
  switch (status) {
    case 'new':
    case 'open':
      return 'info'
    case 'waiting':
      return 'warn'
    case 'resolved':
      return 'good'
    default:
      return 'neutral'
  }
}
