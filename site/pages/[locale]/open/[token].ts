import type { APIRoute } from 'astro'

export const prerender = false

/** Where a reference is shown, by the letter it begins with. */
const PLACES: Record<string, string> = { Q: 'quotes', T: 'tickets', B: 'bookings' }

/**
 * Where the link in a mail leads. The browser keeps the token in a cookie and goes on to a clean address, so that it is in no
 * history, title or Referer. Nothing changes here: a scanner may follow the link as often as it likes.
 */
export const GET: APIRoute = async ({ params, locals, redirect, rewrite }) => {
  const response = await locals.api.api.access.$post({ json: { token: params.token ?? '' } })
  if (!response.ok) return rewrite(locals.path('/link-ended'))
  const { subject } = await response.json()
  const answer = redirect(locals.path(`/${PLACES[subject[0] ?? ''] ?? 'tickets'}/${subject}`), 303)
  answer.headers.set('referrer-policy', 'no-referrer')
  return answer
}
