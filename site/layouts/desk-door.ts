import type { AstroGlobal } from 'astro'

/** Where somebody goes who may not come to the desk; undefined for staff. Every page of the desk asks first. */
export async function turnedAway({ locals, url, redirect, rewrite }: AstroGlobal): Promise<Response | undefined> {
  const { me, path } = locals
  if (!me) return redirect(`${path('/sign-in')}?next=${encodeURIComponent(url.pathname)}`, 303)
  return me.role === 'customer' ? rewrite('/desk/not-allowed') : undefined
}
