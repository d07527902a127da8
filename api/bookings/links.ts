import { newAccessLink } from '../accounts/access.ts'
import type { Services } from '../services.ts'
import { bookingByReference } from './store.ts'

/** A link for the browser that has just booked, which may be nobody's that we know. */
export async function linkForBooker(services: Services, reference: string): Promise<string | undefined> {
  const booking = await bookingByReference(services, reference)
  if (!booking) return undefined
  const { token, statement } = newAccessLink({ subject: reference, contactId: booking.contactId, at: services.clock.now() })
  await services.db.batch([statement])
  return token
}
