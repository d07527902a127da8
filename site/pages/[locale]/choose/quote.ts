import type { APIRoute } from 'astro'
import { takeAnswers } from '../../../answers.ts'
import { textOf } from '../../../forms.ts'

export const prerender = false

/** Puts a product of the short list on the quote list as it is best ordered, and takes the answers along. */
export const POST: APIRoute = async (context) => {
  const { request, locals, redirect } = context
  const form = await request.formData()
  const answers = Object.fromEntries(new URLSearchParams(textOf(form, 'answers')))
  const answer = await locals.api.api.catalog.selector.$get({ query: answers })
  const { fits, questions } = answer.ok ? await answer.json() : { fits: [], questions: [] }
  const fit = fits.find(({ product }) => product === textOf(form, 'product'))
  if (!fit) return redirect(locals.path('/quotes/new?refused'), 303)

  const beside = form.getAll('with')
  const wanted = [fit, ...fit.accessories.filter(({ product }) => beside.includes(product))]
  takeAnswers(context, Object.fromEntries(questions.flatMap(({ id, answer }) => (answer === null ? [] : [[id, answer]]))))
  const list = locals.api.api.quotes.list
  const { lines } = await (await list.$get()).json()
  // Pressing twice is no wish for two.
  const missing = wanted.filter(({ product }) => !lines.some((line) => line.product === product))
  if (!missing.length) return redirect(locals.path('/quotes/new'), 303)
  const added = await list.lines.$post({
    json: { lines: missing.map(({ product, options, quantity }) => ({ product, options, quantity: String(quantity) })) },
  })
  return redirect(locals.path(added.ok ? '/quotes/new' : '/quotes/new?full'), 303)
}

export const GET: APIRoute = ({ locals, redirect }) => redirect(locals.path('/choose'), 303)
