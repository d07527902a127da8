import type { AppointmentKind, Company } from '../../content/schema.ts'
import { type StaffMember, staffMembers } from '../accounts/store.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { type Availability, type Busy, freeSlots, type Slot } from './slots.ts'

export type Hours = Company['openingHours']
/** `null` stands for what everybody has: the opening hours, and every kind. */
export type Calendar = { hours: Hours | null; kinds: string[] | null; meetingUrl: string }
export type Absence = { id: number; startsAt: number; endsAt: number; note: string }

const AS_EVERYBODY: Calendar = { hours: null, kinds: null, meetingUrl: '' }

type Asked = {
  kind: AppointmentKind
  /** Staff may promise a time sooner than customers may choose one. */
  byStaff?: boolean
  /** The booking that is to be moved: it is not in its own way. */
  except?: number | undefined
}

/** The times that can be chosen now, and who has time then. */
export async function freeTimes(services: Services, { kind, byStaff = false, except = 0 }: Asked): Promise<Slot[]> {
  const now = services.clock.now()
  const [members, calendars, busy] = await Promise.all([staffMembers(services), allCalendars(services), busyAfter(services, now, except)])
  const willing = members.flatMap(({ id }): Availability[] => {
    const { hours, kinds } = calendars.get(id) ?? AS_EVERYBODY
    return kinds === null || kinds.includes(kind.id) ? [{ memberId: id, hours, busy: busy.get(id) ?? [] }] : []
  })
  return freeSlots(services.content.company, willing, byStaff ? { ...kind, noticeHours: 0 } : kind, now)
}

async function allCalendars({ db }: Services): Promise<Map<number, Calendar>> {
  const rows = await db.all<CalendarRow & { id: number }>(
    'select user_id as id, hours, kinds, meeting_url as "meetingUrl" from staff_calendars',
  )
  return new Map(rows.map(({ id, ...row }) => [id, fromRow(row)]))
}

async function busyAfter({ db }: Services, now: number, except: number): Promise<Map<number, Busy[]>> {
  const rows = await db.all<Busy & { id: number }>(
    `select member_id as id, starts_at as "startsAt", ends_at as "endsAt", buffer_ms as "bufferMs"
     from bookings where status = 'booked' and ends_at + buffer_ms > :now and id <> :except
     union all
     select user_id, starts_at, ends_at, 0 from absences where ends_at > :now`,
    { now, except },
  )
  const busy = new Map<number, Busy[]>()
  for (const { id, ...span } of rows) busy.set(id, [...(busy.get(id) ?? []), span])
  return busy
}

type CalendarRow = { hours: string | null; kinds: string | null; meetingUrl: string }

function fromRow({ hours, kinds, meetingUrl }: CalendarRow): Calendar {
  // Written by saveCalendar, which is given what a schema has read.
  return { hours: hours === null ? null : JSON.parse(hours), kinds: kinds === null ? null : JSON.parse(kinds), meetingUrl }
}

export async function calendarOf({ db }: Services, memberId: number): Promise<Calendar> {
  const row = await db.get<CalendarRow>('select hours, kinds, meeting_url as "meetingUrl" from staff_calendars where user_id = :memberId', {
    memberId,
  })
  return row ? fromRow(row) : AS_EVERYBODY
}

/** Bookings that were made before stay as they are. */
export async function saveCalendar({ db, clock }: Services, { id }: StaffMember, { hours, kinds, meetingUrl }: Calendar, by: User) {
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into staff_calendars (user_id, hours, kinds, meeting_url, updated_at) values (:id, :hours, :kinds, :meetingUrl, :at)
            on conflict (user_id) do update set hours = excluded.hours, kinds = excluded.kinds,
              meeting_url = excluded.meeting_url, updated_at = excluded.updated_at`,
      args: { id, hours: hours && JSON.stringify(hours), kinds: kinds && JSON.stringify(kinds), meetingUrl, at },
    },
    eventIfChanged('calendar.saved', { subject: `user:${id}`, actor: `user:${by.id}`, at }),
  ])
}

/** What is still to come, earliest first. */
export async function absencesOf({ db, clock }: Services, memberId: number): Promise<Absence[]> {
  return db.all<Absence>(
    `select id, starts_at as "startsAt", ends_at as "endsAt", note from absences
     where user_id = :memberId and ends_at > :now order by starts_at, id limit 200`,
    { memberId, now: clock.now() },
  )
}

export async function addAbsence({ db, clock }: Services, { id }: StaffMember, absence: Omit<Absence, 'id'>, by: User) {
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into absences (user_id, starts_at, ends_at, note, created_at) values (:id, :startsAt, :endsAt, :note, :at)`,
      args: { id, ...absence, at },
    },
    eventIfChanged('calendar.absence-added', { subject: `user:${id}`, actor: `user:${by.id}`, at }),
  ])
}

/** False when this member has no such absence. */
export async function removeAbsence({ db, clock }: Services, { id }: StaffMember, absence: number, by: User): Promise<boolean> {
  const [removed] = await db.batch([
    { sql: 'delete from absences where id = :absence and user_id = :id', args: { absence, id } },
    eventIfChanged('calendar.absence-removed', { subject: `user:${id}`, actor: `user:${by.id}`, at: clock.now() }),
  ])
  return removed?.changes === 1
}
