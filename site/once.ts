import { createHash } from 'node:crypto'
import { textOf } from './forms.ts'

const FEW_MINUTES_MS = 5 * 60_000

/**
 * The key of a form, the same with every attempt, so that what is sent twice happens once. A page that is the same for everybody holds
 * none: there it is made of who sends what, within a few minutes. Whoever would come by another's answer would have to say the very
 * same, from the same place, in the same name.
 */
export function keyOfSender(request: Request, form: FormData, now = Date.now()): string {
  const key = textOf(form, 'key')
  if (/^[\w-]{8,100}$/.test(key)) return key
  const from = ['x-torv-address', 'x-forwarded-for', 'user-agent', 'cookie'].map((name) => request.headers.get(name) ?? '')
  const said = [...form].map(([name, value]) => [name, String(value)])
  const window = Math.floor(now / FEW_MINUTES_MS)
  return createHash('sha256')
    .update(JSON.stringify([from, said, window]))
    .digest('base64url')
}
