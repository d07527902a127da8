import type { APIRoute } from 'astro'
import { WantedLine } from '../../../../api/quotes/fields.ts'
import { textOf } from '../../../forms.ts'
import { optionsIn } from '../../../quote-list.ts'

export const prerender = false

/** Puts a product on the quote list, from the form on its page. What cannot be read changes nothing, and the list says so. */
export const POST: APIRoute = async ({ request, locals, redirect }) => {
  const form = await request.formData()
  const wanted = { product: textOf(form, 'product'), options: optionsIn(form), quantity: textOf(form, 'quantity') || '1' }
  if (!WantedLine.safeParse(wanted).success) return redirect(locals.path('/quotes/new?refused'), 303)
  const added = await locals.api.api.quotes.list.lines.$post({ json: { lines: [wanted] } })
  if (added.ok) return redirect(locals.path('/quotes/new'), 303)
  const { errors } = (await added.json()) as { errors?: Record<string, string> } // RFC 9457, from our own API
  return redirect(locals.path(errors?.lines ? '/quotes/new?full' : '/quotes/new?refused'), 303)
}

export const GET: APIRoute = ({ locals, redirect }) => redirect(locals.path('/quotes/new'), 303)
