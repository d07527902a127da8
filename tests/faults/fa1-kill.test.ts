import { randomInt, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'libsql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full, seconds } from '../support/faults.ts'
import { post, type RunningServer, startServer } from '../support/server.ts'

const KILLS = full ? 20 : 4
const WRITERS = 8
let server: RunningServer
beforeAll(async () => {
  server = await startServer({ environment: { CONTENT_DIR: 'tests/support/content' } })
})
afterAll(() => server.remove())

test(`FA1 kill −9 at random under ${WRITERS} writers, ${KILLS} times: what was acknowledged is there`, async () => {
  const acknowledged = new Map<string, string>()
  const readyAfter: number[] = []

  for (let kill = 0; kill < KILLS; kill++) {
    const writers = Array.from({ length: WRITERS }, () => writeUntilRefused(server.url, acknowledged))
    await wait(150 + randomInt(600))
    await server.end('SIGKILL')
    await Promise.all(writers)
    const started = performance.now()
    await server.start()
    readyAfter.push(performance.now() - started)
  }

  await server.end('SIGTERM')
  const database = new Database(join(server.dataDir, 'torv.db'), { readonly: true })
  const stored = new Map(rows(database, 'select reference, subject from tickets').map(({ reference, subject }) => [reference, subject]))
  const subjects = [...stored.values()]
  const opened = rows(database, "select subject, count(*) as n from events where kind = 'ticket.opened' group by subject")
  const orphans = rows(database, 'select 1 from messages where ticket_id not in (select id from tickets)')
  const checks = rows(database, 'pragma integrity_check')
  database.close()

  console.log(
    `FA1: ${acknowledged.size} tickets acknowledged over ${KILLS} kills, ${stored.size} stored; ready after ${seconds(Math.max(...readyAfter))} at most`,
  )
  expect(acknowledged.size).toBeGreaterThan(KILLS * WRITERS) // or nothing was at stake
  for (const [reference, subject] of acknowledged) expect(stored.get(reference)).toBe(subject)
  expect(new Set(subjects).size).toBe(subjects.length)
  expect(opened).toHaveLength(stored.size)
  expect(opened.filter(({ n }) => n !== 1)).toEqual([])
  expect(orphans).toEqual([])
  expect(checks).toEqual([{ integrity_check: 'ok' }])
  if (full) expect(Math.max(...readyAfter)).toBeLessThanOrEqual(5_000)
})

type Row = Record<string, string | number>

function rows(database: Database.Database, sql: string): Row[] {
  return database.prepare(sql).all() as Row[] // columns as selected
}

/** Opens tickets until the server is gone; notes each that was acknowledged. */
async function writeUntilRefused(url: string, acknowledged: Map<string, string>) {
  for (;;) {
    const subject = `Case ${randomUUID()}`
    const ticket = {
      kind: 'question',
      subject,
      text: 'Is this kept?',
      name: 'Ada',
      email: `ada.${randomUUID()}@acme.example`,
      locale: 'en',
    }
    try {
      const response = await post(url, '/api/tickets', ticket, { 'idempotency-key': randomUUID() })
      const answer = (await response.json()) as { reference: string }
      if (response.status !== 201) throw new Error(`The server answered ${response.status}: ${JSON.stringify(answer)}`)
      acknowledged.set(answer.reference, subject)
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('The server answered')) throw error
      return // cut off by the kill
    }
  }
}
