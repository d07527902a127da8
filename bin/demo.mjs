// npm run demo: a seeded demo in a data folder of its own, marked as one.
import { become, build, install } from './ready.mjs'

install()
build()
become(['bin/demo.ts'], { DATA_DIR: process.env.DATA_DIR || 'demo-data' })
