import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Content, loadContent } from '../content/load.ts'
import { type Translate, translator } from '../content/phrases.ts'
import type { Locale } from '../content/schema.ts'
import type { Config } from './config.ts'
import { type FileStore, FolderStore } from './files/file-store.ts'
import type { SearchEngine } from './help/search/engine.ts'
import { openSearch } from './help/search/open.ts'
import { MailParser } from './mail/parser.ts'
import { type MailTransport, openMailTransport } from './notify/transport.ts'
import { type Db, openDb } from './platform/db.ts'
import { Limits } from './platform/limits.ts'
import { Live } from './platform/live.ts'
import { type Log, logToStderr } from './platform/log.ts'
import { migrate } from './platform/migrate.ts'
import { openReader, type Reader } from './platform/reader.ts'
import { withAddedSynonyms } from './searches/synonyms.ts'

export type Clock = { now(): number }

/** Everything an app needs from outside. */
export type Services = {
  config: Config
  content: Content
  t: Record<Locale, Translate>
  db: Db
  /** For reads that may take long. */
  reader: Reader
  search: SearchEngine
  mail: MailTransport
  /** For mails that came in. */
  mailParser: MailParser
  files: FileStore
  live: Live
  limits: Limits
  clock: Clock
  log: Log
  /** 32 bytes of this installation, for cursors and marks; never leaves it. */
  secret: Buffer
}

/** Opens everything, with the database at the newest schema. Throws with a sentence for the person at the terminal. */
export async function openServices(config: Config, outside: { clock?: Clock; log?: Log; content?: Content } = {}): Promise<Services> {
  const { clock = { now: () => Date.now() }, log = logToStderr, content = loadContent(config.contentDir) } = outside
  mkdirSync(config.dataDir, { recursive: true })
  const db = await openDb(config.databaseUrl)
  await migrate(db, () => copyDatabase(db, config))
  const live = new Live(db, log)
  await live.start()
  return {
    config,
    content,
    t: { en: translator(content, 'en'), da: translator(content, 'da') },
    db,
    reader: openReader(db, config.databaseUrl),
    search: await openSearch(config, await withAddedSynonyms(db, content), log),
    mail: openMailTransport(config, content),
    mailParser: new MailParser(),
    files: new FolderStore(join(config.dataDir, 'files')),
    live,
    limits: new Limits(),
    clock,
    log,
    secret: installationSecret(config.dataDir),
  }
}

export async function closeServices({ db, reader, search, live, mailParser }: Services) {
  live.stop()
  await mailParser.close()
  await reader.close()
  await search.close()
  await db.close()
}

/** A way back from a migration that went wrong: the database as it was, beside it. A server keeps its own backups. */
async function copyDatabase(db: Db, { databaseUrl }: Config) {
  if (!existsSync(databaseUrl)) return
  await db.all(`vacuum into '${`${databaseUrl}.before-${Date.now()}`.replaceAll("'", "''")}'`)
}

function installationSecret(dataDir: string): Buffer {
  const file = join(dataDir, 'secret')
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 })
  return readFileSync(file)
}
