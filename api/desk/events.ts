import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'

/** Everybody on the desk watches this one subject. */
export const DESK = 'desk'

/**
 * Tells the desk that a ticket or quote changed. Follows the event it repeats, in the same batch. A row of its own rather than a
 * listener for every subject: a stream that was cut then catches up like any other, by one subject's ids.
 */
export function tellDesk(reference: string, { actor, at }: { actor: string; at: number }): Statement {
  return eventIfChanged('desk.changed', { subject: DESK, actor, at, data: { reference } })
}
