import type { Event } from '../platform/events.ts'
import { type Done, hasOpenQuote, isMeeting } from './score.ts'

export const STAGES = ['new', 'contacted', 'qualified', 'proposal', 'customer', 'lost'] as const
export type Stage = (typeof STAGES)[number]

type Happening = Pick<Event, 'kind' | 'data'>
type Move = { on: string[]; from: readonly Stage[]; to: Stage; when?: (event: Happening, done: Done[]) => boolean }

const UNSETTLED = ['new', 'contacted', 'qualified', 'proposal'] as const

/** How a lead moves by itself; staff may put it anywhere. What is not here changes nothing. */
const MOVES: Move[] = [
  { on: ['quote.accepted'], from: STAGES, to: 'customer' },
  { on: ['quote.acceptance-undone'], from: ['customer'], to: 'proposal', when: (_, done) => !done.some(({ act }) => act === 'bought') },
  { on: ['quote.sent'], from: ['new', 'contacted', 'qualified', 'lost'], to: 'proposal' },
  { on: ['quote.requested', 'quote.asked-again', 'quote.requoted'], from: ['lost'], to: 'qualified' },
  { on: ['quote.requested'], from: ['new', 'contacted'], to: 'qualified', when: ({ data }) => Number(data.answers) > 0 },
  { on: ['quote.answered'], from: ['new', 'contacted', 'lost'], to: 'qualified' },
  { on: ['booking.made'], from: ['new', 'contacted', 'lost'], to: 'qualified', when: ({ data }) => isMeeting(data) },
  { on: ['quote.opened', 'quote.info-asked', 'quote.staff-wrote'], from: ['new'], to: 'contacted' },
  { on: ['ticket.replied'], from: ['new'], to: 'contacted', when: ({ data }) => data.author === 'staff' },
  {
    on: ['quote.declined', 'quote.withdrawn', 'quote.refused', 'quote.expired'],
    from: UNSETTLED,
    to: 'lost',
    when: (_, done) => !hasOpenQuote(done),
  },
]

/** Where a lead stands after an event; `done` is all they did, with what the event says. */
export function stageAfter(stage: Stage, event: Happening, done: Done[]): Stage {
  return MOVES.find(({ on, from, when }) => on.includes(event.kind) && from.includes(stage) && (!when || when(event, done)))?.to ?? stage
}
