import { type Deflection, deflectionOf, type Read } from '../searches/deflection.ts'
import { type Case, SATISFIED_FROM } from './cases.ts'
import type { OpenClock } from './open-clock.ts'
import type { Period } from './periods.ts'
import { median } from './sales.ts'

/** Those of cases, which can be asked for by kind, team and person; and those of the help centre, which cannot. */
export const CASE_METRICS = [
  'opened',
  'solved',
  'csat',
  'resolution',
  'first-contact',
  'first-response',
  'solve-time',
  'handling',
  'sla',
  'sla-solved',
  'reopened',
  'backlog',
] as const
export const HELP_METRICS = ['search', 'deflection', 'helpful'] as const
export const SERVICE_METRICS = [...CASE_METRICS, ...HELP_METRICS] as const
export type CaseMetric = (typeof CASE_METRICS)[number]
export type HelpMetric = (typeof HELP_METRICS)[number]
export type ServiceMetric = (typeof SERVICE_METRICS)[number]

/** Counts, shares from 0 to 1, and times in milliseconds; null where there is nothing to make one of. */
export type CaseNumbers = Record<CaseMetric, number | null>
export type HelpNumbers = Record<HelpMetric, number | null>

/** What is known by now, and a clock that runs while the company is open. */
export type Now = { now: number; open: OpenClock }
type Span = Pick<Period, 'start' | 'end'>

/** One row of a plot, by the rules that `service.formula.*` says in words. */
export function caseNumbers(period: Span, cases: Case[], known: Now): CaseNumbers {
  const behind = (metric: CaseMetric) => casesBehind(metric, period, cases, known)
  const shareOf = (metric: CaseMetric) => share(behind(metric).map((one) => worthOf(metric, one, known)))
  const medianOf = (metric: CaseMetric) => median(behind(metric).map((one) => worthOf(metric, one, known)))
  return {
    opened: behind('opened').length,
    solved: behind('solved').length,
    csat: shareOf('csat'),
    resolution: shareOf('resolution'),
    'first-contact': shareOf('first-contact'),
    'first-response': medianOf('first-response'),
    'solve-time': medianOf('solve-time'),
    handling: mean(behind('handling').map((one) => worthOf('handling', one, known))),
    sla: shareOf('sla'),
    'sla-solved': shareOf('sla-solved'),
    reopened: shareOf('reopened'),
    backlog: behind('backlog').length,
  }
}

/** The cases that a number of a period is made of. What was merged, or was no case at all, is in none of them. */
export function casesBehind(metric: CaseMetric, { start, end }: Span, cases: Case[], { now }: Now): Case[] {
  const within = (at: number | null | undefined) => at !== null && at !== undefined && start <= at && at < end
  const belongs: Record<CaseMetric, (one: Case) => boolean> = {
    opened: ({ openedAt }) => within(openedAt),
    resolution: ({ openedAt }) => within(openedAt),
    'first-response': ({ openedAt, answeredAt }) => within(openedAt) && answeredAt !== null,
    sla: ({ openedAt, answeredAt, firstResponseDueAt }) => within(openedAt) && (answeredAt !== null || firstResponseDueAt < now),
    'sla-solved': ({ openedAt, firstSolvedAt, resolutionDueAt }) =>
      within(openedAt) && resolutionDueAt !== null && (firstSolvedAt !== null || resolutionDueAt < now),
    solved: ({ solvedAt }) => within(solvedAt),
    'solve-time': ({ solvedAt }) => within(solvedAt),
    'first-contact': ({ firstSolvedAt }) => within(firstSolvedAt),
    reopened: ({ firstSolvedAt }) => within(firstSolvedAt),
    handling: ({ solvedAt, workedMs }) => within(solvedAt) && workedMs > 0,
    csat: ({ rating }) => within(rating?.at),
    backlog: (one) => isOpenAt(one, Math.min(end, now)),
  }
  return cases.filter((one) => !one.isLeftOut && belongs[metric](one))
}

/** What one case adds to a number: a time in milliseconds, or 1 and 0 for what a share is made of. */
export function worthOf(metric: CaseMetric, one: Case, { open }: Now): number | null {
  switch (metric) {
    case 'csat':
      return Number((one.rating?.score ?? 0) >= SATISFIED_FROM)
    case 'resolution':
      return Number(one.solvedAt !== null)
    case 'first-contact':
      return Number(one.reopened === 0 && one.answersToSolve <= 1)
    case 'first-response':
      return one.answeredAt === null ? null : open(one.openedAt, one.answeredAt)
    case 'solve-time':
      return one.solvedAt === null ? null : open(one.openedAt, one.solvedAt)
    case 'handling':
      return one.workedMs
    case 'sla':
      return Number(one.answeredAt !== null && one.answeredAt <= one.firstResponseDueAt)
    case 'sla-solved':
      return Number(one.firstSolvedAt !== null && one.firstSolvedAt <= (one.resolutionDueAt ?? 0))
    case 'reopened':
      return Number(one.reopened > 0)
    default:
      return null
  }
}

/** What visitors looked for, with what they read and what came of it; and what they said of articles. */
export type HelpLog = {
  searches: { at: number; visitor: string; place: string; answeredAt: number | null; ticketAt: number | null }[]
  ratings: { at: number; helpful: number }[]
}

export function helpNumbers({ start, end }: Span, { searches, ratings }: HelpLog, now: number): HelpNumbers & { deflected: Deflection } {
  const within = ({ at }: { at: number }) => start <= at && at < end
  const settled = searches.filter(within)
  const reads = settled.flatMap(({ visitor, answeredAt, ticketAt }): Read[] =>
    answeredAt === null ? [] : [{ visitor, answeredAt, ticketAt }],
  )
  const deflected = deflectionOf(reads, now)
  return {
    search: share(settled.filter(isSearch).map(({ answeredAt }) => Number(answeredAt !== null))),
    deflection: deflected.rate,
    helpful: share(ratings.filter(within).map(({ helpful }) => helpful)),
    deflected,
  }
}

/** Who was already writing to us was shown answers, and had not searched for any. */
export function isSearch({ place }: { place: string }): boolean {
  return place !== 'ticket'
}

function isOpenAt({ open }: Case, moment: number): boolean {
  return open.some(({ from, until }) => from < moment && (until === null || until >= moment))
}

function share(values: (number | null)[]): number | null {
  return mean(values)
}

function mean(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null)
  return known.length ? known.reduce((sum, value) => sum + value, 0) / known.length : null
}
