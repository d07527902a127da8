import type { StaffMember } from '../accounts/contacts.ts'
import type { Event } from '../platform/events.ts'

/** What a lead's page tells of, in the order of their stories; other events say nothing a salesperson needs. */
export const TOLD = [
  'lead.created',
  'lead.moved',
  'lead.given',
  'lead.planned',
  'lead.noted',
  'lead.imported',
  'quote.requested',
  'quote.opened',
  'quote.info-asked',
  'quote.answered',
  'quote.sent',
  'quote.viewed',
  'quote.chosen',
  'quote.countered',
  'quote.counter-refused',
  'quote.declined',
  'quote.withdrawn',
  'quote.refused',
  'quote.expired',
  'quote.recalled',
  'quote.asked-again',
  'quote.requoted',
  'quote.accepted',
  'quote.acceptance-undone',
  'quote.customer-wrote',
  'quote.staff-wrote',
  'quote.noted',
  'quote.reminder-due',
  'quote.reminder-answered',
  'quote.check-in-due',
  'quote.check-in-answered',
  'ticket.opened',
  'ticket.replied',
  'booking.made',
  'booking.moved',
  'booking.cancelled',
  'booking.held',
  'booking.missed',
] as const
type Told = (typeof TOLD)[number]

export type Entry = {
  id: number
  at: number
  kind: Told
  /** The quote, ticket or booking; empty when it is about the lead. */
  about: string
  by: 'customer' | 'staff' | 'clock'
  /** The member of staff's name. */
  name: string
  data: { from?: string; to?: string; on?: string; reason?: string }
}

export function entriesOf(events: Event[], staff: StaffMember[]): Entry[] {
  return events.flatMap(({ id, at, kind, subject, actor, data }) => {
    const told = TOLD.find((told) => told === kind)
    if (!told) return []
    const userId = Number(/^user:(\d+)$/.exec(actor)?.[1])
    const name = staff.find(({ id }) => id === userId)?.name ?? ''
    const by = userId ? 'staff' : /^(contact:|guest|visitor:)/.test(actor) ? 'customer' : 'clock'
    const about = subject.startsWith('lead:') ? '' : subject
    return [{ id, at, kind: told, about, by, name, data: wordsIn(told, data, staff) }]
  })
}

function wordsIn(kind: Told, { from, to, on, reason }: Event['data'], staff: StaffMember[]): Entry['data'] {
  if (kind === 'lead.given') return { to: staff.find(({ id }) => id === to)?.name ?? '' }
  const words = Object.entries({ from, to, on, reason }).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(words)
}
