export const ROLES = ['member', 'reader', 'buyer', 'manager'] as const
export type Role = (typeof ROLES)[number]

/** What each role lets a member of an organisation do: the one table that routes, lists and pages go by. */
export const RIGHTS = {
  //                                own quotes     reads          reads and buys         everything
  'see-colleagues': /*         */ { member: false, reader: true, buyer: true, manager: true },
  'answer-for-colleagues': /*  */ { member: false, reader: false, buyer: true, manager: true },
  accept: /*                   */ { member: false, reader: false, buyer: 'up to a limit', manager: true },
  approve: /*                  */ { member: false, reader: false, buyer: false, manager: true },
  'manage-members': /*         */ { member: false, reader: false, buyer: false, manager: true },
  'manage-sites': /*           */ { member: false, reader: false, buyer: false, manager: true },
} as const satisfies Record<string, Record<Role, boolean | 'up to a limit'>>

export type Right = keyof typeof RIGHTS
export const RIGHT_NAMES = Object.keys(RIGHTS) as Right[] // the keys of the table above

/** By currency, in minor units. A currency that is not named counts as nothing. */
export type Limits = Record<string, number>
/** What is to be paid for. */
export type Worth = { total: number; currency: string }

type Holder = { role: Role; acceptsUpTo: Limits }

/** Whether a member may do this; what has a limit is asked about something of a certain worth. Nobody may do nothing. */
export function can(member: Holder | undefined, right: Right, worth?: Worth): boolean {
  if (!member) return false
  const granted = RIGHTS[right][member.role]
  if (granted !== 'up to a limit') return granted
  return worth !== undefined && worth.total <= (member.acceptsUpTo[worth.currency] ?? 0)
}

/** The roles that have a right without a limit or up to one, for the scope of a list. */
export function rolesThatMay(right: Right): Role[] {
  return ROLES.filter((role) => RIGHTS[right][role] !== false)
}

/** Whether a total of this worth needs a colleague's approval. With a rule, a currency it does not name always does. */
export function needsApproval(approvalOver: Limits | null, { total, currency }: Worth): boolean {
  return approvalOver !== null && total > (approvalOver[currency] ?? -1)
}
