import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import PostalMime from 'postal-mime'
import { hashPassword } from '../../api/accounts/passwords.ts'
import { addStaff } from '../../api/accounts/store.ts'
import { createApp } from '../../api/app.ts'
import { readConfig } from '../../api/config.ts'
import { followUpReader } from '../../api/followup/reader.ts'
import { leadReader } from '../../api/leads/reader.ts'
import { Mailer } from '../../api/notify/mailer.ts'
import { closeServices, openServices } from '../../api/services.ts'
import { type Content, loadContent } from '../../content/load.ts'
import { Client } from './client.ts'

export const PUBLIC_URL = 'http://localhost:4321'
const CONTENT_DIR = resolve('tests/support/content')
export type Torv = Awaited<ReturnType<typeof startTorv>>
type ReceivedFile = { filename: string; type: string; content: string }
export type ReceivedMail = {
  to: string
  /** Where an answer goes. */
  replyTo: string
  messageId: string
  headers: Map<string, string>
  subject: string
  text: string
  html: string
  files: ReceivedFile[]
}

let running: { stop: () => Promise<void> }[] = []
let testContent: Content | undefined

/** Stops every Torv a test has started; for `afterEach`. */
export async function stopTorvs() {
  for (const torv of running) await torv.stop()
  running = []
}

/**
 * A Torv of its own: the real app on a real libSQL file, or on a libSQL server; only the clock can be moved.
 * Mails are sent when a test calls `settle()`.
 */
export async function startTorv(
  environment: Record<string, string> = {},
  { content = contentOf(environment) }: { content?: Content } = {},
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'torv-'))
  const server = await testServer()
  const config = readConfig({
    DATA_DIR: dataDir,
    CONTENT_DIR,
    PUBLIC_URL,
    ...(server && { DATABASE_URL: server.url }),
    ...environment,
  })
  const { EMPTY_DATABASE } = process.env
  if (EMPTY_DATABASE && config.databaseUrl.startsWith(dataDir)) await copyFile(EMPTY_DATABASE, config.databaseUrl)
  const clock = movableClock()
  const logged: { event: string; facts: Record<string, unknown> }[] = []
  const services = await openServices(config, {
    clock,
    ...(content && { content }),
    log: (event, facts = {}) => void logged.push({ event, facts }),
  })
  const app = createApp(services)
  const mailer = new Mailer(services)
  const readers = [followUpReader(services), leadReader(services)]

  const mails = async (): Promise<ReceivedMail[]> => {
    const outbox = join(dataDir, 'outbox')
    const files = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort()
    return Promise.all(files.map(async (file) => received(await readFile(join(outbox, file)))))
  }
  const visitor = (address?: string) => new Client(app, config.publicUrl, address)

  const torv = {
    services,
    app,
    clock,
    logged,
    dataDir,
    /** Every folder that anything was written to, the database's server's too. */
    folders: [dataDir, ...(server ? [server.folder] : [])],
    mails,
    visitor,
    /** Lets every reader of the log read on, and sends every mail that is due. */
    async settle() {
      for (const reader of readers) await reader.catchUp()
      await mailer.run()
    },
    /** A client signed in by e-mail code, as a customer would. */
    async signedIn(email: string, locale = 'en') {
      const client = visitor()
      await client.post('/api/sign-in/codes', { email, locale })
      await mailer.run()
      const mail = (await mails()).findLast(({ to }) => to === email)
      const code = /\b(\d{3}) (\d{3})\b/.exec(mail?.text ?? '')
      const answer = await client.post('/api/sign-in', { code: `${code?.[1]}${code?.[2]}` })
      if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`)
      return client
    },
    /** A client signed in as a member of staff. */
    async staff(role: 'agent' | 'admin' | 'reader' = 'agent', email = `${role}@testvaerk.example`) {
      const password = 'a long enough password'
      const rights = role === 'reader' ? { role: 'agent' as const, readOnly: true } : { role }
      await addStaff(services, { email, name: `Sam ${role}`, ...rights, locale: 'en', passwordHash: await hashPassword(password) })
      const client = visitor()
      const answer = await client.post('/api/sign-in/password', { email, password })
      if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`)
      return client
    },
    async stop() {
      await closeServices(services)
      await server?.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  running.push(torv)
  return torv
}

/** What the tests' company says, read once by each worker; nothing where a test has a company of its own. */
function contentOf({ CONTENT_DIR: other }: Record<string, string>): Content | undefined {
  if (other) return undefined
  testContent ??= loadContent(CONTENT_DIR)
  return structuredClone(testContent) // a test may change its own
}

async function received(eml: Buffer): Promise<ReceivedMail> {
  const { to, from, replyTo, messageId, headers, subject, text, html, attachments } = await PostalMime.parse(eml, {
    attachmentEncoding: 'arraybuffer',
  })
  const files = attachments.map(({ filename, mimeType, content }) => ({
    filename: filename ?? '',
    type: mimeType,
    content: Buffer.from(content as ArrayBuffer).toString(), // as asked for
  }))
  return {
    to: to?.[0]?.address ?? '',
    replyTo: replyTo?.[0]?.address ?? from?.address ?? '',
    messageId: messageId ?? '',
    headers: new Map(headers.map(({ key, value }) => [key, value])),
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? '',
    files,
  }
}

/** A libSQL server for one Torv alone, in the run that asks for it (vitest.server.config.ts). */
async function testServer() {
  if (process.env.TEST_DATABASE !== 'server') return undefined
  const { startSqld } = await import('./sqld.ts')
  return startSqld({ from: process.env.EMPTY_SERVER })
}

function movableClock() {
  let offset = 0
  return {
    now: () => Date.now() + offset,
    forward: (ms: number) => {
      offset += ms
    },
    /** `moment` as in ISO 8601: what hangs on the day of the week or on the hour begins at one that is named. */
    set: (moment: string) => {
      offset = Date.parse(moment) - Date.now()
    },
  }
}
