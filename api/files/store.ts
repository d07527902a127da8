import type { Statement, Value } from '../platform/db.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

export const PURPOSES = ['quote', 'message'] as const
export type Purpose = (typeof PURPOSES)[number]

export type Upload = { id: string; name: string; type: string; size: number; createdAt: number }
/** One that belongs to something. Those of a message name it. */
export type Attachment = Upload & { messageId: number | null }

/** With what only we may know of it. */
export type StoredUpload = Upload & { owner: string; sha256: string; attachedTo: string | null; internal: number }

type Announced = Omit<NewUpload, 'id' | 'sha256' | 'name' | 'type'>
/** With an id when there was one before the last byte was there. */
type NewUpload = { id?: string; owner: string; sender: string; purpose: Purpose; sha256: string; name: string; type: string; size: number }

export const MAX_FILES = 10
/** A form of messages does not list what waits from before, so a few of those may lie there; a message takes ten of them. */
const MAX_WAITING: Record<Purpose, number> = { quote: MAX_FILES, message: 5 * MAX_FILES }
const MAX_BYTES_A_DAY = 250_000_000
const DAY_MS = 24 * 60 * 60 * 1000
/** A little less than the day that is promised: tidying comes round once a minute. */
const KEPT_UNATTACHED_MS = DAY_MS - 10 * 60_000
/** Bytes younger than this may belong to an upload whose row is still on its way. */
export const YOUNG_MS = 60 * 60_000

const COLUMNS = 'id, name, type, size, created_at as "createdAt"'
const WAITING = 'attached_to is null and removed_at is null'

/** Writes down an upload whose bytes are kept, with what follows from it. Refused when there are too many of them, or too much for a day. */
export async function addUpload({ db, clock }: Services, upload: NewUpload, andThen: Statement[] = []): Promise<Upload> {
  const { id = newToken(), owner, sender, purpose, sha256, name, type, size } = upload
  const at = clock.now()
  const [added] = await db.batch([
    {
      sql: `insert into uploads (id, owner, sender, purpose, sha256, name, type, size, created_at)
            select :id, :owner, :sender, :purpose, :sha256, :name, :type, :size, :at
            where (select count(*) from uploads where owner = :owner and purpose = :purpose and ${WAITING}) < ${MAX_WAITING[purpose]}
              and (select coalesce(sum(size), 0) from uploads where sender = :sender and created_at > :since) + :size <= ${MAX_BYTES_A_DAY}
            on conflict do nothing`,
      args: { id, owner, sender, purpose, sha256, name, type, size, at, since: at - DAY_MS },
    },
    ...andThen,
  ])
  if (added?.changes !== 1) throw (await refusal({ db, clock }, upload)) ?? new Problem('busy', { retryAfter: 1 })
  return { id, name, type, size, createdAt: at }
}

/** Says before a byte is taken in what would be refused after the last. */
export async function mustHaveRoom(services: Services, upload: Announced) {
  const problem = await refusal(services, upload)
  if (problem) throw problem
}

/** Those that wait to be attached, oldest first. */
export async function waitingUploads({ db }: Services, owner: string | undefined, purpose: Purpose): Promise<Upload[]> {
  if (!owner) return []
  return db.all<Upload>(
    `select ${COLUMNS} from uploads where owner = :owner and purpose = :purpose and ${WAITING} order by created_at, id`,
    { owner, purpose },
  )
}

/** What came with a quote or a ticket, oldest first; what came with a note is for staff. */
export async function attachmentsOf({ db }: Services, subject: string, { internal }: { internal: boolean }): Promise<Attachment[]> {
  return db.all<Attachment>(
    `select ${COLUMNS}, message_id as "messageId" from uploads
     where attached_to = :subject and internal <= :internal order by created_at, id`,
    { subject, internal: internal ? 1 : 0 },
  )
}

/** Of all that came with a quote or a ticket, what came with one message of it; with none, what came with the request itself. */
export function filesWith(files: Attachment[], message: number | null): Upload[] {
  return files.filter(({ messageId }) => messageId === message).map(({ messageId: _message, ...file }) => file)
}

/** Any upload that was not taken back, whoever asks: who may read it is decided in find.ts. */
export async function anyUpload({ db }: Services, id: string): Promise<StoredUpload | undefined> {
  return db.get<StoredUpload>(
    `select ${COLUMNS}, owner, sha256, attached_to as "attachedTo", internal from uploads where id = :id and removed_at is null`,
    { id },
  )
}

/** Takes back one that is not attached yet. */
export async function removeUpload({ db, clock }: Services, owner: string, id: string): Promise<boolean> {
  const [removed] = await db.batch([
    {
      sql: `update uploads set removed_at = :at where id = :id and owner = :owner and ${WAITING}`,
      args: { id, owner, at: clock.now() },
    },
  ])
  return removed?.changes === 1
}

export type Attaching = { uploads: string[]; owner: string }
export const NO_FILES: Attaching = { uploads: [], owner: '' }

/** SQL that holds while every one of these uploads is still its owner's to attach, with its arguments. */
export function stillWaiting({ uploads, owner }: Attaching) {
  return {
    when: `(select count(*) from uploads where id in (select value from json_each(:uploads)) and owner = :owner and ${WAITING})
           = json_array_length(:uploads)`,
    args: { uploads: JSON.stringify(uploads), owner },
  }
}

export async function areWaiting({ db }: Services, files: Attaching): Promise<boolean> {
  const { when, args } = stillWaiting(files)
  return Boolean(await db.get(`select 1 where ${when}`, args))
}

type Place = {
  subject: string
  internal?: boolean
  /** SQL for the id of the message it came with, with its arguments. */
  message?: { sql: string; args: Record<string, Value> }
}

/** For a batch in which the statement before has changed something only if `stillWaiting` held. */
export function attach({ uploads, owner }: Attaching, { subject, internal = false, message }: Place): Statement {
  return {
    sql: `update uploads set attached_to = :subject, internal = :internal, message_id = ${message?.sql ?? 'null'}
          where id in (select value from json_each(:uploads)) and owner = :owner and ${WAITING} and changes() > 0`,
    args: { ...message?.args, uploads: JSON.stringify(uploads), owner, subject, internal: internal ? 1 : 0 },
  }
}

/** The same bytes once more, for a place of their own that other people may see. They count towards nobody's day. For a batch. */
export function attachCopy(id: string, { subject, message }: Required<Pick<Place, 'subject' | 'message'>>): Statement {
  return {
    sql: `insert into uploads (id, owner, sender, purpose, sha256, name, type, size, created_at, attached_to, message_id)
          select :copy, owner, 'copy', purpose, sha256, name, type, size, created_at, :subject, ${message.sql} from uploads
          where id = :id and attached_to is not null and internal = 0`,
    args: { ...message.args, id, copy: newToken(), subject },
  }
}

/** What a browser sent before its owner signed in is the owner's from then on. For a batch. */
export function handOverUploads(from: string, to: string): Statement {
  return { sql: `update uploads set owner = :to where owner = :from and ${WAITING}`, args: { from, to } }
}

/** Forgets what was sent a day ago and belongs to nothing, and then the bytes that nothing refers to. */
export async function forgetUnattached({ db, clock, files }: Services) {
  const now = clock.now()
  const [forgotten] = await db.batch([
    {
      sql: 'delete from uploads where attached_to is null and created_at <= :before returning sha256',
      args: { before: now - KEPT_UNATTACHED_MS },
    },
  ])
  for (const { sha256 } of forgotten?.rows ?? []) await removeIfUnused({ db, files }, String(sha256), now)
}

/** Looks through the whole store for bytes without a row: those of a process that ended between the two. */
export async function forgetStrayBytes({ db, clock, files }: Services) {
  const now = clock.now()
  for await (const { sha256, putAt } of files.list()) if (putAt < now - YOUNG_MS) await removeIfUnused({ db, files }, sha256, now)
}

/**
 * A row that comes after the question below comes with bytes that were put less than an hour before it, and those stay: the store
 * leaves what is young. So no row is ever without its bytes.
 */
export async function removeIfUnused({ db, files }: Pick<Services, 'db' | 'files'>, sha256: string, now: number) {
  const used = await db.get(
    'select 1 from uploads where sha256 = :sha256 union all select 1 from upload_pieces where sha256 = :sha256 limit 1',
    { sha256 },
  )
  if (!used) await files.remove(sha256, now - YOUNG_MS)
}

async function refusal({ db, clock }: Pick<Services, 'db' | 'clock'>, { owner, sender, purpose, size }: Announced) {
  const since = clock.now() - DAY_MS
  const found = await db.get<{ files: number; begun: number; bytes: number; oldest: number | null }>(
    `select (select count(*) from uploads where owner = :owner and purpose = :purpose and ${WAITING}) as files,
            (select coalesce(sum(length), 0) from partial_uploads where sender = :sender and ended_at is null) as begun,
            coalesce(sum(size), 0) as bytes, min(created_at) as oldest
     from uploads where sender = :sender and created_at > :since`,
    { owner, purpose, sender, since },
  )
  if (found && found.files >= MAX_WAITING[purpose]) return invalid('file', 'too-many-files', { max: MAX_WAITING[purpose] })
  if (found && found.bytes + found.begun + size > MAX_BYTES_A_DAY)
    return new Problem('too-many', { retryAfter: Math.ceil(((found.oldest ?? clock.now()) - since) / 1000) })
  return undefined
}
