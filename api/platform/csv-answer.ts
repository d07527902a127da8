import type { Context } from 'hono'
import { type Cell, CSV_BEGINNING, writeCsv } from './csv.ts'
import type { Env } from './http.ts'

/** A file to download; `name` is ours and has no extension. */
export function csv(c: Context<Env>, name: string, rows: Cell[][]) {
  return c.body(CSV_BEGINNING + writeCsv(rows), 200, {
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': `attachment; filename="${name}.csv"`,
  })
}
