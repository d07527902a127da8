import type { Company } from '../../content/schema.ts'
import { type SendingTimes, sendableAt } from './sending-hours.ts'

const DAY_MS = 24 * 3_600_000

export const REMINDER_KINDS = ['not-viewed', 'viewed', 'expiring', 'asked', 'check-in'] as const
export type ReminderKind = (typeof REMINDER_KINDS)[number]

/** What an offer's silence looks like. All moments in milliseconds since 1970. */
export type Silence = {
  revision: number
  sentAt: number
  viewedAt: number | null
  expiresAt: number | null
  isOpen: boolean
  spokenAt: number | null
  /** When they asked to be asked again. */
  askedFor: number | null
  acceptedAt: number | null
  deliveryOn: string | null
  stoppedAt: number | null
  notBefore: number | null
}

/** What was due before, for this revision or an earlier one. */
export type Given = { kind: ReminderKind; revision: number; step: number; at: number }

export type Planned = { kind: ReminderKind; step: number; at: number }
type Candidate = Planned & { wantedAt: number }

/**
 * The next thing to ask a silent customer, and when. Nothing once they have said a word, unless they named a day themselves; never
 * two within the company's gap; of several that are overdue only the one that fits best.
 */
export function nextReminder(silence: Silence, given: Given[], company: Pick<Company, 'followUp'> & SendingTimes): Planned | undefined {
  const { stoppedAt, isOpen, acceptedAt, spokenAt, askedFor } = silence
  if (acceptedAt !== null) return checkIn(silence, given, company)
  if (stoppedAt !== null) return undefined
  const candidates = askedFor !== null ? asked(silence, askedFor) : isOpen && spokenAt === null ? cadence(silence, company.followUp) : []
  const lastAt = Math.max(0, ...given.map(({ at }) => at))
  const open = candidates
    .filter(({ kind, step }) => !given.some((one) => one.kind === kind && one.step === step && one.revision === silence.revision))
    // What was skipped in favour of a later one is not caught up on.
    .filter(({ kind, wantedAt }) => kind === 'asked' || wantedAt > lastWanted(silence, given, candidates))
    .map((candidate) => ({ ...candidate, at: timeFor(candidate, silence, lastAt, company) }))
    .filter(({ kind, at }) => kind === 'asked' || silence.expiresAt === null || at < silence.expiresAt)
  const first = Math.min(...open.map(({ at }) => at))
  const best = open.filter(({ at }) => at === first).sort((a, b) => b.wantedAt - a.wantedAt)[0]
  return best && { kind: best.kind, step: best.step, at: best.at }
}

/** How things went is asked some days after what was ordered has come; until that is known, after the day agreed, or else after the order. */
function checkIn({ acceptedAt, deliveryOn, revision }: Silence, given: Given[], company: Pick<Company, 'followUp'> & SendingTimes) {
  if (acceptedAt === null || given.some((one) => one.kind === 'check-in' && one.revision === revision)) return undefined
  const from = Math.max(acceptedAt, deliveryOn ? Date.parse(deliveryOn) : 0)
  return { kind: 'check-in' as const, step: 0, at: sendableAt(from + company.followUp.checkInDays * DAY_MS, company) }
}

function asked({ notBefore }: Silence, askedFor: number): Candidate[] {
  // The day they named is theirs: another day is another question.
  return [{ kind: 'asked', step: Math.floor(askedFor / DAY_MS), wantedAt: Math.max(askedFor, notBefore ?? 0), at: askedFor }]
}

function cadence({ sentAt, viewedAt, expiresAt }: Silence, { notViewedDays, viewedDays, expiringDays }: Company['followUp']): Candidate[] {
  const silent =
    viewedAt === null
      ? notViewedDays.map((step) => ({ kind: 'not-viewed' as const, step, wantedAt: sentAt + step * DAY_MS }))
      : viewedDays.map((step) => ({ kind: 'viewed' as const, step, wantedAt: viewedAt + step * DAY_MS }))
  const expiring =
    expiresAt === null ? [] : expiringDays.map((step) => ({ kind: 'expiring' as const, step, wantedAt: expiresAt - step * DAY_MS }))
  return [...silent, ...expiring.filter(({ wantedAt }) => wantedAt > sentAt)].map((wanted) => ({ ...wanted, at: wanted.wantedAt }))
}

/** The moment up to which everything has been said or passed over. */
function lastWanted({ revision }: Silence, given: Given[], candidates: Candidate[]): number {
  const mine = given.filter((one) => one.revision === revision)
  const said = candidates
    .filter(({ kind, step }) => mine.some((one) => one.kind === kind && one.step === step))
    .map(({ wantedAt }) => wantedAt)
  // A reminder sent at a moment has also stood for every other that was due by then.
  return Math.max(0, ...said, ...mine.map(({ at }) => at))
}

function timeFor({ kind, wantedAt }: Candidate, { notBefore }: Silence, lastAt: number, company: Pick<Company, 'followUp'> & SendingTimes) {
  const gap = kind === 'asked' ? 0 : lastAt ? lastAt + company.followUp.minGapDays * DAY_MS : 0
  return sendableAt(Math.max(wantedAt, gap, notBefore ?? 0), company)
}
