// npm run dev: site, widget and API in one server that reloads on save.
import { become, install } from './ready.mjs'

install()
become(['node_modules/astro/bin/astro.mjs', 'dev'], { DATA_DIR: process.env.DATA_DIR || 'data' })
