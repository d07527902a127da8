import { randomBytes } from 'node:crypto'
import type { Context } from 'hono'
import type { Locale } from '../../content/schema.ts'
import { openedLinks } from '../accounts/access.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Env, Share } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { statusAt } from './model.ts'
import type { ShareRight } from './rights.ts'
import { actorOn, type Quote } from './store.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LIFETIME_MS = 30 * DAY_MS
const HOUR_MS = 60 * 60 * 1000
/** A quote is no way to write to many strangers. */
const MAX_PER_HOUR = 10

export type Forwarding = {
  email: string
  name: string
  right: ShareRight
  /** For the colleague. Kept only when the one who forwards has proven who they are: a link may be in anybody's hands. */
  words: string
  /** The name of who forwards it, if proven. */
  byName: string
  by: number
  locale: Locale
}

/** Who can see a quote by a link of their own, as the buyer and staff are shown it. */
export type ListedShare = { key: string; email: string; name: string; right: ShareRight; by: string; createdAt: number; expiresAt: number }

const SHARE = `q.reference as subject, s.key, s."right", s.name, s.email, s.shared_by_name as by`

/** Sends a colleague a link of their own. Forwarding to the same address again changes what they may do, and ends the older link. */
export async function forwardQuote({ db, clock }: Services, quote: Quote, { email, name, right, words, byName, by, locale }: Forwarding) {
  const at = clock.now()
  const { id, reference } = quote
  const [forwarded] = await db.batch([
    {
      sql: `insert into quote_shares (key, quote_id, email, name, "right", words, shared_by, shared_by_name, locale, created_at, expires_at)
            select :key, id, :email, :name, :right, :words, :by, :byName, :locale, :at, :expiresAt from quotes
            where id = :id
              and (select count(*) from events where subject = :reference and kind = 'quote.forwarded' and at > :anHourAgo) < ${MAX_PER_HOUR}
            on conflict (quote_id, email) where revoked_at is null do update set token_hash = null, key = excluded.key, name = excluded.name,
              "right" = excluded."right", words = excluded.words, shared_by = excluded.shared_by,
              shared_by_name = excluded.shared_by_name, locale = excluded.locale, created_at = excluded.created_at,
              expires_at = excluded.expires_at`,
      args: {
        ...{ id, reference, email, name, right, words, by, byName, locale, at },
        key: randomBytes(12).toString('base64url'),
        expiresAt: at + LIFETIME_MS,
        anHourAgo: at - HOUR_MS,
      },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'quote.forwarded', :reference, :actor,
              json_object('from', :status, 'to', :status, 'revision', :revision, 'why', '', 'share', key, 'right', "right")
            from quote_shares where quote_id = :id and email = :email and revoked_at is null and changes() > 0`,
      args: { at, reference, actor: actorOn(quote), status: statusAt(quote, at), revision: quote.revision, id, email },
    },
  ])
  if (forwarded?.changes !== 1) throw new Problem('too-many', { retryAfter: HOUR_MS / 1000 })
}

/** Ends a colleague's link at once. */
export async function endShare({ db, clock }: Services, quote: Quote, key: string) {
  const at = clock.now()
  const [ended] = await db.batch([
    {
      sql: 'update quote_shares set revoked_at = :at where quote_id = :id and key = :key and revoked_at is null',
      args: { id: quote.id, key, at },
    },
    eventIfChanged('quote.share-ended', {
      subject: quote.reference,
      actor: actorOn(quote),
      at,
      data: { from: statusAt(quote, at), to: statusAt(quote, at), revision: quote.revision, why: '', share: key },
    }),
  ])
  if (ended?.changes !== 1) throw new Problem('not-found')
}

/** Who can see it now, the newest first. */
export async function sharesOn({ db, clock }: Services, { id }: Quote): Promise<ListedShare[]> {
  return db.all<ListedShare>(
    `select key, email, name, "right", shared_by_name as by, created_at as "createdAt", expires_at as "expiresAt" from quote_shares
     where quote_id = :id and revoked_at is null and expires_at > :now order by created_at desc, id desc`,
    { id, now: clock.now() },
  )
}

/** What a link of a forwarded quote opens, while it works. Looking uses nothing up. */
export async function findShare(services: Services, token: string | undefined): Promise<Share | undefined> {
  return isToken(token) ? (await sharesFor(services, [token]))[0] : undefined
}

/** What the links to forwarded quotes open that this browser has opened. */
export async function sharesOf(c: Context<Env>): Promise<Share[]> {
  const tokens = openedLinks(c)
  return tokens.length ? sharesFor(c.var.services, tokens) : []
}

/** A forwarded quote, for its mails. */
export async function shareByKey({ db, clock }: Services, key: string) {
  return db.get<Share & { words: string; locale: Locale; sharedBy: number; expiresAt: number }>(
    `select ${SHARE}, s.words, s.locale, s.shared_by as "sharedBy", s.expires_at as "expiresAt"
     from quote_shares s join quotes q on q.id = s.quote_id where s.key = :key and s.revoked_at is null and s.expires_at > :now`,
    { key, now: clock.now() },
  )
}

/** Makes the token for the mail that is about to be sent: it stands nowhere else. */
export async function linkForShare({ db }: Services, key: string): Promise<string | undefined> {
  const token = newToken()
  const [made] = await db.batch([
    {
      sql: 'update quote_shares set token_hash = :hash where key = :key and revoked_at is null',
      args: { hash: hashToken(token), key },
    },
  ])
  return made?.changes === 1 ? token : undefined
}

async function sharesFor({ db, clock }: Services, tokens: string[]): Promise<Share[]> {
  return db.all<Share>(
    `select ${SHARE} from quote_shares s join quotes q on q.id = s.quote_id
     where s.token_hash in (select value from json_each(:hashes)) and s.revoked_at is null and s.expires_at > :now`,
    { hashes: JSON.stringify(tokens.map(hashToken)), now: clock.now() },
  )
}
