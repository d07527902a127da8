import type { APIRoute } from 'astro'
import { WantedLine } from '../../../../api/quotes/fields.ts'
import { textOf } from '../../../forms.ts'
import { addToList, offered, optionsIn, readList, writeList } from '../../../quotes.ts'

export const prerender = false

/** Puts a product on the quote list, from the form on its page. What cannot be read changes nothing, and the list says so. */
export const POST: APIRoute = async (context) => {
  const { request, locals, redirect } = context
  const form = await request.formData()
  const wanted = { product: textOf(form, 'product'), options: optionsIn(form), quantity: textOf(form, 'quantity') || '1' }
  const line = offered(locals.content, WantedLine.safeParse(wanted).data)
  if (!line) return redirect(locals.path('/quotes/new?refused'), 303)
  const isKept = writeList(context, addToList(readList(context), line))
  return redirect(locals.path(isKept ? '/quotes/new' : '/quotes/new?full'), 303)
}

export const GET: APIRoute = ({ locals, redirect }) => redirect(locals.path('/quotes/new'), 303)
