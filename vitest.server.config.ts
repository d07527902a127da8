import { defineConfig } from 'vitest/config'

/** What leans on the database most: `npm test` runs these, `npm run faults` runs all of them. */
const LEANING = [
  'accounts',
  'acceptance-log',
  'bookings',
  'db',
  'orders',
  'quotes-negotiation',
  'tickets-desk',
  'tickets-merge',
  'tickets-properties',
]

// The API tests once more, each Torv on a libSQL server of its own (tests/support/sqld.ts). The set-up reads this as well.
process.env.TEST_DATABASE = 'server'

export default defineConfig({
  test: {
    include: process.env.FAULTS === 'full' ? ['tests/api/**/*.test.ts'] : LEANING.map((name) => `tests/api/${name}.test.ts`),
    expect: { poll: { timeout: 10_000 } },
    globalSetup: 'tests/support/room.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
    isolate: false,
  },
})
