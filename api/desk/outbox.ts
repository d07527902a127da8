import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import type { Services } from '../services.ts'

const PAGE = 50

export type OutboxMail = {
  id: number
  recipient: string
  template: string
  status: 'waiting' | 'sent' | 'parked'
  attempts: number
  error: string | null
  nextAt: number
  sentAt: number | null
}

const COLUMNS = `id, recipient, template, status, attempts, error, next_at as "nextAt", sent_at as "sentAt"`

/** What was sent and what could not be, the newest first; `before` is the last id of the page before. */
export async function outbox({ db }: Services, before = Number.MAX_SAFE_INTEGER) {
  const rows = await db.all<OutboxMail>(`select ${COLUMNS} from mails where id < :before order by id desc limit ${PAGE + 1}`, { before })
  const mails = rows.slice(0, PAGE)
  return { mails, next: rows.length > PAGE ? mails.at(-1)?.id : undefined }
}

export async function findMail({ db }: Services, id: number) {
  return db.get<OutboxMail & { eventId: number }>(`select ${COLUMNS}, event_id as "eventId" from mails where id = :id`, { id })
}

/** What a mail said, where mails are files; undefined once they go to a mail server. */
export async function wordsOf({ mail: transport, config }: Services, { template, eventId, recipient }: OutboxMail & { eventId: number }) {
  if (transport.kind !== 'files') return undefined
  const folder = join(config.dataDir, 'outbox')
  const names = await readdir(folder).catch(() => [])
  // Several may stand under one event: the right one is addressed to this recipient.
  for (const name of names
    .filter((name) => name.includes(`Z-${template}.${eventId}.`))
    .sort()
    .reverse()) {
    const { to, subject = '', text = '' } = await PostalMime.parse(await readFile(join(folder, name)))
    if (to?.[0]?.address === recipient) return { subject, text }
  }
  return undefined
}
