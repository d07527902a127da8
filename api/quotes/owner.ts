import { colleagues } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { Quote } from './store.ts'

/** Makes it this member of staff's quote, or nobody's. */
export async function giveQuote(services: Services, { id, reference }: Quote, ownerId: number | null, by: User) {
  const { db, clock } = services
  if (ownerId !== null && !(await colleagues(services)).some((one) => one.id === ownerId)) throw invalid('ownerId', 'choice')
  const at = clock.now()
  const actor = `user:${by.id}`
  await db.batch([
    { sql: 'update quotes set owner_id = :ownerId where id = :id and owner_id is not :ownerId', args: { id, ownerId } },
    eventIfChanged('quote.given', { subject: reference, actor, at, data: { ownerId } }),
    tellDesk(reference, { actor, at }),
  ])
}
