import type { Currency } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { STANDS } from './desk-filter.ts'
import type { Status } from './model.ts'

/** The quotes of one contact as staff sees them, the newest first; at most 50, for a panel beside something else. */
export async function quotesOfContact({ db, clock }: Services, contactId: number) {
  return db.all<{ reference: string; status: Status; net: number; unpriced: number; currency: Currency; updatedAt: number }>(
    `select q.reference, ${STANDS} as status, q.net, q.unpriced, q.currency, q.updated_at as "updatedAt" from quotes q
     where q.contact_id = :contactId order by q.created_at desc, q.id desc limit 50`,
    { contactId, now: clock.now() },
  )
}
