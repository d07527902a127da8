import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/api/**/*.test.ts'],
    expect: { poll: { timeout: 10_000 } },
    globalSetup: 'tests/support/room.ts',
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
    // Every test has a Torv of its own; what they share, the code, is loaded once by each worker.
    isolate: false,
  },
})
