import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { ImapFlow } from 'imapflow'
import type { Services } from '../services.ts'
import { MAX_MAIL_BYTES, receiveMail } from './incoming.ts'
import { holdMailbox, letMailboxGo, mailboxFails, mailboxWorks } from './mailboxes.ts'

const NAME = 'imap'
/** The lease is asked for again at least so often. A server that tells of new mail is not asked in between. */
const LOOK_EVERY_MS = 20_000
const LONGEST_PAUSE_MS = 5 * 60_000
/** What is fetched of a mail that is too large: enough to tell who sent it. */
const HEAD_BYTES = 256 * 1024

/**
 * Reads a mailbox: whatever is unread is taken in, one after the other, and marked as read only once that is written down. A crash in
 * between brings a mail twice, which changes nothing. Of several processes one reads; another goes on when it falls silent.
 */
export class ImapReader {
  readonly #services: Services
  readonly #url: URL
  readonly #holder = randomUUID()
  readonly #stopping = new AbortController()
  #running: Promise<void> | undefined

  constructor(services: Services, url: string) {
    this.#services = services
    this.#url = new URL(url)
  }

  start() {
    this.#running = this.#run()
  }

  /** Waits for the mail that is being taken in. */
  async stop() {
    this.#stopping.abort()
    await this.#running
    await letMailboxGo(this.#services, NAME, this.#holder)
  }

  async #run() {
    for (let failures = 0; !this.#stopping.signal.aborted; ) {
      try {
        const isOurs = await holdMailbox(this.#services, NAME, this.#holder)
        if (isOurs) await this.#read(() => (failures = 0))
        else await this.#pause(LOOK_EVERY_MS)
      } catch (error) {
        if (this.#stopping.signal.aborted) return
        this.#services.log('imap-failed', { error, failures })
        await mailboxFails(this.#services, NAME, reasonOf(error)).catch(() => {})
        await this.#pause(pauseMs(failures++))
      }
    }
  }

  /** On one connection, until it breaks, another process has the lease, or we stop. */
  async #read(works: () => void) {
    const client = new ImapFlow(optionsFor(this.#url))
    // Without a listener an error on an idle connection would end the process; the command in hand fails by itself.
    client.on('error', (error) => this.#services.log('imap-error', { error }))
    const stop = () => client.close()
    this.#stopping.signal.addEventListener('abort', stop)
    try {
      await client.connect()
      await client.mailboxOpen(mailboxIn(this.#url))
      while (!this.#stopping.signal.aborted && (await holdMailbox(this.#services, NAME, this.#holder))) {
        await this.#takeUnread(client)
        await mailboxWorks(this.#services, NAME)
        works()
        await this.#somethingNew(client)
      }
      await client.logout().catch(() => {})
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop)
      client.close()
    }
  }

  async #takeUnread(client: ImapFlow) {
    const unread = (await client.search({ seen: false }, { uid: true })) || []
    for (const uid of unread) {
      if (this.#stopping.signal.aborted || !(await holdMailbox(this.#services, NAME, this.#holder))) return
      await this.#take(client, uid)
    }
  }

  async #take(client: ImapFlow, uid: number) {
    const about = await client.fetchOne(String(uid), { size: true }, { uid: true })
    if (!about) return // gone meanwhile
    const size = about.size ?? 0
    const isWhole = size <= MAX_MAIL_BYTES
    const fetched = await client.fetchOne(String(uid), { source: isWhole ? true : { maxLength: HEAD_BYTES } }, { uid: true })
    const raw = fetched ? fetched.source : undefined
    if (!raw) return
    const { state, reason } = await receiveMail(this.#services, { raw, isWhole, size, source: 'imap' })
    this.#services.log('mail-read', { state, reason })
    await client.messageFlagsAdd(String(uid), ['\\Seen'], { uid: true })
  }

  /** Comes back when the server tells of something, and after a while in any case. */
  async #somethingNew(client: ImapFlow) {
    const { signal } = this.#stopping
    const told = new Promise<void>((resolve) => {
      client.once('exists', () => resolve())
      client.once('close', () => resolve())
    })
    const idling = client.idle().catch(() => {})
    await Promise.race([told, wait(LOOK_EVERY_MS, undefined, { signal }).catch(() => {})])
    client.removeAllListeners('exists')
    // Any command ends the idling; without one the server would go on telling.
    if (client.usable) await client.noop()
    await idling
    if (!client.usable && !signal.aborted) throw new Error('The connection has ended')
  }

  async #pause(ms: number) {
    await wait(ms, undefined, { signal: this.#stopping.signal }).catch(() => {})
  }
}

function optionsFor({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === 'imaps:'
  return {
    host: hostname,
    port: Number(port) || (secure ? 993 : 143),
    secure,
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false as const,
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 120_000,
  }
}

function mailboxIn({ pathname }: URL): string {
  return decodeURIComponent(pathname.slice(1)) || 'INBOX'
}

/** 1 s, 2 s, 4 s … at most five minutes, with chance, so that a server that comes back is not run over. */
function pauseMs(failures: number): number {
  return Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** failures) * (0.75 + Math.random() / 2)
}

/** In words that hold no secret: what the server said, or the kind of error. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  const { responseText, authenticationFailed, code } = error as Error & Record<string, unknown> // ImapFlow adds these
  if (authenticationFailed) return 'The server refused the name or password.'
  return String(responseText ?? code ?? error.message)
}
