// npm run faults: the fault tests at full length, every API test on a libSQL server, a thousand random quotes.
import { build, install, run } from './ready.mjs'

install()
build()
run('vitest', ['run', '--config', 'vitest.faults.config.ts'], { FAULTS: 'full' })
run('vitest', ['run', '--config', 'vitest.server.config.ts'], { FAULTS: 'full' })
run('vitest', ['run', '--config', 'vitest.numbers.config.ts'], { FAULTS: 'full' })
