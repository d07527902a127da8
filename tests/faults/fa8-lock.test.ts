import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full, percentile, seconds } from '../support/faults.ts'
import { post, type RunningServer, startServer } from '../support/server.ts'

const HELD_MS = full ? 10_000 : 3_000
let server: RunningServer
beforeAll(async () => {
  server = await startServer({ environment: { CONTENT_DIR: 'tests/support/content' } })
})
afterAll(() => server.remove())

test(`FA8 another process holds the write lock for ${HELD_MS / 1000} s: health and streams go on, all writes work afterwards`, async () => {
  const ticket = await openTicket()
  const stream = await watchStream(ticket)
  const probes = probe()
  const holder = await holdLock(join(server.dataDir, 'torv.db'), HELD_MS)

  const writes = Array.from({ length: 20 }, async () => {
    const { status } = await send(`/api/tickets/${ticket.reference}/messages`, { text: 'Still there?' }, ticket.cookie)
    return { status, at: Date.now() }
  })
  const earliest = Promise.race(writes)
  const answers = await Promise.all(writes)
  const releasedAt = await holder.released
  const beats = stream.beats()
  const gaps = await probes.stop()
  stream.stop()

  expect((await earliest).at).toBeGreaterThanOrEqual(releasedAt) // the lock was real: nothing was written under it
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
  expect(gaps.length).toBeGreaterThan(HELD_MS / 200)
  expect(beats.filter((at) => at < releasedAt).length).toBeGreaterThan(full ? 1 : 0)
  const late = Math.max(...answers.map(({ at }) => at - releasedAt))
  console.log(
    `FA8: held ${seconds(HELD_MS)}; longest gap of /healthz ${Math.max(...gaps).toFixed(0)} ms; last write ${seconds(late)} after release`,
  )
  if (full) {
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300)
    expect(late).toBeLessThanOrEqual(2_000)
  }
})

test('FA8 fifty state changes at once are all answered, and the loop goes on', async () => {
  const tickets = await Promise.all(Array.from({ length: 50 }, openTicket))
  const probes = probe()
  const started = performance.now()

  const answers = await Promise.all(tickets.map(({ reference, cookie }) => send(`/api/tickets/${reference}/resolution`, {}, cookie)))
  const took = performance.now() - started
  const gaps = await probes.stop()

  expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => true))
  console.log(`FA8: 50 changes in ${seconds(took)}; /healthz p99 ${percentile(gaps, 0.99).toFixed(0)} ms`)
  if (full) {
    expect(took).toBeLessThanOrEqual(2_000)
    expect(percentile(gaps, 0.99)).toBeLessThanOrEqual(100)
  }
})

type Ticket = { reference: string; cookie: string }

async function openTicket(): Promise<Ticket> {
  const response = await send('/api/tickets', {
    kind: 'question',
    subject: 'A case',
    text: 'Hello',
    name: 'Ada',
    email: `ada.${randomUUID()}@acme.example`,
    locale: 'en',
  })
  const { reference } = (await response.json()) as { reference: string }
  return {
    reference,
    cookie: response.headers
      .getSetCookie()
      .map((header) => header.split(';')[0])
      .join('; '),
  }
}

function send(path: string, json: unknown, cookie = '') {
  return post(server.url, path, json, { cookie, 'idempotency-key': randomUUID() })
}

/** Asks `/healthz` again and again; `stop` gives the time each answer took, which is at least the loop's delay. */
function probe() {
  const gaps: number[] = []
  let stopped = false
  const loop = async () => {
    while (!stopped) {
      const asked = performance.now()
      await (await fetch(`${server.url}/healthz`)).text()
      gaps.push(performance.now() - asked)
      await wait(20)
    }
  }
  const ended = loop()
  return {
    /** Waits for the last answer, so that nothing is asked of a server that is being stopped. */
    stop: async () => {
      stopped = true
      await ended
      return gaps
    },
  }
}

/** Notes when anything comes down the stream of a ticket. */
async function watchStream({ reference, cookie }: Ticket) {
  const ending = new AbortController()
  const response = await fetch(`${server.url}/api/tickets/${reference}/stream`, { headers: { cookie }, signal: ending.signal })
  expect(response.status).toBe(200)
  const at: number[] = []
  const read = async () => {
    for await (const _chunk of response.body ?? []) at.push(Date.now())
  }
  void read().catch(() => {})
  return { beats: () => at, stop: () => ending.abort() }
}

/** A process that is not ours takes the write lock and keeps it; `released` is when it let go, in ms since the epoch. */
async function holdLock(file: string, ms: number) {
  const script = `
    const Database = require('libsql')
    const db = new Database(${JSON.stringify(file)}, { timeout: 5000 })
    db.exec('begin immediate')
    console.log('held')
    setTimeout(() => { console.log(Date.now()); db.exec('rollback'); process.exit() }, ${ms})`
  const child = spawn('node', ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  return { released: once(child.stdout, 'data').then(([said]) => Number(said)) }
}
