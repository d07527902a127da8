import type { Locale } from '../../content/schema.ts'
import { CONTACTS } from '../accounts/contacts.ts'
import type { Statement } from '../platform/db.ts'
import type { Services } from '../services.ts'
import { ownedBy } from './store.ts'

type Where = { products: string[] } | { postcodes: PostcodeRange[] }
export type PostcodeRange = { from: string; until: string }

/** SQL for the addresses of who owns one of these products, or anything that stands where these postcodes are; each once. */
export function ownersIn(where: Where): Statement {
  const isTheirs = 'products' in where ? 'i.product in (select value from json_each(:list))' : isInRanges('i.postcode', ':list')
  return {
    sql: `select c.email, c.locale from ${CONTACTS} c
          where c.id in (select i.contact_id from owned_items i where ${isTheirs} and i.ended_at is null)`,
    args: { list: JSON.stringify('products' in where ? where.products : where.postcodes) },
  }
}

/** Who owns now what an event tells of, which is one thing or all that was bought with a quote; a row for each product. */
export async function ownersOf(
  { db }: Pick<Services, 'db'>,
  subject: string,
): Promise<{ email: string; locale: Locale; product: string }[]> {
  return db.all(
    `select distinct c.email, c.locale, i.product from owned_items i join ${CONTACTS} c on c.id = i.contact_id
     where (i.reference = :subject or i.quote = :subject) and i.ended_at is null order by c.email, i.product`,
    { subject },
  )
}

/** The products that such events told of, whoever owns them now. */
export async function productsAbout({ db }: Pick<Services, 'db'>, subjects: string[]): Promise<string[]> {
  const rows = await db.all<{ product: string }>(
    `select distinct product from owned_items
     where reference in (select value from json_each(:subjects)) or quote in (select value from json_each(:subjects))`,
    { subjects: JSON.stringify(subjects) },
  )
  return rows.map(({ product }) => product)
}

/** SQL: whether a postcode lies in one of these ranges, which come as JSON; one that is not known does not. */
export function isInRanges(postcode: string, ranges: string): string {
  return `(${postcode} <> '' and exists (select 1 from json_each(${ranges}) range
    where ${postcode} between range.value ->> 'from' and range.value ->> 'until' and length(${postcode}) = length(range.value ->> 'from')))`
}

/** What somebody owns or may see of colleagues, and where it stands, for whatever is told to owners. */
export async function ownedKinds(services: Services, contactId: number | null): Promise<{ products: string[]; postcodes: string[] }> {
  const items = contactId === null ? [] : await ownedBy(services, contactId)
  return {
    products: [...new Set(items.map(({ product }) => product))],
    postcodes: [...new Set(items.map(({ postcode }) => postcode).filter(Boolean))],
  }
}
