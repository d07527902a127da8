import type { Statement } from './db.ts'

/** One line of the log from which mails, streams, timelines, audit and metrics come. `at` is in milliseconds since 1970. */
export type Event = { id: number; at: number; kind: string; subject: string; actor: string; data: Record<string, unknown> }
export type EventRow = Omit<Event, 'data'> & { data: string }

type NewEvent = { subject: string; actor: string; at: number; data?: Record<string, unknown> }

/**
 * The event of the statement before it in the batch: written only if that one changed something.
 * Several may follow each other; if the first does not take, none does.
 */
export function eventIfChanged(kind: string, { subject, actor, at, data = {} }: NewEvent): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, :kind, :subject, :actor, :data where changes() > 0`,
    args: { at, kind, subject, actor, data: JSON.stringify(data) },
  }
}

export function parseEvent(row: EventRow): Event {
  return { ...row, data: JSON.parse(row.data) as Event['data'] } // written by eventIfChanged
}
