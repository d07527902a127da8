// Made-up appointments for the demo: a year of them, and some to come.
import { addAbsence, freeTimes, saveCalendar } from '../api/bookings/calendars.ts'
import { deskBookings } from '../api/bookings/desk.ts'
import { bookAppointment, bookingByReference, settleBooking } from '../api/bookings/store.ts'
import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { dayOf, momentOf, nextDay } from '../api/tickets/hours.ts'
import { peopleBy } from './demo-people.ts'
import { PEOPLE, type Person } from './demo-stories.ts'

const WORDS = {
  da: ['Vi fyrer med olie i dag og vil gerne høre, hvad der kan betale sig.', 'Er støjen noget, naboen vil mærke?', ''],
  en: ['We heat with gas today and would like to hear what pays.', 'Will the neighbours hear it?', ''],
} as const
const PRODUCTS = ['luft-9', 'dyb-8', 'brise-6', 'luft-12']

/** One more appointment now and then, some days ahead, and a word on those that are over. */
export async function aBooking(services: Services, [agent]: User[], day: number) {
  if (day % 4 === 0) await book(services, peopleBy(day), day, 3 + (day % 5))
  const { bookings } = await deskBookings(services, { view: 'past' }, 'en')
  for (const { reference, status } of bookings) {
    const booking = await bookingByReference(services, reference)
    if (booking && status === 'booked') await settleBooking(services, booking, day % 7 === 3 ? 'missed' : 'held', `user:${agent?.id}`)
  }
}

/** What the desk shows today: calendars that differ, somebody away, and a week with something in it. */
export async function bookingsToCome(services: Services, [admin, agent]: User[]) {
  const { timeZone, openingHours } = services.content.company
  if (!admin || !agent) return
  const asStaff = (user: User) => ({ ...user, role: user.role === 'admin' ? ('admin' as const) : ('agent' as const) })
  const hours = { ...openingHours, monday: ['10:00-16:00'], wednesday: ['08:00-12:00', '13:00-18:00'] }
  await saveCalendar(services, asStaff(agent), { hours, kinds: null, meetingUrl: 'https://meet.fjeldvarme.example/jonas' }, agent)
  let day = dayOf(services.clock.now(), timeZone)
  for (let days = 0; days < 9; days++) day = nextDay(day)
  const away = { startsAt: momentOf(day, '08:00', timeZone), endsAt: momentOf(nextDay(day), '16:00', timeZone), note: 'Messe i Herning' }
  await addAbsence(services, asStaff(admin), away, admin)
  for (let n = 0; n < 7; n++) await book(services, PEOPLE, n, 1 + n)
}

/** Somebody books the first time there is from that many days ahead. */
async function book(services: Services, people: Person[], turn: number, daysAhead: number) {
  const person = people[Math.floor((turn * 7) / 4) % people.length]
  const kinds = services.content.appointments.filter(({ use }) => use === 'meeting')
  const kind = kinds[turn % kinds.length]
  if (!person || !kind) return
  const earliest = services.clock.now() + daysAhead * 24 * 3_600_000
  const slots = (await freeTimes(services, { kind })).filter(({ startsAt }) => startsAt > earliest)
  const slot = slots[(turn * 3) % Math.max(1, Math.min(8, slots.length))]
  if (!slot) return
  await bookAppointment(services, {
    ...{ kind, startsAt: slot.startsAt, name: person.name, email: person.email, locale: person.locale },
    phone: '+45 20 45 90 10',
    address: kind.where === 'visit' ? 'Fjordvej 8, 7100 Vejle' : '',
    words: WORDS[person.locale][turn % 3] ?? '',
    product: PRODUCTS[turn % PRODUCTS.length] ?? null,
    ...{ ticket: null, item: null },
    timeZone: services.content.company.timeZone,
    by: 'guest',
    confirm: false,
  })
}
