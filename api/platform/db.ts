import { openEmbedded } from './db-embedded.ts'
import { openRemote } from './db-remote.ts'

export type Value = string | number | null
export type Statement = { sql: string; args?: Record<string, Value> }
export type Row = Record<string, Value>
/** `rows` holds what `returning` gave; `changes` counts the rows this statement wrote. */
export type Result = { rows: Row[]; changes: number }

/** A libSQL database: a file of ours (embedded) or a server. Both pass one contract (`tests/api/db-contract.ts`). */
export interface Db {
  /** `T` is what the columns of the statement are; the tables are strict, so the database keeps that promise. */
  all<T = Row>(sql: string, args?: Statement['args']): Promise<T[]>
  get<T = Row>(sql: string, args?: Statement['args']): Promise<T | undefined>
  /** Writes all or nothing, durably before it answers. Throws `Busy` when another writer holds the database for too long. */
  batch(statements: Statement[]): Promise<Result[]>
  /** Runs a migration script, all or nothing. */
  migrate(script: string): Promise<void>
  /** Is called after every commit. */
  onCommit(listener: () => void): void
  close(): Promise<void>
}

/** Another process has held the write lock longer than a request should wait. */
export class Busy extends Error {}

/** How long a write waits for another writer, in milliseconds. */
export const PATIENCE_MS = 15_000

/** A fraction of randomness keeps waiting writers from knocking all at once. */
export function backOffMs(attempt: number): number {
  return Math.min(250, 10 * 2 ** attempt) * (0.5 + Math.random() / 2)
}

export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

/** Opens `url`: a path, or the address of a libSQL server (`http`, `https`, `ws`, `wss`, `libsql`). */
export function openDb(url: string): Promise<Db> {
  return /^(https?|wss?|libsql):/.test(url) ? openRemote(url) : openEmbedded(url)
}
