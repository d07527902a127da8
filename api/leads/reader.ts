import { Subscriber } from '../notify/subscriber.ts'
import type { Statement } from '../platform/db.ts'
import { type Event, eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import { quoteByReference } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { actsOf, type Done, heatOf, takenBackBy } from './score.ts'
import { nameOfSource, Source } from './source.ts'
import { type Stage, stageAfter } from './stage.ts'

/** Reads what happens everywhere and keeps the leads: who there is, what they did, and how far they have come. */
export function leadReader(services: Services): Subscriber {
  return new Subscriber(services, 'leads', (event) => effectsOf(services, event))
}

type Kept = { stage: Stage; ownerId: number | null; nextContactOn: string | null }

async function effectsOf(services: Services, event: Event): Promise<Statement[]> {
  const { db } = services
  const contactId = await contactOf(services, event)
  if (contactId === undefined) return []
  const known = await db.get<Kept>(
    'select stage, owner_id as "ownerId", next_contact_on as "nextContactOn" from leads where contact_id = :contactId',
    { contactId },
  )
  const before = await actsBy(services, contactId)
  const done = after(before, event)
  return [
    ...(known ? [] : newLead(contactId, event)),
    ...writeActs(contactId, event),
    {
      sql: 'update leads set heat = :heat where contact_id = :contactId and heat <> :heat',
      args: { contactId, heat: heatOf(done) },
    },
    ...moveLead(contactId, known?.stage ?? 'new', event, done),
    ...giveToOpener(contactId, known, event),
    ...noteDate(contactId, known, event),
  ]
}

/** What somebody did so far. */
export async function actsBy({ db }: Pick<Services, 'db'>, contactId: number): Promise<Done[]> {
  return db.all<Done>('select act, subject, at from lead_acts where contact_id = :contactId order by at desc, act, subject', { contactId })
}

async function contactOf(services: Services, { kind, subject, actor, data }: Event): Promise<number | undefined> {
  if (kind.startsWith('quote.')) return (await quoteByReference(services, subject))?.contactId
  if (kind.startsWith('ticket.')) return ticketsContact(services, subject)
  if (!kind.startsWith('booking.') && kind !== 'contact.made') return undefined
  const named = [data.contact, data.contactId, /^contact:(\d+)$/.exec(actor)?.[1]].map(Number).find((id) => Number.isInteger(id) && id > 0)
  // Whatever wrote the event: a contact who is not there would stop the reading for ever.
  return named && (await services.db.get<{ id: number }>('select id from contacts where id = :named', { named }))?.id
}

/** A ticket may be a visitor's whom nobody knows. */
async function ticketsContact(services: Services, reference: string): Promise<number | undefined> {
  try {
    return (await findAnyTicket(services, reference)).contactId ?? undefined
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** The same act about the same thing counts once, at its newest. */
function after(before: Done[], event: Event): Done[] {
  const acts = actsOf(event)
  const taken = takenBackBy(event)
  const others = before.filter(({ act, subject }) => subject !== event.subject || !(acts.includes(act) || taken.includes(act)))
  return [...others, ...acts.map((act) => ({ act, subject: event.subject, at: event.at }))]
}

function newLead(contactId: number, { kind, subject, actor, at, data }: Event): Statement[] {
  const door = typeof data.door === 'string' ? data.door : (kind.split('.')[0] ?? '')
  const origin = Source.safeParse(data.source).data
  const source = nameOfSource(origin, door)
  return [
    {
      sql: `insert into leads (contact_id, source, origin, created_at, updated_at)
            values (:contactId, :source, :origin, :at, :at) on conflict do nothing`,
      args: { contactId, source, origin: JSON.stringify({ door, ...origin }), at },
    },
    eventIfChanged('lead.created', {
      subject: `lead:${contactId}`,
      actor,
      at,
      data: { contact: contactId, door, about: subject, ...(origin && { source: origin }) },
    }),
  ]
}

function writeActs(contactId: number, event: Event): Statement[] {
  const { subject, at } = event
  return [
    ...takenBackBy(event).map((act) => ({
      sql: 'delete from lead_acts where contact_id = :contactId and act = :act and subject = :subject',
      args: { contactId, act, subject },
    })),
    ...actsOf(event).map((act) => ({
      sql: `insert into lead_acts (contact_id, act, subject, at) values (:contactId, :act, :subject, :at)
            on conflict do update set at = max(at, excluded.at)`,
      args: { contactId, act, subject, at },
    })),
  ]
}

function moveLead(contactId: number, from: Stage, event: Event, done: Done[]): Statement[] {
  const to = stageAfter(from, event, done)
  if (to === from) return []
  return [
    {
      sql: `update leads set stage = :to, version = version + 1, updated_at = :at where contact_id = :contactId and stage = :from`,
      args: { contactId, from, to, at: event.at },
    },
    eventIfChanged('lead.moved', {
      subject: `lead:${contactId}`,
      actor: event.actor,
      at: event.at,
      data: { contact: contactId, from, to, why: event.kind, about: event.subject },
    }),
  ]
}

/** Whoever takes up a request of a lead that is nobody's has the lead. */
function giveToOpener(contactId: number, known: Kept | undefined, { kind, actor, at }: Event): Statement[] {
  const userId = Number(/^user:(\d+)$/.exec(actor)?.[1])
  if (kind !== 'quote.opened' || !userId || known?.ownerId) return []
  return [
    {
      sql: `update leads set owner_id = :userId, version = version + 1, updated_at = :at where contact_id = :contactId and owner_id is null`,
      args: { contactId, userId, at },
    },
    eventIfChanged('lead.given', { subject: `lead:${contactId}`, actor, at, data: { contact: contactId, to: userId } }),
  ]
}

/** They said when to ask again: so it is in the owner's list, too. */
function noteDate(contactId: number, known: Kept | undefined, { kind, subject, at, data }: Event): Statement[] {
  if (kind !== 'quote.reminder-answered' || data.answer !== 'later' || known?.nextContactOn) return []
  return [
    {
      sql: `update leads set next_contact_on = :on, next_contact_note = :subject, version = version + 1, updated_at = :at
            where contact_id = :contactId and next_contact_on is null`,
      args: { contactId, on: String(data.on), subject, at },
    },
  ]
}
