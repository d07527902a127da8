import { CONTACTS, STAFF, staffMembers } from '../accounts/contacts.ts'
import type { Statement } from '../platform/db.ts'
import { type EventRow, eventIfChanged, parseEvent } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { knownOf, type LeadSummary } from './list.ts'
import { actsBy } from './reader.ts'
import { partsOf, scoreOf } from './score.ts'
import type { Source } from './source.ts'
import type { Stage } from './stage.ts'
import { entriesOf } from './timeline.ts'

const MAX_TIMELINE = 100

export type Lead = LeadSummary & { version: number; origin: Source & { door?: string }; heat: number }
export type LeadNote = { id: number; authorName: string; text: string; at: number }

export async function findLead({ db, clock }: Services, id: number): Promise<Lead | undefined> {
  const row = await db.get<Omit<Lead, 'score' | 'origin'> & { origin: string }>(
    `select l.contact_id as id, c.email, c.name, c.company, c.phone, c.locale, l.stage, l.owner_id as "ownerId", s.name as "ownerName", s.email as "ownerEmail",
       l.source, l.origin, l.heat, l.next_contact_on as "nextContactOn", l.next_contact_note as "nextContactNote", l.version,
       l.created_at as "createdAt"
     from leads l join ${CONTACTS} c on c.id = l.contact_id left join ${STAFF} s on s.id = l.owner_id where l.contact_id = :id`,
    { id },
  )
  if (!row) return undefined
  return { ...row, origin: JSON.parse(row.origin) as Lead['origin'], score: scoreOf(row.heat, knownOf(row), clock.now()) } // checked when written
}

/** All there is about a lead, for its page. */
export async function leadInFull(services: Services, lead: Lead) {
  const { db, clock } = services
  const done = await actsBy(services, lead.id)
  const subjects = [...new Set([`lead:${lead.id}`, ...done.map(({ subject }) => subject)])]
  const [rows, notes, staff] = await Promise.all([
    db.all<EventRow>(
      `select * from events where subject in (select value from json_each(:subjects)) order by at desc, id desc limit ${MAX_TIMELINE}`,
      { subjects: JSON.stringify(subjects) },
    ),
    db.all<LeadNote>('select id, author_name as "authorName", text, at from lead_notes where contact_id = :id order by id desc limit 100', {
      id: lead.id,
    }),
    staffMembers(services),
  ])
  const { heat: _, ...shown } = lead
  return {
    ...shown,
    parts: partsOf(done, knownOf(lead), clock.now()),
    timeline: entriesOf(rows.map(parseEvent), staff),
    notes,
    staff,
  }
}

export type LeadChange = {
  version: number
  stage?: Stage | undefined
  ownerId?: number | null | undefined
  nextContactOn?: string | null | undefined
  nextContactNote?: string | undefined
}

/** Changes what staff decides, if the lead still is as it was shown; otherwise nothing, and the answer says so. */
export async function changeLead(services: Services, lead: Lead, { version, ...change }: LeadChange, by: User) {
  const { db, clock } = services
  const { ownerId } = change
  if (ownerId && !(await staffMembers(services)).some(({ id }) => id === ownerId)) throw invalid('ownerId', 'choice')
  const next = {
    stage: change.stage ?? lead.stage,
    ownerId: ownerId === undefined ? lead.ownerId : ownerId,
    nextContactOn: change.nextContactOn === undefined ? lead.nextContactOn : change.nextContactOn,
    nextContactNote: change.nextContactNote ?? lead.nextContactNote,
  }
  const at = clock.now()
  const [changed] = await db.batch([
    {
      sql: `update leads set stage = :stage, owner_id = :ownerId, next_contact_on = :nextContactOn, next_contact_note = :nextContactNote,
              version = version + 1, updated_at = :at where contact_id = :id and version = :version`,
      args: { id: lead.id, version, at, ...next },
    },
    ...eventsOf(lead, next, `user:${by.id}`, at),
  ])
  if (changed?.changes !== 1)
    throw new Problem('edited-meanwhile', { facts: { version: (await findLead(services, lead.id))?.version ?? 0 } })
}

function eventsOf(lead: Lead, next: Pick<Lead, 'stage' | 'ownerId' | 'nextContactOn' | 'nextContactNote'>, actor: string, at: number) {
  const event = (kind: string, data: Record<string, unknown>): Statement =>
    eventIfChanged(kind, { subject: `lead:${lead.id}`, actor, at, data: { contact: lead.id, ...data } })
  return [
    // Always one, so that those after it can tell by `changes()` that the lead was changed.
    event('lead.changed', {}),
    ...(next.stage === lead.stage ? [] : [event('lead.moved', { from: lead.stage, to: next.stage, why: '' })]),
    ...(next.ownerId === lead.ownerId ? [] : [event('lead.given', { from: lead.ownerId, to: next.ownerId })]),
    ...(next.nextContactOn === lead.nextContactOn ? [] : [event('lead.planned', { on: next.nextContactOn })]),
  ]
}

export async function addNote({ db, clock }: Services, { id }: Lead, text: string, by: User) {
  const at = clock.now()
  await db.batch([
    {
      sql: 'insert into lead_notes (contact_id, author_name, text, at) values (:id, :name, :text, :at)',
      args: { id, name: by.name, text, at },
    },
    eventIfChanged('lead.noted', { subject: `lead:${id}`, actor: `user:${by.id}`, at, data: { contact: id } }),
  ])
}
