import { type Limits, ROLES } from '../api/organisations/rights.ts'
import { minorDigits } from '../content/money.ts'
import type { Locale } from '../content/schema.ts'
import type { Api } from './api.ts'
import { readAmount, writeAmount } from './components/desk-quotes/amounts.ts'
import { type ProblemAnswer, textOf } from './forms.ts'
import { keyOf } from './quotes.ts'

/** The forms of an organisation's page; those about one member or invitation also name which. */
export type Change = 'create' | 'details' | 'rules' | 'invite' | 'again' | 'withdraw' | 'rights' | 'remove' | 'leave'

/** One form of the page: when it is the one that was refused, what was typed and why. */
export type ChangeState = { typed: (field: string, otherwise?: string) => string; problem: ProblemAnswer | undefined }

type Visit = { api: Api; locale: Locale; currencies: readonly string[] }

/** Sends what was asked for with a form of the page. */
export function sendChange({ api, locale, currencies }: Visit, form: FormData): Promise<Response> {
  const { organisation } = api.api
  const once = { headers: { 'idempotency-key': keyOf(form) } }
  const param = { key: textOf(form, 'of') }
  const details = {
    name: textOf(form, 'name'),
    registrationNumber: textOf(form, 'registrationNumber'),
    invoiceAddress: textOf(form, 'invoiceAddress'),
  }
  const rights = () => ({ role: roleIn(form), acceptsUpTo: limitsIn(form, 'acceptsUpTo', locale, currencies) })
  switch (textOf(form, 'action')) {
    case 'create':
      return organisation.$post({ json: details }, once)
    case 'details':
      return organisation.$put({ json: details })
    case 'rules': {
      const approvalOver = textOf(form, 'approval') === 'yes' ? limitsIn(form, 'approvalOver', locale, currencies) : null
      const approvers = textOf(form, 'approvers') === 'members' ? ('members' as const) : ('asked' as const)
      return organisation.rules.$put({ json: { approvalOver, approvers, contactAccepts: textOf(form, 'contactAccepts') !== 'no' } })
    }
    case 'invite':
      return organisation.invitations.$post({ json: { email: textOf(form, 'email'), locale, ...rights() } }, once)
    case 'again':
      return organisation.invitations[':key'].sending.$post({ param }, once)
    case 'withdraw':
      return organisation.invitations[':key'].$delete({ param })
    case 'rights':
      return organisation.members[':key'].$put({ param, json: rights() })
    case 'remove':
      return organisation.members[':key'].$delete({ param })
    default:
      return organisation.membership.$delete()
  }
}

/** The name of the organisation that who is signed in belongs to. */
export async function organisationOf(api: Api): Promise<string | null> {
  const answer = await api.api.organisation.$get()
  return answer.ok ? ((await answer.json()).organisation?.name ?? null) : null
}

/** What is said at the top of the page once it is done. */
export const DONE = {
  create: 'organisation.created',
  details: 'organisation.details.saved',
  rules: 'organisation.rules.saved',
  invite: 'organisation.invite.sent',
  again: 'organisation.invite.sent',
  withdraw: 'organisation.invite.withdrawn',
  rights: 'organisation.members.saved',
  remove: 'organisation.members.removed',
  leave: 'organisation.leave.left',
} as const satisfies Record<Change, string>

export function doneIn(url: URL): string | undefined {
  const done = url.searchParams.get('done') ?? ''
  return Object.hasOwn(DONE, done) ? DONE[done as Change] : undefined
}

function roleIn(form: FormData) {
  return ROLES.find((role) => role === textOf(form, 'role')) ?? ('' as 'member') // the API refuses nothing at all
}

/** `acceptsUpTo.DKK` and so on, in minor units; what cannot be read goes as -1, and the API says that it will not do. */
function limitsIn(form: FormData, name: string, locale: Locale, currencies: readonly string[]): Limits {
  const typed = currencies.map((currency) => [currency, textOf(form, `${name}.${currency}`).trim()] as const)
  return Object.fromEntries(typed.filter(([, text]) => text).map(([currency, text]) => [currency, readLimit(text, currency, locale)]))
}

/** Fields of amounts are read in hundredths, whatever the minor unit of the currency is. */
function readLimit(text: string, currency: string, locale: Locale): number {
  const minor = (readAmount(text, locale) ?? -1) * 10 ** (minorDigits(currency) - 2)
  return minor >= 0 && Number.isInteger(minor) ? minor : -1
}

export function writeLimit(minor: number, currency: string, locale: Locale): string {
  return writeAmount(minor / 10 ** (minorDigits(currency) - 2), locale)
}
