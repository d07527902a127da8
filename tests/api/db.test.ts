import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Db, openDb } from '../../api/platform/db.ts'
import { eventIfChanged } from '../../api/platform/events.ts'
import { migrate } from '../../api/platform/migrate.ts'
import { hasSqld, startSqld } from '../support/sqld.ts'

type Opened = { db: Db; again: () => Promise<Db>; stop: () => Promise<void> }

describe('the embedded database', () => dbContract(openFile))

if (hasSqld) describe('a libSQL server', () => dbContract(openServer))
else console.log('Skipped: the database contract against a libSQL server, since sqld has no package for this machine')

describe('only the embedded database', () => {
  test('refuses a second process on the same file', async () => {
    const { db, again, stop } = await openFile()

    await expect(again()).rejects.toThrow('Another Torv process')

    await db.close()
    await (await again()).close() // free again, or the refusal above would prove nothing
    await stop()
  })

  test('commits what is written in one turn together, each alone in failing', async () => {
    const { db, stop } = await openFile()
    let commits = 0
    await db.batch([{ sql: 'create table things (id integer primary key) strict' }])
    db.onCommit(() => commits++)
    const add = (id: number) => db.batch([{ sql: 'insert into things (id) values (:id)', args: { id } }])

    const results = await Promise.allSettled([add(1), add(2), add(1), add(3)])

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(await db.all('select id from things order by id')).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }])
    expect(commits).toBe(1)
    await db.close()
    await stop()
  })
})

function dbContract(open: () => Promise<Opened>) {
  let opened: Opened
  let db: Db
  beforeEach(async () => {
    opened = await open()
    db = opened.db
    await db.batch([{ sql: 'create table things (id integer primary key, name text unique, price integer) strict' }])
  })
  afterEach(async () => {
    await db.close()
    await opened.stop()
  })

  test('reads back what was written, with names, numbers, nulls and letters as they were', async () => {
    await db.batch([{ sql: 'insert into things values (:id, :name, :price)', args: { id: 2 ** 52, name: 'Blåbærgrød 🫐', price: null } }])

    expect(await db.get('select * from things')).toEqual({ id: 2 ** 52, name: 'Blåbærgrød 🫐', price: null })
    expect(await db.all('select name from things where id = :id', { id: 1 })).toEqual([])
    expect(await db.get('select name from things where id = :id', { id: 1 })).toBeUndefined()
  })

  test('passes over arguments that a statement does not name', async () => {
    expect(await db.get('select :a as a', { a: 1, b: 2 })).toEqual({ a: 1 })
    expect((await db.batch([{ sql: 'select :a as a', args: { a: 1, b: 2 } }]))[0]?.rows).toEqual([{ a: 1 }])
  })

  test('writes all of a batch or nothing', async () => {
    const add = (name: string) => ({ sql: 'insert into things (name) values (:name)', args: { name } })

    await expect(db.batch([add('one'), add('two'), add('one')])).rejects.toThrow()

    expect(await db.all('select * from things')).toEqual([])
  })

  test('tells how many rows each statement changed, and what it returned', async () => {
    const [added, changed, missed] = await db.batch([
      { sql: `insert into things (name, price) values ('a', 1), ('b', 2) returning name` },
      { sql: 'update things set price = price + 1' },
      { sql: 'update things set price = 0 where price > 100' },
    ])

    expect(added).toEqual({ rows: [{ name: 'a' }, { name: 'b' }], changes: 2 })
    expect(changed?.changes).toBe(2)
    expect(missed?.changes).toBe(0)
  })

  test('writes the event of a change, and none when nothing changed', async () => {
    await migrate(db)
    const rename = (from: string) => [
      { sql: `update things set name = 'c' where name = :from`, args: { from } },
      eventIfChanged('thing.renamed', { subject: 'thing', actor: 'test', at: 1 }),
      eventIfChanged('thing.seen', { subject: 'thing', actor: 'test', at: 1 }),
    ]
    await db.batch([{ sql: `insert into things (name) values ('a')` }])

    await db.batch(rename('a'))
    await db.batch(rename('a'))

    expect(await db.all('select kind from events order by id')).toEqual([{ kind: 'thing.renamed' }, { kind: 'thing.seen' }])
  })

  test('lets one of many conditional updates win', async () => {
    await db.batch([{ sql: `insert into things (name, price) values ('a', 0)` }])
    const take = () => db.batch([{ sql: 'update things set price = 1 where price = 0' }])

    const results = await Promise.all(Array.from({ length: 50 }, take))

    expect(results.filter(([taken]) => taken?.changes === 1)).toHaveLength(1)
  })

  test('migrates once, and refuses a database from a newer Torv', async () => {
    expect(await migrate(db)).toBeGreaterThan(0)
    expect(await migrate(db)).toBe(0)

    await db.batch([{ sql: `insert into migrations values ('9999-from-the-future.sql', 1)` }])
    await expect(migrate(db)).rejects.toThrow('newer Torv')
  })

  test('keeps what was acknowledged after closing and opening', async () => {
    await db.batch([{ sql: `insert into things (name) values ('kept')` }])
    await db.close()

    db = await opened.again()

    expect(await db.all('select name from things')).toEqual([{ name: 'kept' }])
  })
}

async function openFile(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'torv-db-'))
  const again = () => openDb(join(folder, 'torv.db'))
  return { db: await again(), again, stop: () => rm(folder, { recursive: true }) }
}

async function openServer(): Promise<Opened> {
  const server = await startSqld()
  const again = () => openDb(server.url)
  return { db: await again(), again, stop: server.stop }
}
