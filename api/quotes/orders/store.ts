import { deliverBought, ownBought } from '../../owned/store.ts'
import { eventIfChanged } from '../../platform/events.ts'
import type { User } from '../../platform/http.ts'
import { invalid, Problem } from '../../platform/problems.ts'
import { newReference } from '../../platform/tokens.ts'
import type { Services } from '../../services.ts'
import { UNDO_MS } from '../model.ts'
import { asChosen, currentRevision, type Quote, quoteByReference, worthOf } from '../store.ts'
import { dayOf, productsIn, yearsAfter } from './model.ts'

export type Order = { reference: string; placedAt: number; deliveredOn: string | null }

/** Makes orders of the quotes whose acceptance can no longer be taken back. Asking again changes nothing. */
export async function placeOrders(services: Services) {
  const { db, clock } = services
  const due = await db.all<{ reference: string }>(
    `select q.reference from quotes q where q.status = 'accepted' and q.accepted_at <= :until
       and not exists (select 1 from orders o where o.quote_id = q.id)
     order by q.accepted_at, q.id limit 200`,
    { until: clock.now() - UNDO_MS },
  )
  for (const { reference } of due) {
    const quote = await quoteByReference(services, reference)
    if (quote) await placeOrder(services, quote)
  }
}

async function placeOrder(services: Services, quote: Quote) {
  const { db, clock, content } = services
  const at = clock.now()
  const order = newReference('O')
  const { document } = asChosen(quote, await currentRevision(services, quote))
  const boughtOn = dayOf(quote.acceptedAt ?? at, content.company.timeZone)
  await db.batch([
    {
      // Accepted too long ago to be taken back, so it stays so.
      sql: `insert into orders (reference, quote_id, placed_at)
            select :order, id, :at from quotes where id = :id and status = 'accepted' and accepted_at <= :until
            on conflict (quote_id) do nothing`,
      args: { order, id: quote.id, at, until: at - UNDO_MS },
    },
    eventIfChanged('order.created', { subject: quote.reference, actor: 'clock', at, data: { order, ...worthOf(document) } }),
    // Only when the order of this reference has just been made.
    ...productsIn(document, content).map(({ warrantyYears, ...product }) =>
      ownBought(
        quote.reference,
        { ...product, order, boughtOn, warrantyUntil: warrantyYears ? yearsAfter(boughtOn, warrantyYears) : null },
        at,
        'select contact_id, organisation_id from quotes join orders on quote_id = quotes.id where orders.reference = :order',
      ),
    ),
  ])
}

/** Undefined while an acceptance can still be taken back, and for a moment after. */
export async function orderOf({ db }: Services, quote: Quote): Promise<Order | undefined> {
  return db.get<Order>(`select reference, placed_at as "placedAt", delivered_on as "deliveredOn" from orders where quote_id = :id`, {
    id: quote.id,
  })
}

/** Writes down the day it was delivered, once; warranties run from that day. */
export async function deliverOrder(services: Services, quote: Quote, on: string, by: User) {
  const { db, clock, content } = services
  const at = clock.now()
  if (on > dayOf(at, content.company.timeZone)) throw invalid('on', 'in-the-future')
  const { document } = asChosen(quote, await currentRevision(services, quote))
  const [delivered] = await db.batch([
    {
      sql: 'update orders set delivered_on = :on, delivered_at = :at where quote_id = :id and delivered_on is null',
      args: { id: quote.id, on, at },
    },
    eventIfChanged('order.delivered', { subject: quote.reference, actor: `user:${by.id}`, at, data: { on } }),
    ...productsIn(document, content).map(({ line, warrantyYears }) =>
      deliverBought(
        quote.reference,
        line,
        { on, warrantyUntil: warrantyYears ? yearsAfter(on, warrantyYears) : null },
        'exists (select 1 from orders join quotes on quotes.id = quote_id where quotes.reference = :quote and orders.delivered_on = :on)',
      ),
    ),
  ])
  if (delivered?.changes !== 1) throw new Problem('not-your-turn')
}
