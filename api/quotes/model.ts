export const STATUSES = [
  'requested',
  'pricing',
  'needs-info',
  'approval',
  'sent',
  'countered',
  'accepted',
  'declined',
  'withdrawn',
  'refused',
  'expired',
] as const
export type Status = (typeof STATUSES)[number]

/** Who may do something: the customer, an agent (or admin), only an admin, or the clock. */
export type Side = 'customer' | 'staff' | 'manager' | 'clock'

type Transition = { from: Status; action: string; by: Side; to: Status }

/** Every way a quote can go; what is not here cannot happen. */
export const TRANSITIONS = [
  { from: 'requested', action: 'open', by: 'staff', to: 'pricing' },
  { from: 'requested', action: 'withdraw', by: 'customer', to: 'withdrawn' },
  { from: 'pricing', action: 'ask', by: 'staff', to: 'needs-info' },
  { from: 'pricing', action: 'submit', by: 'staff', to: 'approval' },
  { from: 'pricing', action: 'send', by: 'staff', to: 'sent' },
  { from: 'pricing', action: 'refuse', by: 'staff', to: 'refused' },
  { from: 'needs-info', action: 'answer', by: 'customer', to: 'pricing' },
  { from: 'approval', action: 'approve', by: 'manager', to: 'sent' },
  { from: 'approval', action: 'return', by: 'manager', to: 'pricing' },
  { from: 'sent', action: 'accept', by: 'customer', to: 'accepted' },
  { from: 'sent', action: 'counter', by: 'customer', to: 'countered' },
  { from: 'sent', action: 'decline', by: 'customer', to: 'declined' },
  { from: 'sent', action: 'expire', by: 'clock', to: 'expired' },
  { from: 'sent', action: 'recall', by: 'staff', to: 'pricing' },
  { from: 'countered', action: 'submit', by: 'staff', to: 'approval' },
  { from: 'countered', action: 'send', by: 'staff', to: 'sent' },
  { from: 'countered', action: 'stand-by', by: 'staff', to: 'sent' },
  { from: 'accepted', action: 'undo', by: 'customer', to: 'sent' },
  { from: 'declined', action: 'ask-again', by: 'customer', to: 'pricing' },
  { from: 'withdrawn', action: 'ask-again', by: 'customer', to: 'pricing' },
  { from: 'refused', action: 'ask-again', by: 'customer', to: 'pricing' },
  { from: 'expired', action: 'ask-again', by: 'customer', to: 'pricing' },
  { from: 'declined', action: 'requote', by: 'staff', to: 'pricing' },
  { from: 'withdrawn', action: 'requote', by: 'staff', to: 'pricing' },
  { from: 'refused', action: 'requote', by: 'staff', to: 'pricing' },
  { from: 'expired', action: 'requote', by: 'staff', to: 'pricing' },
] as const satisfies Transition[]

export type Action = (typeof TRANSITIONS)[number]['action']

/** For how long an acceptance can be taken back, in milliseconds. */
export const UNDO_MS = 15 * 60 * 1000

export const DECLINE_REASONS = ['price', 'time', 'chose-another', 'not-needed', 'other'] as const
export type DeclineReason = (typeof DECLINE_REASONS)[number]

type Turn = 'customer' | 'staff' | 'manager' | 'nobody'

const TURNS: Record<Status, Turn> = {
  requested: 'staff',
  pricing: 'staff',
  'needs-info': 'customer',
  approval: 'manager',
  sent: 'customer',
  countered: 'staff',
  accepted: 'nobody',
  declined: 'nobody',
  withdrawn: 'nobody',
  refused: 'nobody',
  expired: 'nobody',
}

export function turnOf(status: Status): Turn {
  return TURNS[status]
}

export const DESK_VIEWS = ['todo', 'mine', 'approval', 'sent', 'won', 'lost', 'all'] as const
export type DeskView = (typeof DESK_VIEWS)[number]

/** Which states each view of the desk's pipeline shows; `todo` is what staff has to do something about, `mine` what is open and one's own. */
export const SHOWN: Record<DeskView, readonly Status[]> = {
  todo: STATUSES.filter((status) => ['staff', 'manager'].includes(turnOf(status))),
  mine: STATUSES.filter((status) => turnOf(status) !== 'nobody'),
  approval: ['approval'],
  sent: ['sent', 'needs-info'],
  won: ['accepted'],
  lost: ['declined', 'withdrawn', 'refused', 'expired'],
  all: STATUSES,
}

/** What a customer is told: who approves what among us is not theirs to see. */
export type PublicStatus = Exclude<Status, 'approval'>

export function publicStatus(status: Status): PublicStatus {
  return status === 'approval' ? 'pricing' : status
}

/** What staff reads, as a phrase. */
export function deskLabel(status: Status): string {
  return `desk-quotes.status.${status}`
}

/** What the customer reads, as a phrase. */
export function customerLabel(status: Status): string {
  return `quotes.status.${publicStatus(status)}`
}

export function canDo(status: Status, action: Action, side: Side): boolean {
  return transitionsOf(action).some(({ from, by }) => from === status && mayActAs(side, by))
}

export function actionsOf(status: Status, side: Side): Action[] {
  const open: Transition[] = TRANSITIONS.filter(({ from, by }) => from === status && mayActAs(side, by))
  return open.map(({ action }) => action as Action) // each comes from the table
}

/** From which states an action leads, and to which one: an action means the same wherever it starts. */
export function pathOf(action: Action): { from: Status[]; to: Status } {
  const [first, ...others] = transitionsOf(action)
  if (!first) throw new Error(`No transition is called ${action}`)
  return { from: [first, ...others].map(({ from }) => from), to: first.to }
}

/** As things stand at `now`: an offer whose day has passed has expired, whether or not a job has written that down. */
export function statusAt({ status, expiresAt }: { status: Status; expiresAt: number | null }, now: number): Status {
  return status === 'sent' && expiresAt !== null && expiresAt <= now ? 'expired' : status
}

function transitionsOf(action: Action): Transition[] {
  return TRANSITIONS.filter((transition) => transition.action === action)
}

function mayActAs(side: Side, by: Side): boolean {
  return side === by || (side === 'manager' && by === 'staff')
}
