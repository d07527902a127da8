import { Hono } from 'hono'
import type { Env } from '../platform/http.ts'
import { findAnyTicket, findTicket } from '../tickets/store.ts'
import { appointmentsAbout } from './callbacks.ts'
import { bookingFor, type ShownBooking } from './view.ts'

/** The appointments about a case, for its customer. Those that a colleague has made can be seen, and are theirs to change. */
export const ticketAppointments = new Hono<Env>().get('/:reference/appointments', async (c) => {
  const { services, actor, locale } = c.var
  const ticket = await findTicket(services, actor, c.req.param('reference'))
  const found = await appointmentsAbout(services, ticket.reference)
  const shown = await Promise.all(found.map((booking) => bookingFor(services, booking, locale)))
  return c.json({ appointments: shown.map(withoutAddress), mayAsk: ticket.status !== 'merged' && ticket.status !== 'spam' })
})

export const deskTicketAppointments = new Hono<Env>().get('/:reference/appointments', async (c) => {
  const { services, locale } = c.var
  const ticket = await findAnyTicket(services, c.req.param('reference'))
  const found = await appointmentsAbout(services, ticket.reference)
  return c.json({ appointments: await Promise.all(found.map((booking) => bookingFor(services, booking, locale))) })
})

/** Whoever sees the case sees when; where somebody lives, and what number they have, is for who has booked. */
function withoutAddress({ reference, title, startsAt, endsAt, status, label, host, where, timeZone, canChange }: ShownBooking) {
  return { reference, title, startsAt, endsAt, status, label, host, where, timeZone, canChange }
}
