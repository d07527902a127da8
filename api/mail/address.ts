import { createHmac } from 'node:crypto'
import { REFERENCE, sameSecret } from '../platform/tokens.ts'

/** 128 bits as hex: mail servers on the way may change upper case to lower, and a name before the @ has at most 64 characters. */
const MARK_LENGTH = 32
const SUBADDRESS = /^[^+@]+\+(t-[2-9a-z]{6})\.([0-9a-f]{32})@/i

/** Where an answer about one ticket comes back from one recipient; the mark is of no use to anybody else, or in another ticket. */
export type AnswersTo = { reference: string; recipient: string }

/** The address that an answer goes to. `replyTo` is `MAIL_REPLY_TO`; what comes before its @ gets a part of its own (RFC 5233). */
export function replyAddress(secret: Buffer, replyTo: string, answers: AnswersTo): string {
  const [name, domain] = replyTo.split('@')
  return `${name}+${answers.reference.toLowerCase()}.${markOf(secret, answers)}@${domain}`
}

/** The ticket and the mark in an address of that form, in whatever case; what they are worth is for `isMarkOf` to say. */
export function readReplyAddress(address: string): { reference: string; mark: string } | undefined {
  const [, reference = '', mark = ''] = SUBADDRESS.exec(address) ?? []
  return REFERENCE.test(reference.toUpperCase()) ? { reference: reference.toUpperCase(), mark: mark.toLowerCase() } : undefined
}

export function isMarkOf(secret: Buffer, mark: string, answers: AnswersTo): boolean {
  return sameSecret(mark, markOf(secret, answers))
}

/** A name for a recipient in Message-IDs, which others may read: it tells nothing and proves nothing. */
export function threadId({ reference, recipient }: AnswersTo, secret: Buffer, publicUrl: string): string {
  return `<${reference}.${keyed(secret, `thread\0${reference}\0${recipient}`).slice(0, 12)}@${new URL(publicUrl).hostname}>`
}

function markOf(secret: Buffer, { reference, recipient }: AnswersTo): string {
  return keyed(secret, `reply\0${reference}\0${recipient.toLowerCase()}`).slice(0, MARK_LENGTH)
}

function keyed(secret: Buffer, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex')
}
