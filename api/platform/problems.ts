/** Every refusal we foresee: the type a client switches on, and the status it travels with. */
export const PROBLEMS = {
  'invalid-input': 422,
  'not-found': 404,
  'not-signed-in': 401,
  'not-allowed': 403,
  'other-origin': 403,
  'too-many': 429,
  'too-large': 413,
  'file-type': 415,
  'upload-elsewhere': 409,
  'upload-version': 412,
  'no-room': 507,
  busy: 503,
  'key-in-use': 409,
  'key-of-another': 422,
  'already-done': 409,
  'edited-meanwhile': 409,
  'wrong-code': 422,
  'code-expired': 422,
  'wrong-password': 422,
  'quote-moved-on': 409,
  'quote-expired': 409,
  'not-your-turn': 409,
  'ticket-closed': 409,
  'mail-unreadable': 422,
  'time-taken': 409,
  'booking-moved-on': 409,
  'booking-too-late': 409,
  'already-member': 409,
  'last-manager': 409,
  'approval-needed': 409,
  unforeseen: 500,
} as const
export type ProblemType = keyof typeof PROBLEMS

/** What went wrong with one field, as a phrase of `invalid.*` and what fills its gaps. */
export type FieldError = { reason: string; values?: Record<string, string | number> }

type Details = {
  /** For the person at the form, by field (`lines.0.quantity`). */
  errors?: Record<string, FieldError>
  /** Seconds until it is worth trying again. */
  retryAfter?: number
  /** Facts for the client, such as the revision that is current. */
  facts?: Record<string, string | number>
  /** For our log; it never leaves it. */
  cause?: unknown
}

export class Problem extends Error {
  readonly type: ProblemType
  readonly details: Details
  constructor(type: ProblemType, details: Details = {}) {
    super(type, { cause: details.cause })
    this.type = type
    this.details = details
  }
}

/** One field is not as it must be. */
export function invalid(field: string, reason: string, values?: FieldError['values']): Problem {
  return new Problem('invalid-input', { errors: { [field]: { reason, ...(values && { values }) } } })
}
