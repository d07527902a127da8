import type { Locale } from '../../content/schema.ts'
import { wantAgain } from '../followup/preferences.ts'
import { isInRanges, type PostcodeRange } from '../owned/owners.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

const LIFETIME_MS = 24 * 60 * 60 * 1000
const WINDOW_MS = 15 * 60 * 1000
/** So many confirmations are mailed to one address within the window, whoever asks. */
const MOST_MAILS = 3
const KEPT_MS = 7 * LIFETIME_MS

export type Subscriber = { email: string; locale: Locale; postcode: string }

/** SQL for the addresses of those who have asked; with places, less who has named another one. */
export function subscribersIn(ranges: PostcodeRange[] | undefined): Statement {
  const all = 'select email, locale from status_subscribers'
  if (!ranges) return { sql: all }
  return { sql: `${all} where postcode = '' or ${isInRanges('postcode', ':list')}`, args: { list: JSON.stringify(ranges) } }
}

/** Somebody has typed this address: whoever reads its mail is asked. The rest of too many are not mailed, and answered alike. */
export async function askToSubscribe({ db, clock }: Services, { email, locale, postcode }: Subscriber) {
  const at = clock.now()
  await db.batch([
    { sql: 'delete from status_requests where at < :before', args: { before: at - KEPT_MS } },
    {
      sql: `insert into status_requests (email, locale, postcode, at)
            select :email, :locale, :postcode, :at
            where (select count(*) from status_requests where email = :email and at > :since) < ${MOST_MAILS}`,
      args: { email, locale, postcode, at, since: at - WINDOW_MS },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'status.subscription-asked', 'status-request:' || id, 'guest', '{}' from status_requests
            where email = :email and changes() > 0 order by id desc limit 1`,
      args: { at, email },
    },
  ])
}

/** An address of which somebody says that it is theirs, while they can still prove it. */
export async function findRequest({ db, clock }: Services, where: { token: string } | { id: number }): Promise<Subscriber | undefined> {
  if ('token' in where && !isToken(where.token)) return undefined
  return db.get<Subscriber>(
    `select email, locale, postcode from status_requests
     where ${'token' in where ? 'token_hash = :key' : 'id = :key'} and used_at is null and at > :since`,
    { key: 'token' in where ? hashToken(where.token) : where.id, since: clock.now() - LIFETIME_MS },
  )
}

/** Makes the token for the mail that is about to be sent: it stands nowhere else. */
export async function requestToSend(services: Services, id: number): Promise<string | undefined> {
  const token = newToken()
  const [made] = await services.db.batch([
    { sql: 'update status_requests set token_hash = :hash where id = :id and used_at is null', args: { hash: hashToken(token), id } },
  ])
  return made?.changes === 1 ? token : undefined
}

/** Subscribes whoever has got the mail, once; an earlier word that they want no such mails is taken back with it. */
export async function confirmSubscription(services: Services, token: string): Promise<boolean> {
  const request = await findRequest(services, { token })
  if (!request) return false
  const { db, clock } = services
  const at = clock.now()
  const hash = hashToken(token)
  const [used] = await db.batch([
    {
      sql: 'update status_requests set used_at = :at where token_hash = :hash and used_at is null and at > :since',
      args: { hash, at, since: at - LIFETIME_MS },
    },
    eventIfChanged('status.subscribed', { subject: 'status', actor: 'guest', at }),
    {
      sql: `insert into status_subscribers (email, locale, postcode, since)
            select email, locale, postcode, :at from status_requests where token_hash = :hash and used_at = :at and changes() > 0
            on conflict (email) do update set locale = excluded.locale, postcode = excluded.postcode`,
      args: { hash, at },
    },
    wantAgain(request.email, 'status'),
  ])
  return used?.changes === 1
}
