import type { APIRoute } from 'astro'
import { WantedLine } from '../../../../api/quotes/fields.ts'
import { torv } from '../../../api.ts'
import { textOf } from '../../../forms.ts'
import { addToList, optionsIn, readList, writeList } from '../../../quotes.ts'

export const prerender = false

/** Puts a product on the quote list, from the form on its page. What cannot be read changes nothing. */
export const POST: APIRoute = async ({ request, cookies, locals, redirect }) => {
  const form = await request.formData()
  const line = WantedLine.safeParse({ product: textOf(form, 'product'), options: optionsIn(form), quantity: textOf(form, 'quantity') }).data
  const isSold = locals.content.products.some(({ slug }) => slug === line?.product)
  if (line && isSold) writeList(cookies, addToList(readList(cookies), line), torv().config.publicUrl.startsWith('https:'))
  return redirect(locals.path('/quotes/new'), 303)
}

export const GET: APIRoute = ({ locals, redirect }) => redirect(locals.path('/quotes/new'), 303)
