import { setTimeout as wait } from 'node:timers/promises'
import { type Client, createClient, type InStatement, type ResultSet } from '@libsql/client'
import { Busy, backOffMs, type Db, isBusy, PATIENCE_MS, type Result, type Row, type Statement } from './db.ts'

/** A libSQL server (sqld, Turso). An `authToken` may stand in the address. */
export async function openRemote(url: string): Promise<Db> {
  const db = new Remote(url)
  await db.get('select 1')
  return db
}

class Remote implements Db {
  readonly #url: string
  readonly #listeners: (() => void)[] = []
  #client: Client

  constructor(url: string) {
    this.#url = url
    this.#client = createClient({ url, intMode: 'number' })
  }

  async all<T>(sql: string, args: Statement['args'] = {}): Promise<T[]> {
    return rowsOf(await this.#client.execute(toClient({ sql, args }))) as T[] // the promise of Db.all
  }

  async get<T>(sql: string, args: Statement['args'] = {}): Promise<T | undefined> {
    return (await this.all<T>(sql, args))[0]
  }

  async batch(statements: Statement[]): Promise<Result[]> {
    const answers = await this.#patiently((client) => client.batch(statements.map(toClient), 'write'))
    for (const listener of this.#listeners) listener()
    return answers.map((answer) => ({ rows: rowsOf(answer), changes: answer.rowsAffected }))
  }

  async migrate(script: string): Promise<void> {
    await this.#patiently((client) => client.batch(splitScript(script), 'write'))
  }

  onCommit(listener: () => void) {
    this.#listeners.push(listener)
  }

  async close() {
    this.#client.close()
  }

  /** After one SQLITE_BUSY a client keeps failing and may keep its lock, so it is replaced before the next attempt. */
  async #patiently<T>(attempt: (client: Client) => Promise<T>): Promise<T> {
    const deadline = performance.now() + PATIENCE_MS
    for (let attempts = 0; ; attempts++) {
      const client = this.#client
      try {
        return await attempt(client)
      } catch (error) {
        if (!isBusy(error)) throw error
        if (performance.now() > deadline) throw new Busy('Another process holds the database', { cause: error })
        if (client === this.#client) this.#client = createClient({ url: this.#url, intMode: 'number' })
        client.close()
        await wait(backOffMs(attempts))
      }
    }
  }
}

/** A server refuses arguments that its statement does not name; the embedded engine passes over them, and so do we. */
function toClient({ sql, args = {} }: Statement): InStatement {
  const named = new Set(sql.match(/(?<=:)\w+/g))
  return { sql, args: Object.fromEntries(Object.entries(args).filter(([name]) => named.has(name))) }
}

/** The client's rows are arrays with names on them; ours are plain objects, as the embedded driver gives them. */
function rowsOf({ rows, columns }: ResultSet): Row[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at] as Row[string]])))
}

/** Migrations leave an empty line between statements, and none within. */
function splitScript(script: string): string[] {
  return script
    .split(/\n\s*\n/)
    .map((part) => part.trim())
    .filter(Boolean)
}
