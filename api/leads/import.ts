import { contactsByEmail, type KnownContact, staffMembers } from '../accounts/contacts.ts'
import type { Statement } from '../platform/db.ts'
import type { User } from '../platform/http.ts'
import type { FieldError } from '../platform/problems.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { type ImportRow, type ReadRow, readRows } from './import-rows.ts'

/** `conflict`: known otherwise than the row says. `repeated`: the address stood further up in the file. */
export const OUTCOMES = ['new', 'filled', 'same', 'conflict', 'repeated', 'wrong'] as const
export type Outcome = (typeof OUTCOMES)[number]

/** By field: what is wrong with it, or what is known instead. */
export type Remarks = Record<string, FieldError | { known: string }>
export type Judged = { number: number; outcome: Outcome; email: string; data: Partial<ImportRow>; remarks: Remarks }
export type LeadImport = {
  token: string
  fileName: string
  status: 'read' | 'running' | 'done'
  rows: number
  done: number
  conflicts: string
}

type Known = KnownContact & { stage: string | null; ownerId: number | null; nextContactOn: string | null; nextContactNote: string | null }

const CHUNK = 500
const PAGE = 100

/** Reads and judges a file, and keeps it so until somebody says what is to be done. Changes no contact. */
export async function readImport(services: Services, text: string, fileName: string, by: User): Promise<string> {
  const { db, clock } = services
  const judged = await judge(services, readRows(text))
  const token = newToken()
  const at = clock.now()
  await db.batch([
    {
      sql: `insert into lead_imports (token, by_id, file_name, status, rows, created_at, updated_at)
            values (:token, :by, :fileName, 'read', :rows, :at, :at)`,
      args: { token, by: by.id, fileName, rows: judged.length, at },
    },
    ...chunksOf(judged).map((rows) => insertRows(token, rows)),
  ])
  return token
}

export async function findImport({ db }: Services, token: string): Promise<LeadImport | undefined> {
  return db.get<LeadImport>('select token, file_name as "fileName", status, rows, done, conflicts from lead_imports where token = :token', {
    token,
  })
}

/** How many rows there are of each outcome, and a page of them. */
export async function judgedRows({ db }: Services, token: string, { outcome, after = 0 }: { outcome?: Outcome; after?: number }) {
  const of = 'import_id = (select id from lead_imports where token = :token)'
  const [counts, rows] = await Promise.all([
    db.all<{ outcome: Outcome; n: number }>(`select outcome, count(*) as n from lead_import_rows where ${of} group by outcome`, { token }),
    db.all<{ number: number; outcome: Outcome; email: string; data: string; remarks: string }>(
      `select number, outcome, email, data, remarks from lead_import_rows
       where ${of} and number > :after and (:outcome = '' or outcome = :outcome) order by number limit ${PAGE + 1}`,
      { token, after, outcome: outcome ?? '' },
    ),
  ])
  const page = rows.slice(0, PAGE).map((row): Judged => ({ ...row, data: JSON.parse(row.data), remarks: JSON.parse(row.remarks) })) // written by insertRows
  return { counts, rows: page, next: rows.length > PAGE ? (page.at(-1)?.number ?? null) : null }
}

async function judge(services: Services, rows: ReadRow[]): Promise<Judged[]> {
  const staff = new Map((await staffMembers(services)).map(({ id, email }) => [email, id]))
  const known = await knownAmong(services, rows)
  const seen = new Set<string>()
  return rows.map(({ number, cells, row, errors }) => {
    const email = row?.email ?? cells.email.slice(0, 254)
    if (!row) return { number, email, outcome: 'wrong', data: shortened(cells), remarks: errors }
    if (row.owner && !staff.has(row.owner))
      return { number, email, outcome: 'wrong', data: row, remarks: { owner: { reason: 'no-staff' } } }
    if (seen.has(email)) return { number, email, outcome: 'repeated', data: row, remarks: {} }
    seen.add(email)
    return { number, email, data: row, ...compared(row, known.get(email), row.owner ? staff.get(row.owner) : undefined) }
  })
}

/** Against what is known: a difference is named, what was not known is filled in. */
function compared(row: ImportRow, known: Known | undefined, ownerId: number | undefined): Pick<Judged, 'outcome' | 'remarks'> {
  if (!known) return { outcome: 'new', remarks: {} }
  const pairs: [string, string, string][] = [
    ['name', row.name, known.name],
    ['company', row.company, known.company],
    ['phone', row.phone, known.phone],
    ['stage', row.stage ?? '', known.stage ?? ''],
    ['owner', ownerId ? String(ownerId) : '', known.ownerId ? String(known.ownerId) : ''],
    ['nextContactOn', row.nextContactOn ?? '', known.nextContactOn ?? ''],
    ['nextContactNote', row.nextContactNote, known.nextContactNote ?? ''],
  ]
  const differing = pairs.filter(([, told, was]) => told && was && told !== was)
  // Numbers of staff tell nobody anything.
  const remarks = Object.fromEntries(differing.map(([field, , was]) => [field, { known: field === 'owner' ? '' : was }]))
  if (differing.length) return { outcome: 'conflict', remarks }
  return { outcome: pairs.some(([, told, was]) => told && !was) ? 'filled' : 'same', remarks: {} }
}

async function knownAmong(services: Services, rows: ReadRow[]): Promise<Map<string, Known>> {
  const known = new Map<string, Known>()
  for (const chunk of chunksOf(rows.flatMap(({ row }) => (row ? [row.email] : [])))) {
    const contacts = await contactsByEmail(services, chunk)
    const leads = await services.db.all<Omit<Known, keyof KnownContact> & { id: number }>(
      `select contact_id as id, stage, owner_id as "ownerId", next_contact_on as "nextContactOn", next_contact_note as "nextContactNote"
       from leads where contact_id in (select value from json_each(:ids))`,
      { ids: JSON.stringify(contacts.map(({ id }) => id)) },
    )
    const leadOf = new Map(leads.map((lead) => [lead.id, lead]))
    const none = { stage: null, ownerId: null, nextContactOn: null, nextContactNote: null }
    for (const contact of contacts) known.set(contact.email, { ...none, ...leadOf.get(contact.id), ...contact })
  }
  return known
}

function insertRows(token: string, rows: Judged[]): Statement {
  return {
    sql: `insert into lead_import_rows (import_id, number, outcome, email, data, remarks)
          select (select id from lead_imports where token = :token), r.value ->> 'number', r.value ->> 'outcome', r.value ->> 'email',
            r.value -> 'data', r.value -> 'remarks'
          from json_each(:rows) r`,
    args: { token, rows: JSON.stringify(rows) },
  }
}

/** A wrong row is shown, not kept. */
function shortened(cells: Record<string, string>): Partial<ImportRow> {
  return Object.fromEntries(Object.entries(cells).map(([column, text]) => [column, text.slice(0, 120)]))
}

function chunksOf<T>(all: T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / CHUNK) }, (_, at) => all.slice(at * CHUNK, (at + 1) * CHUNK))
}
