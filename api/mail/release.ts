import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { Ticket } from '../tickets/store.ts'
import { rawOf } from './files.ts'
import { findMailByKey, type IncomingMail } from './store.ts'
import { appendMail, openByMail } from './taking.ts'

/** Does with a mail what staff decides: into a ticket, or as a new one. Refused when somebody has settled it meanwhile. */
export async function release(
  services: Services,
  { key, fromEmail, fromName, state }: IncomingMail,
  { ticket, userId }: { ticket: Ticket | undefined; userId: number },
): Promise<{ reference: string }> {
  if (state !== 'suspended' || !fromEmail) throw new Problem('not-your-turn')
  const raw = await rawOf(services, key)
  const markers = Object.values(services.t).map((t) => t('mail.answer-above'))
  const mail = raw && (await services.mailParser.parse(raw, markers).catch(() => undefined))
  const unlessSettled = async (problem: unknown) =>
    (await findMailByKey(services, key))?.state === 'suspended' ? problem : new Problem('not-your-turn', { cause: problem })
  if (!mail) throw await unlessSettled(new Problem('mail-unreadable'))

  const taking = { key, mail, sender: { email: fromEmail, name: fromName }, confirm: false, userId, first: [] }
  try {
    await (ticket ? appendMail(services, ticket.reference, taking) : openByMail(services, taking))
  } catch (error) {
    throw await unlessSettled(error)
  }
  const settled = await findMailByKey(services, key)
  if (settled?.state !== 'taken' || !settled.reference) throw new Problem('ticket-closed')
  return { reference: settled.reference }
}
