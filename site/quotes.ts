import { DECLINE_REASONS } from '../api/quotes/model.ts'
import { SHARE_RIGHTS } from '../api/quotes/rights.ts'
import type { Locale } from '../content/schema.ts'
import type { Api } from './api.ts'
import { type ProblemAnswer, textOf } from './forms.ts'
import { askedIn, choicesIn } from './quote-terms.ts'
import type { SentMessage } from './uploads.ts'

export type Answer =
  | SharingAnswer
  | 'ask'
  | 'answer'
  | 'choose'
  | 'counter'
  | 'renewal'
  | 'decline'
  | 'withdraw'
  | 'accept'
  | 'code'
  | 'prove'
  | 'undo'

/** One form of a quote's page: its key, and, when it is the one that was refused, what was typed and why. */
export type FormState = {
  key: string
  typed: (field: string) => string
  problem: ProblemAnswer | undefined
  sent?: SentMessage | undefined
}

/** What is said between colleagues on the buyer's side. */
export type SharingAnswer = 'forward' | 'end-share' | 'decide' | 'into-organisation' | 'out-of-organisation'

/** Sends what the customer said with a form of the quote's page. */
export function sendAnswer(api: Api, reference: string, form: FormData, locale: Locale): Promise<Response> {
  const one = api.api.quotes[':reference']
  const param = { reference }
  const once = { headers: { 'idempotency-key': keyOf(form) } }
  const text = textOf(form, 'text')
  switch (textOf(form, 'action')) {
    case 'code':
      return one.codes.$post({ param })
    case 'prove':
      return api.api['sign-in'].$post({ json: { code: textOf(form, 'code') } })
    case 'accept': {
      const json = {
        ...{ revision: Number(textOf(form, 'revision')), totalMinor: Number(textOf(form, 'total')), name: textOf(form, 'name') },
        hash: textOf(form, 'hash'),
        purchaseOrder: textOf(form, 'purchaseOrder'),
        signature: (jsonOf(textOf(form, 'signature')) ?? []) as number[][], // the API says what is wrong with it
      }
      return one.acceptance.$post({ param, json }, once)
    }
    case 'choose':
      return one.choices.$put({ param, json: { revision: Number(textOf(form, 'revision')), choices: choicesIn(form) } })
    case 'undo':
      return one.acceptance.$delete({ param })
    case 'decline': {
      const reason = DECLINE_REASONS.find((reason) => reason === textOf(form, 'reason')) ?? ('' as 'other') // the API refuses nothing at all
      return one.decline.$post({ param, json: { reason, text } }, once)
    }
    case 'withdraw':
      return one.withdrawal.$post({ param }, once)
    case 'counter':
      return one.counter.$post({ param, json: { text, lines: askedIn(form, locale) } }, once)
    case 'forward': {
      const right = SHARE_RIGHTS.find((right) => right === textOf(form, 'right')) ?? ('' as 'view') // the API refuses nothing at all
      const json = { email: textOf(form, 'email'), name: textOf(form, 'name'), right, text, locale }
      return one.shares.$post({ param, json }, once)
    }
    case 'end-share':
      return one.shares[':key'].$delete({ param: { reference, key: textOf(form, 'share') } })
    case 'decide': {
      const decision = textOf(form, 'decision') === 'approved' ? ('approved' as const) : ('refused' as const)
      return one.decision.$post(
        { param, json: { revision: Number(textOf(form, 'revision')), hash: textOf(form, 'hash'), decision, text } },
        once,
      )
    }
    case 'into-organisation':
      return one.organisation.$put({ param })
    case 'out-of-organisation':
      return one.organisation.$delete({ param })
    case 'answer':
      return one.answer.$post({ param, json: { text } }, once)
    case 'renewal':
      return one.renewal.$post({ param, json: { text } }, once)
    default:
      return one.messages.$post(
        { param, json: { text, lineId: textOf(form, 'lineId') || undefined, uploads: form.getAll('uploads').map(String) } },
        once,
      )
  }
}

/** Where on the page it goes on after that. */
export function placeAfter(action: string): string {
  if (action === 'code') return '?code#accept'
  if (action === 'prove') return '#accept'
  if (action === 'choose') return '#lines'
  if (action === 'forward' || action === 'end-share') return '#shares'
  if (action === 'decide') return '#decisions'
  return action === 'ask' || action === 'answer' ? '#messages' : ''
}

/** The key of a form, the same with every attempt, so that what is sent twice happens once. */
export function keyOf(form: FormData | undefined): string {
  const key = form ? textOf(form, 'key') : ''
  return /^[\w-]{8,100}$/.test(key) ? key : crypto.randomUUID()
}

function jsonOf(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
