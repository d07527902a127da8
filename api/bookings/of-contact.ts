import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { kindOf } from './kinds.ts'
import { BOOKING, type Booking } from './store.ts'

/** The appointments of one contact as staff sees them, the latest first; at most 50, for a panel beside something else. */
export async function bookingsOfContact({ db, content }: Services, contactId: number, locale: Locale) {
  const rows = await db.all<Booking>(
    `select ${BOOKING} from bookings b where b.contact_id = :contactId order by b.starts_at desc, b.id desc limit 50`,
    { contactId },
  )
  return rows.map(({ reference, kind, startsAt, status }) => ({ reference, title: kindOf(content, kind, locale).name, startsAt, status }))
}
