import type { Source } from '../api/leads/source.ts'
import { textOf } from './forms.ts'

const NAMES = ['page', 'referrer', 'utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content'] as const
const CAMPAIGN = NAMES.filter((name) => name.startsWith('utm_'))

/**
 * Where whoever fills in a form came from: from the form itself once it was shown, before that from the address and the browser's
 * own Referer. Nothing is kept in the browser for it; it is told with what they send, and not before.
 */
export function sourceOf({ request, url }: { request: Request; url: URL }, form: FormData | undefined): Source {
  if (form?.has('source.page')) return Object.fromEntries(NAMES.map((name) => [name, textOf(form, `source.${name}`)]))
  const from = URL.canParse(request.headers.get('referer') ?? '') ? new URL(request.headers.get('referer') ?? '') : undefined
  const isOurs = from?.host === (request.headers.get('host') ?? url.host)
  const campaign = CAMPAIGN.map((name) => [
    name,
    (url.searchParams.get(name) ?? (isOurs ? from?.searchParams.get(name) : null) ?? '').slice(0, 100),
  ])
  return {
    page: withoutToken(isOurs && from ? from.pathname : url.pathname).slice(0, 300),
    referrer: from && !isOurs ? from.hostname : '',
    ...Object.fromEntries(campaign),
  }
}

/** A page that a link in a mail opens is told of without what opens it. */
function withoutToken(path: string): string {
  return path.replace(/\/[\w-]{43}(?=\/|$)/g, '')
}

export function namesOf(source: Source): [string, string][] {
  return NAMES.map((name) => [`source.${name}`, source[name] ?? ''])
}
