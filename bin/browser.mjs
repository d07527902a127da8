// Finds a Chromium, or gets one; prints nothing when there is one already.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { step } from './ready.mjs'

// The headless shell is the same engine without a desktop's windows around it, which cost a quarter of the time.
const USUAL = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The path of a Chromium: the one that CHROMIUM_PATH names, an installed one, Playwright's own, or one installed now. */
export function browser() {
  const found = find()
  if (found) return found

  step('Getting a browser')
  spawnSync(join('node_modules', '.bin', 'playwright'), ['install', 'chromium'], { stdio: 'inherit', shell: process.platform === 'win32' })
  if (find()) return find()
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    spawnSync('apt-get', ['update', '-q'], { stdio: 'inherit' })
    for (const name of ['chromium-headless-shell', 'chromium']) if (!find()) installPackage(name)
  }
  const installed = find()
  if (installed) return installed
  console.error('No Chromium could be found or installed. Install one, or set CHROMIUM_PATH to it.')
  process.exit(1)
}

function installPackage(name) {
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', name], {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
}

function find() {
  return [process.env.CHROMIUM_PATH, ...USUAL, playwrights()].find((path) => path && existsSync(path))
}

function playwrights() {
  const cache = process.env.PLAYWRIGHT_BROWSERS_PATH || join(homedir(), '.cache', 'ms-playwright')
  if (!existsSync(cache)) return undefined
  const folder = readdirSync(cache).find((name) => /^chromium-\d+$/.test(name))
  return folder && join(cache, folder, 'chrome-linux', 'chrome')
}
