import { defineConfig } from 'vitest/config'

// Pages are rendered as they are built: after `npm run build`.
export default defineConfig({
  test: { include: ['tests/numbers/**/*.test.ts'], testTimeout: 900_000, hookTimeout: 60_000, pool: 'forks', maxWorkers: 2 },
})
