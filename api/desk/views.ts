import type { User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'

/** Where views can be saved. */
export type Place = 'quotes' | 'tickets'

/** A way of looking at one of the desk's lists that somebody has given a name. `query` is what its address asks for. */
export type SavedView = { id: number; name: string; query: string; shared: boolean; isMine: boolean; owner: string }
export type NewView = { name: string; query: string; shared: boolean }

const MOST = 50
const VISIBLE = '(v.owner_id = :userId or v.shared = 1)'

/** One's own and those that colleagues share, by name. */
export async function savedViews({ db }: Services, place: Place, { id }: User): Promise<SavedView[]> {
  const rows = await db.all<Omit<SavedView, 'shared' | 'isMine'> & { shared: number; isMine: number }>(
    `select v.id, v.name, v.query, v.shared, v.owner_id = :userId as "isMine", u.name as owner
     from desk_views v join users u on u.id = v.owner_id
     where v.place = :place and ${VISIBLE} order by v.name collate nocase, v.id`,
    { userId: id, place },
  )
  return rows.map((row) => ({ ...row, shared: row.shared === 1, isMine: row.isMine === 1 }))
}

export async function saveView({ db, clock }: Services, place: Place, { name, query, shared }: NewView, by: User): Promise<number> {
  const [saved] = await db.batch([
    {
      sql: `insert into desk_views (owner_id, place, name, query, shared, created_at)
            select :owner, :place, :name, :query, :shared, :at
            where (select count(*) from desk_views where owner_id = :owner and place = :place) < ${MOST}
            on conflict do nothing returning id`,
      args: { owner: by.id, place, name, query, shared: Number(shared), at: clock.now() },
    },
  ])
  const id = saved?.rows[0]?.id
  if (id === undefined) throw await whyNot(by, { db }, place, name)
  return Number(id)
}

/** Renames it, shares it, or stops sharing it. */
export async function changeView({ db }: Services, id: number, { name, shared }: Omit<NewView, 'query'>, by: User) {
  const [changed] = await db.batch([
    {
      sql: `update or ignore desk_views set name = :name, shared = :shared where id = :id and owner_id = :owner`,
      args: { id, owner: by.id, name, shared: Number(shared) },
    },
  ])
  if (changed?.changes === 1) return
  await mustOwn({ db }, id, by)
  throw invalid('name', 'taken')
}

export async function forgetView({ db }: Services, id: number, by: User) {
  const [gone] = await db.batch([{ sql: 'delete from desk_views where id = :id and owner_id = :owner', args: { id, owner: by.id } }])
  if (gone?.changes !== 1) await mustOwn({ db }, id, by)
}

/** A colleague's shared view can be seen, so refusing to change it tells nothing; one that is not shared does not exist. */
async function mustOwn({ db }: Pick<Services, 'db'>, id: number, by: User) {
  const view = await db.get<{ owner: number }>(`select v.owner_id as owner from desk_views v where v.id = :id and ${VISIBLE}`, {
    id,
    userId: by.id,
  })
  if (!view) throw new Problem('not-found')
  if (view.owner !== by.id) throw new Problem('not-allowed')
}

async function whyNot(by: User, { db }: Pick<Services, 'db'>, place: Place, name: string): Promise<Problem> {
  const taken = await db.get('select 1 from desk_views where owner_id = :owner and place = :place and name = :name', {
    owner: by.id,
    place,
    name,
  })
  return taken ? invalid('name', 'taken') : invalid('name', 'too-many', { max: MOST })
}
