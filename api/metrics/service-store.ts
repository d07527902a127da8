import { contactsById, staffMembers } from '../accounts/contacts.ts'
import { ratingsBetween } from '../help/feedback.ts'
import { type EventRow, parseEvent } from '../platform/events.ts'
import { type SearchRow, searchesBetween } from '../searches/between.ts'
import { outcomeOf } from '../searches/deflection.ts'
import type { Services } from '../services.ts'
import { factsBetween } from '../tickets/facts.ts'
import { type Case, casesIn, SERVICE_EVENTS } from './cases.ts'
import { openClock } from './open-clock.ts'
import { type Grain, type Period, periodsOf, wholeOf } from './periods.ts'
import { type CaseMetric, caseNumbers, casesBehind, type HelpMetric, helpNumbers, isSearch, type Now, worthOf } from './service.ts'

export type ServiceAsked = {
  grain: Grain
  from: string
  to: string
  kind?: string | undefined
  team?: string | undefined
  /** A member of staff, as events name them: `user:3`. */
  person?: string | undefined
}

/** The numbers of every period and of the whole time, and of the whole time by kind, by team and by person. */
export async function serviceMetrics(services: Services, asked: ServiceAsked) {
  const { periods, whole, known } = timeOf(services, asked)
  const [cases, help, people] = await Promise.all([readCases(services, whole), readHelp(services, whole), staffMembers(services)])
  const mine = cases.filter(fits(asked))
  const by = (groupOf: (one: Case) => string | null) => {
    const groups = [...new Set(cases.map(groupOf))].filter((group) => group !== null).sort()
    return groups.map((id) => ({
      id,
      numbers: caseNumbers(
        whole,
        mine.filter((one) => groupOf(one) === id),
        known,
      ),
    }))
  }
  const names = new Map(people.map(({ id, name, email }) => [`user:${id}`, name || email]))
  return {
    periods: periods.map((period) => ({
      ...period,
      numbers: { ...caseNumbers(period, mine, known), ...helpNumbers(period, help, known.now) },
    })),
    whole: { ...caseNumbers(whole, mine, known), ...helpNumbers(whole, help, known.now) },
    kinds: by(({ kind }) => kind),
    teams: by(({ team }) => team),
    people: by(({ person }) => person).map((one) => ({ ...one, name: names.get(one.id) ?? one.id })),
    leftOut: cases.filter(({ isLeftOut, openedAt }) => isLeftOut && openedAt >= whole.start && openedAt < whole.end).length,
  }
}

export type CaseRow = {
  reference: string
  who: string
  what: string
  at: number
  /** What it adds to the number, in the number's own measure; null for one that is only counted. */
  worth: number | null
}

/** The cases that a number of the whole time is made of, the newest first. */
export async function caseRows(services: Services, metric: CaseMetric, asked: ServiceAsked): Promise<CaseRow[]> {
  const { whole, known } = timeOf(services, asked)
  const cases = (await readCases(services, whole)).filter(fits(asked))
  const found = casesBehind(metric, whole, cases, known)
  const contacts = await contactsById(
    services,
    found.flatMap(({ contactId }) => contactId ?? []),
  )
  const rows = found.map((one): CaseRow => {
    const contact = one.contactId === null ? undefined : contacts.get(one.contactId)
    const who = contact ? contact.company || contact.name || contact.email : one.saidName
    return { reference: one.reference, who, what: one.subject, at: momentOf(metric, one), worth: worthOf(metric, one, known) }
  })
  return rows.sort((a, b) => b.at - a.at || a.reference.localeCompare(b.reference))
}

export type HelpRow = {
  at: number
  what: string
  answer: string | null
  /** Of an answer: what it was worth. Of a search: whether one was opened. Of a vote: whether it helped. */
  outcome: string
  ticket: string | null
}

/** The searches, answers or votes that a number of the help centre is made of, the newest first. */
export async function helpRows(services: Services, metric: HelpMetric, asked: ServiceAsked): Promise<HelpRow[]> {
  const { whole, known } = timeOf(services, asked)
  const { searches, ratings } = await readHelp(services, whole)
  const rows =
    metric === 'helpful'
      ? ratings.map(
          ({ at, article, locale, helpful }): HelpRow => ({
            ...{ at, what: article, answer: `/${locale}/help/${article}`, ticket: null },
            outcome: helpful ? 'helped' : 'not',
          }),
        )
      : searches
          .filter((one) => (metric === 'search' ? isSearch(one) : one.answeredAt !== null))
          .map((one) => searchRow(one, metric, known.now))
  return rows.sort((a, b) => b.at - a.at)
}

function searchRow({ at, text, answer, answeredAt, ticket, ticketAt }: SearchRow, metric: HelpMetric, now: number): HelpRow {
  const read = answeredAt === null ? 'none' : 'opened'
  const outcome = metric === 'deflection' && answeredAt !== null ? outcomeOf({ answeredAt, ticketAt }, now) : read
  return { at, what: text, answer, outcome, ticket }
}

/** When a case did what the number is about. */
function momentOf(metric: CaseMetric, one: Case): number {
  if (metric === 'csat') return one.rating?.at ?? one.openedAt
  if (metric === 'solved' || metric === 'solve-time' || metric === 'handling') return one.solvedAt ?? one.openedAt
  if (metric === 'first-contact' || metric === 'reopened') return one.firstSolvedAt ?? one.openedAt
  return one.openedAt
}

function fits({ kind, team, person }: ServiceAsked) {
  return (one: Case) => (!kind || one.kind === kind) && (!team || one.team === team) && (!person || one.person === person)
}

/** Long enough before the first period for what was open when it began. */
const BEFORE_MS = 400 * 24 * 60 * 60 * 1000

function timeOf({ content, clock }: Services, { grain, from, to }: ServiceAsked): { periods: Period[]; whole: Period; known: Now } {
  const periods = periodsOf(grain, from, to, content.company.timeZone)
  const whole = wholeOf(periods)
  const now = clock.now()
  return { periods, whole, known: { now, open: openClock(content.company, whole.start - BEFORE_MS, Math.max(now, whole.end)) } }
}

async function readCases(services: Services, whole: Period): Promise<Case[]> {
  const cases: Case[] = []
  for await (const facts of factsBetween(services, whole)) {
    const references = facts.map(({ reference }) => reference)
    const rows = await services.reader.all<EventRow>(
      `select e.id, e.at, e.kind, e.subject, e.actor, e.data from json_each(:references) r join events e on e.subject = r.value
       where e.kind in (select value from json_each(:kinds)) order by e.id`,
      { references: JSON.stringify(references), kinds: JSON.stringify(SERVICE_EVENTS) },
    )
    cases.push(...casesIn(facts, rows.map(parseEvent)))
  }
  return cases
}

async function readHelp(services: Services, whole: Period) {
  const [searches, ratings] = await Promise.all([searchesBetween(services, whole), ratingsBetween(services, whole)])
  return { searches, ratings }
}
