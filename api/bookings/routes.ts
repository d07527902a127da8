import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { rememberAccess } from '../accounts/access.ts'
import { type Contact, findContact } from '../accounts/store.ts'
import { findOwned } from '../owned/store.ts'
import { type Actor, actorName, body, type Env, query } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { findTicket } from '../tickets/store.ts'
import { freeTimes } from './calendars.ts'
import { Cancellation, NewTime, Wanted } from './fields.ts'
import { invitationTo } from './invitation.ts'
import { findKind } from './kinds.ts'
import { linkForBooker } from './links.ts'
import { type Booking, bookAppointment, bookingsOf, cancelBooking, findBooking, moveBooking } from './store.ts'
import { bookingFor } from './view.ts'
import { wantedKind } from './wanted.ts'

const MINUTES = 60_000
const HOURS = 60 * MINUTES

export const bookings = new Hono<Env>()
  .get('/', async (c) => {
    const { services, actor, locale } = c.var
    const found = await bookingsOf(services, actor)
    return c.json({ bookings: await Promise.all(found.map((booking) => bookingFor(services, booking, locale))) })
  })

  // Only the times: who has time then is not for everybody to know.
  .get('/times', query(z.object({ kind: z.string().max(60), instead: z.string().max(20).optional() })), async (c) => {
    const { services, address } = c.var
    services.limits.take(`times for ${address}`, 300, MINUTES)
    const asked = c.req.valid('query')
    const kind = findKind(services.content, asked.kind)
    if (!kind) throw new Problem('not-found')
    const moved = asked.instead ? await findBooking(services, c.var.actor, asked.instead) : undefined
    const slots = await freeTimes(services, { kind, except: moved?.id })
    return c.json({ times: slots.map(({ startsAt }) => startsAt) })
  })

  .post('/', once({ again: keepOpen }), body(Wanted), async (c) => {
    const { services, actor, address } = c.var
    services.limits.take(`bookings from ${address}`, 10, HOURS)
    const { locale = c.var.locale, timeZone = services.content.company.timeZone, email, ...wanted } = c.req.valid('json')
    const contact = actor.user?.contactId ? await findContact(services, actor.user.contactId) : undefined
    const about = await whatAbout(services, actor, wanted)
    // Whoever has the link to a case is called about it as its customer, whose address that link does not tell.
    const theirEmail = contact?.email ?? about.email ?? email
    if (!theirEmail) throw invalid('email', 'required')
    services.limits.take(`bookings for ${theirEmail}`, 5, 24 * HOURS)
    const reference = await bookAppointment(services, {
      ...wanted,
      ...wantedKind(services, wanted),
      ...{ ticket: about.ticket, item: about.item },
      ...{ locale, timeZone, email: theirEmail, by: contact ? `contact:${contact.id}` : 'guest' },
      confirm: mayConfirm(services, contact, theirEmail, address),
    })
    if (!contact) await keepOpen(c, { reference })
    return c.json({ reference }, 201)
  })

  .get('/:reference', async (c) => c.json(await bookingFor(c.var.services, await theirs(c), c.var.locale)))

  .get('/:reference/invitation.ics', async (c) => {
    const booking = await theirs(c)
    const { filename, contentType, content } = await invitationTo(c.var.services, booking, booking.locale)
    return c.body(String(content), 200, { 'content-type': contentType, 'content-disposition': `attachment; filename="${filename}"` })
  })

  .put('/:reference/time', once(), body(NewTime), async (c) => {
    const { services } = c.var
    const booking = await theirs(c)
    const kind = findKind(services.content, booking.kind)
    if (!kind) throw new Problem('booking-too-late')
    services.limits.take(`moves of ${booking.reference}`, 10, 24 * HOURS)
    await moveBooking(services, booking, kind, { ...c.req.valid('json'), ...(await change(c, booking)), note: '', byStaff: false })
    return c.body(null, 204)
  })

  .post('/:reference/cancellation', once(), body(Cancellation), async (c) => {
    const booking = await theirs(c)
    const { note } = c.req.valid('json')
    await cancelBooking(c.var.services, booking, { ...(await change(c, booking)), sequence: booking.sequence, note })
    return c.body(null, 204)
  })

/** The case and the thing that it is to be about, if they are this actor's; refused as if they never were, otherwise. */
async function whatAbout(services: Services, actor: Actor, { ticket: reference, item }: { ticket: string; item: string }) {
  const ticket = reference ? await findTicket(services, actor, reference, 'answer-for-colleagues') : undefined
  if (item && !(await findOwned(services, actor.user?.contactId ?? null, item))) throw new Problem('not-found')
  const contact = ticket?.contactId ? await findContact(services, ticket.contactId) : undefined
  return { ticket: ticket?.reference ?? null, item: item || null, email: contact?.email }
}

async function theirs(c: Context<Env>): Promise<Booking> {
  const booking = await findBooking(c.var.services, c.var.actor, c.req.param('reference') ?? '')
  if (!booking) throw new Problem('not-found')
  return booking
}

/** What every change of a customer's brings with it: who, until when, and whether it is mailed. */
async function change(c: Context<Env>, { contactId, kind }: Booking) {
  const { services, actor, address } = c.var
  const contact = await findContact(services, contactId)
  const isProven = actor.user?.contactId === contactId
  return {
    by: isProven ? actorName(actor) : 'guest',
    beforeMs: (findKind(services.content, kind)?.changeHours ?? 0) * HOURS,
    // Whoever has the link may not have the mailbox: the changes they make do not fill it.
    confirm: isProven || mayTell(services, contact?.email ?? '', address),
  }
}

/** Whoever booked may go on with it in that browser, whoever's address they typed. */
async function keepOpen(c: Context<Env>, answer: unknown) {
  const { reference } = answer as { reference: string } // our own answer
  const token = c.var.actor.user?.contactId ? undefined : await linkForBooker(c.var.services, reference)
  if (token) rememberAccess(c, token)
}

/** At most one invitation to an address in ten minutes, and five from a sender in an hour: the address may be a stranger's. */
function mayConfirm({ limits }: Services, contact: Contact | undefined, email: string, address: string): boolean {
  if (contact) return true
  return limits.allows(`invitations to ${email}`, 1, 10 * MINUTES) && limits.allows(`invitations from ${address}`, 5, HOURS)
}

function mayTell({ limits }: Services, email: string, address: string): boolean {
  return limits.allows(`changes told to ${email}`, 4, HOURS) && limits.allows(`changes told from ${address}`, 10, HOURS)
}
