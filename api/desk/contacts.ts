import { findContact } from '../accounts/store.ts'
import { bookingsOfContact } from '../bookings/of-contact.ts'
import { findLead, leadInFull } from '../leads/store.ts'
import { membershipOf } from '../organisations/store.ts'
import { ownedBy } from '../owned/store.ts'
import type { User } from '../platform/http.ts'
import { Problem } from '../platform/problems.ts'
import { quotesOfContact } from '../quotes/of-contact.ts'
import type { Services } from '../services.ts'
import { ticketsOfOwner } from '../tickets/lists.ts'
import { matching } from './words.ts'

export type ContactSummary = {
  id: number
  email: string
  name: string
  company: string
  phone: string
  stage: 'lead' | 'customer'
  createdAt: number
  /** Cases of theirs that are not solved. */
  openTickets: number
}

const PAGE = 50

/** A page of the contacts whose words these are, the newest first; all of them without words. `next` is the id to go on after. */
export async function deskContacts({ db }: Services, { q, after }: { q?: string | undefined; after?: number | undefined }) {
  const words = await matching({ db }, 'contact', q)
  // Nothing but signs was typed: nobody is called that.
  if (q?.trim() && !words) return { contacts: [], next: undefined }
  const found = words ? 'and id in (select rowid from contact_words where words match :words)' : ''
  const beyond = after ? 'and (created_at, id) < (select created_at, id from contacts where id = :after)' : ''
  const rows = await db.all<ContactSummary>(
    `select c.id, c.email, c.name, c.company, c.phone, c.stage, c.created_at as "createdAt",
       (select count(*) from tickets where contact_id = c.id and status in ('new', 'open', 'waiting', 'hold')) as "openTickets"
     from (select id, email, name, company, phone, stage, created_at from contacts
           where true ${found} ${beyond} order by created_at desc, id desc limit ${PAGE + 1}) c
     order by c.created_at desc, c.id desc`,
    { ...(words && { words }), ...(after && { after }) },
  )
  const contacts = rows.slice(0, PAGE)
  return { contacts, next: rows.length > PAGE ? contacts.at(-1)?.id : undefined }
}

/** Everything there is about somebody, on one page. What a lead is worth is read from the log, and may come a moment later. */
export async function contactInFull(services: Services, id: number, by: User) {
  const contact = await findContact(services, id)
  if (!contact) throw new Problem('not-found')
  const [lead, membership, tickets, quotes, products, bookings] = await Promise.all([
    findLead(services, id).then((lead) => lead && leadInFull(services, lead)),
    membershipOf(services, id),
    ticketsOfOwner(services, { contactId: id }),
    quotesOfContact(services, id),
    ownedBy(services, id),
    bookingsOfContact(services, id, by.locale),
  ])
  return {
    contact,
    lead: lead ?? null,
    organisation: membership ? { id: membership.organisation.id, name: membership.organisation.name } : null,
    tickets: tickets.map(({ reference, subject, status, channel, kind, updatedAt }) => ({
      reference,
      subject,
      status,
      channel,
      kind,
      updatedAt,
    })),
    quotes,
    products: products
      .filter(({ isMine }) => isMine)
      .map(({ name, sku, quantity, serialNumber, boughtOn, warrantyUntil }) => ({
        name,
        sku,
        quantity,
        serialNumber,
        boughtOn,
        warrantyUntil,
      })),
    bookings,
  }
}
