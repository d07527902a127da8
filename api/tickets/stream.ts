import type { Context } from 'hono'
import type { Actor, Env } from '../platform/http.ts'
import { eventStream } from '../platform/stream.ts'
import type { Ticket } from './store.ts'
import { frameOf } from './thread.ts'

type Listener = {
  /** Whoever holds too many streams at once is counted under this name. */
  name: string
  staff: boolean
  stillAllowed: (now: Actor) => Promise<boolean>
}

/** A ticket live. A browser's EventSource cannot send its first position as a header, so that may stand in the address. */
export function ticketStream(c: Context<Env>, ticket: Ticket, { name, staff, stillAllowed }: Listener): Response {
  const { services, locale } = c.var
  return eventStream({
    ...services,
    subject: ticket.reference,
    listener: name,
    lastEventId: c.req.header('last-event-id') ?? c.req.query('since'),
    frame: (event) => frameOf(services, ticket, event, { staff, locale }),
    stillAllowed: c.var.stillAllowed(stillAllowed),
  })
}
