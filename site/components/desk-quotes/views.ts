import { STATUSES, type Status, turnOf } from '../../../api/quotes/model.ts'

export const VIEWS = ['todo', 'sent', 'won', 'lost', 'all'] as const
export type View = (typeof VIEWS)[number]

/** Which states a view shows, as the API has them. */
export const SHOWN: Record<View, readonly Status[]> = {
  todo: STATUSES.filter((status) => ['staff', 'manager'].includes(turnOf(status))),
  sent: ['sent', 'needs-info'],
  won: ['accepted'],
  lost: ['declined', 'withdrawn', 'refused', 'expired'],
  all: STATUSES,
}
