import type { Event } from '../platform/events.ts'

const DAY_MS = 24 * 3_600_000
/** After this long what somebody did counts half. */
export const HALF_LIFE_DAYS = 45
export const MAX_SCORE = 100

/** A demonstration or advice, and no service of what they own. */
export const isMeeting = ({ use }: Event['data']) => use === undefined || use === 'meeting'

/** What somebody can do, what it counts for, and which events say so. The whole of the score is in these two tables. */
export const ACTS = {
  'asked-for-quote': { points: 25, on: ['quote.requested'] },
  'answered-selector': { points: 10, on: ['quote.requested'], when: ({ answers }: Event['data']) => Number(answers) > 0 },
  'booked-demo': { points: 30, on: ['booking.made'], when: isMeeting },
  'cancelled-demo': { points: -15, on: ['booking.cancelled'], when: isMeeting },
  'came-to-demo': { points: 15, on: ['booking.held'], when: isMeeting },
  'missed-demo': { points: -10, on: ['booking.missed'], when: isMeeting },
  'looked-at-offer': { points: 10, on: ['quote.viewed'] },
  'chose-in-offer': { points: 10, on: ['quote.chosen'] },
  wrote: { points: 10, on: ['quote.customer-wrote', 'quote.answered'] },
  'asked-for-change': { points: 15, on: ['quote.countered'] },
  'asked-for-later': { points: 5, on: ['quote.reminder-answered'], when: ({ answer }: Event['data']) => answer === 'later' },
  'not-now': { points: -10, on: ['quote.reminder-answered'], when: ({ answer }: Event['data']) => answer === 'not-now' },
  'came-back': { points: 15, on: ['quote.asked-again'] },
  bought: { points: 40, on: ['quote.accepted'] },
  declined: { points: -20, on: ['quote.declined'] },
  withdrew: { points: -15, on: ['quote.withdrawn'] },
  'turned-down': { points: -10, on: ['quote.refused'] },
  'let-run-out': { points: -10, on: ['quote.expired'] },
  'asked-for-help': { points: 5, on: ['ticket.opened'] },
} as const satisfies Record<string, { points: number; on: string[]; when?: (data: Event['data']) => boolean }>
export type Act = keyof typeof ACTS

/** What is known of them counts for as long as it is known. */
export const FACTS = { company: 8, phone: 5 } as const
export type Fact = keyof typeof FACTS

/** Events that take back what was done about the same thing. */
const TAKEN_BACK: Record<string, Act[]> = {
  // Staff can correct what came of a meeting.
  'booking.held': ['missed-demo'],
  'booking.missed': ['came-to-demo'],
  'quote.acceptance-undone': ['bought'],
  'quote.asked-again': ['declined', 'withdrew', 'turned-down', 'let-run-out'],
  'quote.requoted': ['declined', 'withdrew', 'turned-down', 'let-run-out'],
}

/** The acts that end a quote's story. */
const ENDINGS: readonly Act[] = ['bought', 'declined', 'withdrew', 'turned-down', 'let-run-out']

export type Done = { act: Act; subject: string; at: number }
export type Part = { part: Act | Fact; points: number; full: number; subject: string; at: number | null }

export function actsOf({ kind, data }: Pick<Event, 'kind' | 'data'>): Act[] {
  return names(ACTS).filter((act) => {
    const { on, when }: { on: readonly string[]; when?: (data: Event['data']) => boolean } = ACTS[act]
    return on.includes(kind) && (!when || when(data))
  })
}

export function takenBackBy({ kind }: Pick<Event, 'kind'>): Act[] {
  return TAKEN_BACK[kind] ?? []
}

/** Whether a quote that they asked for has not come to an end. */
export function hasOpenQuote(done: Done[]): boolean {
  const ended = new Set(done.filter(({ act }) => ENDINGS.includes(act)).map(({ subject }) => subject))
  return done.some(({ act, subject }) => act === 'asked-for-quote' && !ended.has(subject))
}

/** What was done, in a sum that keeps its order as time goes by: an act is worth more the later it happens, and never loses that. */
export function heatOf(done: Done[]): number {
  return done.reduce((sum, { act, at }) => sum + pointsOf(act) / fadingAt(at), 0)
}

/** What heat is to be multiplied with at a moment: everything halves with each half-life. */
export function fadingAt(at: number): number {
  return 2 ** -((at - Date.UTC(2026, 0, 1)) / (HALF_LIFE_DAYS * DAY_MS))
}

/** From 0 to 100. */
export function scoreOf(heat: number, known: Record<Fact, boolean>, now: number): number {
  const facts = names(FACTS).reduce((sum, fact) => sum + (known[fact] ? FACTS[fact] : 0), 0)
  return Math.round(Math.max(0, Math.min(MAX_SCORE, heat * fadingAt(now) + facts)))
}

/** Why the score is what it is: what counts most first. */
export function partsOf(done: Done[], known: Record<Fact, boolean>, now: number): Part[] {
  const acts = done.map(({ act, subject, at }) => ({
    part: act,
    points: (pointsOf(act) * fadingAt(now)) / fadingAt(at),
    full: pointsOf(act),
    subject,
    at,
  }))
  const facts = names(FACTS)
    .filter((fact) => known[fact])
    .map((fact) => ({ part: fact, points: FACTS[fact], full: FACTS[fact], subject: '', at: null }))
  return [...acts, ...facts].filter(({ full }) => full !== 0).sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
}

/** An act that an older Torv wrote down and this one does not know counts nothing. */
function pointsOf(act: Act): number {
  return ACTS[act]?.points ?? 0
}

function names<Key extends string>(table: Record<Key, unknown>): Key[] {
  return Object.keys(table) as Key[] // a table's own keys
}
