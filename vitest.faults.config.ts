import { defineConfig } from 'vitest/config'

// One after the other: each starts servers of its own and watches the clock.
export default defineConfig({
  test: {
    include: ['tests/faults/**/*.test.ts'],
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 600_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: false,
  },
})
