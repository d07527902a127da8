import { defineConfig } from '@playwright/test'

/**
 * What is told in both languages, with and without JavaScript, is told once with and once without in `npm test`, each in another
 * language; what is told in both languages only, in one of them. `npm run stories` tells all of it.
 */
const TOLD_ELSEWHERE = new RegExp(
  [
    // in English with JavaScript, in Danish without
    String.raw`(acceptance|account|booking|catalog|desk-(quotes|tickets)|forward|help|leads|organisation|places|product-questions|quote-list|quotes|selector)\.spec\.ts (with JavaScript da:|without JavaScript en:)`,
    String.raw`(acceptance|booking|catalog|complaint|help|mail|quotes|service-metrics|split|widget)\.spec\.ts (?!without).*\bda: `, // in English
    String.raw`(account|cases|error-code|leads|merge|quote-list|recall|reminders|status)\.spec\.ts (?!with).*\ben: `, // in Danish
    String.raw`sales\.spec\.ts (da: a guest|en: an offer is negotiated|da: an offer that ran out)`,
  ].join('|'),
)

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
