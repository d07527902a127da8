import { randomInt, randomUUID } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import Database from 'libsql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full, seconds } from '../support/faults.ts'
import { until } from '../support/ports.ts'
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
  const withFile = new Map<string, string>()
  const readyAfter: number[] = []

  for (let kill = 0; kill < KILLS; kill++) {
    const writers = Array.from({ length: WRITERS }, (_, n) => writeUntilRefused(server.url, acknowledged, n % 4 ? undefined : withFile))
    // However busy the machine is, something must be at stake before the axe falls.
    await until('tickets and files to be acknowledged', () => acknowledged.size > kill * WRITERS + WRITERS && withFile.size > kill, 60_000)
    await wait(randomInt(600))
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
  const attached = new Map(
    rows(database, 'select * from uploads where attached_to is not null').map((row) => [String(row.attached_to), row]),
  )
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
  expect(withFile.size).toBeGreaterThan(0)
  for (const [reference, id] of withFile) expect(attached.get(reference)?.id).toBe(id)
  for (const { sha256, size } of attached.values()) expect((await stat(pathOf(String(sha256)))).size).toBe(size)
  if (full) expect(Math.max(...readyAfter)).toBeLessThanOrEqual(5_000)
})

type Row = Record<string, string | number>

function rows(database: Database.Database, sql: string): Row[] {
  return database.prepare(sql).all() as Row[] // columns as selected
}

function pathOf(sha256: string): string {
  return join(server.dataDir, 'files', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
}

/** Opens tickets until the server is gone; notes each that was acknowledged, and the file that came with it, if they are to have one. */
async function writeUntilRefused(url: string, acknowledged: Map<string, string>, withFile?: Map<string, string>) {
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
      const file = withFile && (await sentFile(url))
      const sent = { ...ticket, uploads: file ? [file.id] : [] }
      const response = await post(url, '/api/tickets', sent, { 'idempotency-key': randomUUID(), ...(file && { cookie: file.cookie }) })
      const answer = (await response.json()) as { reference: string }
      if (response.status !== 201) throw new Error(`The server answered ${response.status}: ${JSON.stringify(answer)}`)
      acknowledged.set(answer.reference, subject)
      if (file) withFile.set(answer.reference, file.id)
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('The server answered')) throw error
      return // cut off by the kill
    }
  }
}

/** A file of its own, and the cookie by which it is this browser's. */
async function sentFile(url: string) {
  const address = Array.from({ length: 3 }, () => randomInt(256)).join('.')
  const headers = { origin: url, 'x-forwarded-for': `10.${address}`, 'content-type': 'text/plain' }
  const response = await fetch(`${url}/api/uploads?name=note.txt&purpose=message`, { method: 'POST', headers, body: randomUUID() })
  if (response.status !== 201) throw new Error(`The server answered ${response.status}: ${await response.text()}`)
  const { id } = (await response.json()) as { id: string }
  return { id, cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '' }
}
