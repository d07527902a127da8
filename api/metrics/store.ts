import { contactsById, staffMembers } from '../accounts/contacts.ts'
import { type Event, type EventRow, parseEvent } from '../platform/events.ts'
import { quoteSummaries } from '../quotes/summaries.ts'
import type { Services } from '../services.ts'
import { type Grain, type Period, periodsOf, wholeOf } from './periods.ts'
import { behind, COUNTED, goalOf, lostReasons, type Metric, numbersOf, type Story, storiesIn } from './sales.ts'

export type Asked = { grain: Grain; from: string; to: string; currency: string; person?: string | undefined }

/** The numbers of every period, of the whole time, and of each person over it. */
export async function salesMetrics(services: Services, asked: Asked) {
  const { content } = services
  const { grain, currency } = asked
  const periods = periodsOf(grain, asked.from, asked.to, content.company.timeZone)
  const whole = wholeOf(periods)
  const [{ stories, leadsAt }, people] = await Promise.all([readLog(services, whole, asked), salesPeople(services)])
  const person = people.find(({ id }) => id === asked.person)
  const numbers = (period: Period, of: Story[], goals: (number | null)[]) => numbersOf(period, of, leadsAt, summed(goals))
  const goals = (email?: string) => periods.map((period) => goalOf(period, grain, content.company, currency, email))
  const mine = asked.person ? stories.filter((story) => story.person === asked.person) : stories
  return {
    periods: periods.map((period, at) => ({ ...period, numbers: numbers(period, mine, [goals(person?.email)[at] ?? null]) })),
    whole: numbers(whole, mine, goals(person?.email)),
    reasons: lostReasons(whole, mine),
    people: people.map(({ id, name, email }) => {
      const theirs = stories.filter((story) => story.person === id)
      return { id, name, numbers: numbersOf(whole, theirs, [], summed(goals(email))), goal: summed(goals(email)) }
    }),
    goal: summed(goals(person?.email)),
  }
}

export type Row = { reference: string; who: string; what: string; at: number | null; status: string; net: number | null }

/** The quotes or leads that a number is made of, the newest first. */
export async function rowsBehind(services: Services, metric: Metric, asked: Asked): Promise<Row[]> {
  const whole = wholeOf(periodsOf(asked.grain, asked.from, asked.to, services.content.company.timeZone))
  if (metric === 'leads') return leadRows(services, whole)
  const { stories } = await readLog(services, whole, asked)
  const mine = stories.filter((story) => !asked.person || story.person === asked.person)
  const found = behind(metric, whole, mine)
  const summaries = await quoteSummaries(
    services,
    found.map(({ reference }) => reference),
  )
  const rows = found.map(({ reference, outcome, firstSentAt }) => {
    const summary = summaries.get(reference)
    const status = outcome ? outcome.reason : (summary?.status ?? '')
    const who = summary ? summary.company || summary.buyer : ''
    const at = metric === 'sent' || metric === 'conversion' || metric === 'time-to-quote' ? firstSentAt : (outcome?.at ?? null)
    return { reference, who, what: summary?.firstLine ?? '', at, status, net: outcome?.net || (summary?.net ?? null) }
  })
  return rows.sort((a, b) => (b.at ?? 0) - (a.at ?? 0) || a.reference.localeCompare(b.reference))
}

/** Who can have a quote: staff, by the name that events give them. */
async function salesPeople(services: Services) {
  return (await staffMembers(services)).map((member) => ({ ...member, id: `user:${member.id}` }))
}

/** The whole story of every quote that anything happened to in that time: what was accepted then was sent before. */
async function readLog({ reader }: Services, { start, end }: Period, { currency }: Asked) {
  const kinds = JSON.stringify(COUNTED)
  const rows = await reader.all<EventRow>(
    `select id, at, kind, subject, actor, data from events
     where kind in (select value from json_each(:kinds)) and subject in (
       select subject from events where kind in (select value from json_each(:kinds)) and at >= :start and at < :end)
     order by id`,
    { kinds, start, end },
  )
  const events = rows.map(parseEvent)
  return {
    stories: storiesIn(events).filter((story) => story.currency === currency),
    leadsAt: leadsIn(events).map(({ at }) => at),
  }
}

function leadsIn(events: Event[]): Event[] {
  return events.filter(({ kind }) => kind === 'lead.created')
}

async function leadRows(services: Services, { start, end }: Period): Promise<Row[]> {
  const events = await services.reader.all<EventRow>(
    `select * from events where kind = 'lead.created' and at >= :start and at < :end order by id desc`,
    { start, end },
  )
  const ids = events.map(({ subject }) => Number(subject.split(':')[1]))
  const contacts = await contactsById(services, ids)
  return events.map(({ at }, index) => {
    const id = ids[index] ?? 0
    const contact = contacts.get(id)
    return { reference: String(id), who: contact?.name || contact?.email || '', what: contact?.company ?? '', at, status: '', net: null }
  })
}

/** Null when there is no goal at all. */
function summed(goals: (number | null)[]): number | null {
  const known = goals.filter((goal) => goal !== null)
  return known.length ? known.reduce((sum, goal) => sum + goal, 0) : null
}
