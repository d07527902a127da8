import { handOverUploads } from '../files/store.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { type ListLine, longerList } from './list.ts'

const KEPT_MS = 30 * 24 * 60 * 60 * 1000
const MAX_TRIES = 10

/** What somebody has put on their quote list. */
export async function listOf({ db }: Services, owner: string | undefined): Promise<ListLine[]> {
  return owner ? (await stored({ db }, owner)).lines : []
}

/** Changes the list from what it is at that moment, however many change it at once. */
export async function changeList({ db, clock }: Services, owner: string, change: (lines: ListLine[]) => ListLine[]): Promise<ListLine[]> {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { lines, version } = await stored({ db }, owner)
    const changed = change(lines)
    const [kept] = await db.batch([keep({ owner, lines: changed, version, at: clock.now() })])
    if (kept?.changes === 1) return changed
  }
  throw new Problem('busy', { retryAfter: 1 })
}

/** What a browser kept for a guest becomes part of what belongs to whoever has signed in there: the list, and files that wait. */
export async function adoptGuest({ db, clock }: Services, guest: string, owner: string) {
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const [from, to] = await Promise.all([stored({ db }, guest), stored({ db }, owner)])
    const [kept] = await db.batch([
      keep({ owner, lines: longerList(to.lines, from.lines), version: to.version, at: clock.now() }),
      {
        sql: 'delete from quote_lists where owner = :guest and version = :version and changes() > 0',
        args: { guest, version: from.version },
      },
      handOverUploads(guest, owner),
    ])
    if (kept?.changes === 1) return
  }
  throw new Problem('busy', { retryAfter: 1 })
}

/** A list that nobody has touched for a month is forgotten. */
export async function forgetLists({ db, clock }: Services) {
  await db.batch([{ sql: 'delete from quote_lists where updated_at < :before', args: { before: clock.now() - KEPT_MS } }])
}

async function stored({ db }: Pick<Services, 'db'>, owner: string): Promise<{ lines: ListLine[]; version: number }> {
  const row = await db.get<{ lines: string; version: number }>('select lines, version from quote_lists where owner = :owner', { owner })
  return row ? { lines: JSON.parse(row.lines) as ListLine[], version: row.version } : { lines: [], version: 0 } // written by keep
}

/** Takes only if the list is still the one that was read. */
function keep({ owner, lines, version, at }: { owner: string; lines: ListLine[]; version: number; at: number }) {
  return {
    sql: `insert into quote_lists (owner, lines, version, updated_at) select :owner, :lines, 1, :at
          where :version = 0 or exists (select 1 from quote_lists where owner = :owner)
          on conflict (owner) do update set lines = excluded.lines, version = version + 1, updated_at = excluded.updated_at
            where version = :version`,
    args: { owner, lines: JSON.stringify(lines), version, at },
  }
}
