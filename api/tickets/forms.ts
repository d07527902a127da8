import type { Context } from 'hono'
import type { Locale, TicketKind } from '../../content/schema.ts'
import { newAccessLink, rememberAccess } from '../accounts/access.ts'
import { findContact } from '../accounts/store.ts'
import type { Attaching } from '../files/store.ts'
import type { Source } from '../leads/source.ts'
import { actorName, type Env } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { Answers } from './kind-form.ts'
import type { Queue } from './model.ts'
import { openTicket } from './opening.ts'
import { findAnyTicket } from './store.ts'

const MINUTES = 60_000

export type TicketForm = {
  kind: TicketKind
  queue?: Queue
  subject: string
  text: string
  /** Of a guest; who is signed in is known. */
  name: string
  email?: string | undefined
  locale: Locale
  product?: string | undefined
  serialNumber?: string | undefined
  /** The answers to the kind's own form. */
  fields?: Answers
  article?: string | undefined
  /** Where they came from, as their page told. */
  source?: Source | undefined
  /** Whether it is asked in the name of the contact's organisation. */
  forOrganisation?: boolean
  files?: Attaching
}

/** Opens a case from a form of ours, whoever sends it, and lets that browser go on with it. */
export async function openFromForm(c: Context<Env>, { name, email, ...form }: TicketForm): Promise<{ reference: string }> {
  const { services, actor, address } = c.var
  services.limits.take(`tickets from ${address}`, 20, 10 * MINUTES)
  const contact = actor.user?.contactId ? await findContact(services, actor.user.contactId) : undefined
  if (!contact && !email) throw invalid('email', 'required')
  const opened = await openTicket(services, {
    ...form,
    owner: contact ? { contactId: contact.id } : { email: email ?? '', name },
    channel: 'web',
    authorName: contact ? contact.name || contact.email : name || (email ?? ''),
    by: actorName(actor),
    confirm: contact !== undefined || mayConfirm(services, email ?? '', address),
  })
  await keepOpen(c, opened.reference)
  return opened
}

/** Whoever opened a case may go on with it in that browser, whoever's address they typed. Who is signed in needs no link. */
export async function keepOpen(c: Context<Env>, reference: string) {
  const { services, actor } = c.var
  const { contactId } = await findAnyTicket(services, reference)
  if (contactId === null || actor.user?.contactId === contactId) return
  const { token, statement } = newAccessLink({ subject: reference, contactId, at: services.clock.now() })
  await services.db.batch([statement])
  rememberAccess(c, token)
}

/** At most one receipt to an address in ten minutes, and five from a sender in an hour: the address may be a stranger's. */
function mayConfirm({ limits }: Services, email: string, address: string): boolean {
  return limits.allows(`receipts to ${email}`, 1, 10 * MINUTES) && limits.allows(`receipts from ${address}`, 5, 60 * MINUTES)
}
