// npm run build: site and widget into dist/.
import { build, install } from './ready.mjs'

install()
build()
