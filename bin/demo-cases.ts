import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { escalateTicket } from '../api/tickets/escalation.ts'
import { afterOpenMs } from '../api/tickets/hours.ts'
import { mergeTicket } from '../api/tickets/merging.ts'
import { openTicket } from '../api/tickets/opening.ts'
import { rateTicket } from '../api/tickets/rating.ts'
import { reply } from '../api/tickets/replying.ts'
import { findAnyTicket, moveTicket } from '../api/tickets/store.ts'
import { chanceFrom } from './demo-chance.ts'
import { somebody } from './demo-people.ts'
import { AGAIN, MORE, type Person, REMARKS, STORIES } from './demo-stories.ts'

const { random, chance, pick } = chanceFrom(20_261_127)
const HOUR_MS = 3_600_000

type Clock = { pass(ms: number): void }
type Told = { reference: string; person: Person; agent: User }

/** What came in long ago has been answered, some of it at the second try; only the newest may still wait. */
export async function aCase(services: Services, clock: Clock, staff: User[], { day, mayWait }: { day: number; mayWait: boolean }) {
  const person = somebody(day)
  const story = pick(STORIES[person.locale].filter(({ words }) => mayWait || words.length > 1))
  const [first = '', answer, ...last] = story.words
  const { reference } = await openTicket(services, {
    owner: { email: person.email, name: person.name },
    ...{
      channel: 'web',
      kind: story.kind,
      subject: story.subject,
      text: first,
      authorName: person.name,
      locale: person.locale,
      by: 'guest',
    },
  })
  const told = { reference, person, agent: pick(staff) }
  const isHard = chance(0.27)
  if (answer === undefined) return
  if (!(await talk(services, clock, told, [answer, ...(isHard ? MORE[person.locale] : []), ...last]))) return
  if (mayWait && chance(0.5)) return
  await solve(services, told)
  const comesBack = story.kind === 'problem' && chance(0.2) && pass(services, clock, (20 + random() * 30) * HOUR_MS)
  if (comesBack) {
    const [again, mended] = AGAIN[person.locale]
    await say(services, told, again, { isStaff: false })
    if (!(await talk(services, clock, told, [mended]))) return
    await solve(services, told)
  }
  if (chance(0.55) && pass(services, clock, (24 + random() * 20) * HOUR_MS)) await rate(services, told, { isGlad: !isHard && !comesBack })
}

/** Staff and customer in turn, hours apart; false when the rest would be said in the future. */
async function talk(services: Services, clock: Clock, told: Told, words: string[]): Promise<boolean> {
  for (const [index, text] of words.entries()) {
    const isStaff = index % 2 === 0
    const ms = (0.4 + 5 * random() ** 2) * HOUR_MS
    if (!pass(services, clock, isStaff ? atWork(services, ms) : ms)) return false
    await say(services, told, text, { isStaff })
  }
  return true
}

async function say(services: Services, { reference, person, agent }: Told, text: string, { isStaff }: { isStaff: boolean }) {
  const ticket = await findAnyTicket(services, reference)
  await reply(
    services,
    ticket,
    isStaff
      ? { author: 'staff', authorName: agent.name, text, by: `user:${agent.id}`, userId: agent.id, move: 'wait' }
      : { author: 'customer', authorName: person.name, text, by: `contact:${ticket.contactId}` },
  )
}

async function solve(services: Services, { reference, agent }: Told) {
  await moveTicket(services, await findAnyTicket(services, reference), 'resolve', `user:${agent.id}`)
}

/** Mostly good, as such ratings are; less so where it took two tries. */
async function rate(services: Services, { reference, person }: Told, { isGlad }: { isGlad: boolean }) {
  const ticket = await findAnyTicket(services, reference)
  const score = pick(isGlad ? [5, 5, 5, 5, 4, 4, 4, 4, 3, 2] : [5, 4, 4, 3, 3, 2, 1])
  const { glad, sorry } = REMARKS[person.locale]
  const comment = chance(0.3) ? pick(score > 3 ? glad : sorry) : ''
  await rateTicket(services, ticket, { score, comment, locale: person.locale, by: `contact:${ticket.contactId}` })
}

/** How long it is until the company has been open for so long. */
export function atWork({ clock, content }: Services, ms: number): number {
  const now = clock.now()
  return afterOpenMs(content.company, now, ms) - now
}

/** Lets time go by, unless that would be more than there is until now. */
export function pass(services: Services, clock: Clock, ms: number): boolean {
  if (services.clock.now() + ms > Date.now()) return false
  clock.pass(ms)
  return true
}

/** A complaint that a manager has, and two cases that became one. */
export async function pressingCases(services: Services, agent: User) {
  const by = `user:${agent.id}`
  const write = async (kind: 'complaint' | 'problem', subject: string, text: string, fields = {}) => {
    const owner = { email: 'mette@hojmark.example', name: 'Mette Højmark' }
    const { reference } = await openTicket(services, {
      ...{ owner, kind, subject, text, fields, channel: 'web', authorName: owner.name, locale: 'da', by: 'guest' },
    })
    return findAnyTicket(services, reference)
  }
  const complaint = await write('complaint', 'Montøren kom ikke', 'Vi ventede hele dagen, og ingen ringede.', { wish: 'apology' })
  await escalateTicket(services, complaint, { by, why: 'Det er anden gang på en måned.' })
  const first = await write('problem', 'Varmepumpen larmer', 'Den brummer hele natten.', { heat: 'both' })
  const again = await write('problem', 'Den larmer stadig', 'Det er samme lyd som i går.', { heat: 'both' })
  await mergeTicket(services, again, first, by)
}
