import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Env } from '../platform/http.ts'

export type CookieName = 'session' | 'asking' | 'access' | 'guest'

/** `__Host-` binds a cookie to this host over https; plain http (a trial on one's own machine) cannot carry it. */
function fullName(c: Context<Env>, name: CookieName): string {
  return `${isSecure(c) ? '__Host-' : ''}torv-${name}`
}

export function readCookie(c: Context<Env>, name: CookieName): string | undefined {
  return getCookie(c, fullName(c, name))
}

/** `expiresAt` in milliseconds since 1970; a moment that has passed removes the cookie. */
export function writeCookie(c: Context<Env>, name: CookieName, value: string, expiresAt: number) {
  setCookie(c, fullName(c, name), value, {
    path: '/',
    httpOnly: true,
    secure: isSecure(c),
    sameSite: 'Lax',
    expires: new Date(expiresAt),
  })
}

export function removeCookie(c: Context<Env>, name: CookieName) {
  writeCookie(c, name, '', 0)
}

function isSecure(c: Context<Env>): boolean {
  return c.var.services.config.publicUrl.startsWith('https:')
}
