import { sendableAt } from '../followup/sending-hours.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { escalateDue } from './escalation.ts'
import type { TicketAction } from './model.ts'
import type { Move } from './moving.ts'
import { askForRatings } from './rating.ts'
import { moveTicket, TICKET_COLUMNS, type Ticket } from './store.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const AT_ONCE = 500
/** After the second notice only silence follows. */
const NOTICES = 2

/** What only the clock does to tickets. Each step takes once, whichever processes look at the same time. */
export async function tendTickets(services: Services) {
  await wakeHeld(services)
  await askAgain(services)
  await giveUpWaiting(services)
  await closeResolved(services)
  await escalateDue(services)
  await askForRatings(services)
}

/** Takes up again what was on hold until now. */
export async function wakeHeld(services: Services): Promise<number> {
  const due = await dueTickets(services, `status = 'hold' and hold_until <= :before order by hold_until, id`, services.clock.now())
  return moveEach(services, due, 'wake', { why: 'date' })
}

/** Closes what was solved long enough ago. */
export async function closeResolved(services: Services): Promise<number> {
  const before = services.clock.now() - services.content.company.cases.closesAfterDays * DAY_MS
  const due = await dueTickets(services, `status = 'resolved' and resolved_at < :before order by resolved_at, id`, before)
  return moveEach(services, due, 'close', { why: 'time' })
}

/** Asks a silent customer again, kindly and by day. */
export async function askAgain(services: Services) {
  const { db, clock, content } = services
  const now = clock.now()
  if (sendableAt(now, content.company) > now) return
  const { noticeDays } = content.company.cases
  for (const [given, days] of noticeDays.entries()) {
    const silent = `status = 'waiting' and nudges = ${given} and waiting_since <= :before order by waiting_since, id`
    for (const { id, reference, waitingSince } of await dueTickets(services, silent, now - days * DAY_MS)) {
      await db.batch([
        {
          sql: `update tickets set nudges = nudges + 1
                where id = :id and status = 'waiting' and nudges = :given and waiting_since = :waitingSince and ${notAskedSince}`,
          args: { id, given, waitingSince, since: now - (days - (noticeDays[given - 1] ?? 0)) * DAY_MS },
        },
        eventIfChanged('ticket.nudged', { subject: reference, actor: 'clock', at: now, data: { number: given + 1 } }),
      ])
    }
  }
}

/** Whoever stays silent after both notices is taken to have what they need; writing opens the case again. */
export async function giveUpWaiting(services: Services): Promise<number> {
  const now = services.clock.now()
  const { noticeDays, giveUpDays } = services.content.company.cases
  const silent = `status = 'waiting' and nudges = ${NOTICES} and waiting_since <= :before order by waiting_since, id`
  const due = await dueTickets(services, silent, now - giveUpDays * DAY_MS)
  // Notices that came late, because nobody kept the clock, are given their time all the same.
  const since = now - (giveUpDays - noticeDays[1]) * DAY_MS
  const onlyIf = { when: `nudges = ${NOTICES} and ${notAskedSince}`, args: { since } }
  return moveEach(services, due, 'give-up', { why: 'silence', onlyIf })
}

const notAskedSince = `not exists (
  select 1 from events where subject = tickets.reference and kind = 'ticket.nudged' and at > :since)`

function dueTickets({ db }: Services, which: string, before: number): Promise<Ticket[]> {
  return db.all<Ticket>(`select ${TICKET_COLUMNS} from tickets where ${which} limit ${AT_ONCE}`, { before })
}

async function moveEach(services: Services, due: Ticket[], action: TicketAction, more: Partial<Move>): Promise<number> {
  let moved = 0
  for (const ticket of due) if (await hasMoved(moveTicket(services, ticket, action, 'clock', more))) moved++
  return moved
}

/** Somebody wrote while we looked: then it is not for the clock to move. */
async function hasMoved(moving: Promise<void>): Promise<boolean> {
  try {
    await moving
    return true
  } catch (error) {
    if (error instanceof Problem) return false
    throw error
  }
}
