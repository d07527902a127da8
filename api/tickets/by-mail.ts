import type { Statement } from '../platform/db.ts'

// What the store of incoming mail needs to know of messages inside a batch that writes one.

/** SQL for the id of the newest message of all. */
export const newestMessage = '(select coalesce(max(id), 0) from messages)'

/** SQL for the first message after another, as rows of `id` and `reference`: in one batch, the one that the batch wrote. */
export function messageAfter(before: string): string {
  return `(select messages.id, tickets.reference from messages join tickets on tickets.id = messages.ticket_id
           where messages.id > ${before} order by messages.id limit 1)`
}

/** Says of a message that it came by mail, and what that mail repeated. `id` is SQL. */
export function cameByMail(id: string, { quoted, ...args }: { quoted: string } & Record<string, string>): Statement {
  return { sql: `update messages set channel = 'mail', quoted = :quoted where id = ${id}`, args: { ...args, quoted } }
}
