import { findSent } from '../notify/message-id.ts'
import type { Statement } from '../platform/db.ts'
import { REFERENCE } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { reply } from '../tickets/replying.ts'
import { findAnyTicket } from '../tickets/store.ts'
import type { Bounce } from './bounce.ts'

const DAY_MS = 24 * 60 * 60 * 1000

export type BouncedAddress = { email: string; at: number; status: string; diagnostic: string }

/** Marks the address that a mail of ours came back from, and tells staff where the mail belonged: once a day, however many come back. */
export async function tellOfBounce(services: Services, key: string, { recipient, status, diagnostic, originalMessageId = '' }: Bounce) {
  const { db, clock, content, t } = services
  const [marked] = await db.batch([
    {
      sql: `insert into bounced_addresses (email, at, status, diagnostic, mail_id)
            select :email, :at, :status, :diagnostic, id from incoming_mails where key = :key
            on conflict (email) do update set at = :at, status = :status, diagnostic = :diagnostic, mail_id = excluded.mail_id
              where bounced_addresses.at < :dayAgo`,
      args: { email: recipient, at: clock.now(), dayAgo: clock.now() - DAY_MS, status, diagnostic, key },
    },
  ])
  if (!marked?.changes) return
  const sent = await findSent(services, originalMessageId)
  const ticket = sent && REFERENCE.test(sent.subject) ? await findAnyTicket(services, sent.subject).catch(() => undefined) : undefined
  if (!ticket) return
  const text = t[content.company.locale]('mail.incoming.bounce-note', { email: recipient, reason: diagnostic || status })
  await reply(services, ticket, { author: 'staff', authorName: 'Torv', text, by: 'torv', internal: true })
}

/** Who writes to us can be written to. For a batch. */
export function reachable(email: string): Statement {
  return { sql: 'delete from bounced_addresses where email = :email', args: { email } }
}

/** Those that mail came back from lately, the newest first. */
export async function bouncedAddresses({ db }: Services): Promise<BouncedAddress[]> {
  return db.all<BouncedAddress>('select email, at, status, diagnostic from bounced_addresses order by at desc limit 20')
}
