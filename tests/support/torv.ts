import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import PostalMime from 'postal-mime'
import { hashPassword } from '../../api/accounts/passwords.ts'
import { addStaff } from '../../api/accounts/store.ts'
import { createApp } from '../../api/app.ts'
import { readConfig } from '../../api/config.ts'
import { Mailer } from '../../api/notify/mailer.ts'
import { closeServices, openServices } from '../../api/services.ts'
import { Client } from './client.ts'

export const PUBLIC_URL = 'http://localhost:4321'
export type Torv = Awaited<ReturnType<typeof startTorv>>
export type ReceivedMail = { to: string; subject: string; text: string; html: string }

let running: { stop: () => Promise<void> }[] = []

/** Stops every Torv a test has started; for `afterEach`. */
export async function stopTorvs() {
  for (const torv of running) await torv.stop()
  running = []
}

/**
 * A Torv of its own: the real app on a real libSQL file, or on the server of `TEST_DATABASE_URL`; only the clock can be moved.
 * Mails are sent when a test calls `settle()`.
 */
export async function startTorv(environment: Record<string, string> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'torv-'))
  const config = readConfig({
    DATA_DIR: dataDir,
    CONTENT_DIR: resolve('tests/support/content'),
    PUBLIC_URL,
    ...(await testDatabase()),
    ...environment,
  })
  const clock = { offset: 0, now: () => Date.now() + clock.offset, forward: (ms: number) => void (clock.offset += ms) }
  const logged: { event: string; facts: Record<string, unknown> }[] = []
  const services = await openServices(config, { clock, log: (event, facts = {}) => void logged.push({ event, facts }) })
  const app = createApp(services)
  const mailer = new Mailer(services)

  const mails = async (): Promise<ReceivedMail[]> => {
    const outbox = join(dataDir, 'outbox')
    const files = (await readdir(outbox).catch(() => [])).filter((name) => name.endsWith('.eml')).sort()
    return Promise.all(files.map(async (file) => received(await readFile(join(outbox, file)))))
  }
  const visitor = (address?: string) => new Client(app, PUBLIC_URL, address)

  const torv = {
    services,
    app,
    clock,
    logged,
    dataDir,
    mails,
    visitor,
    /** Plans and sends every mail that is due. */
    settle: () => mailer.run(),
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
    async staff(role: 'agent' | 'admin' = 'agent', email = `${role}@testvaerk.example`) {
      const password = 'a long enough password'
      await addStaff(services, { email, name: `Sam ${role}`, role, locale: 'en', passwordHash: await hashPassword(password) })
      const client = visitor()
      const answer = await client.post('/api/sign-in/password', { email, password })
      if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`)
      return client
    },
    async stop() {
      await closeServices(services)
      await rm(dataDir, { recursive: true, force: true })
    },
  }
  running.push(torv)
  return torv
}

async function received(eml: Buffer): Promise<ReceivedMail> {
  const { to, subject, text, html } = await PostalMime.parse(eml)
  return { to: to?.[0]?.address ?? '', subject: subject ?? '', text: text ?? '', html: html ?? '' }
}

/** One fresh database per Torv on the libSQL server the run was given, if any. */
async function testDatabase(): Promise<{ DATABASE_URL?: string }> {
  const { startSqld } = process.env.TEST_DATABASE === 'server' ? await import('./sqld.ts') : { startSqld: undefined }
  if (!startSqld) return {}
  const server = await startSqld()
  running.push(server)
  return { DATABASE_URL: server.url }
}
