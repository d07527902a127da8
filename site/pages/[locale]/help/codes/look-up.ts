import type { APIRoute } from 'astro'
import { codesIn } from '../../../../../api/help/codes-model.ts'

export const prerender = false

/** From the form to the address of the code, which can be kept and sent to others. */
export const GET: APIRoute = ({ locals, url, redirect }) => {
  const typed = (url.searchParams.get('code') ?? '').trim().slice(0, 40)
  const code = codesIn(typed)[0] ?? typed.replace(/[^\p{L}\p{N} -]/gu, '')
  const product = url.searchParams.get('product') ?? ''
  const query = product ? `?${new URLSearchParams({ product })}` : ''
  return redirect(locals.path(`/help/codes/${encodeURIComponent(code)}`) + query, 303)
}
