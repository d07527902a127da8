import { parentPort, workerData } from 'node:worker_threads'
import Database from 'libsql'
import type { Question, Reply } from './reader.ts'

// The other side of reader.ts. `query_only` keeps the promise that the one read-write connection is the only one that writes.
const connection = new Database(String(workerData), { timeout: 1_000 })
connection.exec('pragma query_only = on')
connection.exec('pragma wal_autocheckpoint = 0')

parentPort?.on('message', ({ id, sql, args }: Question) => {
  parentPort?.postMessage(answer(id, sql, args))
})

function answer(id: number, sql: string, args: Question['args']): Reply {
  try {
    return { id, rows: connection.prepare(sql).all(args) }
  } catch (error) {
    return { id, error: String(error instanceof Error ? error.message : error) }
  }
}
