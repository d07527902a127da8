import type { Locale } from '../../content/schema.ts'
import { hashToken, isToken, newToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'

/** A place where the widget is embedded. `origins` are exact: "https://www.example.com" is not "https://example.com". */
export type Site = { id: number; key: string; name: string; origins: string[]; locale: Locale }

/** Who opened the widget on one site, known by a token that only their browser has. */
export type Visitor = { id: number; siteId: number; name: string; email: string }

export type Page = { url: string; title: string }

type SiteRow = Omit<Site, 'origins'> & { origins: string }
type Store = Pick<Services, 'db' | 'clock'>

/** Returns the key for the script tag: public, and long enough that nobody meets another's by chance. */
export async function addSite({ db, clock }: Store, { name, origins, locale }: Omit<Site, 'id' | 'key'>): Promise<string> {
  const key = newToken().slice(0, 22)
  await db.batch([
    {
      sql: 'insert into sites (key, name, origins, locale, created_at) values (:key, :name, :origins, :locale, :at)',
      args: { key, name, origins: JSON.stringify(origins.map(exactOrigin)), locale, at: clock.now() },
    },
  ])
  return key
}

/** Throws for what is no origin: it would become part of a policy. */
function exactOrigin(text: string): string {
  const { origin, protocol } = new URL(text)
  if (protocol !== 'https:' && protocol !== 'http:') throw new Error(`"${text}" is not an origin such as https://www.example.com`)
  return origin
}

export async function sites({ db }: Pick<Services, 'db'>): Promise<Omit<Site, 'id'>[]> {
  const rows = await db.all<SiteRow>('select key, name, origins, locale from sites order by created_at, id')
  return rows.map(fromRow)
}

export async function findSite({ db }: Pick<Services, 'db'>, key: string): Promise<Site | undefined> {
  const row = await db.get<SiteRow>('select id, key, name, origins, locale from sites where key = :key', { key })
  return row && fromRow(row)
}

/** A new visitor of a site. The token is told once; we keep its hash. */
export async function addVisitor({ db, clock }: Store, { id }: Site): Promise<string> {
  const token = newToken()
  await db.batch([
    {
      sql: 'insert into visitors (site_id, token_hash, created_at, seen_at) values (:id, :hash, :at, :at)',
      args: { id, hash: hashToken(token), at: clock.now() },
    },
  ])
  return token
}

/** Who this token belongs to, on this site only: on another it is nobody's. */
export async function findVisitor({ db }: Pick<Services, 'db'>, token: string | undefined, siteKey: string): Promise<Visitor | undefined> {
  if (!isToken(token)) return undefined
  return db.get<Visitor>(
    `select visitors.id, site_id as "siteId", visitors.name, visitors.email from visitors
     join sites on sites.id = site_id
     where token_hash = :hash and sites.key = :siteKey`,
    { hash: hashToken(token), siteKey },
  )
}

/** Notes what visitors say of themselves. It is for staff to read, and proves nothing. */
export async function introduceVisitor({ db }: Pick<Services, 'db'>, { id }: Visitor, { name, email }: { name: string; email: string }) {
  await db.batch([{ sql: 'update visitors set name = :name, email = :email where id = :id', args: { id, name, email } }])
}

export async function noteVisit({ db, clock }: Store, { id }: Visitor, page: Page | undefined) {
  await db.batch([
    {
      sql: `update visitors set seen_at = :at, page_url = coalesce(:url, page_url), page_title = coalesce(:title, page_title)
            where id = :id`,
      args: { id, at: clock.now(), url: page?.url ?? null, title: page?.title ?? null },
    },
  ])
}

export type Visit = { siteName: string; pageUrl: string; pageTitle: string; seenAt: number }

/** Where a visitor wrote from, for staff. */
export async function visitOf({ db }: Pick<Services, 'db'>, visitorId: number): Promise<Visit | undefined> {
  return db.get<Visit>(
    `select sites.name as "siteName", page_url as "pageUrl", page_title as "pageTitle", seen_at as "seenAt"
     from visitors join sites on sites.id = site_id where visitors.id = :visitorId`,
    { visitorId },
  )
}

function fromRow(row: SiteRow): Site {
  return { ...row, origins: JSON.parse(row.origins) as string[] } // written by addSite
}
