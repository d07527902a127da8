import { z } from 'zod'
import { Locale, TicketKind } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { findProduct } from '../catalog/model.ts'
import { Email, line, prose, required } from '../platform/fields.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { QUEUES } from './model.ts'
import { openTicket } from './opening.ts'

/** A case that staff opens for somebody: one we know by number, or anybody by address. */
export const OnBehalf = z.object({
  contactId: z.int().positive().optional(),
  name: line(120).default(''),
  email: Email.optional(),
  channel: z.enum(['desk', 'phone']).default('desk'),
  kind: TicketKind,
  queue: z.enum(QUEUES).default('service'),
  subject: required(line(200)),
  text: required(prose(10_000)),
  locale: Locale,
  product: line(100).optional(),
  /** Whether they are sent the receipt that they would have got had they written themselves. */
  confirm: z.boolean().default(false),
})
export type OnBehalf = z.output<typeof OnBehalf>

export async function openOnBehalf(services: Services, { contactId, name, email, product, ...asked }: OnBehalf, by: User) {
  const contact = contactId === undefined ? undefined : await findContact(services, contactId)
  if (contactId !== undefined && !contact) throw invalid('contactId', 'choice')
  if (!contact && !email) throw invalid('email', 'required')
  if (product && !findProduct(services.content, product)) throw invalid('product', 'choice')
  return openTicket(services, {
    ...asked,
    owner: contact ? { contactId: contact.id } : { email: email ?? '', name },
    authorName: contact ? contact.name || contact.email : name || (email ?? ''),
    product: product || undefined,
    by: `user:${by.id}`,
  })
}
