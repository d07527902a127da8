import type { Statement } from '../platform/db.ts'
import { Problem } from '../platform/problems.ts'
import { spending } from '../platform/spent.ts'
import { newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { FileStore } from './file-store.ts'
import { receive } from './receive.ts'
import { addUpload, mustHaveRoom, type Purpose, removeIfUnused, YOUNG_MS } from './store.ts'

export type Begun = { owner: string; sender: string; purpose: Purpose; name: string; declared: string; length: number }
export type Partial = Begun & { id: string; received: number }

/** How long a file may be on its way: as long as a whole one is kept that is attached to nothing. */
export const MAY_TAKE_MS = 24 * 60 * 60_000
/** A little less than the day that is promised: tidying comes round once a minute. */
const KEPT_MS = MAY_TAKE_MS - 10 * 60_000
const MAX_AT_ONCE = 10
/** However the connection breaks: pieces are rows. */
const MAX_PIECES = 500

/** Opens the way for a file whose bytes come later. */
export async function beginUpload(services: Services, begun: Begun): Promise<{ id: string; expiresAt: number }> {
  const id = newToken()
  const at = services.clock.now()
  await mustHaveRoom(services, { ...begun, size: begun.length })
  const [added] = await services.db.batch([
    {
      sql: `insert into partial_uploads (id, owner, sender, purpose, name, declared, length, created_at)
            select :id, :owner, :sender, :purpose, :name, :declared, :length, :at
            where (select count(*) from partial_uploads where owner = :owner and ended_at is null) < ${MAX_AT_ONCE}`,
      args: { id, at, ...begun },
    },
  ])
  if (!added?.changes) throw new Problem('too-many', { retryAfter: 60 })
  return { id, expiresAt: at + KEPT_MS }
}

/** One on its way, or whole; that of somebody else, one taken back and one that expired never were. */
export async function findPartial({ db, clock }: Services, owner: string | undefined, id: string): Promise<Partial | undefined> {
  return db.get<Partial>(
    `select id, owner, sender, purpose, name, declared, length, received from partial_uploads
     where id = :id and owner = :owner and created_at > :since
       and (ended_at is null or exists (select 1 from uploads where id = partial_uploads.id and removed_at is null))`,
    { id, owner: owner ?? '', since: clock.now() - KEPT_MS },
  )
}

/**
 * Takes what comes, from where the last piece ended, and returns how far the file has come. Of a connection that breaks, what had
 * arrived stays. Of two who send the same piece, one is refused.
 */
export async function takePiece(
  { db, files }: Services,
  { id, received, length }: Partial,
  body: AsyncIterable<Uint8Array>,
): Promise<number> {
  const piece = await files.put(whatArrives(body, length - received))
  if (piece.size === 0) return received // a piece of nothing has no place
  const [moved] = await db.batch([
    {
      sql: `update partial_uploads set received = received + :size
            where id = :id and received = :received and ended_at is null
              and (select count(*) from upload_pieces where upload_id = :id) < ${MAX_PIECES}`,
      args: { id, received, size: piece.size },
    },
    {
      sql: `insert into upload_pieces (upload_id, position, size, sha256) select :id, :received, :size, :sha256 where changes() > 0`,
      args: { id, received, ...piece },
    },
  ])
  if (!moved?.changes) throw new Problem('upload-elsewhere')
  return received + piece.size
}

/** Puts the pieces together and looks at what they make. A file that is refused is gone; the second time changes nothing. */
export async function finishUpload(services: Services, { id, owner, sender, purpose, name, declared }: Partial) {
  const { db, files, clock } = services
  if (await db.get('select 1 from uploads where id = :id', { id })) return
  const pieces = await db.all<{ sha256: string }>('select sha256 from upload_pieces where upload_id = :id order by position', { id })
  const end = ended(id, clock.now())
  try {
    const whole = await receive(files, bytesOf(files, pieces), { name, declared })
    await addUpload(services, { id, owner, sender, purpose, name, ...whole }, [end])
  } catch (error) {
    if (error instanceof Problem && error.type !== 'no-room' && error.type !== 'busy') await db.batch([end])
    throw error
  }
}

export async function takeBackPartial({ db, clock }: Services, { id }: Partial) {
  await db.batch([ended(id, clock.now())])
}

/** Forgets what is whole, was refused or has not come within a day, and then the bytes that nothing else refers to. */
export async function forgetPartial({ db, clock, files }: Services) {
  const now = clock.now()
  const old = `created_at <= :expired or ended_at <= :young`
  const when = { expired: now - KEPT_MS, young: now - YOUNG_MS }
  const [pieces] = await db.batch([
    { sql: `delete from upload_pieces where upload_id in (select id from partial_uploads where ${old}) returning sha256`, args: when },
    { sql: `delete from partial_uploads where ${old}`, args: when },
  ])
  for (const { sha256 } of pieces?.rows ?? []) await removeIfUnused({ db, files }, String(sha256), now)
}

function ended(id: string, at: number): Statement {
  return { sql: 'update partial_uploads set ended_at = :at where id = :id and ended_at is null', args: { id, at } }
}

async function* whatArrives(body: AsyncIterable<Uint8Array>, most: number) {
  let size = 0
  try {
    for await (const piece of spending(body)) {
      size += piece.length
      if (size > most) throw new Problem('too-large')
      yield piece
    }
  } catch (cause) {
    if (cause instanceof Problem) throw cause
    // The connection is gone; the rest comes by another.
    if (size === 0) throw new Problem('invalid-input', { cause })
  }
}

async function* bytesOf(files: FileStore, pieces: { sha256: string }[]): AsyncGenerator<Uint8Array> {
  for (const { sha256 } of pieces) {
    const bytes = await files.get(sha256)
    if (!bytes) throw new Error(`A piece of an upload is gone: ${sha256}`)
    yield* bytes
  }
}
