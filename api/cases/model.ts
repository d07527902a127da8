import { invalid } from '../platform/problems.ts'

/** What a case is: of service, a chat, a quote, an appointment. */
export const CASE_KINDS = ['ticket', 'chat', 'quote', 'booking'] as const
export type CaseKind = (typeof CASE_KINDS)[number]
/** Whose turn it is: the reader's, ours, or nobody's any more. */
export const CASE_STATES = ['you', 'us', 'done'] as const
export type CaseState = (typeof CASE_STATES)[number]
export const WHOSE = ['mine', 'colleagues'] as const

export type Asked = {
  kind?: CaseKind | undefined
  state?: CaseState | undefined
  whose?: (typeof WHOSE)[number] | undefined
  /** Words that its texts or its reference hold. */
  q?: string | undefined
  /** Where the page before ended. */
  after?: Position | undefined
}

export type Position = { at: number; reference: string }

/** One case as its subject tells of it, before it is put into words. */
export type FoundCase = {
  kind: CaseKind
  reference: string
  /** What it is about; of an appointment the id of its kind. */
  title: string
  status: string
  state: CaseState
  updatedAt: number
  /** Of an appointment. */
  startsAt: number | null
  /** Whose it is, when it is a colleague's. */
  colleague: string | null
}

export const PAGE = 25
/** Texts are looked through in the newest of so many cases of a kind: somebody's own are seldom more, an organisation's may be. */
export const LOOKED_THROUGH = 1_000

/** The newest of several lists that are in order themselves. */
export function newestOf(lists: FoundCase[][]): { cases: FoundCase[]; next: string | undefined } {
  const all = lists.flat().sort((a, b) => b.updatedAt - a.updatedAt || (a.reference < b.reference ? 1 : -1))
  const cases = all.slice(0, PAGE)
  const last = cases.at(-1)
  return { cases, next: all.length > PAGE && last ? `${last.updatedAt}.${last.reference}` : undefined }
}

export function positionOf(cursor: string | undefined): Position | undefined {
  if (!cursor) return undefined
  const [, at, reference] = /^(\d{1,16})\.([QTB]-[2-9A-Z]{6})$/.exec(cursor) ?? []
  if (!at || !reference) throw invalid('cursor', 'format')
  return { at: Number(at), reference }
}
