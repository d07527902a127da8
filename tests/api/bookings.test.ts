import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { remindOfBookings } from '../../api/bookings/reminders.ts'
import { dayOf, momentOf } from '../../api/tickets/hours.ts'
import type { Client } from '../support/client.ts'
import { type ReceivedMail, startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const ZONE = 'Europe/Copenhagen'
const HOUR = 3_600_000
const DAY = 24 * HOUR
const CANARY = 'canary-b00c'
const ada = {
  kind: 'showroom',
  name: 'Ada Lund',
  email: ADA,
  phone: '+45 20 00 00 01',
  words: 'We heat with oil',
  product: 'pump',
  locale: 'en',
}

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
  torv.clock.set('2026-11-24T09:00+01:00') // a Tuesday
  await torv.staff()
})
afterEach(stopTorvs)

type Shown = {
  startsAt: number
  endsAt: number
  status: string
  sequence: number
  where: string
  host: string
  canChange: boolean
  email: string
}

async function times(kind = 'showroom', client = torv.visitor()): Promise<number[]> {
  const answer = await client.get(`/api/bookings/times?kind=${kind}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { times: number[] }).times
}

/** A free time in the middle of a day, some days from now. */
async function someTime(days = 5): Promise<number> {
  const found = (await times()).find((at) => at > torv.clock.now() + days * DAY && new Date(at).getUTCHours() === 9)
  if (!found) throw new Error('There is no time')
  return found
}

async function book(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/bookings', { ...ada, startsAt: await someTime(), ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function read(client: Client, reference: string): Promise<Shown> {
  const answer = await client.get(`/api/bookings/${reference}`)
  expect(answer.status).toBe(200)
  return (await answer.json()) as Shown
}

async function events(reference: string) {
  const rows = await torv.services.db.all<{ kind: string; data: string }>(
    'select kind, data from events where subject = :reference order by id',
    {
      reference,
    },
  )
  return rows.map(({ kind, data }) => ({ kind, data: JSON.parse(data) as Record<string, unknown> }))
}

async function everything() {
  const tables = ['bookings', 'absences', 'staff_calendars', 'events', 'contacts', 'access_links', 'mails']
  return JSON.stringify(await Promise.all(tables.map((table) => torv.services.db.all(`select * from ${table}`))))
}

async function mailsTo(to: string): Promise<ReceivedMail[]> {
  await torv.settle()
  return (await torv.mails()).filter((mail) => mail.to === to)
}

/** The fields of the one event in an invitation, unfolded as RFC 5545 says. */
function fieldsOf(mail: ReceivedMail | undefined): Record<string, string> {
  const ics = mail?.files.find(({ type }) => type === 'application/ics')?.content ?? ''
  const lines = ics.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
  return Object.fromEntries(lines.map((line) => /^([A-Z-]+)[^:]*:(.*)$/.exec(line)?.slice(1, 3) ?? [line, '']))
}

function compact(at: number): string {
  return new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')
}

describe('a booking', () => {
  test('is made by a guest, kept under a reference, and makes a contact', async () => {
    const guest = torv.visitor()
    const startsAt = await someTime()

    const reference = await book(guest, { startsAt })

    expect(reference).toMatch(/^B-[2-9A-HJKMNP-TV-Z]{6}$/)
    expect(await read(guest, reference)).toMatchObject({
      ...{ status: 'booked', startsAt, endsAt: startsAt + 45 * 60_000, where: 'Prøvevej 1, 7100 Vejle', host: 'Sam agent' },
      ...{ canChange: true, email: 'a•••@acme.example' },
    })
    const contact = await torv.services.db.get<{ id: number }>(`select id, name, stage, source from contacts where email = '${ADA}'`)
    expect(contact).toMatchObject({ name: 'Ada Lund', stage: 'lead', source: 'booking' })
    expect(await events(reference)).toEqual([
      { kind: 'booking.made', data: expect.objectContaining({ kind: 'showroom', contact: contact?.id, startsAt, product: 'pump' }) },
    ])
    expect(await times()).not.toContain(startsAt)
  })

  test('is opened by the link in its mail, moved and cancelled there', async () => {
    const reference = await book(torv.visitor())
    const [mail] = await mailsTo(ADA)
    const elsewhere = torv.visitor()
    expect((await elsewhere.get(`/api/bookings/${reference}`)).status).toBe(404)
    await elsewhere.post('/api/access', { token: /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1] })
    const before = await read(elsewhere, reference)
    const startsAt = await someTime(8)

    expect((await elsewhere.put(`/api/bookings/${reference}/time`, { startsAt, sequence: before.sequence })).status).toBe(204)
    expect(await read(elsewhere, reference)).toMatchObject({ startsAt, status: 'booked', sequence: 1 })
    expect(await times()).toContain(before.startsAt)
    expect((await elsewhere.put(`/api/bookings/${reference}/time`, { startsAt: before.startsAt, sequence: 0 })).status).toBe(409)

    expect((await elsewhere.post(`/api/bookings/${reference}/cancellation`, { note: 'Bought one' })).status).toBe(204)
    expect(await read(elsewhere, reference)).toMatchObject({ status: 'cancelled', canChange: false })
    expect((await elsewhere.post(`/api/bookings/${reference}/cancellation`)).status).toBe(409)
    expect((await events(reference)).map(({ kind }) => kind)).toEqual(['booking.made', 'booking.moved', 'booking.cancelled'])
    expect(await times()).toContain(startsAt)
  })

  test('can be moved to a time that only itself was in the way of', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt } = await read(guest, reference)
    const later = startsAt + HOUR / 2
    expect(await times()).not.toContain(later)

    const answer = await guest.get(`/api/bookings/times?kind=showroom&instead=${reference}`)
    expect(((await answer.json()) as { times: number[] }).times).toContain(later)
    expect((await guest.put(`/api/bookings/${reference}/time`, { startsAt: later, sequence: 0 })).status).toBe(204)
  })

  test('can be changed until the hours before that the company has set; then one calls', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt } = await read(guest, reference)
    const another = await someTime(9)
    const now = torv.services.clock.now
    torv.services.clock.now = () => startsAt - 2 * HOUR

    const moved = await guest.put(`/api/bookings/${reference}/time`, { startsAt: another, sequence: 0 })
    const cancelled = await guest.post(`/api/bookings/${reference}/cancellation`)

    expect([moved.status, cancelled.status]).toEqual([409, 409])
    expect(await moved.json()).toMatchObject({ type: '/problems/booking-too-late' })
    expect(await read(guest, reference)).toMatchObject({ status: 'booked', startsAt, canChange: false })
    torv.services.clock.now = () => startsAt - 2 * HOUR - 1
    expect((await guest.post(`/api/bookings/${reference}/cancellation`)).status).toBe(204)
    torv.services.clock.now = now
  })

  test.each([
    ['a time that is not offered', { startsAt: 60_000 }, 409],
    ['a time between two', { startsAt: 'between' }, 409],
    ['no time', { startsAt: '' }, 422],
    ['a kind that is not offered', { kind: 'yacht' }, 422],
    ['a product that is not sold', { product: 'nothing' }, 422],
    ['no name', { name: ' ' }, 422],
    ['no address', { email: '' }, 422],
    ['a time zone that does not exist', { timeZone: 'Mars/Olympus' }, 422],
    ['an offset for a time zone', { timeZone: '+01:00' }, 422],
    ['a telephone appointment without a number', { kind: 'call', phone: '' }, 422],
    ['a visit without an address to come to', { kind: 'visit', address: '' }, 422],
  ])('with %s is refused, and nothing is kept', async (_name, wrong: object, status) => {
    const startsAt = await someTime()
    const before = await everything()
    const asked = { ...ada, startsAt, ...wrong }

    const answer = await torv
      .visitor()
      .post('/api/bookings', asked.startsAt === ('between' as never) ? { ...asked, startsAt: startsAt + 60_000 } : asked)

    expect(answer.status).toBe(status)
    expect(await everything()).toBe(before)
  })

  test('sent twice under one key is one', async () => {
    const guest = torv.visitor()
    const wanted = { ...ada, startsAt: await someTime() }
    const key = { 'idempotency-key': randomUUID() }

    const answers = [await guest.post('/api/bookings', wanted, key), await guest.post('/api/bookings', wanted, key)]

    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    expect(await answers[0]?.json()).toEqual(await answers[1]?.json())
    expect(await torv.services.db.all('select 1 from bookings')).toHaveLength(1)
  })
})

describe('many at once', () => {
  test('fifty who want one time get it as often as there are staff for it, each of another', async () => {
    await torv.staff('agent', 'kim@testvaerk.example')
    await torv.staff('admin', 'alex@testvaerk.example')
    const startsAt = await someTime()

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        torv.visitor(`198.51.100.${n}`).post('/api/bookings', { ...ada, startsAt, email: `a${n}@acme.example` }),
      ),
    )

    const booked = await torv.services.db.all<{ member_id: number }>('select member_id from bookings')
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(47)
    expect(new Set(booked.map(({ member_id }) => member_id)).size).toBe(3)
    expect(booked).toHaveLength(3)
    expect(await torv.services.db.all(`select 1 from events where kind = 'booking.made'`)).toHaveLength(3)
  })

  test('who wants times that overlap never gets both of one member of staff', async () => {
    const startsAt = await someTime()
    const around = [-60, -30, 0, 30, 60].map((minutes) => startsAt + minutes * 60_000)

    await Promise.all(
      Array.from({ length: 40 }, (_, n) =>
        torv.visitor(`198.51.100.${n}`).post('/api/bookings', { ...ada, startsAt: around[n % 5], email: `a${n}@acme.example` }),
      ),
    )

    const booked = await torv.services.db.all<{ starts_at: number; ends_at: number }>(
      'select starts_at, ends_at from bookings order by starts_at',
    )
    expect(booked.length).toBeGreaterThan(1)
    for (const [at, { starts_at }] of booked.slice(1).entries())
      expect(starts_at - (booked[at]?.ends_at ?? 0)).toBeGreaterThanOrEqual(15 * 60_000)
  })

  test('two who move to the same time: one does, the other keeps what they had', async () => {
    const guests = [torv.visitor('198.51.100.1'), torv.visitor('198.51.100.2')]
    const references = [await book(guests[0] as Client), await book(guests[1] as Client, { email: GRACE, startsAt: await someTime(7) })]
    const startsAt = await someTime(10)

    const answers = await Promise.all(guests.map((guest, n) => guest.put(`/api/bookings/${references[n]}/time`, { startsAt, sequence: 0 })))

    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    const booked = await torv.services.db.all<{ status: string }>('select status from bookings')
    expect(booked).toEqual([{ status: 'booked' }, { status: 'booked' }])
  })

  test('the database itself refuses two bookings of one member at a time', async () => {
    const reference = await book(torv.visitor())
    const columns = 'contact_id, kind, member_id, starts_at, ends_at, status, name, locale, time_zone, created_at, updated_at'
    const again = (shift: number) =>
      torv.services.db.batch([
        {
          sql: `insert into bookings (reference, ${columns}) select 'B-' || :shift, ${columns.replace('starts_at', 'starts_at + :shift').replace('ends_at', 'ends_at + :shift')}
                from bookings where reference = :reference`,
          args: { reference, shift },
        },
      ])

    await expect(again(HOUR / 4)).rejects.toThrow('booked at that time')
    await expect(again(59 * 60_000)).rejects.toThrow('booked at that time') // the buffer
    await again(HOUR)
    const back = {
      sql: `update bookings set starts_at = starts_at - ${HOUR}, ends_at = ends_at - ${HOUR} where reference <> :reference`,
      args: { reference },
    }
    await expect(torv.services.db.batch([back])).rejects.toThrow('booked at that time')
  })

  test('it goes to who has least to do', async () => {
    await torv.staff('agent', 'kim@testvaerk.example')
    const first = await someTime(5)
    const hosts = new Set<number>()
    for (const startsAt of [first, first + 2 * HOUR]) await book(torv.visitor(), { startsAt, email: `${startsAt}@acme.example` })

    for (const { member_id } of await torv.services.db.all<{ member_id: number }>('select member_id from bookings')) hosts.add(member_id)
    expect(hosts.size).toBe(2)
  })
})

describe('the invitation', () => {
  test('is in the mail, with a UID that stays and a sequence that grows', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt, endsAt } = await read(guest, reference)
    const made = fieldsOf((await mailsTo(ADA)).at(-1))
    expect(made).toMatchObject({
      ...{ METHOD: 'REQUEST', VERSION: '2.0', UID: `${reference}@localhost`, SEQUENCE: '0', STATUS: 'CONFIRMED' },
      ...{
        DTSTART: compact(startsAt),
        DTEND: compact(endsAt),
        SUMMARY: 'Showroom visit\\, Testværk',
        LOCATION: 'Prøvevej 1\\, 7100 Vejle',
      },
      ...{ ORGANIZER: 'mailto:desk@testvaerk.example', ATTENDEE: `MAILTO:${ADA}` },
    })
    expect(made.DTSTAMP).toMatch(/^\d{8}T\d{6}Z$/)

    torv.clock.forward(20 * 60_000)
    const later = await someTime(8)
    await guest.put(`/api/bookings/${reference}/time`, { startsAt: later, sequence: 0 })
    expect(fieldsOf((await mailsTo(ADA)).at(-1))).toMatchObject({
      METHOD: 'REQUEST',
      UID: made.UID,
      SEQUENCE: '1',
      DTSTART: compact(later),
    })

    await guest.post(`/api/bookings/${reference}/cancellation`)
    expect(fieldsOf((await mailsTo(ADA)).at(-1))).toMatchObject({ METHOD: 'CANCEL', UID: made.UID, SEQUENCE: '2', STATUS: 'CANCELLED' })
    expect((await mailsTo(ADA)).map(({ subject }) => subject)).toEqual([
      `Booked: Showroom visit (${reference})`,
      `New time: Showroom visit (${reference})`,
      `Cancelled: Showroom visit (${reference})`,
    ])
  })

  test('can be fetched from the page, as a file and never as a page', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)

    const answer = await guest.get(`/api/bookings/${reference}/invitation.ics`)

    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=REQUEST')
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${reference}.ics"`)
    const ics = await answer.text()
    expect(ics.split('\r\n')[0]).toBe('BEGIN:VCALENDAR')
    for (const line of ics.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
  })

  test('speaks the customer’s language, and tells the time by their clock and ours', async () => {
    await book(torv.visitor(), { locale: 'da', timeZone: 'America/New_York' })

    const [mail] = await mailsTo(ADA)

    expect(mail?.subject).toMatch(/^Booket: Besøg i showroomet/)
    expect(mail?.text).toMatch(/Hvornår: .*New York/)
    expect(mail?.text).toMatch(/Vores tid: .*1[01]\.00.*København/)
  })

  test('staff hears of each, with what was written', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    await torv.settle()
    await guest.post(`/api/bookings/${reference}/cancellation`, { note: 'Bought another' })

    const told = await mailsTo('agent@testvaerk.example')

    expect(told.map(({ subject }) => subject)).toEqual([
      `New booking ${reference}: Showroom visit`,
      `Cancelled ${reference}: Showroom visit`,
    ])
    expect(told[0]?.text).toContain('We heat with oil')
    expect(told[1]?.text).toContain('Bought another')
    expect(told[0]?.text).toContain(`/desk/bookings/${reference}`)
  })
})

describe('reminders', () => {
  /** Moves the clock to that moment and does what is done every minute. */
  async function at(moment: number) {
    torv.clock.forward(moment - torv.clock.now())
    await remindOfBookings(torv.services)
  }
  const reminders = async () => (await mailsTo(ADA)).filter(({ subject }) => subject.startsWith('Soon'))

  test('come once, the day before', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt } = await read(guest, reference)
    await at(startsAt - DAY - 60_000)
    expect(await reminders()).toEqual([])

    await at(startsAt - DAY)
    await Promise.all([remindOfBookings(torv.services), remindOfBookings(torv.services)])
    await at(startsAt - DAY + HOUR)

    expect(await reminders()).toHaveLength(1)
    expect((await events(reference)).filter(({ kind }) => kind === 'booking.reminded')).toHaveLength(1)
  })

  test('follow what was moved, and do not come for what was cancelled', async () => {
    const guest = torv.visitor()
    const [moved, cancelled] = [await book(guest), await book(guest, { startsAt: await someTime(6) })]
    const { startsAt: first } = await read(guest, moved)
    const later = await someTime(12)
    await guest.put(`/api/bookings/${moved}/time`, { startsAt: later, sequence: 0 })
    await guest.post(`/api/bookings/${cancelled}/cancellation`)

    await at(first - DAY + HOUR)
    await at(first + 3 * DAY)
    expect(await reminders()).toEqual([])
    await at(later - DAY + 60_000)
    expect((await reminders()).map(({ subject }) => subject)).toEqual([`Soon: Showroom visit (${moved})`])
  })

  test('that could not be sent in time wait for the morning', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt } = await read(guest, reference)
    const night = momentOf(dayOf(startsAt - DAY, ZONE), '23:00', ZONE)
    await at(night)
    expect(await reminders()).toEqual([])

    await at(momentOf(dayOf(startsAt, ZONE), '08:00', ZONE))
    expect(await reminders()).toHaveLength(1)
  })

  test('are not sent once the appointment was cancelled after they were planned', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    const { startsAt } = await read(guest, reference)
    await at(startsAt - DAY)
    await guest.post(`/api/bookings/${reference}/cancellation`)

    expect(await reminders()).toEqual([])
  })
})

describe('who may see and change it', () => {
  async function bookedByAda() {
    const client = await torv.signedIn(ADA)
    const reference = await book(client, { words: CANARY, name: `Ada ${CANARY}` })
    return { client, reference }
  }

  test('AC1 another’s booking does not exist, to the last header', async () => {
    const { client, reference } = await bookedByAda()
    const grace = await torv.signedIn(GRACE)
    for (const path of ['', '/invitation.ics']) {
      expect((await client.get(`/api/bookings/${reference}${path}`)).status).toBe(200)

      const denied = await grace.get(`/api/bookings/${reference}${path}`)
      const never = await grace.get(`/api/bookings/B-222222${path}`)

      expect(denied.status).toBe(404)
      expect(await denied.text()).toBe(await never.text())
      expect([...denied.headers]).toEqual([...never.headers])
    }
    expect(await (await grace.get('/api/bookings')).text()).not.toContain(CANARY)
    expect(await (await client.get('/api/bookings')).text()).toContain(CANARY)
    expect(await (await grace.get(`/api/bookings/times?kind=showroom&instead=${reference}`)).text()).toBe(
      await (await grace.get('/api/bookings/times?kind=showroom')).text(),
    )
  })

  test('AC2 nor can it be moved or cancelled', async () => {
    const { client, reference } = await bookedByAda()
    const grace = await torv.signedIn(GRACE)
    const startsAt = await someTime(9)
    const before = await everything()

    const answers = [
      await grace.put(`/api/bookings/${reference}/time`, { startsAt, sequence: 0 }),
      await grace.post(`/api/bookings/${reference}/cancellation`, {}),
      await torv.visitor().post(`/api/bookings/${reference}/cancellation`, {}),
    ]

    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(await everything()).toBe(before)
    expect((await client.post(`/api/bookings/${reference}/cancellation`, {})).status).toBe(204) // or the 404s would prove nothing
  })

  test('AC4 whoever guesses references is told to wait', async () => {
    const guesser = torv.visitor('203.0.113.9')
    const answers: number[] = []
    for (let n = 0; n < 61; n++) answers.push((await guesser.get(`/api/bookings/B-22222${n % 8}`)).status)

    expect(answers.slice(0, 59).every((status) => status === 404)).toBe(true)
    expect(answers.slice(59)).toEqual([429, 429])
  })

  test('AC10 what is not the customer’s to say is ignored', async () => {
    const guest = torv.visitor()
    const forged = {
      status: 'held',
      memberId: 999,
      reference: 'B-222222',
      sequence: 9,
      endsAt: 1,
      contactId: 1,
      confirm: true,
      byStaff: true,
    }
    const reference = await book(guest, forged)

    expect(await read(guest, reference)).toMatchObject({ status: 'booked', sequence: 0, host: 'Sam agent' })
  })

  test('BN5 reading changes nothing', async () => {
    const { client, reference } = await bookedByAda()
    await torv.settle()
    const before = await everything()

    for (const path of ['', `/${reference}`, `/${reference}/invitation.ics`, '/times?kind=showroom'])
      for (const reader of [client, torv.visitor()]) await reader.get(`/api/bookings${path}`)

    expect(await everything()).toBe(before)
  })

  test('the times say nothing of who works when, and of what is not offered nothing at all', async () => {
    const answer = await torv.visitor().get('/api/bookings/times?kind=showroom')

    expect(Object.keys((await answer.json()) as object)).toEqual(['times'])
    expect((await torv.visitor().get('/api/bookings/times?kind=yacht')).status).toBe(404)
  })
})

describe('what is mailed to whom', () => {
  test('MA6 a stranger’s address gets none of what was typed, and not many mails', async () => {
    const typed = { name: `Buy ${CANARY}`, words: `http://spam.example ${CANARY}`, phone: `+45 ${CANARY}`.slice(0, 40) }
    const first = await someTime()
    for (let n = 0; n < 3; n++) await book(torv.visitor(`198.51.100.${n}`), { ...typed, startsAt: first + n * 90 * 60_000 })
    await book(torv.visitor('198.51.100.9'), {
      ...typed,
      email: GRACE,
      kind: 'visit',
      address: CANARY,
      startsAt: (await times('visit')).at(-1),
    })

    const mails = [...(await mailsTo(ADA)), ...(await mailsTo(GRACE))]

    expect(mails.map(({ to }) => to)).toEqual([ADA, GRACE])
    expect(JSON.stringify(mails)).not.toContain(CANARY)
    expect(JSON.stringify(await mailsTo('agent@testvaerk.example'))).toContain(CANARY) // or it would be nowhere
  })

  test('MA6 tells five strangers an hour from one place, and takes in what the others book', async () => {
    const guest = torv.visitor('198.51.100.7')
    for (let n = 0; n < 7; n++) await book(guest, { email: `x${n}@stranger.example`, startsAt: (await times()).at(-1) })
    await torv.settle()

    expect((await torv.mails()).filter(({ to }) => to.endsWith('@stranger.example'))).toHaveLength(5)
    expect(await torv.services.db.all('select 1 from bookings')).toHaveLength(7)
  })

  test('MA6 moving it to and fro does not fill the mailbox either', async () => {
    const guest = torv.visitor()
    const reference = await book(guest)
    await torv.settle()
    const [one, two] = [await someTime(8), await someTime(9)]
    for (let n = 0; n < 8; n++) {
      await guest.put(`/api/bookings/${reference}/time`, { startsAt: n % 2 ? one : two, sequence: n })
      await torv.settle()
    }

    expect((await events(reference)).filter(({ kind }) => kind === 'booking.moved')).toHaveLength(8)
    expect(await mailsTo(ADA)).toHaveLength(5)
  })

  test('CO13 line ends in a name are refused, and make no header, field or recipient anywhere', async () => {
    for (const end of ['\r\n', '\n', '\r', '\u2028']) {
      const answer = await torv
        .visitor()
        .post('/api/bookings', { ...ada, startsAt: await someTime(), name: `Ada${end}Bcc: eve@evil.example` })
      expect(answer.status).toBe(422)
      expect(await answer.json()).toMatchObject({ errors: { name: expect.any(String) } })
    }
    await book(torv.visitor(), { name: 'Ada;X=1, "Bcc: eve@evil.example"', words: 'a\r\nEND:VEVENT\r\nATTENDEE:mailto:eve@evil.example' })

    const mails = [...(await mailsTo(ADA)), ...(await mailsTo('agent@testvaerk.example'))]
    expect(mails).toHaveLength(2)
    const ics = mails[0]?.files.map(({ content }) => content).join() ?? ''
    expect(ics).toContain('BEGIN:VEVENT')
    expect(ics).not.toContain('evil')
    expect((await torv.mails()).some(({ to }) => to.includes('evil'))).toBe(false)
  })
})
