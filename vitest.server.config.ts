import { defineConfig } from 'vitest/config'

// The API tests once more, each Torv on a libSQL server of its own (tests/support/sqld.ts).
export default defineConfig({
  test: {
    include: ['tests/api/**/*.test.ts'],
    env: { TEST_DATABASE: 'server' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
