import type { User } from '../api/platform/http.ts'
import { deliverOrder, placeOrders } from '../api/quotes/orders/store.ts'
import { quoteByReference } from '../api/quotes/store.ts'
import type { Services } from '../api/services.ts'

const WEEKS_MS = 4 * 7 * 24 * 3_600_000

/** What was accepted becomes orders, and four weeks later they are delivered. */
export async function takeOrders(services: Services, now: number, [, agent]: User[]) {
  await placeOrders(services)
  const due = await services.db.all<{ reference: string }>(
    `select q.reference from orders o join quotes q on q.id = o.quote_id where o.delivered_on is null and o.placed_at < :before`,
    { before: now - WEEKS_MS },
  )
  for (const { reference } of due) {
    const quote = await quoteByReference(services, reference)
    if (quote && agent) await deliverOrder(services, quote, new Date(now).toISOString().slice(0, 10), agent)
  }
}
