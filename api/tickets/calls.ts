import { z } from 'zod'
import { line, prose, required } from '../platform/fields.ts'
import type { User } from '../platform/http.ts'
import type { Services } from '../services.ts'
import { reply, type Written } from './replying.ts'
import type { Ticket } from './store.ts'

export const Call = z.object({
  /** Whom they talked with. */
  name: required(line(120)),
  /** Who rang: they, or we. */
  direction: z.enum(['in', 'out']),
  minutes: z.int().min(1).max(600),
  text: required(prose(10_000)),
  /** Whether only staff reads it. */
  internal: z.boolean().default(true),
})
export type Call = z.output<typeof Call>

/**
 * Writes down what was said on the telephone. The facts stand in the words themselves, in the customer's language, so that every place
 * that shows the thread shows them; the log has them as data. One that only staff reads moves nothing; both count as an answer.
 */
export async function logCall(services: Services, ticket: Ticket, call: Call, by: User): Promise<Written> {
  const { name, direction, minutes, text, internal } = call
  const t = services.t[ticket.locale]
  const head = t(`desk-tickets.call.${direction}`, { name, minutes: t('desk-tickets.call.minutes', { n: minutes }) })
  return reply(services, ticket, {
    ...{ author: 'staff', authorName: by.name, by: `user:${by.id}`, userId: by.id, internal },
    text: `${head}\n\n${text}`,
    channel: 'phone',
    kind: 'call',
    call: { minutes, direction },
  })
}
