// npm start: installs, builds, migrates, loads the content and serves, each only where something has changed.
import { become, build, install } from './ready.mjs'

install()
build()
become(['api/main.ts'])
