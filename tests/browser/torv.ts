import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, test as base, expect, type Page } from '@playwright/test'
import PostalMime from 'postal-mime'
import { loadContent } from '../../content/load.ts'
import { type Translate, translator } from '../../content/phrases.ts'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { until } from '../support/ports.ts'
import { post, type RunningServer, startServer } from '../support/server.ts'

const content = loadContent(resolve('content'))
const phrases = Object.fromEntries(LOCALES.map((locale) => [locale, translator(content, locale)])) as Record<Locale, Translate>
export const STAFF = { email: 'sam@fjeldvarme.example', name: 'Sam Skov', password: 'a long enough password' }

export type ReceivedMail = { to: string; subject: string; text: string }
export type Torv = RunningServer & { mails: () => Promise<ReceivedMail[]>; mailTo: (to: string, about: RegExp) => Promise<ReceivedMail> }

/** The phrases that a page in this language is made of. */
export function phrasesOf(locale: Locale): Translate {
  return phrases[locale]
}

/** A real server with a fresh data folder and the demo company's content, whose first admin is Sam; one for each worker. */
export const test = base.extend<{ consoleIsClean: undefined }, { torv: Torv }>({
  torv: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
    async ({}, use) => {
      const torv = await startWithStaff()
      await use(torv)
      await torv.remove()
    },
    { scope: 'worker' },
  ],
  // A page that throws, or breaks its own content security policy, is broken whatever it looks like.
  consoleIsClean: [
    async ({ page }, use) => {
      const complaints: string[] = []
      // A page change that overtakes the animation of the one before aborts or skips it: nothing that anybody sees.
      page.on('pageerror', (error) => /Transition was (aborted|skipped)/.test(String(error)) || complaints.push(String(error)))
      page.on('console', (message) => {
        // A frame that is refused where it must be is no complaint about our own pages.
        if (message.text().includes('frame-ancestors')) return
        if (message.type() === 'error' && /Content Security Policy|Uncaught|hydrat/i.test(message.text())) complaints.push(message.text())
      })
      await use(undefined)
      expect(complaints).toEqual([])
    },
    { auto: true },
  ],
})
export { expect }

/** A server of one story's own: for one that moves its clock, whose staff reads another language, or that has other surroundings. */
export async function startWithStaff(locale: Locale = 'en', environment: Record<string, string> = {}): Promise<Torv> {
  const server = await startServer({ environment })
  const token = /set-up\/([\w-]{43})/.exec(server.output())?.[1]
  const made = await post(server.url, '/api/set-up', { ...STAFF, token, locale })
  if (made.status !== 201) throw new Error(`The first admin could not be made: ${await made.text()}`)
  return { ...server, ...mailbox(server) }
}

function mailbox(server: RunningServer) {
  const outbox = join(server.dataDir, 'outbox')
  const known = new Map<string, Promise<ReceivedMail>>() // a mail does not change, and one that is waited for is asked about often
  const read = (file: string) => {
    const mail = known.get(file) ?? received(join(outbox, file))
    known.set(file, mail)
    mail.catch(() => known.delete(file))
    return mail
  }
  const mails = async (): Promise<ReceivedMail[]> => {
    const files = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml') && !name.startsWith('.')).sort()
    return Promise.all(files.map(read))
  }
  const mailTo = (to: string, about: RegExp) =>
    until(
      `a mail to ${to} about ${about}`,
      async () => (await mails()).findLast((mail) => mail.to === to && about.test(mail.subject)),
      30_000,
    )
  return { mails, mailTo }
}

async function received(file: string): Promise<ReceivedMail> {
  const { to, subject, text } = await PostalMime.parse(await readFile(file))
  return { to: to?.[0]?.address ?? '', subject: subject ?? '', text: text ?? '' }
}

/** The link in a mail that leads to `/open/…`. */
export function linkIn({ text }: ReceivedMail): string {
  const link = /https?:\/\/\S+\/open\/[\w-]{43}/.exec(text)?.[0]
  if (!link) throw new Error(`There is no link in: ${text}`)
  return link
}

/** The six digits in a mail. */
export function codeIn({ text }: ReceivedMail): string {
  const code = /\b(\d{3}) (\d{3})\b/.exec(text)
  if (!code) throw new Error(`There is no code in: ${text}`)
  return `${code[1]}${code[2]}`
}

/** Goes on once everything that lives on the page lives. */
export async function hydrated(page: Page) {
  await expect(page.locator('astro-island[ssr]')).toHaveCount(0)
}

/**
 * axe finds nothing here, by the rules of WCAG 2.2 AA and its best practices. `frames`: false where they are not ours and run no
 * scripts, in which axe waits for ever.
 */
export async function expectNoBarriers(page: Page, { frames = page.frames().length > 1 } = {}) {
  // Only violations are worked out to the node. In one frame axe needs no second page to put its findings together.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'], iframes: frames }).setLegacyMode(!frames)
  const { violations } = await axe.analyze()
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)).toEqual([])
}

/** A window of its own in which Sam, or a colleague, is signed in at the desk. */
export async function atTheDesk(browser: Browser, torv: Torv, { email, password }: Omit<typeof STAFF, 'name'> = STAFF): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled: true, viewport: { width: 1280, height: 800 } })).newPage()
  await page.goto(`${torv.url}/en/sign-in?with=password&next=/desk/`)
  await page.locator('input[name=email]').fill(email)
  await page.locator('input[name=password]').fill(password)
  await page.locator('main form button').first().click()
  await expect(page).toHaveURL(`${torv.url}/desk/`)
  return page
}

/** The key of a new site whose pages are of this origin. */
export async function addSiteTo({ url }: RunningServer, origin: string, locale: Locale): Promise<string> {
  const signedIn = await post(url, '/api/sign-in/password', STAFF)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')
  const added = await post(url, '/api/desk/sites', { name: 'A shop', origin, locale }, { cookie })
  if (added.status !== 201) throw new Error(await added.text())
  return ((await added.json()) as { key: string }).key
}

/** An address that no other story uses. */
export function someone(name: string): string {
  return `${name}.${Math.random().toString(36).slice(2, 10)}@acme.example`
}
