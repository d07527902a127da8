import { can, type Role } from '../organisations/rights.ts'
import type { Actor } from '../platform/http.ts'

export const SHARE_RIGHTS = ['view', 'comment', 'approve'] as const
export type ShareRight = (typeof SHARE_RIGHTS)[number]

/**
 * What somebody is to a quote: its own contact, signed in; whoever holds the contact's link; a member of its organisation; or a
 * colleague to whom it was forwarded.
 */
export type Standing = 'contact' | 'link' | 'reader' | 'buyer' | 'manager' | ShareRight

/** Who may do what with a quote. Accepting it is decided in buying.ts, since it also depends on its total. */
export const QUOTE_RIGHTS = {
  see: ['contact', 'link', 'reader', 'buyer', 'manager', 'view', 'comment', 'approve'],
  write: ['contact', 'link', 'reader', 'buyer', 'manager', 'comment', 'approve'],
  /** Choose, counter, decline, take back, ask again, answer a question: what speaks for the buyer. */
  answer: ['contact', 'link', 'buyer', 'manager'],
  forward: ['contact', 'link', 'buyer', 'manager'],
  approve: ['manager', 'approve'],
} as const satisfies Record<string, readonly Standing[]>

export type QuoteVerb = keyof typeof QUOTE_RIGHTS

type Found = { reference: string; contactId: number; memberRole: Role | null }

/** Everything that this actor is to a quote; nothing for a stranger. */
export function standingsOn({ reference, contactId, memberRole }: Found, { user, access, shares }: Actor): Standing[] {
  const isContact = user?.contactId === contactId
  const isMember = memberRole !== null && can({ role: memberRole, acceptsUpTo: {} }, 'see-colleagues')
  return [
    ...(isContact ? ['contact' as const] : []),
    ...(access.some((link) => link.subject === reference && link.contactId === contactId) ? ['link' as const] : []),
    ...(isMember && memberRole !== 'member' ? [memberRole] : []),
    ...shares.filter((share) => share.subject === reference).map(({ right }) => right),
  ]
}

export function mayOn(standings: Standing[], verb: QuoteVerb): boolean {
  const allowed: readonly Standing[] = QUOTE_RIGHTS[verb]
  return standings.some((standing) => allowed.includes(standing))
}
