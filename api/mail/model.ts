import type { Locale } from '../../content/schema.ts'
import type { Authentication } from './authentication.ts'
import type { ParsedMail } from './parse.ts'

/** Why a mail was set aside for staff to look at. Nobody is written to meanwhile. */
export const SUSPENSIONS = [
  'unreadable',
  'too-large',
  'no-sender',
  'failed-authentication',
  'unchecked',
  'from-staff',
  'other-sender',
  'automatic',
  'too-many',
  'moved-on',
] as const
export type Suspension = (typeof SUSPENSIONS)[number]

/** Why nothing needs to be done about a mail. */
export const IGNORED = ['own', 'automatic-reply', 'bounce'] as const
export type Ignored = (typeof IGNORED)[number]

/** More than a person writes in an hour. */
export const MAX_AN_HOUR = 30

export type Facts = {
  sender: string | undefined
  authentication: Authentication
  /** It carries an id that only we give. */
  isOwn: boolean
  /** It reports that a mail of ours came back. */
  isBounce: boolean
  automatic: 'reply' | 'generated' | undefined
  isFromStaff: boolean
  /** The ticket whose address for answers it was sent to, with a mark that we made, and whether for this sender. */
  named: { reference: string; forSender: boolean } | undefined
  /** How many came from this sender in the last hour. */
  lately: number
}

export type Decision =
  | { does: 'append'; reference: string }
  | { does: 'open' }
  | { does: 'suspend'; reason: Suspension }
  | { does: 'ignore'; reason: Ignored }

/**
 * What becomes of a mail. A mark proves the thread and not the person, so the sender must be the one it was made for. Machines are
 * never answered; nothing that might be somebody else's reaches a customer's thread without staff.
 */
export function decide(facts: Facts): Decision {
  const { sender, authentication, automatic, named } = facts
  if (facts.isOwn) return { does: 'ignore', reason: 'own' }
  if (facts.isBounce) return { does: 'ignore', reason: 'bounce' }
  if (automatic === 'reply') return { does: 'ignore', reason: 'automatic-reply' }
  if (!sender) return { does: 'suspend', reason: 'no-sender' }
  if (authentication === 'failed') return { does: 'suspend', reason: 'failed-authentication' }
  if (authentication === 'unchecked') return { does: 'suspend', reason: 'unchecked' }
  if (facts.isFromStaff) return { does: 'suspend', reason: 'from-staff' }
  if (automatic === 'generated') return { does: 'suspend', reason: 'automatic' }
  if (named && !named.forSender) return { does: 'suspend', reason: 'other-sender' }
  if (facts.lately >= MAX_AN_HOUR) return { does: 'suspend', reason: 'too-many' }
  return named ? { does: 'append', reference: named.reference } : { does: 'open' }
}

const SAYS_NO = /^(no-?reply|do-?not-?reply|notifications?|svar-?ikke|ingen-?svar)([+._-]|@)/
const DAEMON = /^(mailer-daemon|postmaster)@/

/**
 * Whether a machine wrote it (RFC 3834 and what was there before it): in answer to a mail, or by itself. An empty return path says
 * that nobody wants an answer.
 */
export function automaticOf({ headers, returnPath, from }: Pick<ParsedMail, 'headers' | 'returnPath' | 'from'>): Facts['automatic'] {
  const { automatic } = headers
  const says = (name: string) => (automatic[name] ?? '').trim().toLowerCase()
  const submitted = says('auto-submitted')
  if (submitted.startsWith('auto-replied') || says('x-autoreply') || says('x-autorespond') || says('precedence') === 'auto_reply')
    return 'reply'
  if (returnPath === '' || DAEMON.test(from?.email ?? '')) return 'reply'
  if (submitted && submitted !== 'no') return 'generated'
  if (['bulk', 'junk', 'list'].includes(says('precedence'))) return 'generated'
  if (automatic['list-id'] || automatic['list-unsubscribe'] || automatic['feedback-id']) return 'generated'
  return SAYS_NO.test(from?.email ?? '') ? 'generated' : undefined
}

const TEN_MINUTES = 10 * 60_000
const HOUR = 60 * 60_000
const DAY = 24 * HOUR
const MAX_RECEIPTS_A_DAY = 2
const MAX_UNPROVEN_AN_HOUR = 5
/** Where no mail server of ours checks anybody, all are unproven: enough for a company, and little for whoever wants to flood others. */
const MAX_UNCHECKED_AN_HOUR = 60

/** `toSender`: when this address was sent receipts lately; `toUnproven`: when those were whom nobody vouched for. */
export type Receipts = { toSender: number[]; toUnproven: number[] }

/**
 * Whether who opens a case by mail is sent a receipt: rarely enough that two machines soon fall silent, and where it is not proven that
 * the sender wrote it, as seldom as to addresses typed into a form.
 */
export function mayConfirm(
  { toSender, toUnproven }: Receipts,
  { authentication, isChecked, now }: { authentication: Authentication; isChecked: boolean; now: number },
): boolean {
  const since = (times: number[], ms: number) => times.filter((at) => at > now - ms).length
  if (since(toSender, TEN_MINUTES) >= 1 || since(toSender, DAY) >= MAX_RECEIPTS_A_DAY) return false
  return authentication === 'passed' || since(toUnproven, HOUR) < (isChecked ? MAX_UNPROVEN_AN_HOUR : MAX_UNCHECKED_AN_HOUR)
}

const DANISH = /\b(jeg|ikke|og|det|har|hvordan|hvornår|hilsen|venlig|tak|min|vores|virker|er)\b/gi
const ENGLISH = /\b(the|and|is|not|my|our|how|when|have|please|thanks|regards|does|it)\b/gi

/** The language that somebody writes whom we do not know yet. */
export function languageOf(text: string, otherwise: Locale): Locale {
  const count = (words: RegExp) => text.slice(0, 2_000).match(words)?.length ?? 0
  const danish = count(DANISH) + (text.slice(0, 2_000).match(/[æøå]/gi)?.length ?? 0)
  const english = count(ENGLISH)
  if (danish === english) return otherwise
  return danish > english ? 'da' : 'en'
}
