import type { Services } from '../services.ts'
import { isQuiet } from './model.ts'
import { bookingEvent } from './store.ts'

const AT_ONCE = 200

/**
 * Reminds of what is coming, each booking once for each time it has had: the reminder is taken off in the statement that the
 * event depends on, so a booking that was moved or cancelled meanwhile, or a second process, gets none.
 */
export async function remindOfBookings({ db, clock, content }: Services): Promise<void> {
  const at = clock.now()
  // Late only because nobody was there to send it: it then waits for the morning like any other.
  if (isQuiet(at, content.company.timeZone)) return
  const due = await db.all<{ reference: string; remindAt: number }>(
    `select reference, remind_at as "remindAt" from bookings where remind_at <= :at order by remind_at, id limit ${AT_ONCE}`,
    { at },
  )
  for (const { reference, remindAt } of due) {
    await db.batch([
      {
        sql: `update bookings set remind_at = null where reference = :reference and remind_at = :remindAt and status = 'booked'`,
        args: { reference, remindAt },
      },
      bookingEvent('booking.reminded', reference, { actor: 'clock', at }),
    ])
  }
}
