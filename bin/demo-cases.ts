import type { User } from '../api/platform/http.ts'
import type { Services } from '../api/services.ts'
import { escalateTicket } from '../api/tickets/escalation.ts'
import { mergeTicket } from '../api/tickets/merging.ts'
import { findAnyTicket, openTicket } from '../api/tickets/store.ts'

/** A complaint that a manager has, and two cases that became one. */
export async function pressingCases(services: Services, agent: User) {
  const by = `user:${agent.id}`
  const write = async (kind: 'complaint' | 'problem', subject: string, text: string, fields = {}) => {
    const owner = { email: 'mette@hojmark.example', name: 'Mette Højmark' }
    const { reference } = await openTicket(services, {
      ...{ owner, kind, subject, text, fields, channel: 'web', authorName: owner.name, locale: 'da', by: 'guest' },
    })
    return findAnyTicket(services, reference)
  }
  const complaint = await write('complaint', 'Montøren kom ikke', 'Vi ventede hele dagen, og ingen ringede.', { wish: 'apology' })
  await escalateTicket(services, complaint, { by, why: 'Det er anden gang på en måned.' })
  const first = await write('problem', 'Varmepumpen larmer', 'Den brummer hele natten.', { heat: 'both' })
  const again = await write('problem', 'Den larmer stadig', 'Det er samme lyd som i går.', { heat: 'both' })
  await mergeTicket(services, again, first, by)
}
