import { colleagues } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { assignTicket, type Ticket } from './store.ts'

/** Gives the case to a member of staff who can work on it, or back to everybody. */
export async function giveTo(services: Services, ticket: Ticket, userId: number | null, by: string) {
  if (userId !== null && !(await colleagues(services)).some(({ id }) => id === userId)) throw invalid('userId', 'choice')
  await assignTicket(services, ticket, userId, by)
}

/** Gives the case to one of the company's teams, or to none. */
export async function giveToTeam({ db, clock, content }: Services, { id, reference, team: from }: Ticket, team: string | null, by: string) {
  if (team !== null && !content.teams.some((known) => known.id === team)) throw invalid('team', 'choice')
  const at = clock.now()
  await db.batch([
    { sql: 'update tickets set team = :team where id = :id and team is not :team', args: { id, team } },
    eventIfChanged('ticket.routed', { subject: reference, actor: by, at, data: { from, to: team } }),
    tellDesk(reference, { actor: by, at }),
  ])
}
