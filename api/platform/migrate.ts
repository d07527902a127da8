import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from './db.ts'

const folder = join(import.meta.dirname, 'migrations')

/** Brings the database to the newest schema, one migration at a time, each all or nothing. Refuses a database from a newer Torv. */
export async function migrate(db: Db, copyBefore: () => Promise<void> = async () => {}): Promise<number> {
  await db.batch([{ sql: 'create table if not exists migrations (name text primary key, at integer not null) strict' }])
  const applied = new Set((await db.all<{ name: string }>('select name from migrations')).map(({ name }) => name))
  const known = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()

  const unknown = [...applied].find((name) => !known.includes(name))
  if (unknown) throw new Error(`This database was made by a newer Torv (it has the migration ${unknown}). Start that version instead.`)

  const missing = known.filter((name) => !applied.has(name))
  if (applied.size && missing.length) await copyBefore()
  for (const name of missing) {
    const record = `insert into migrations (name, at) values ('${name}', ${Date.now()})`
    await db.migrate(`${readFileSync(join(folder, name), 'utf8')}\n\n${record};`)
  }
  return missing.length
}
