import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { dayOf, momentOf } from '../../api/tickets/hours.ts'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const ZONE = 'Europe/Copenhagen'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const ada = { kind: 'showroom', name: 'Ada Lund', email: ADA, words: 'We heat with oil', locale: 'en' }
const nobody = { monday: [], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }

let torv: Torv
let staff: Client
let me: number
beforeEach(async () => {
  torv = await startTorv()
  torv.clock.set('2026-11-24T09:00+01:00') // a Tuesday
  staff = await torv.staff()
  me = await idOf('agent@testvaerk.example')
})
afterEach(stopTorvs)

async function idOf(email: string): Promise<number> {
  return (await torv.services.db.get<{ id: number }>('select id from users where email = :email', { email }))?.id ?? 0
}

async function times(kind = 'showroom', client = torv.visitor(), path = '/api/bookings/times'): Promise<number[]> {
  return ((await (await client.get(`${path}?kind=${kind}`)).json()) as { times: number[] }).times
}

async function someTime(days = 5): Promise<number> {
  const found = (await times()).find((at) => at > torv.clock.now() + days * DAY && new Date(at).getUTCHours() === 9)
  if (!found) throw new Error('There is no time')
  return found
}

async function book(more: object = {}, client = torv.visitor()): Promise<string> {
  const answer = await client.post('/api/bookings', { ...ada, startsAt: await someTime(), ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

type Desk = {
  startsAt: number
  status: string
  host: string
  sequence: number
  actions: string[]
  note: string
  contact: { email: string }
}

async function read(reference: string): Promise<Desk> {
  return (await (await staff.get(`/api/desk/bookings/${reference}`)).json()) as Desk
}

async function listed(view: string): Promise<string[]> {
  const answer = (await (await staff.get(`/api/desk/bookings?view=${view}`)).json()) as { bookings: { reference: string }[] }
  return answer.bookings.map(({ reference }) => reference)
}

/** "2026-12-01T09:00" by the company's clock. */
function wall(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: ZONE }).format(at).replace(' ', 'T')
}

describe('at the desk', () => {
  test('bookings are listed soonest first, with what was cancelled and what is over by themselves', async () => {
    const [second, first] = [await book({ startsAt: await someTime(8) }), await book()]
    const cancelled = await book({ startsAt: await someTime(10) })
    await staff.post(`/api/desk/bookings/${cancelled}/cancellation`, { note: 'We are closed' })

    expect(await listed('upcoming')).toEqual([first, second])
    expect(await listed('cancelled')).toEqual([cancelled])
    expect(await listed('past')).toEqual([])
    torv.clock.forward(9 * DAY)
    expect(await listed('upcoming')).toEqual([])
    expect((await listed('past')).length).toBeGreaterThan(0)
  })

  test('staff moves and cancels with a word to the customer, even when the customer no longer could', async () => {
    const reference = await book()
    await torv.settle()
    const { startsAt } = await read(reference)
    const later = await someTime(8)
    const now = torv.services.clock.now
    torv.services.clock.now = () => startsAt - HOUR
    expect((await staff.put(`/api/desk/bookings/${reference}/time`, { startsAt: later, sequence: 0, note: 'Sam is ill' })).status).toBe(204)
    torv.services.clock.now = now
    await torv.settle()
    expect((await staff.post(`/api/desk/bookings/${reference}/cancellation`, { note: 'Still ill' })).status).toBe(204)
    await torv.settle()

    expect(await read(reference)).toMatchObject({ status: 'cancelled', note: 'Still ill', sequence: 2, contact: { email: ADA } })
    const mails = (await torv.mails()).filter(({ to }) => to === ADA)
    expect(mails.map(({ subject }) => subject.split(':')[0])).toEqual(['Booked', 'New time', 'Cancelled'])
    expect(mails[1]?.text).toContain('Sam is ill')
  })

  test('says afterwards whether they met, and can correct it; not before, and not of what was cancelled', async () => {
    const [reference, cancelled] = [await book(), await book({ startsAt: await someTime(7) })]
    await staff.post(`/api/desk/bookings/${cancelled}/cancellation`)
    const settle = (outcome: string, of = reference) => staff.put(`/api/desk/bookings/${of}/outcome`, { outcome })
    expect((await settle('held')).status).toBe(409)
    expect((await read(reference)).actions).toEqual(['move', 'cancel'])

    torv.clock.forward(8 * DAY)
    expect((await read(reference)).actions).toEqual(['outcome'])
    expect([(await settle('held')).status, (await settle('missed')).status, (await settle('missed')).status]).toEqual([204, 204, 409])
    expect((await settle('held', cancelled)).status).toBe(409)
    expect((await settle('lost')).status).toBe(422)
    expect(await read(reference)).toMatchObject({ status: 'missed' })
    const kinds = await torv.services.db.all<{ kind: string }>('select kind from events where subject = :reference order by id', {
      reference,
    })
    expect(kinds.map(({ kind }) => kind)).toEqual(['booking.made', 'booking.held', 'booking.missed'])
  })

  test('books for a customer sooner than they could themselves, and they get the invitation', async () => {
    const free = await times('showroom', staff, '/api/desk/bookings/times')
    expect(free.length).toBeGreaterThanOrEqual((await times()).length)
    const startsAt = free.at(-1)

    const answer = await staff.post('/api/desk/bookings', { ...ada, startsAt })

    expect(answer.status).toBe(201)
    await torv.settle()
    expect((await torv.mails()).filter(({ to }) => to === ADA)).toHaveLength(1)
    expect((await torv.mails()).filter(({ to }) => to === 'agent@testvaerk.example')).toHaveLength(0) // who did it knows
  })

  test('everything behind it is for staff only', async () => {
    const reference = await book()
    const customer = await torv.signedIn(ADA)
    const before = JSON.stringify(await torv.services.db.all('select * from bookings'))
    const asked = [
      ['GET', '/api/desk/bookings'],
      ['POST', '/api/desk/bookings'],
      ['GET', '/api/desk/bookings/times?kind=showroom'],
      ['GET', '/api/desk/bookings/calendars'],
      ['GET', `/api/desk/bookings/calendars/${me}`],
      ['PUT', `/api/desk/bookings/calendars/${me}`],
      ['POST', `/api/desk/bookings/calendars/${me}/absences`],
      ['DELETE', `/api/desk/bookings/calendars/${me}/absences/1`],
      ['GET', `/api/desk/bookings/${reference}`],
      ['PUT', `/api/desk/bookings/${reference}/time`],
      ['POST', `/api/desk/bookings/${reference}/cancellation`],
      ['PUT', `/api/desk/bookings/${reference}/outcome`],
    ] as const

    for (const [method, path] of asked) {
      const send = (client: Client) => client.request(method, path, method === 'GET' ? undefined : {}, {})
      expect([(await send(torv.visitor())).status, (await send(customer)).status], `${method} ${path}`).toEqual([401, 403])
    }
    expect(JSON.stringify(await torv.services.db.all('select * from bookings'))).toBe(before)
  })
})

describe('a calendar', () => {
  const mine = (more: object = {}) => staff.put(`/api/desk/bookings/calendars/${me}`, { hours: null, kinds: null, meetingUrl: '', ...more })

  test('says when and for what its member can be booked', async () => {
    expect((await times()).length).toBeGreaterThan(0)

    expect((await mine({ kinds: ['call'] })).status).toBe(204)
    expect(await times()).toEqual([])
    expect((await times('call')).length).toBeGreaterThan(0)

    await mine({ hours: { ...nobody, saturday: ['10:00-11:00'] } })
    const saturdays = await times()
    expect(saturdays.length).toBeGreaterThan(4)
    expect(new Set(saturdays.map((at) => `${new Date(at).getUTCDay()} ${wall(at).slice(11)}`))).toEqual(new Set(['6 10:00']))
    await mine()
    expect((await times()).length).toBeGreaterThan(saturdays.length)
  })

  test.each([
    ['hours that end before they begin', { hours: { ...nobody, monday: ['16:00-08:00'] } }],
    ['hours that overlap', { hours: { ...nobody, monday: ['08:00-12:00', '11:00-16:00'] } }],
    ['hours there are not', { hours: { ...nobody, monday: ['25:00-26:00'] } }],
    ['a link that is not https', { meetingUrl: 'javascript:alert(1)' }],
  ])('refuses %s', async (_name, wrong) => {
    expect((await mine(wrong)).status).toBe(422)
    expect(await torv.services.db.all('select 1 from staff_calendars')).toEqual([])
  })

  test('keeps absences free, shows what is booked in them, and gives the time back', async () => {
    const startsAt = await someTime()
    const reference = await book({ startsAt })
    const day = dayOf(startsAt, ZONE)
    const before = (await times()).filter((at) => dayOf(at, ZONE) === day).length
    expect(before).toBeGreaterThan(0)

    const path = `/api/desk/bookings/calendars/${me}`
    expect((await staff.post(`${path}/absences`, { from: `${day}T00:00`, until: `${day}T23:59`, note: 'Course' })).status).toBe(201)
    expect((await times()).filter((at) => dayOf(at, ZONE) === day)).toEqual([])
    type Calendar = { absences: { id: number; startsAt: number; note: string }[]; clashes: { reference: string }[] }
    const shown = (await (await staff.get(path)).json()) as Calendar
    expect(shown.absences).toMatchObject([{ startsAt: momentOf(day, '00:00', ZONE), note: 'Course' }])
    expect(shown.clashes).toMatchObject([{ reference }])

    expect((await staff.delete(`${path}/absences/${shown.absences[0]?.id}`)).status).toBe(204)
    expect((await staff.delete(`${path}/absences/${shown.absences[0]?.id}`)).status).toBe(404)
    expect((await times()).filter((at) => dayOf(at, ZONE) === day)).toHaveLength(before)
    expect((await staff.post(`${path}/absences`, { from: `${day}T10:00`, until: `${day}T10:00` })).status).toBe(422)
  })

  test('an absence noted between choosing and booking wins', async () => {
    const startsAt = await someTime()
    const now = torv.clock.now()
    const absence = {
      sql: 'insert into absences (user_id, starts_at, ends_at, created_at) values (:me, :from, :until, :now)',
      args: { me, from: startsAt - HOUR, until: startsAt + HOUR, now },
    }
    const { db } = torv.services
    // The moment after it was seen to be free.
    torv.services.db = {
      ...bound(db),
      batch: async (statements) => {
        if (statements.length > 2) await db.batch([absence])
        return db.batch(statements)
      },
    }

    const answer = await torv.visitor().post('/api/bookings', { ...ada, startsAt })

    torv.services.db = db
    expect(await db.all('select 1 from absences')).toHaveLength(1) // the ground: it came in between
    expect(answer.status).toBe(409)
    expect(await answer.json()).toMatchObject({ type: '/problems/time-taken' })
    expect(await db.all('select 1 from bookings')).toEqual([])
  })

  test('hands a booking over at the same time when its member is away and a colleague is free', async () => {
    const reference = await book()
    const { startsAt } = await read(reference)
    await torv.staff('agent', 'kim@testvaerk.example')
    const kim = await idOf('kim@testvaerk.example')
    await staff.post(`/api/desk/bookings/calendars/${me}/absences`, { from: wall(startsAt - HOUR), until: wall(startsAt + HOUR) })

    expect((await staff.put(`/api/desk/bookings/${reference}/time`, { startsAt, sequence: 0 })).status).toBe(204)

    expect(await torv.services.db.get('select member_id as id, starts_at as at from bookings')).toEqual({ id: kim, at: startsAt })
    await torv.settle()
    expect((await torv.mails()).filter(({ to }) => to === 'kim@testvaerk.example')).toHaveLength(1)
  })

  test('AC5 of somebody else is an admin’s to change, not a colleague’s', async () => {
    const kim = await torv.staff('agent', 'kim@testvaerk.example')
    const admin = await torv.staff('admin')
    const json = { hours: nobody, kinds: [], meetingUrl: '' }

    expect((await kim.put(`/api/desk/bookings/calendars/${me}`, json)).status).toBe(403)
    expect(
      (await kim.post(`/api/desk/bookings/calendars/${me}/absences`, { from: '2030-01-01T08:00', until: '2030-01-01T09:00' })).status,
    ).toBe(403)
    expect(await torv.services.db.all('select 1 from staff_calendars union all select 1 from absences')).toEqual([])
    expect((await admin.put(`/api/desk/bookings/calendars/${me}`, json)).status).toBe(204)
    expect((await admin.get('/api/desk/bookings/calendars/999')).status).toBe(404)
  })

  test('of somebody who has left is nobody’s any more', async () => {
    await torv.services.db.batch([{ sql: 'update users set disabled_at = 1 where id = :me', args: { me } }])

    expect(await times()).toEqual([])
  })
})

/** The database with its methods bound, so that it can be spread. */
function bound(db: Torv['services']['db']) {
  return {
    all: db.all.bind(db),
    get: db.get.bind(db),
    batch: db.batch.bind(db),
    migrate: db.migrate.bind(db),
    onCommit: db.onCommit.bind(db),
    close: db.close.bind(db),
  }
}
