import type { Attaching } from '../files/store.ts'
import { aroundNextBatch } from '../platform/around.ts'
import type { User } from '../platform/http.ts'
import { Problem, type ProblemType } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { type AfterReply, statusAfter } from './model.ts'
import { reply } from './replying.ts'
import { findAnyTicket, type Ticket } from './store.ts'

/** For how long a reply can be taken back, in milliseconds. */
export const UNDO_REPLY_MS = 10_000

export type Outgoing = {
  id: number
  text: string
  move: AfterReply | null
  sendAt: number
  failed: ProblemType | null
  mine: boolean
  author: string
}

type Due = Pick<Outgoing, 'id' | 'text' | 'move'> & {
  reference: string
  userId: number
  authorName: string
  holdUntil: number | null
  uploads: string
  uploader: string
}

type Words = { text: string; move?: AfterReply | undefined; holdUntil?: number | undefined; files: Attaching }

/** Keeps a reply for a moment before it leaves. Nobody but staff knows of it until then. */
export async function replyLater({ db, clock }: Services, ticket: Ticket, { text, move, holdUntil, files }: Words, by: User) {
  if (!statusAfter(ticket.status, move ?? 'reply')) throw new Problem('ticket-closed')
  const sendAt = clock.now() + UNDO_REPLY_MS
  const [kept] = await db.batch([
    {
      sql: `insert into outgoing_replies (ticket_id, user_id, text, move, hold_until, uploads, uploader, send_at)
            values (:ticketId, :userId, :text, :move, :holdUntil, :uploads, :uploader, :sendAt) returning id`,
      args: {
        ...{ ticketId: ticket.id, userId: by.id, text, sendAt },
        ...{ move: move ?? null, holdUntil: holdUntil ?? null, uploads: JSON.stringify(files.uploads), uploader: files.owner },
      },
    },
  ])
  return { id: Number(kept?.rows[0]?.id), sendAt }
}

/** Takes one's own reply back, or one that could not be sent, and gives its words and files to go on with. Refused once it has left. */
export async function takeBack({ db, clock }: Services, ticket: Ticket, id: number, by: User) {
  const mine = { id, ticketId: ticket.id, userId: by.id }
  const own = 'id = :id and ticket_id = :ticketId and user_id = :userId'
  const [failed, undone] = await db.batch([
    { sql: `delete from outgoing_replies where ${own} and failed is not null returning text, move, uploads`, args: mine },
    {
      sql: `update outgoing_replies set undone_at = :at where ${own} and sent_at is null and undone_at is null returning text, move, uploads`,
      args: { ...mine, at: clock.now() },
    },
  ])
  const words = failed?.rows[0] ?? undone?.rows[0]
  if (words) {
    const uploads = JSON.parse(String(words.uploads)) as string[] // checked when it was written
    return { text: String(words.text), move: words.move as AfterReply | null, uploads } // as the table's check says
  }
  const known = await db.get(`select 1 from outgoing_replies where ${own}`, mine)
  throw new Problem(known ? 'already-done' : 'not-found')
}

/** What has not left yet, or could not. */
export async function outgoingOf({ db }: Services, { id }: Ticket, by: User): Promise<Outgoing[]> {
  const rows = await db.all<Omit<Outgoing, 'mine'> & { mine: number }>(
    `select o.id, o.text, o.move, o.send_at as "sendAt", o.failed, o.user_id = :userId as mine, u.name as author
     from outgoing_replies o join users u on u.id = o.user_id
     where o.ticket_id = :id and o.undone_at is null and (o.sent_at is null or o.failed is not null) order by o.id`,
    { id, userId: by.id },
  )
  return rows.map((row) => ({ ...row, mine: row.mine === 1 }))
}

/** Sends what is due: the clock's part, called every second. What a crash left is sent by the next one, once. */
export async function sendDueReplies(services: Services): Promise<number> {
  const due = await services.db.all<Due>(
    `select o.id, t.reference, o.user_id as "userId", u.name as "authorName", o.text, o.move, o.hold_until as "holdUntil", o.uploads, o.uploader
     from outgoing_replies o join tickets t on t.id = o.ticket_id join users u on u.id = o.user_id
     where o.sent_at is null and o.undone_at is null and o.failed is null and o.send_at <= :now order by o.send_at, o.id limit 100`,
    { now: services.clock.now() },
  )
  let sent = 0
  for (const one of due) if (await sendOne(services, one)) sent++
  return sent
}

async function sendOne(services: Services, due: Due): Promise<boolean> {
  const { id, reference, userId, authorName, text, move, holdUntil, uploads, uploader } = due
  const ticket = await findAnyTicket(services, reference)
  const mark = { sql: 'update outgoing_replies set sent_at = :at where id = :id', args: { id, at: services.clock.now() } }
  // If somebody else has marked it, none of the batch that writes the reply happens.
  const marking = { ...services, db: aroundNextBatch(services.db, [mark]) }
  const files = { uploads: JSON.parse(uploads) as string[], owner: uploader } // checked when it was written
  try {
    await reply(marking, ticket, {
      ...{ author: 'staff', authorName, text, by: `user:${userId}`, userId, files },
      move: move ?? undefined,
      holdUntil: holdUntil ?? undefined,
    })
    return true
  } catch (error) {
    // The case is closed by now, or a file is gone: it was marked, but nothing was written.
    if (error instanceof Problem) await couldNotBeSent(services, id, error.type)
    // Otherwise another process has just sent it, or its author has taken it back.
    else if (!(await isGone(services, id))) throw error
    return false
  }
}

async function isGone({ db }: Services, id: number): Promise<boolean> {
  return Boolean(await db.get('select 1 from outgoing_replies where id = :id and (sent_at is not null or undone_at is not null)', { id }))
}

async function couldNotBeSent({ db }: Services, id: number, why: ProblemType) {
  await db.batch([{ sql: 'update outgoing_replies set failed = :why where id = :id', args: { id, why } }])
}

/** What has left or was taken back is kept in the log, or nowhere. */
export async function forgetOutgoing({ db, clock }: Services) {
  const before = clock.now() - 24 * 60 * 60 * 1000
  await db.batch([
    { sql: 'delete from outgoing_replies where failed is null and (sent_at < :before or undone_at < :before)', args: { before } },
  ])
}
