import type { Locale } from '../../content/schema.ts'
import type { Statement } from '../platform/db.ts'
import type { Services } from '../services.ts'

/** Contacts as lists of other subjects may join them, by id. */
export const CONTACTS = '(select id, email, name, company, phone, locale, created_at from contacts)'

/** Staff as lists may join them, by id. */
export const STAFF = `(select id, name, email, disabled_at is not null as disabled from users where role <> 'customer')`

export type StaffMember = { id: number; name: string; email: string }

/** Who can be given work. */
export async function staffMembers({ db }: Pick<Services, 'db'>): Promise<StaffMember[]> {
  return db.all<StaffMember>(
    `select id, name, email from users where role <> 'customer' and disabled_at is null and read_only = 0 order by name, id`,
  )
}

/** Everybody who has bought something, or has shown that the address is theirs, as mails to many may be addressed from it. */
export const CUSTOMERS = `select email, locale from contacts where stage = 'customer' or email_verified_at is not null`

export type KnownContact = { id: number; email: string; name: string; company: string; phone: string }

/** Those of these addresses that are contacts' already. */
export async function contactsByEmail({ db }: Pick<Services, 'db'>, emails: string[]): Promise<KnownContact[]> {
  return db.all<KnownContact>(
    'select id, email, name, company, phone from contacts where email in (select value from json_each(:emails))',
    { emails: JSON.stringify(emails) },
  )
}

export async function contactsById({ db }: Pick<Services, 'db'>, ids: number[]): Promise<Map<number, KnownContact>> {
  const rows = await db.all<KnownContact>(
    'select id, email, name, company, phone from contacts where id in (select value from json_each(:ids))',
    { ids: JSON.stringify(ids) },
  )
  return new Map(rows.map((contact) => [contact.id, contact]))
}

/** Writes what was not known of a contact, and over what was known only when told to. Staff's word, so it may. */
export function tellMoreOf({ email, name, company, phone }: Omit<KnownContact, 'id'>, { overwrite }: { overwrite: boolean }): Statement {
  const column = (name: string) => `${name} = case when :${name} <> '' and (${name} = '' or :overwrite) then :${name} else ${name} end`
  const changes = (name: string) => `(:${name} <> '' and ${name} <> :${name} and (${name} = '' or :overwrite))`
  const names = ['name', 'company', 'phone']
  return {
    sql: `update contacts set ${names.map(column).join(', ')} where email = :email and (${names.map(changes).join(' or ')})`,
    args: { email, name, company, phone, overwrite: overwrite ? 1 : 0 },
  }
}

/** The language of who has this address, if we know them. */
export async function localeOfContact({ db }: Pick<Services, 'db'>, email: string): Promise<Locale | undefined> {
  return (await db.get<{ locale: Locale }>('select locale from contacts where email = :email', { email }))?.locale
}
