import type { APIRoute } from 'astro'

export const prerender = false

/** Where a reference is shown, by the letter it begins with. */
const PLACES: Record<string, string> = { Q: 'quotes', T: 'tickets', B: 'bookings' }

/** The answers that a mail about a quote offers, and the pages where they can be given. */
const ONE_TAP: Record<string, string> = {
  later: '/answer?say=later',
  change: '/answer?say=change',
  'not-now': '/answer?say=not-now',
  fine: '/check-in?say=fine',
  something: '/check-in?say=something',
}

/**
 * Where the link in a mail leads. The browser keeps the token in a cookie and goes on to a clean address, so that it is in no
 * history, title or Referer. Nothing changes here: a scanner may follow the link as often as it likes.
 */
export const GET: APIRoute = async ({ params, url, locals, redirect, rewrite }) => {
  const response = await locals.api.api.access.$post({ json: { token: params.token ?? '' } })
  if (!response.ok) return rewrite(locals.path('/link-ended'))
  const { subject } = await response.json()
  const page = `/${PLACES[subject[0] ?? ''] ?? 'tickets'}/${subject}`
  const said = url.searchParams.get('answer') ?? ''
  const answer = redirect(locals.path(page + (page.startsWith('/quotes/') ? (ONE_TAP[said] ?? '') : '')), 303)
  answer.headers.set('referrer-policy', 'no-referrer')
  return answer
}
