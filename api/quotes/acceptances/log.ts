import { setTimeout as wait } from 'node:timers/promises'
import type { Statement } from '../../platform/db.ts'
import { Problem } from '../../platform/problems.ts'
import type { Services } from '../../services.ts'
import { type Entry, GENESIS, type LoggedEntry, mistakeIn, type Person, type SealedEntry } from './entry.ts'

const MAX_TRIES = 60
const PAGE = 500

const LOGGED = 'id, entry, hash, previous, kind, revision, document_hash as "documentHash", at, document, person'
type Row = LoggedEntry & { id: number }

/** SQL that holds while `:head` is still the end of the chain. */
export const HEAD_IS = `coalesce((select hash from acceptances order by id desc limit 1), '${GENESIS}') = :head`

/** The last writer in line, by what each process has one of. */
const lines = new WeakMap<Services['live'], Promise<unknown>>()

/**
 * Lets `write` add an entry after the head it is given; its batch must ask `HEAD_IS`. When somebody else's entry came first it is
 * called again with the new head. Within a process the writers queue, so that they need not try in vain; across processes the
 * database decides.
 */
export async function afterHead(services: Services, write: (head: string) => Promise<void>): Promise<void> {
  const before = lines.get(services.live) ?? Promise.resolve()
  const mine = before.then(() => tryUntilNext(services, write))
  lines.set(
    services.live,
    mine.catch(() => {}),
  )
  return mine
}

async function tryUntilNext(services: Services, write: (head: string) => Promise<void>) {
  for (let tries = 1; ; tries++) {
    const head = await headOf(services)
    try {
      return await write(head)
    } catch (error) {
      const isRefused = error instanceof Problem
      if (!isRefused || tries === MAX_TRIES || (await headOf(services)) === head) throw error
      await wait(Math.random() * 4 * tries)
    }
  }
}

async function headOf({ db }: Services): Promise<string> {
  return (await db.get<{ hash: string }>('select hash from acceptances order by id desc limit 1'))?.hash ?? GENESIS
}

/**
 * For the batch that changes the quote, right after that change. `document` is null when it is the revision as it was sent:
 * then it is taken from there, letter by letter.
 */
export function addEntry(quoteId: number, { entry, hash, person }: SealedEntry, document: string | null): Statement {
  const { kind, revision, documentHash, at, previous } = JSON.parse(entry) as Entry // by sealEntry
  return {
    sql: `insert into acceptances (quote_id, revision, kind, document_hash, entry, hash, previous, document, person, at)
          select :quoteId, :revision, :kind, :documentHash, :entry, :hash, :previous,
            coalesce(:document, (select document from quote_revisions where quote_id = :quoteId and number = :revision)), :person, :at
          where changes() > 0`,
    args: { quoteId, revision, kind, documentHash, entry, hash, previous, document, person, at: Date.parse(at) },
  }
}

/** The entry that says how a quote was accepted last, if it was. */
export async function lastAcceptance({ db }: Services, quoteId: number): Promise<(LoggedEntry & { who: Person | null }) | undefined> {
  const row = await db.get<Row>(
    `select ${LOGGED} from acceptances where quote_id = :quoteId and kind = 'accepted' order by id desc limit 1`,
    {
      quoteId,
    },
  )
  return row && { ...row, who: row.person === null ? null : (JSON.parse(row.person) as Person) } // by sealEntry
}

/** For whoever holds the hash of a version or of an entry: what became of it. Nothing personal, and nothing of how many there are. */
export async function verdictOn(services: Services, hash: string) {
  const accepted = await services.db.get<Row & { quoteId: number }>(
    `select ${LOGGED}, quote_id as "quoteId" from acceptances
     where kind = 'accepted' and (document_hash = :hash or hash = :hash) order by id desc limit 1`,
    { hash },
  )
  if (!accepted) return { accepted: false } as const
  const undone = await services.db.get<{ at: number }>(
    `select at from acceptances where quote_id = :quoteId and kind = 'undone' and document_hash = :documentHash and id > :id order by id limit 1`,
    { quoteId: accepted.quoteId, documentHash: accepted.documentHash, id: accepted.id },
  )
  const { termsVersion, revision } = JSON.parse(accepted.entry) as Entry // by sealEntry
  const { mistake } = await walk(services, accepted)
  const facts = { at: accepted.at, revision, termsVersion, documentHash: accepted.documentHash, entryHash: accepted.hash }
  return { accepted: true, ...facts, undoneAt: undone?.at ?? null, intact: mistake === undefined } as const
}

/** Walks the whole chain; says how many entries there are, and the first mistake. */
export async function checkLog(services: Services): Promise<{ entries: number; mistake: string | undefined }> {
  const walked = await walk(services)
  return walked.mistake ? walked : { ...walked, mistake: await unlogged(services) }
}

/** From an entry, or from the beginning, to the head. */
async function walk({ db }: Services, from?: Row): Promise<{ entries: number; mistake: string | undefined }> {
  let [entries, previous, id] = [0, from?.previous ?? GENESIS, (from?.id ?? 1) - 1]
  for (;;) {
    const rows = await db.all<Row>(`select ${LOGGED} from acceptances where id > :id order by id limit ${PAGE}`, { id })
    for (const row of rows) {
      const mistake = mistakeIn(row, previous)
      if (mistake) return { entries, mistake: `Entry ${row.id}: ${mistake}.` }
      entries += 1
      previous = row.hash
      id = row.id
    }
    if (rows.length < PAGE) return { entries, mistake: undefined }
  }
}

/** A quote that stands as accepted has its entry at the end of its own; one without was cut off. Older ones were before the log. */
async function unlogged({ db }: Services): Promise<string | undefined> {
  const cut = await db.get<{ reference: string }>(
    `select q.reference from quotes q
     where q.status = 'accepted' and q.accepted_at >= (select applied.at from migrations applied where applied.name = '0020-acceptances.sql')
       and coalesce((select a.kind || a.document_hash from acceptances a where a.quote_id = q.id order by a.id desc limit 1), '')
         <> 'accepted' || q.accepted_hash
     order by q.id limit 1`,
  )
  return cut && `Quote ${cut.reference} is accepted, but the log does not say so.`
}
