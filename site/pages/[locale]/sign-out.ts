import type { APIRoute } from 'astro'

export const prerender = false

/** Only a form may sign somebody out: a link that a scanner follows must not. */
export const POST: APIRoute = async ({ locals, redirect }) => {
  const response = await locals.api.api.session.$delete()
  const clear = response.headers.get('clear-site-data')
  const answer = redirect(locals.path('/'), 303)
  if (clear) answer.headers.set('clear-site-data', clear)
  return answer
}
