import { mayIn } from '../../organisations/scope.ts'
import type { Statement } from '../../platform/db.ts'
import { eventIfChanged } from '../../platform/events.ts'
import type { User } from '../../platform/http.ts'
import { invalid, Problem } from '../../platform/problems.ts'
import { newReference } from '../../platform/tokens.ts'
import type { Services } from '../../services.ts'
import { UNDO_MS } from '../model.ts'
import { asChosen, currentRevision, type Quote, quoteByReference, worthOf } from '../store.ts'
import { type BoughtProduct, dayOf, productsIn, yearsAfter } from './model.ts'

export type Order = { reference: string; placedAt: number; deliveredOn: string | null }

export type OwnedProduct = {
  order: string
  quote: string
  line: string
  product: string
  sku: string
  name: string
  options: Record<string, string>
  quantity: number
  boughtOn: string
  deliveredOn: string | null
  warrantyUntil: string | null
  serialNumber: string | null
  /** By themselves, and not by a colleague. */
  isMine: boolean
}

const MOST_SHOWN = 500

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
    ...productsIn(document, content).map((product) => addProduct(order, product, boughtOn)),
  ])
}

/** Only when the order of this reference has just been made. */
function addProduct(
  order: string,
  { line, product, sku, name, options, quantity, warrantyYears }: BoughtProduct,
  boughtOn: string,
): Statement {
  return {
    sql: `insert into owned_products (order_id, line, product, sku, name, options, quantity, bought_on, warranty_until)
          select id, :line, :product, :sku, :name, :options, :quantity, :boughtOn, :warrantyUntil from orders where reference = :order`,
    args: {
      ...{ order, line, product, sku, name, quantity, boughtOn },
      options: JSON.stringify(options),
      warrantyUntil: warrantyYears ? yearsAfter(boughtOn, warrantyYears) : null,
    },
  }
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
    ...productsIn(document, content).flatMap(({ line, warrantyYears }) =>
      warrantyYears ? [extendWarranty(quote, line, on, at, warrantyYears)] : [],
    ),
  ])
  if (delivered?.changes !== 1) throw new Problem('not-your-turn')
}

function extendWarranty({ id }: Quote, line: string, on: string, at: number, years: number): Statement {
  return {
    sql: `update owned_products set warranty_until = :until
          where line = :line and order_id = (select id from orders where quote_id = :id and delivered_on = :on and delivered_at = :at)`,
    args: { id, line, on, at, until: yearsAfter(on, years) },
  }
}

/** What this contact has bought, and what colleagues have whose quotes they may see; the newest first. */
export async function ownedProducts({ db }: Services, contactId: number): Promise<OwnedProduct[]> {
  const rows = await db.all<Omit<OwnedProduct, 'options' | 'isMine'> & { options: string; isMine: number }>(
    `select o.reference as "order", q.reference as quote, p.line, p.product, p.sku, p.name, p.options, p.quantity,
       p.bought_on as "boughtOn", o.delivered_on as "deliveredOn", p.warranty_until as "warrantyUntil",
       p.serial_number as "serialNumber", q.contact_id = :contactId as "isMine"
     from quotes q join orders o on o.quote_id = q.id join owned_products p on p.order_id = o.id
     where q.contact_id = :contactId or ${mayIn('q.organisation_id', 'see-colleagues')}
     order by o.placed_at desc, o.id desc, p.line limit ${MOST_SHOWN}`,
    { contactId },
  )
  return rows.map((row) => ({ ...row, options: JSON.parse(row.options) as Record<string, string>, isMine: row.isMine === 1 })) // by addProduct
}
