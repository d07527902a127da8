import type { Locale } from '../content/schema.ts'
import type { Api } from './api.ts'
import { textOf } from './forms.ts'
import { keyOf } from './quotes.ts'

/** The forms about one thing that somebody owns. */
export const OWNED_ACTIONS = ['care', 'place', 'offer', 'withdraw'] as const
export type OwnedAction = (typeof OWNED_ACTIONS)[number]

/** Sends what was asked for with a form of the page of one's products. */
export function sendOwnedChange(api: Api, locale: Locale, form: FormData): Promise<Response> {
  const one = api.api.account.products[':reference']
  const param = { reference: textOf(form, 'of') }
  const once = { headers: { 'idempotency-key': keyOf(form) } }
  switch (textOf(form, 'action')) {
    case 'care':
      return one.care.$post({ param, json: { task: textOf(form, 'task'), on: textOf(form, 'on') } }, once)
    case 'place':
      return one.postcode.$put({ param, json: { postcode: textOf(form, 'postcode') } })
    case 'offer':
      return one.offer.$post({ param, json: { email: textOf(form, 'email'), locale } }, once)
    default:
      return one.offer.$delete({ param })
  }
}

export const OWNED_DONE = {
  care: { title: 'owned.care.written', text: 'owned.care.written-text' },
  place: { title: 'owned.place.written', text: undefined },
  offer: { title: 'owned.move.sent', text: 'owned.move.sent-text' },
  withdraw: { title: 'owned.move.withdrawn', text: undefined },
  register: { title: 'owned.register.done', text: 'owned.register.done-text' },
} as const
