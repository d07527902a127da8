import type { Company } from '../../content/schema.ts'
import type { Event } from '../platform/events.ts'
import { type Grain, monthsOf, type Period, quarterOf } from './periods.ts'

/** The events that the numbers are made of. */
export const COUNTED = [
  'lead.created',
  'quote.requested',
  'quote.opened',
  'quote.given',
  'quote.sent',
  'quote.accepted',
  'quote.acceptance-undone',
  'quote.declined',
  'quote.withdrawn',
  'quote.refused',
  'quote.expired',
  'quote.recalled',
  'quote.asked-again',
  'quote.requoted',
] as const

export const METRICS = [
  'leads',
  'sent',
  'volume',
  'conversion',
  'revenue',
  'average',
  'time-to-quote',
  'time-to-close',
  'lost',
  'quota',
] as const
export type Metric = (typeof METRICS)[number]

const LOST = new Set(['declined', 'withdrawn', 'refused', 'expired'])

/** What the events say of one quote. Amounts in minor units before VAT, moments in milliseconds since 1970. */
export type Story = {
  reference: string
  /** The member of staff who has it (`user:3`); null before anybody has. */
  person: string | null
  currency: string | null
  requestedAt: number | null
  firstSentAt: number | null
  /** How it ended, if it has. Taken up again, or an acceptance undone, and it has not. */
  outcome: { status: string; at: number; net: number; reason: string } | null
}

export type Numbers = {
  leads: number
  sent: number
  volume: number
  /** From 0 to 1; null when nothing was sent. */
  conversion: number | null
  revenue: number
  average: number | null
  /** Medians, in milliseconds; null when there are none. */
  'time-to-quote': number | null
  'time-to-close': number | null
  lost: number
  /** Of the goal, 1 being all of it; null without a goal. */
  quota: number | null
}

/** The stories in the log, in the order in which they began. Events must come in the order of the log. */
export function storiesIn(events: Event[]): Story[] {
  const stories = new Map<string, Story>()
  for (const event of events) {
    if (!event.kind.startsWith('quote.')) continue
    const story = stories.get(event.subject) ?? begun(event.subject)
    stories.set(event.subject, story)
    tell(story, event)
  }
  return [...stories.values()]
}

/** One row of a plot: what happened in the period, by the rules that `metrics.formula.*` says in words. */
export function numbersOf(period: Period, stories: Story[], leadsAt: number[], goal: number | null): Numbers {
  const within = (at: number | null | undefined): at is number => at !== null && at !== undefined && period.start <= at && at < period.end
  const sent = stories.filter(({ firstSentAt }) => within(firstSentAt))
  const won = stories.filter((story) => isWon(story) && within(story.outcome?.at))
  const revenue = won.reduce((sum, { outcome }) => sum + (outcome?.net ?? 0), 0)
  return {
    leads: leadsAt.filter(within).length,
    sent: sent.length,
    volume: won.length,
    conversion: sent.length ? sent.filter(isWon).length / sent.length : null,
    revenue,
    average: won.length ? Math.round(revenue / won.length) : null,
    'time-to-quote': median(sent.map(({ requestedAt, firstSentAt }) => between(requestedAt, firstSentAt))),
    'time-to-close': median(won.map(({ firstSentAt, outcome }) => between(firstSentAt, outcome?.at))),
    lost: stories.filter((story) => isLost(story) && within(story.outcome?.at)).length,
    quota: goal ? revenue / goal : null,
  }
}

/** The stories that a number of a period is made of. */
export function behind(metric: Metric, period: Pick<Period, 'start' | 'end'>, stories: Story[]): Story[] {
  const within = (at: number | null | undefined) => at !== null && at !== undefined && period.start <= at && at < period.end
  if (metric === 'sent' || metric === 'conversion' || metric === 'time-to-quote')
    return stories.filter(({ firstSentAt }) => within(firstSentAt))
  const ended = metric === 'lost' ? isLost : isWon
  return stories.filter((story) => ended(story) && within(story.outcome?.at))
}

/** Why quotes were lost in the period, the commonest first. */
export function lostReasons(period: Pick<Period, 'start' | 'end'>, stories: Story[]): { reason: string; n: number }[] {
  const counted = new Map<string, number>()
  for (const { outcome } of behind('lost', period, stories))
    if (outcome) counted.set(outcome.reason, (counted.get(outcome.reason) ?? 0) + 1)
  return [...counted].map(([reason, n]) => ({ reason, n })).sort((a, b) => b.n - a.n || a.reason.localeCompare(b.reason))
}

/** What was to be sold in the period, by the company or by one person; a month is a third of its quarter. Null without a goal. */
export function goalOf(period: Period, grain: Grain, { salesQuotas }: Pick<Company, 'salesQuotas'>, currency: string, email?: string) {
  const goals = monthsOf(period, grain).map((month) => {
    const quota = salesQuotas.find(({ quarter }) => quarter === quarterOf(month))
    return (email === undefined ? quota?.amount : quota?.people[email])?.[currency]
  })
  const known = goals.filter((goal) => goal !== undefined)
  return known.length ? Math.round(known.reduce((sum, goal) => sum + goal, 0) / 3) : null
}

export function isWon({ outcome }: Story): boolean {
  return outcome?.status === 'accepted'
}

function isLost({ outcome }: Story): boolean {
  return outcome !== null && LOST.has(outcome.status)
}

function begun(reference: string): Story {
  return { reference, person: null, currency: null, requestedAt: null, firstSentAt: null, outcome: null }
}

function tell(story: Story, { kind, at, actor, data }: Event) {
  const to = String(data.to ?? '')
  if (kind === 'quote.requested') story.requestedAt = at
  if (kind === 'quote.sent') story.firstSentAt ??= at
  if (kind === 'quote.given') story.person = data.ownerId === null ? null : `user:${data.ownerId}`
  if ((kind === 'quote.opened' || kind === 'quote.sent') && actor.startsWith('user:')) story.person ??= actor
  if (typeof data.currency === 'string') story.currency = data.currency
  if (to) story.outcome = outcomeOf(to, at, data)
}

function outcomeOf(status: string, at: number, data: Event['data']): Story['outcome'] {
  if (status !== 'accepted' && !LOST.has(status)) return null
  return { status, at, net: Number(data.net ?? 0), reason: String(data.reason ?? status) }
}

function between(from: number | null | undefined, to: number | null | undefined): number | null {
  return from === null || from === undefined || to === null || to === undefined ? null : to - from
}

/** The middle one, or the mean of the two in the middle. */
export function median(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null).sort((a, b) => a - b)
  const [low, high] = [known[Math.floor((known.length - 1) / 2)], known[Math.floor(known.length / 2)]]
  return low === undefined || high === undefined ? null : Math.round((low + high) / 2)
}
