import type { Asked, FoundCase } from '../cases/model.ts'
import { argsOf, idsOf, like } from '../cases/sql.ts'
import type { Actor } from '../platform/http.ts'
import type { Services } from '../services.ts'

type Row = { reference: string; kind: string; status: string; startsAt: number; endsAt: number; updatedAt: number }

/** A page's worth of what this actor has booked. An appointment that is still to come is ours to keep. */
export async function bookingCases({ db, clock }: Services, actor: Actor, asked: Asked): Promise<FoundCase[]> {
  if (asked.state === 'you' || asked.whose === 'colleagues') return []
  const now = clock.now()
  const toCome = `(+status = 'booked' and ends_at > :now)`
  const where = asked.state ? (asked.state === 'us' ? toCome : `not ${toCome}`) : 'true'
  const holds = `(${[like('t.reference'), like('t.words'), like('t.address'), like('t.kind')].join(' or ')})`
  const rows = await db.all<Row>(
    `select reference, kind, status, starts_at as "startsAt", ends_at as "endsAt", updated_at as "updatedAt" from bookings
     where id in (${idsOf({ name: 'bookings', where, hasOrganisation: false, holds }, asked)}) order by updated_at desc, reference desc`,
    { ...argsOf(actor, asked), ...(asked.state && { now }) },
  )
  return rows.map(({ reference, kind, status, startsAt, endsAt, updatedAt }) => {
    const isToCome = status === 'booked' && endsAt > now
    return { kind: 'booking', reference, title: kind, status, state: isToCome ? 'us' : 'done', updatedAt, startsAt, colleague: null }
  })
}
