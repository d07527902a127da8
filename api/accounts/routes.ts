import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Locale } from '../../content/schema.ts'
import { viewerOf } from '../catalog/viewer.ts'
import { guestIn, ownerNameOf } from '../files/owner.ts'
import { Email, line, required } from '../platform/fields.ts'
import { body, type Env, signedIn, type User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { isToken } from '../platform/tokens.ts'
import { adoptGuest } from '../quotes/list-store.ts'
import { findShare } from '../quotes/shares.ts'
import { findAccess, rememberAccess } from './access.ts'
import { readCookie, removeCookie, writeCookie } from './cookies.ts'
import { hashPassword, isPassword } from './passwords.ts'
import { Sessions } from './sessions.ts'
import { askForCode, findUser, passwordHashOf, setPassword, setUpFirstAdmin, useCode, welcome } from './store.ts'

const MINUTES = 60_000
const ASKING_LIFETIME_MS = 10 * MINUTES

const CodeRequest = z.object({ email: Email, locale: Locale.optional() })
const Code = z.object({
  code: z
    .string()
    .transform((code) => code.replace(/\s/g, ''))
    .pipe(z.string().regex(/^\d{6}$/)),
})
const WithPassword = z.object({ email: Email, password: z.string().min(1).max(200) })
const NewPassword = z.object({ password: z.string().min(12).max(200) })
const SetUp = NewPassword.extend({ token: z.string(), email: Email, name: required(line(120)), locale: Locale.optional() })

export const accounts = new Hono<Env>()
  .get('/me', async (c) => {
    const { user, access, shares } = c.var.actor
    const { priceTerms = null } = await viewerOf(c.var.services, c.var.actor)
    return c.json({ user: user ? publicUser(user) : null, access: [...access, ...shares].map(({ subject }) => subject), priceTerms })
  })

  // Known and unknown addresses get the same answer, and the same mail.
  .post('/sign-in/codes', body(CodeRequest), async (c) => {
    const { services, address } = c.var
    const { email, locale = c.var.locale } = c.req.valid('json')
    services.limits.take(`codes from ${address}`, 20, 15 * MINUTES)
    services.limits.take(`codes to ${email}`, 3, 15 * MINUTES)
    const token = await askForCode(services, { email, locale })
    writeCookie(c, 'asking', token, services.clock.now() + ASKING_LIFETIME_MS)
    return c.body(null, 202)
  })

  .post('/sign-in', body(Code), async (c) => {
    const { services, address } = c.var
    services.limits.take(`sign-ins from ${address}`, 60, 3 * MINUTES)
    const token = readCookie(c, 'asking')
    if (!isToken(token)) throw new Problem('code-expired')
    const proven = await useCode(services, { token, code: c.req.valid('json').code })
    if (proven === 'expired') throw new Problem('code-expired')
    if (proven === 'wrong') throw new Problem('wrong-code', { errors: { code: { reason: 'wrong-code' } } })
    const user = await welcome(services, proven)
    if (!user) throw new Problem('code-expired')
    removeCookie(c, 'asking')
    await signIn(c, user)
    return c.json({ user: publicUser(user) })
  })

  .post('/sign-in/password', body(WithPassword), async (c) => {
    const { services, address } = c.var
    const { email, password } = c.req.valid('json')
    const tries = `password of ${email} from ${address}`
    services.limits.take(tries, 9, 3 * MINUTES)
    services.limits.take(`passwords from ${address}`, 60, 3 * MINUTES)
    if (!(await isPassword(await passwordHashOf(services, email), password))) throw new Problem('wrong-password')
    const user = await findUser(services, email)
    if (!user) throw new Problem('wrong-password')
    services.limits.clear(tries)
    await signIn(c, user)
    return c.json({ user: publicUser(user) })
  })

  .delete('/session', async (c) => {
    const { services, sessionId } = c.var
    if (sessionId) await new Sessions(services.db).end(sessionId)
    removeCookie(c, 'session')
    removeCookie(c, 'access')
    removeCookie(c, 'guest')
    c.header('clear-site-data', '"cache", "storage"')
    return c.body(null, 204)
  })

  .put('/account/password', body(NewPassword), async (c) => {
    const { services, sessionId } = c.var
    const user = signedIn(c)
    await setPassword(services, user.id, await hashPassword(c.req.valid('json').password))
    await new Sessions(services.db).endOthers(user.id, sessionId)
    return c.body(null, 204)
  })

  .post('/set-up', body(SetUp), async (c) => {
    const { services, address } = c.var
    services.limits.take(`set-ups from ${address}`, 20, 15 * MINUTES)
    const { token, email, name, password, locale = c.var.locale } = c.req.valid('json')
    if (!isToken(token)) throw new Problem('not-found')
    const passwordHash = await hashPassword(password)
    if (!(await setUpFirstAdmin(services, token, { email, name, locale, passwordHash }))) throw new Problem('not-found')
    const user = await findUser(services, email)
    if (!user) throw invalid('email', 'invalid')
    await signIn(c, user)
    return c.json({ user: publicUser(user) }, 201)
  })

  // Opening a link tells the browser to remember it; nothing is used up, so a mail scanner that follows it does no harm.
  .post('/access', body(z.object({ token: z.string() })), async (c) => {
    const { services } = c.var
    const { token } = c.req.valid('json')
    const access = (await findAccess(services, token)) ?? (await findShare(services, token))
    if (!access) throw new Problem('not-found')
    rememberAccess(c, token)
    return c.json({ subject: access.subject })
  })

/** Replaces whatever session the browser had: a token planted before sign-in is worth nothing after it. */
async function signIn(c: Context<Env>, user: User) {
  const sessions = new Sessions(c.var.services.db)
  if (c.var.sessionId) await sessions.end(c.var.sessionId)
  const { token, endsAt } = await sessions.begin(user, c.req.header('user-agent') ?? '')
  writeCookie(c, 'session', token, endsAt)
  await keepWhatGuestHad(c, user)
}

/** The quote list and files of the guest this was. The sign-in stands even if that fails; then they stay where they are. */
async function keepWhatGuestHad(c: Context<Env>, user: User) {
  const guest = guestIn(c)
  if (!guest) return
  try {
    await adoptGuest(c.var.services, guest, ownerNameOf(user))
    removeCookie(c, 'guest')
  } catch (error) {
    c.var.services.log('guest-not-adopted', { request: c.var.requestId, error })
  }
}

function publicUser({ email, name, role, readOnly, locale }: User) {
  return { email, name, role, readOnly, locale }
}
