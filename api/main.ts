import type { Server } from 'node:http'
import { flushCompileCache } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Sessions } from './accounts/sessions.ts'
import { hasStaff, newSetupLink } from './accounts/store.ts'
import { type App, createApp } from './app.ts'
import { remindOfBookings } from './bookings/reminders.ts'
import { type Config, readConfig } from './config.ts'
import { mergeWords } from './desk/words.ts'
import { letGoOf } from './files/enclosures.ts'
import { forgetPartial } from './files/resumable-store.ts'
import { forgetStrayBytes, forgetUnattached } from './files/store.ts'
import { remindDue } from './followup/job.ts'
import { forgetOldLinks } from './followup/preferences.ts'
import { followUpReader } from './followup/reader.ts'
import { resumeImports } from './leads/import-run.ts'
import { leadReader } from './leads/reader.ts'
import { ImapReader } from './mail/imap.ts'
import { forgetIgnored } from './mail/store.ts'
import { announceWritten } from './notices/store.ts'
import { KeptUp } from './notify/kept-up.ts'
import { Mailer } from './notify/mailer.ts'
import { remindOfCare } from './owned/care.ts'
import { openDisputes } from './owned/disputes.ts'
import { forgetLists } from './quotes/list-store.ts'
import { placeOrders } from './quotes/orders/store.ts'
import { expireQuotes } from './quotes/store.ts'
import { forgetSearches } from './searches/store.ts'
import { refreshSearch } from './searches/synonyms.ts'
import { createTorvServer } from './server.ts'
import { closeServices, openServices, type Services } from './services.ts'
import { tendTickets } from './tickets/clock.ts'
import { forgetOutgoing, sendDueReplies } from './tickets/outgoing.ts'
import { endSittings } from './tickets/presence.ts'

const STOP_WITHIN_MS = 10_000
const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

await start().catch((error) => {
  // Mistakes in content and configuration are for the person at the terminal: the sentence, not the stack.
  console.error(`\n${error instanceof Error ? error.message : error}\n`)
  process.exit(1)
})

async function start() {
  const config = readConfig(process.env)
  const services = await openServices(config)
  const app = createApp(services)
  const mailer = new Mailer(services)
  const readers = [new KeptUp(services, leadReader(services)), new KeptUp(services, followUpReader(services))]
  const server = createTorvServer(config, app, await pages(config, app, services))
  await listen(server, config)
  const imap = config.imapUrl ? [new ImapReader(services, config.imapUrl)] : []
  const workers = [mailer, ...readers, ...imap]
  mailer.start()
  for (const reader of imap) reader.start()
  for (const reader of readers) reader.start()
  setInterval(() => void sendReplies(services), SECOND_MS).unref()
  setInterval(() => void tidy(services), MINUTE_MS).unref()
  setInterval(() => void tidyDaily(services), DAY_MS).unref()
  // What came due while nobody was here waits no minute more.
  void tidy(services)
  void tidyDaily(services)
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(server, workers, services))
  await printAddresses(services)
  flushCompileCache() // kept for the next start even if this process is killed
}

/** Astro's handler for on-demand pages, which find the API and the content through these symbols. */
async function pages(config: Config, app: App, { content }: Services) {
  Object.assign(globalThis, { [Symbol.for('torv.api')]: { app, config }, [Symbol.for('torv.content')]: content })
  process.env.ASTRO_NODE_AUTOSTART = 'disabled'
  const entry = pathToFileURL(resolve('dist/server/entry.mjs')).href
  const { handler } = await import(entry).catch((cause) => {
    throw new Error('The site is not built yet. Run "npm start", or "npm run build" first.', { cause })
  })
  return handler
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((done, failed) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      failed(error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken. Set PORT to another one.`) : error),
    )
    server.listen(port, host, () => done())
  })
}

/** What only the clock does. Nothing waits for it: rules ask the time themselves. */
async function tidy(services: Services) {
  await allOf(services, [
    expireQuotes(services),
    placeOrders(services),
    tendTickets(services),
    remindOfBookings(services),
    new Sessions(services.db).forgetEnded(),
    forgetUnattached(services),
    forgetPartial(services),
    forgetLists(services),
    resumeImports(services),
    remindDue(services),
    forgetOldLinks(services),
    forgetIgnored(services, letGoOf),
    forgetSearches(services),
    forgetOutgoing(services),
    endSittings(services),
    refreshSearch(services),
    remindOfCare(services),
    announceWritten(services),
    openDisputes(services),
  ])
}

/** Replies leave ten seconds after they were written; what was due while nobody was here leaves now. */
async function sendReplies(services: Services) {
  await sendDueReplies(services).catch((error) => services.log('sending-failed', { error }))
}

/** What looks at all there is, so it is seldom done. */
async function tidyDaily(services: Services) {
  await allOf(services, [forgetStrayBytes(services), mergeWords(services, 'ticket'), mergeWords(services, 'contact')])
}

/** One that fails is told to the log, and holds up none of the others. */
async function allOf(services: Services, jobs: Promise<unknown>[]) {
  for (const { status, ...outcome } of await Promise.allSettled(jobs)) {
    if (status === 'rejected') services.log('tidying-failed', outcome)
  }
}

async function stop(server: Server, workers: { stop(): Promise<void> }[], services: Services) {
  setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
  server.close()
  server.closeIdleConnections()
  // Streams never end by themselves; their readers come back with Last-Event-ID.
  setTimeout(() => server.closeAllConnections(), 500).unref()
  for (const worker of workers) await worker.stop()
  await closeServices(services)
  process.exit(0)
}

async function printAddresses(services: Services) {
  const { publicUrl, smtpUrl, dataDir } = services.config
  const lines = [
    ['Portal', publicUrl],
    ['Desk', `${publicUrl}/desk/`],
  ]
  if (!(await hasStaff(services)))
    lines.push(['Set up', `${publicUrl}/${services.content.company.locale}/set-up/${await newSetupLink(services)}`])
  if (!smtpUrl) lines.push(['Mails', `${dataDir}/outbox (set SMTP_URL to send them)`])
  console.log(`\n  ${services.content.company.name} is open.\n`)
  for (const [name = '', value] of lines) console.log(`  ${name.padEnd(8)}${value}`)
  console.log('')
}
