import { createHash } from 'node:crypto'
import { findContact, findUser } from '../accounts/store.ts'
import { findSent, isOurs } from '../notify/message-id.ts'
import { hashToken } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { findAnyTicket } from '../tickets/store.ts'
import { isMarkOf, readReplyAddress } from './address.ts'
import { authenticationOf } from './authentication.ts'
import { tellOfBounce } from './bounced.ts'
import { encloseRaw, keepRaw } from './files.ts'
import { automaticOf, type Decision, decide, type Facts, mayConfirm } from './model.ts'
import type { ParsedMail } from './parse.ts'
import { Unreadable } from './parser.ts'
import { participantsOf } from './participants.ts'
import { withoutSecrets } from './secrets.ts'
import { findMailByKey, type IncomingMail, lately, type NewMail, receiptsLately, type Source, writeDown } from './store.ts'
import { appendMail, mayGoOn, openByMail } from './taking.ts'

/** A file of the largest size, as mails carry it, and words beside it. */
export const MAX_MAIL_BYTES = 30_000_000
const HEAD_BYTES = 256 * 1024
const EXCERPT = 200

/** `isWhole` says whether these are all bytes that came: of a mail that is too large, the beginning tells who sent it. */
export type Arrival = { raw: Uint8Array; isWhole: boolean; source: Source; size: number }

/**
 * Takes in one mail: into the ticket it answers, as a new one, or set aside with the reason. The same mail again changes nothing.
 * Throws only for what is our own trouble, such as a full disk: then the mail must be brought once more.
 */
export async function receiveMail(services: Services, arrival: Arrival): Promise<IncomingMail> {
  const { mail, unreadable } = await read(services, arrival)
  const key = keyOf(mail, arrival.raw)
  const known = await findMailByKey(services, key)
  if (known) return known

  const { facts, named } = await factsOf(services, mail)
  // What says of itself that it is ours needs nobody's eyes, however broken it is.
  const decision: Decision = unreadable && !facts.isOwn ? { does: 'suspend', reason: unreadable } : decide(facts)
  const isProven = facts.authentication === 'passed'
  const written = { ...describe(mail, arrival, services.clock.now()), key, named, isProven, ...standing(decision) }
  try {
    await carryOut(services, { decision, written, mail, facts, raw: arrival.raw })
  } catch (error) {
    // Somebody else brought the same mail meanwhile, and the batch failed as a whole.
    if (!(await findMailByKey(services, key))) throw error
  }
  const received = await findMailByKey(services, key)
  if (!received) throw new Error('A mail was taken in and is not there')
  return received
}

async function read(services: Services, { raw, isWhole }: Arrival) {
  const markers = Object.values(services.t).map((t) => t('mail.answer-above'))
  const head = () => services.mailParser.parse(headOf(raw), markers).catch(() => NOTHING)
  if (!isWhole) return { mail: await head(), unreadable: 'too-large' as const }
  try {
    return { mail: await services.mailParser.parse(raw, markers), unreadable: undefined }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    services.log('mail-unreadable', { reason: error.message })
    return { mail: await head(), unreadable: 'unreadable' as const }
  }
}

/** What we find out about a mail, and the ticket it names with a mark of ours. */
async function factsOf(services: Services, mail: ParsedMail): Promise<{ facts: Facts; named: string | null }> {
  const { config, content } = services
  const sender = mail.from?.email
  const named = await namedIn(services, mail)
  const bounced = mail.bounce?.originalMessageId ? await findSent(services, mail.bounce.originalMessageId) : undefined
  const user = sender ? await findUser(services, sender) : undefined
  const ours = [content.company.email.toLowerCase(), config.mailFrom?.toLowerCase(), config.mailReplyTo]
  const facts: Facts = {
    sender,
    authentication: authenticationOf(mail.headers.authenticationResults, { authservId: config.mailAuthservId, from: sender ?? '' }),
    isOwn: isOurs(mail.messageId, config.publicUrl),
    isBounce: bounced !== undefined && bounced.recipient === mail.bounce?.recipient,
    automatic: mail.bounce ? 'reply' : automaticOf(mail),
    isFromStaff: (user !== undefined && user.role !== 'customer') || ours.includes(sender),
    named: named && { reference: named.reference, forSender: named.recipient === sender },
    lately: sender ? await lately(services, sender) : 0,
  }
  return { facts, named: named?.reference ?? null }
}

/**
 * The first address among the recipients that carries a mark made for somebody: the customer, those who read for the company, or
 * somebody whom staff let in.
 */
async function namedIn(services: Services, { recipients }: ParsedMail) {
  for (const { reference, mark } of recipients.map(readReplyAddress).filter((read) => read !== undefined)) {
    const ticket = await findAnyTicket(services, reference).catch(() => undefined)
    const contact = ticket && ticket.contactId !== null ? await findContact(services, ticket.contactId) : undefined
    const readers = ticket ? [contact?.email, services.content.company.email, ...(await participantsOf(services, reference))] : []
    const recipient = readers.find((email) => email !== undefined && isMarkOf(services.secret, mark, { reference, recipient: email }))
    if (recipient) return { reference, recipient }
  }
  return undefined
}

type Doing = { decision: Decision; written: NewMail; mail: ParsedMail; facts: Facts; raw: Uint8Array }

async function carryOut(services: Services, { decision, written, mail, facts, raw }: Doing) {
  const { key, at } = written
  const first = [...writeDown(written), encloseRaw(key, await keepRaw(services, raw), at)]
  if (mail.from && decision.does === 'append' && (await mayGoOn(services, decision.reference, mail.from.email))) {
    await appendMail(services, decision.reference, { key, mail, sender: mail.from, confirm: false, userId: null, first })
  } else if (mail.from && decision.does === 'open') {
    const isChecked = services.config.mailAuthservId !== undefined
    const confirm = mayConfirm(await receiptsLately(services, mail.from.email), { ...facts, isChecked, now: at })
    await openByMail(services, { key, mail, sender: mail.from, confirm, userId: null, first })
  } else {
    await services.db.batch(first)
    if (mail.bounce && facts.isBounce) await tellOfBounce(services, key, mail.bounce)
  }
}

/** Until the batch that does something with it has done so, a mail is set aside: what goes wrong in between can be seen. */
function standing(decision: Decision): Pick<NewMail, 'state' | 'reason'> {
  if (decision.does === 'ignore') return { state: 'ignored', reason: decision.reason }
  return { state: 'suspended', reason: decision.does === 'suspend' ? decision.reason : 'moved-on' }
}

function describe({ messageId, from, recipients, copies, subject, text }: ParsedMail, { source, size }: Arrival, at: number) {
  return {
    ...{ source, size, at, messageId, subject },
    recipients: recipients.map(withoutSecrets),
    fromEmail: from?.email ?? '',
    fromName: from?.name ?? '',
    copies: copies.map(({ email }) => email).filter((email) => !readReplyAddress(email)),
    excerpt: text.replace(/\s+/g, ' ').slice(0, EXCERPT),
  }
}

/** By sender too: nobody can keep another's mail out by sending one with its id first. */
function keyOf({ messageId, from }: ParsedMail, raw: Uint8Array): string {
  if (!messageId) return createHash('sha256').update(raw).digest('base64url')
  return hashToken(`${from?.email ?? ''}\0${messageId}`)
}

/** The headers of the whole, which end at the first empty line. */
function headOf(raw: Uint8Array): Uint8Array {
  const start = Buffer.from(raw.subarray(0, HEAD_BYTES))
  const end = start.indexOf('\r\n\r\n') >= 0 ? start.indexOf('\r\n\r\n') : start.indexOf('\n\n')
  const head = end >= 0 ? start.subarray(0, end) : start
  // Without its parts nothing is left to stumble over.
  return Buffer.concat([
    Buffer.from(head.toString('latin1').replace(/^content-type:/gim, 'x-content-type:'), 'latin1'),
    Buffer.from('\r\n\r\n'),
  ])
}

const NOTHING: ParsedMail = {
  messageId: '',
  from: undefined,
  to: [],
  copies: [],
  recipients: [],
  subject: '',
  returnPath: undefined,
  headers: { authenticationResults: [], automatic: {} },
  text: '',
  quoted: '',
  hasHtml: false,
  files: [],
  bounce: undefined,
}
