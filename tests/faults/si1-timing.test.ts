import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { full, percentile } from '../support/faults.ts'
import { post, type RunningServer, startServer } from '../support/server.ts'

const ROUNDS = full ? 200 : 20
const STAFF = { email: 'sam@testvaerk.example', name: 'Sam', password: 'a long enough password' }
let server: RunningServer
beforeAll(async () => {
  server = await startServer({ environment: { CONTENT_DIR: 'tests/support/content' } })
  const token = /set-up\/([\w-]{43})/.exec(server.output())?.[1]
  const made = await post(server.url, '/api/set-up', { ...STAFF, token })
  expect(made.status).toBe(201)
})
afterAll(() => server.remove())

test(`SI1 a known and an unknown address take equally long, by the median of ${ROUNDS}`, async () => {
  const times = { known: [] as number[], unknown: [] as number[] }
  // In turn, so that whatever else the machine does falls on both alike.
  for (let round = 0; round < ROUNDS; round++) {
    times.known.push(await timed(STAFF.email))
    times.unknown.push(await timed(`${randomUUID()}@globex.example`))
  }

  const [known, unknown] = [percentile(times.known, 0.5), percentile(times.unknown, 0.5)]
  console.log(`SI1: wrong password, median ${known.toFixed(1)} ms for a known address, ${unknown.toFixed(1)} ms for an unknown one`)
  if (full) expect(Math.abs(known - unknown)).toBeLessThan(5)
})

async function timed(email: string): Promise<number> {
  const asked = performance.now()
  // Each from an address of its own, so that no limit is met; the account's own limit counts account and address together.
  const { status } = await post(server.url, '/api/sign-in/password', { email, password: 'not the password' })
  expect(status).toBe(422)
  return performance.now() - asked
}
