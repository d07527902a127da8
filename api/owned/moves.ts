import type { Locale } from '../../content/schema.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { OwnedItem } from './store.ts'

const LIFETIME_MS = 7 * 24 * 60 * 60 * 1000

/** An offer that is still open, as the owner sees it: nothing of whether we know the address. */
export type Move = { email: string; expiresAt: number }

/** What the one who is to take it over sees before they do. */
export type Offered = {
  product: string
  name: string
  serialNumber: string | null
  quantity: number
  by: string
  email: string
  locale: Locale
}

/** Offers something to a new owner by mail. To offer it again is to send the mail anew, to whoever is named now: the older link ends. */
export async function offerItem(
  { db, clock }: Services,
  item: OwnedItem,
  { email, locale }: { email: string; locale: Locale },
  contactId: number,
) {
  const at = clock.now()
  const [offered] = await db.batch([
    {
      sql: `insert into owned_moves (item_id, from_contact, email, locale, created_at, expires_at)
            select id, contact_id, :email, :locale, :at, :expiresAt from owned_items where id = :id and contact_id = :contactId and ended_at is null
            on conflict (item_id) where ended_at is null do update set token_hash = null, from_contact = excluded.from_contact,
              email = excluded.email, locale = excluded.locale, created_at = excluded.created_at, expires_at = excluded.expires_at`,
      args: { id: item.id, contactId, email, locale, at, expiresAt: at + LIFETIME_MS },
    },
    eventIfChanged('product.offered', { subject: item.reference, actor: `contact:${contactId}`, at, data: { email } }),
  ])
  if (offered?.changes !== 1) throw new Problem('not-allowed')
}

export async function withdrawOffer({ db, clock }: Services, item: OwnedItem, contactId: number) {
  const at = clock.now()
  const [withdrawn] = await db.batch([
    {
      sql: 'update owned_moves set ended_at = :at where item_id = :id and from_contact = :contactId and ended_at is null',
      args: { id: item.id, contactId, at },
    },
    eventIfChanged('product.offer-withdrawn', { subject: item.reference, actor: `contact:${contactId}`, at }),
  ])
  if (withdrawn?.changes !== 1) throw new Problem('not-found')
}

/** The offers of these things that nobody has taken up yet, by thing. */
export async function offersOf({ db, clock }: Services, itemIds: number[]): Promise<Map<number, Move>> {
  const rows = await db.all<Move & { id: number }>(
    `select item_id as id, email, expires_at as "expiresAt" from owned_moves
     where item_id in (select value from json_each(:ids)) and ended_at is null and expires_at > :now`,
    { ids: JSON.stringify(itemIds), now: clock.now() },
  )
  return new Map(rows.map(({ id, ...move }) => [id, move]))
}

/** What a link offers, while it works. Looking uses nothing up. */
export async function findOffer({ db, clock }: Services, token: string): Promise<Offered | undefined> {
  if (!isToken(token)) return undefined
  return db.get<Offered>(
    `select i.product, i.name, i.serial_number as "serialNumber", i.quantity, coalesce(nullif(c.name, ''), c.email) as by, m.email, m.locale
     from owned_moves m join owned_items i on i.id = m.item_id join contacts c on c.id = m.from_contact
     where m.token_hash = :hash and m.ended_at is null and m.expires_at > :now and i.contact_id = m.from_contact and i.ended_at is null`,
    { hash: hashToken(token), now: clock.now() },
  )
}

/**
 * Takes something over, once: only the contact whose proven address was written to. From then on it is theirs alone; whoever had it sees
 * it no more, and what was done to it stays with it. Gives its reference, or undefined.
 */
export async function takeOver({ db, clock }: Services, token: string, contactId: number): Promise<string | undefined> {
  const at = clock.now()
  const hash = hashToken(token)
  const results = await db.batch([
    {
      sql: `update owned_moves set ended_at = :at, taken_by = :contactId
            where token_hash = :hash and ended_at is null and expires_at > :at
              and email = (select email from contacts where id = :contactId and email_verified_at is not null)
              and exists (select 1 from owned_items i where i.id = item_id and i.contact_id = from_contact and i.ended_at is null)`,
      args: { hash, at, contactId },
    },
    {
      sql: `update owned_items set contact_id = :contactId, organisation_id = null, postcode = '', moved_at = :at, care_plan = ''
            where id = (select item_id from owned_moves where token_hash = :hash) and changes() > 0 returning reference`,
      args: { hash, at, contactId },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'product.moved', i.reference, 'contact:' || cast(:contactId as integer),
              json_object('from', m.from_contact, 'to', m.taken_by, 'product', i.product)
            from owned_moves m join owned_items i on i.id = m.item_id where m.token_hash = :hash and changes() > 0`,
      args: { hash, at, contactId },
    },
  ])
  const reference = results[1]?.rows[0]?.reference
  return reference === undefined ? undefined : String(reference)
}

/** Makes the token for the mail that is about to be sent: it stands nowhere else. Undefined once nobody may use it any more. */
export async function offerToSend(services: Services, reference: string, email: string) {
  const token = newToken()
  const [made] = await services.db.batch([
    {
      sql: `update owned_moves set token_hash = :hash
            where item_id = (select id from owned_items where reference = :reference) and email = :email and ended_at is null and expires_at > :now`,
      args: { hash: hashToken(token), reference, email, now: services.clock.now() },
    },
  ])
  const offered = made?.changes === 1 ? await findOffer(services, token) : undefined
  return offered && { token, offered }
}

/** Whom an open offer is written to. */
export async function offeredTo({ db }: Services, reference: string): Promise<{ email: string; locale: Locale } | undefined> {
  return db.get<{ email: string; locale: Locale }>(
    `select email, locale from owned_moves
     where item_id = (select id from owned_items where reference = :reference) and ended_at is null`,
    { reference },
  )
}
