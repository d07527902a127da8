// npm test: everything CI runs, from a bare machine: packages, types, lint, unit and API tests, a browser, browser tests, weight.
import { browser } from './browser.mjs'
import { build, install, run, step } from './ready.mjs'

install()
step('Types, lint and format')
run('biome', ['check', '.'])
run('astro', ['check', '--minimumFailingSeverity', 'warning'])
step('Unit and API tests')
run('vitest', ['run'])
step('API tests that lean on the database once more, against a libSQL server')
run('vitest', ['run', '--config', 'vitest.server.config.ts'])
build()
step('Faults: a small version of `npm run faults`')
run('vitest', ['run', '--config', 'vitest.faults.config.ts'])
step('Random quotes, the same on page, paper, mail and in JSON: a small version of `npm run faults`')
run('vitest', ['run', '--config', 'vitest.numbers.config.ts'])
step('Weight')
run('node', ['bin/weigh.ts'])
step('Browser tests: most of `npm run stories`')
run('playwright', ['test'], { CHROMIUM_PATH: browser() })
