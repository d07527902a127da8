import type { Locale } from '../../content/schema.ts'
import { localeOfContact } from '../accounts/contacts.ts'
import { findContact } from '../accounts/store.ts'
import { aroundNextBatch } from '../platform/around.ts'
import type { Statement } from '../platform/db.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { whereItGoesOn } from '../tickets/merging.ts'
import { openTicket } from '../tickets/opening.ts'
import { reply } from '../tickets/replying.ts'
import { reachable } from './bounced.ts'
import { encloseFiles, keepFiles } from './files.ts'
import { languageOf } from './model.ts'
import type { Mailbox, ParsedMail } from './parse.ts'
import { participantsOf } from './participants.ts'
import { claim, markTaken } from './store.ts'

const MAX_SUBJECT = 150

type Taking = {
  key: string
  mail: ParsedMail
  sender: Mailbox
  /** Whether who opens a case is sent a receipt. */
  confirm: boolean
  /** The member of staff who released it. */
  userId: number | null
  /** What the batch begins with. */
  first: Statement[]
}

/** Puts a mail's words into a ticket. All of it is one batch: the mail, the message, what came with it, and their events. */
export async function appendMail(services: Services, reference: string, taking: Taking): Promise<void> {
  const ticket = await whereItGoesOn(services, reference)
  const contact = ticket.contactId === null ? undefined : await findContact(services, ticket.contactId)
  const { words, within } = await prepare(services, taking, ticket.locale)
  await reply(within, ticket, {
    author: 'customer',
    authorName: nameOf(taking.sender, contact?.email === taking.sender.email ? contact.name : ''),
    text: words,
    by: contact?.email === taking.sender.email ? `contact:${contact.id}` : 'mail',
  }).catch(onlyMovedOn)
}

/** Makes a case of a mail; its sender becomes a contact, whose address nobody has verified. */
export async function openByMail(services: Services, taking: Taking): Promise<void> {
  const { mail, sender, confirm } = taking
  const known = await localeOfContact(services, sender.email)
  const locale = known ?? languageOf(`${mail.subject} ${mail.text}`, services.content.company.locale)
  const { words, within } = await prepare(services, taking, locale)
  await openTicket(within, {
    owner: sender,
    channel: 'mail',
    kind: 'question',
    subject: (mail.subject || mail.text.split('\n', 1)[0] || services.t[locale]('mail.incoming.without-subject')).slice(0, MAX_SUBJECT),
    text: words,
    authorName: nameOf(sender, ''),
    locale,
    by: 'guest',
    confirm,
  })
}

/** Whether who answers a case may write where it goes on: in another one, after a merge, not everybody who was in it is. */
export async function mayGoOn(services: Services, reference: string, sender: string): Promise<boolean> {
  const last = await whereItGoesOn(services, reference)
  if (last.reference === reference) return true
  const owner = last.contactId === null ? undefined : await findContact(services, last.contactId)
  return owner?.email === sender || (await participantsOf(services, last.reference)).includes(sender)
}

/** What the message says, and services whose next batch takes the mail. */
async function prepare(services: Services, { key, mail, sender, confirm, userId, first }: Taking, locale: Locale) {
  const at = services.clock.now()
  const t = services.t[locale]
  const kept = await keepFiles(services, mail.files)
  const refused = kept.refused.map((name) => t('mail.incoming.refused-file', { name }))
  const words = [mail.text || t('mail.incoming.without-words'), ...refused].join('\n\n')
  const taken = markTaken(key, { quoted: mail.quoted, confirmed: confirm, userId, at })
  const last = [...taken, ...encloseFiles(key, kept, at), reachable(sender.email)]
  return { words, within: { ...services, db: aroundNextBatch(services.db, [...first, claim(key)], last) } }
}

function nameOf({ name, email }: Mailbox, known: string): string {
  return known || name || email
}

/** Closed for good, or spam, between our looking and our writing: then the mail stays set aside, which `markTaken` has seen to. */
function onlyMovedOn(error: unknown) {
  if (!(error instanceof Problem)) throw error
}
