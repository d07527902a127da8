import type { Db, Statement } from './db.ts'

/** The same database, whose batches are written by `batch`. */
export function batchingBy(db: Db, batch: Db['batch']): Db {
  return {
    all: (sql, args) => db.all(sql, args),
    get: (sql, args) => db.get(sql, args),
    migrate: (script) => db.migrate(script),
    onCommit: (listener) => db.onCommit(listener),
    close: () => db.close(),
    batch,
  }
}

/**
 * The same database, whose next batch stands between `first` and `last`: for an effect that must be marked as done in the very batch that
 * does it, when another subject writes that. Who writes it sees the results of its own statements alone.
 */
export function aroundNextBatch(db: Db, first: Statement[], last: Statement[] = []): Db {
  let isNext = true
  return batchingBy(db, async (statements) => {
    if (!isNext) return db.batch(statements)
    isNext = false
    const results = await db.batch([...first, ...statements, ...last])
    return results.slice(first.length, first.length + statements.length)
  })
}
