// npm run stories: every browser story, in every language, with and without JavaScript.
import { browser } from './browser.mjs'
import { build, install, run } from './ready.mjs'

install()
build()
run('playwright', ['test'], { CHROMIUM_PATH: browser(), STORIES: 'all' })
