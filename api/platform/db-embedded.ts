import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'libsql'
import { Busy, backOffMs, type Db, isBusy, PATIENCE_MS, type Result, type Row, type Statement } from './db.ts'

type Prepared = Database.Statement<unknown[]>
type Waiting = { statements: Statement[]; resolve: (results: Result[]) => void; reject: (error: unknown) => void }

/**
 * One read-write connection, and no second one in this or another process: SQLite before 3.51.3 can corrupt a write-ahead log
 * that two connections write or checkpoint. Reads and writes are synchronous underneath, so the engine's own waiting is kept
 * short (it would block the event loop) and a held lock is waited for with timers.
 */
export async function openEmbedded(file: string): Promise<Db> {
  mkdirSync(dirname(file), { recursive: true })
  const lock = lockFolder(file)
  const connection = new Database(file, { timeout: 20 })
  await patiently(() => setUp(connection))
  return new Embedded(connection, lock)
}

class Embedded implements Db {
  readonly #connection: Database.Database
  readonly #lock: Database.Database
  readonly #prepared = new Map<string, Prepared>()
  readonly #listeners: (() => void)[] = []
  #queue: Waiting[] = []
  #writing = false

  constructor(connection: Database.Database, lock: Database.Database) {
    this.#connection = connection
    this.#lock = lock
  }

  async all<T>(sql: string, args: Statement['args'] = {}): Promise<T[]> {
    return this.#prepare(sql).all(args) as T[] // the promise of Db.all
  }

  async get<T>(sql: string, args: Statement['args'] = {}): Promise<T | undefined> {
    // The package's own get() leaves a `_metadata` of its own on the row.
    return (await this.all<T>(sql, args))[0]
  }

  /** Group commit: the batches of one turn of the event loop share a transaction, each in a savepoint so that it fails alone. */
  batch(statements: Statement[]): Promise<Result[]> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ statements, resolve, reject })
      if (!this.#writing) {
        this.#writing = true
        setImmediate(() => this.#writeQueue())
      }
    })
  }

  async migrate(script: string): Promise<void> {
    this.#connection.exec('begin immediate')
    try {
      this.#connection.exec(script)
      this.#connection.exec('commit')
    } catch (error) {
      this.#connection.exec('rollback')
      throw error
    }
  }

  onCommit(listener: () => void) {
    this.#listeners.push(listener)
  }

  async close() {
    while (this.#writing) await wait(5)
    this.#prepared.clear()
    this.#connection.close()
    this.#lock.close()
  }

  async #writeQueue() {
    while (this.#queue.length) {
      const group = this.#queue.splice(0, 200)
      try {
        await patiently(() => this.#connection.exec('begin immediate'))
        this.#commit(group)
      } catch (error) {
        for (const waiting of group) waiting.reject(error)
      }
      await new Promise((next) => setImmediate(next)) // let answers and reads pass between groups
    }
    this.#writing = false
  }

  /** Answers only after the commit: nobody is told of a write that could still be lost. */
  #commit(group: Waiting[]) {
    const answers: (() => void)[] = []
    try {
      for (const waiting of group) answers.push(this.#runInSavepoint(waiting))
      this.#connection.exec('commit')
    } catch (error) {
      if (this.#connection.inTransaction) this.#connection.exec('rollback')
      throw error
    }
    for (const answer of answers) answer()
    for (const listener of this.#listeners) listener()
  }

  #runInSavepoint({ statements, resolve, reject }: Waiting): () => void {
    this.#connection.exec('savepoint one')
    try {
      const results = statements.map((statement) => this.#run(statement))
      this.#connection.exec('release one')
      return () => resolve(results)
    } catch (error) {
      // A full disk ends the whole transaction; then the group fails together, at commit.
      if (!this.#connection.inTransaction) throw error
      this.#connection.exec('rollback to one')
      this.#connection.exec('release one')
      return () => reject(error)
    }
  }

  #run({ sql, args = {} }: Statement): Result {
    const prepared = this.#prepare(sql)
    if (prepared.reader) {
      const rows = prepared.all(args) as Row[] // strict tables hold nothing else
      return { rows, changes: this.#changes() }
    }
    return { rows: [], changes: prepared.run(args).changes }
  }

  #changes(): number {
    return Number((this.#prepare('select changes() as n').all({})[0] as Row).n)
  }

  #prepare(sql: string): Prepared {
    let prepared = this.#prepared.get(sql)
    if (!prepared) {
      prepared = this.#connection.prepare(sql) as Prepared
      this.#prepared.set(sql, prepared)
    }
    return prepared
  }
}

/** The operating system lets go of this lock when the process dies, however it dies; a file with a number in it would not. */
function lockFolder(file: string): Database.Database {
  const lock = new Database(`${file}.lock`, { timeout: 0 })
  try {
    lock.exec('pragma journal_mode = delete')
    lock.exec('begin exclusive')
    return lock
  } catch (error) {
    lock.close()
    throw new Error(`Another Torv process is using ${file}. Stop it first, or set DATA_DIR to another folder.`, { cause: error })
  }
}

// The cache is in KiB when it is below zero: 32 MB hold the inner pages of every index of a million cases.
// A checkpoint holds up whoever writes just then, so it comes every 16 MB instead of every 4.
const PRAGMAS = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  secure_delete: 1,
  cache_size: -32_000,
  wal_autocheckpoint: 4_000,
} as const

function setUp(connection: Database.Database) {
  for (const [name, value] of Object.entries(PRAGMAS)) {
    connection.exec(`pragma ${name} = ${value}`)
    const row = connection.prepare(`pragma ${name}`).get() as Row
    if (row[name] !== value) throw new Error(`The database did not take ${name} = ${value} (it says ${row[name]})`)
  }
}

async function patiently<T>(attempt: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (let attempts = 0; ; attempts++) {
    try {
      return attempt()
    } catch (error) {
      if (!isBusy(error)) throw error
      if (performance.now() > deadline) throw new Busy('Another process holds the database', { cause: error })
      await wait(backOffMs(attempts))
    }
  }
}
