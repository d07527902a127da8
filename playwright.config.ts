import { defineConfig } from '@playwright/test'

/**
 * Stories that are told in two languages and with and without JavaScript are told twice, not four times, in `npm test`: in English
 * with it, in Danish without. `npm run stories` tells all of them. Those of quotes, help and the whole sale are always told in full.
 */
const TOLD_ELSEWHERE =
  /(acceptance|account|booking|catalog|desk-(quotes|tickets)|forward|leads|organisation|places|product-questions|quote-list|reminders|selector)\.spec\.ts (with JavaScript da:|without JavaScript en:)/

export default defineConfig({
  ...(process.env.STORIES !== 'all' && { grepInvert: TOLD_ELSEWHERE }),
  testDir: 'tests/browser',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    headless: true,
    // A trace films every page, which takes a third of the time: TRACE=1 for whoever wants to look at a failure more closely.
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH && { executablePath: process.env.CHROMIUM_PATH }),
      args: [
        '--no-sandbox',
        '--disable-quic',
        '--disable-gpu',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
})
