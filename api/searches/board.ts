import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { drafts } from './drafts.ts'
import { type Gap, gapsIn, type Tally } from './gaps.ts'
import { normalised, WEAK_BELOW } from './model.ts'
import { addedSynonyms } from './synonyms.ts'

export const SPANS = [30, 90, 365] as const
export type Span = { days: (typeof SPANS)[number]; locale?: Locale | undefined }

const DAY_MS = 24 * 60 * 60 * 1000
const WEEK_MS = 7 * DAY_MS
/** Beyond the costliest wordings, each of which is asked about now and then, nobody reads. */
const MOST_WORDINGS = 800
const MOST_GAPS = 100

/** `handled` says what staff has done about a gap since. */
export type BoardGap = Gap & { handled: 'draft' | 'synonym' | null }
export type Week = { start: number; searches: number; nothing: number; weak: number; followed: number }

/** What was looked for and not found in the last days, grouped and ranked, with how it went week by week. */
export async function gapBoard(services: Services, { days, locale }: Span) {
  const until = services.clock.now()
  const weeks = weeksIn(days)
  const since = until - weeks * WEEK_MS
  const [tallies, counted, synonyms, begun] = await Promise.all([
    talliesOf(services, { since, locale }),
    countedByWeek(services, { since, locale }),
    addedSynonyms(services),
    drafts(services),
  ])
  const drafted = new Set(begun.flatMap(({ questions }) => questions.map(normalised)))
  const explained = new Set(synonyms.flatMap(({ words }) => words.map(normalised)))
  const gaps = gapsIn(tallies, weeks).slice(0, MOST_GAPS)
  return {
    gaps: gaps.map((gap): BoardGap => ({ ...gap, handled: handledBy(gap, drafted, explained) })),
    weeks: Array.from({ length: weeks }, (_, week): Week => {
      const { n = 0, nothing = 0, weak = 0, followed = 0 } = counted.find((row) => row.week === week) ?? {}
      return { start: since + week * WEEK_MS, searches: n, nothing, weak, followed }
    }),
    synonyms,
    drafts: begun,
  }
}

/** Whole weeks, so that no bar of a plot stands for less time than the others. */
export function weeksIn(days: number): number {
  return Math.ceil(days / 7)
}

function handledBy({ texts }: Gap, drafted: Set<string>, explained: Set<string>): BoardGap['handled'] {
  if (texts.some(({ text }) => drafted.has(text))) return 'draft'
  return texts.some(({ text }) => explained.has(text)) ? 'synonym' : null
}

type Asked = { since: number; locale: Locale | undefined }

const IN_TIME = `at >= :since and (:locale is null or locale = :locale)`
const WEEK = `cast((at - :since) / ${WEEK_MS} as integer)`

/** A weak answer, none at all, or a case in spite of what was found. */
async function talliesOf({ reader }: Services, { since, locale }: Asked): Promise<Tally[]> {
  // Who is already writing has not searched; that a case follows says nothing then.
  const gap = `(hits = 0 or fit < ${WEAK_BELOW} or (ticket is not null and place <> 'ticket'))`
  const rows = await reader.all<Omit<Tally, 'tickets'> & { tickets: string }>(
    `with costliest as (
       select locale as of, text as wording from searches where ${IN_TIME} and ${gap}
       group by 1, 2 order by count(distinct ticket) desc, count(*) desc, text limit ${MOST_WORDINGS})
     select locale, text, max(meaning) as meaning, ${WEEK} as week, count(*) as n, sum(hits = 0) as "nothing",
       sum(hits > 0 and fit < ${WEAK_BELOW}) as weak, json_group_array(distinct ticket) as tickets
     from searches join costliest on of = locale and wording = text where ${IN_TIME} and ${gap}
     group by locale, text, week`,
    { since, locale: locale ?? null },
  )
  return rows.map((row) => ({ ...row, tickets: (JSON.parse(row.tickets) as (string | null)[]).filter((one) => one !== null) })) // as the statement says
}

type Counted = { week: number; n: number; nothing: number; weak: number; followed: number }

function countedByWeek({ reader }: Services, { since, locale }: Asked): Promise<Counted[]> {
  return reader.all<Counted>(
    `select ${WEEK} as week, count(*) as n, sum(hits = 0) as "nothing", sum(hits > 0 and fit < ${WEAK_BELOW}) as weak,
       sum(ticket is not null) as followed
     from searches where ${IN_TIME} group by 1`,
    { since, locale: locale ?? null },
  )
}
