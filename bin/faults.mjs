// npm run faults: the fault tests at full length.
import { build, install, run } from './ready.mjs'

install()
build()
run('vitest', ['run', '--config', 'vitest.faults.config.ts'], { FAULTS: 'full' })
