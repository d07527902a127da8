import type { Locale } from '../../content/schema.ts'
import { CONTACTS } from '../accounts/contacts.ts'
import type { Services } from '../services.ts'
import { ownedBy } from './store.ts'

export type Owner = { contactId: number; email: string; locale: Locale }
type Where = { products: string[] } | { postcodes: { from: string; until: string }[] }

/** Who owns one of these products, or anything that stands where these postcodes are; each once. */
export async function ownersIn({ db }: Pick<Services, 'db'>, where: Where): Promise<Owner[]> {
  const isTheirs =
    'products' in where
      ? 'i.product in (select value from json_each(:list))'
      : `i.postcode <> '' and exists (select 1 from json_each(:list) range where i.postcode between range.value ->> 'from' and range.value ->> 'until'
           and length(i.postcode) = length(range.value ->> 'from'))`
  return db.all<Owner>(
    `select c.id as "contactId", c.email, c.locale from ${CONTACTS} c
     where c.id in (select i.contact_id from owned_items i where ${isTheirs} and i.ended_at is null) order by c.id`,
    { list: JSON.stringify('products' in where ? where.products : where.postcodes) },
  )
}

/** What somebody owns or may see of colleagues, and where it stands, for whatever is told to owners. */
export async function ownedKinds(services: Services, contactId: number | null): Promise<{ products: string[]; postcodes: string[] }> {
  const items = contactId === null ? [] : await ownedBy(services, contactId)
  return {
    products: [...new Set(items.map(({ product }) => product))],
    postcodes: [...new Set(items.map(({ postcode }) => postcode).filter(Boolean))],
  }
}
