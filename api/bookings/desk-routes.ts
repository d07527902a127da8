import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type StaffMember, staffMembers } from '../accounts/store.ts'
import { ownedByReference } from '../owned/store.ts'
import { body, type Env, query, signedIn } from '../platform/http.ts'
import { once } from '../platform/idempotency.ts'
import { Problem } from '../platform/problems.ts'
import { momentOf } from '../tickets/hours.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { absencesOf, addAbsence, calendarOf, freeTimes, removeAbsence, saveCalendar } from './calendars.ts'
import { callBack, callbacksNow } from './callbacks.ts'
import { clashesOf, deskBooking, deskBookings } from './desk.ts'
import { CallOutcome, Cancellation, NewAbsence, NewCalendar, NewTimeByStaff, Outcome, WantedByStaff } from './fields.ts'
import { findKind } from './kinds.ts'
import { DESK_VIEWS } from './model.ts'
import { type Booking, bookAppointment, bookingByReference, cancelBooking, moveBooking, settleBooking } from './store.ts'
import { wantedKind } from './wanted.ts'

const List = z.object({
  view: z.enum(DESK_VIEWS).default('upcoming'),
  mine: z.literal('1').optional(),
  after: z.string().max(20).optional(),
})

/** For staff only: mounted behind that check. Staff may book sooner, and change later, than customers may. */
export const deskBookingRoutes = new Hono<Env>()
  .get('/', query(List), async (c) => {
    const { view, mine, after } = c.req.valid('query')
    return c.json(await deskBookings(c.var.services, { view, memberId: mine && signedIn(c).id, after }, c.var.locale))
  })

  .post('/', once(), body(WantedByStaff), async (c) => {
    const { services } = c.var
    const wanted = c.req.valid('json')
    if (wanted.ticket) await findAnyTicket(services, wanted.ticket)
    if (wanted.item && !(await ownedByReference(services, wanted.item))) throw new Problem('not-found')
    const reference = await bookAppointment(services, {
      ...wanted,
      ...wantedKind(services, wanted),
      ...{ ticket: wanted.ticket || null, item: wanted.item || null },
      ...{ timeZone: services.content.company.timeZone, by: `user:${signedIn(c).id}`, byStaff: true, confirm: true },
    })
    return c.json({ reference }, 201)
  })

  .get('/times', query(z.object({ kind: z.string().max(60), instead: z.string().max(20).optional() })), async (c) => {
    const { services } = c.var
    const { kind: id, instead } = c.req.valid('query')
    const kind = findKind(services.content, id)
    if (!kind) throw new Problem('not-found')
    const moved = instead ? await bookingByReference(services, instead) : undefined
    const slots = await freeTimes(services, { kind, byStaff: true, except: moved?.id })
    return c.json({ times: slots.map(({ startsAt }) => startsAt) })
  })

  .get('/calendars', async (c) =>
    c.json({ members: (await staffMembers(c.var.services)).map(({ id, name, email }) => ({ id, name: name || email, email })) }),
  )

  .get('/calendars/:member', async (c) => {
    const { services, locale } = c.var
    const { id, name } = await anyMember(c)
    const [calendar, absences, clashes] = await Promise.all([
      calendarOf(services, id),
      absencesOf(services, id),
      clashesOf(services, id, locale),
    ])
    return c.json({ id, name, ...calendar, absences, clashes, mayChange: mayChange(c, id) })
  })

  .put('/calendars/:member', body(NewCalendar), async (c) => {
    await saveCalendar(c.var.services, await theirCalendar(c), c.req.valid('json'), signedIn(c))
    return c.body(null, 204)
  })

  .post('/calendars/:member/absences', once(), body(NewAbsence), async (c) => {
    const { services } = c.var
    const { from, until, note } = c.req.valid('json')
    const moment = (at: string) => momentOf(at.slice(0, 10), at.slice(11), services.content.company.timeZone)
    await addAbsence(services, await theirCalendar(c), { startsAt: moment(from), endsAt: moment(until), note }, signedIn(c))
    return c.body(null, 201)
  })

  .delete('/calendars/:member/absences/:absence', async (c) => {
    const removed = await removeAbsence(c.var.services, await theirCalendar(c), Number(c.req.param('absence')) || 0, signedIn(c))
    if (!removed) throw new Problem('not-found')
    return c.body(null, 204)
  })

  .get('/callbacks', async (c) => c.json({ callbacks: await callbacksNow(c.var.services, c.var.locale) }))

  .post('/:reference/call', once(), body(CallOutcome), async (c) =>
    c.json(await callBack(c.var.services, await anyBooking(c), c.req.valid('json'), signedIn(c))),
  )

  .get('/:reference', async (c) => {
    const booking = await deskBooking(c.var.services, await anyBooking(c), c.var.locale)
    return c.json({ ...booking, actions: signedIn(c).readOnly ? [] : booking.actions })
  })

  // To the same time it goes to a colleague, when who had it cannot come.
  .put('/:reference/time', once(), body(NewTimeByStaff), async (c) => {
    const { services } = c.var
    const booking = await anyBooking(c)
    const kind = findKind(services.content, booking.kind)
    if (!kind) throw new Problem('booking-moved-on')
    await moveBooking(services, booking, kind, { ...c.req.valid('json'), ...byStaff(c), byStaff: true })
    return c.body(null, 204)
  })

  .post('/:reference/cancellation', once(), body(Cancellation), async (c) => {
    const booking = await anyBooking(c)
    await cancelBooking(c.var.services, booking, { ...c.req.valid('json'), ...byStaff(c), sequence: booking.sequence })
    return c.body(null, 204)
  })

  .put('/:reference/outcome', body(Outcome), async (c) => {
    await settleBooking(c.var.services, await anyBooking(c), c.req.valid('json').outcome, `user:${signedIn(c).id}`)
    return c.body(null, 204)
  })

async function anyBooking(c: Context<Env>): Promise<Booking> {
  const booking = await bookingByReference(c.var.services, c.req.param('reference') ?? '')
  if (!booking) throw new Problem('not-found')
  return booking
}

async function anyMember(c: Context<Env>): Promise<StaffMember> {
  const member = (await staffMembers(c.var.services)).find(({ id }) => String(id) === c.req.param('member'))
  if (!member) throw new Problem('not-found')
  return member
}

/** One's own; an admin's is everybody's. */
async function theirCalendar(c: Context<Env>): Promise<StaffMember> {
  const member = await anyMember(c)
  if (!mayChange(c, member.id)) throw new Problem('not-allowed')
  return member
}

function mayChange(c: Context<Env>, memberId: number): boolean {
  const { id, role } = signedIn(c)
  return role === 'admin' || id === memberId
}

/** What staff does is always told to the customer, until it begins. */
function byStaff(c: Context<Env>) {
  return { by: `user:${signedIn(c).id}`, beforeMs: 0, confirm: true }
}
