import type { Product } from '../../content/schema.ts'
import { organisationWanted } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'
import { Problem } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import { dayOf, yearsAfter } from '../quotes/orders/model.ts'
import type { Services } from '../services.ts'
import { serialKey } from './model.ts'

export type Registration = {
  product: Product
  serialNumber: string
  /** Undefined when they do not know: then today. */
  boughtOn: string | undefined
  postcode: string
  forOrganisation: boolean
}

/** SQL: whether this number is somebody's already, whom nobody disputes it. */
const TAKEN = `exists (select 1 from owned_items other where other.product = :product and other.serial_key = :key
  and other.disputed_at is null and other.ended_at is null)`

/** SQL: whether this contact has it already. */
const HAS_IT = `exists (select 1 from owned_items own where own.product = :product and own.serial_key = :key
  and own.contact_id = :contactId and own.ended_at is null)`

/**
 * Registers something by the number on its label, and gives its reference. What they bought of us and has no number yet gets it; anything
 * else becomes theirs as well. A number that another has registered is answered in the same way, and told to staff alone; registering
 * twice is as good as once.
 */
export async function registerItem(services: Services, contactId: number, registration: Registration, by: string): Promise<string> {
  const { db, clock, content } = services
  const { product, serialNumber, boughtOn = dayOf(clock.now(), content.company.timeZone), postcode, forOrganisation } = registration
  const at = clock.now()
  const key = serialKey(serialNumber)
  const reference = newReference('P')
  const args = { reference, contactId, product: product.slug, serialNumber, key, postcode, at }
  const bought = await withoutNumber(services, contactId, product.slug)
  const event = registered({ contactId, product: product.slug, key, by, at })
  await db.batch(
    bought
      ? [...numberBought(bought, args), event]
      : [
          {
            sql: `insert into owned_items (reference, contact_id, organisation_id, source, product, sku, name, options, quantity, bought_on,
                    warranty_until, serial_number, serial_key, postcode, disputed_at, created_at)
                  select :reference, :contactId, ${organisationWanted}, 'registered', :product, :sku, :name, '{}', 1, :boughtOn,
                    :warrantyUntil, :serialNumber, :key, :postcode, iif(${TAKEN}, :at, null), :at
                  where not ${HAS_IT}`,
            args: {
              ...args,
              ...{ sku: product.sku, name: product.name[content.company.locale], boughtOn, forOrganisation: forOrganisation ? 1 : 0 },
              warrantyUntil: product.warrantyYears ? yearsAfter(boughtOn, product.warrantyYears) : null,
            },
          },
          event,
        ],
  )
  const theirs = await db.get<{ reference: string }>(
    `select reference from owned_items
     where product = :product and serial_key = :key and contact_id = :contactId and ended_at is null order by id limit 1`,
    { product: product.slug, key, contactId },
  )
  // Another form of theirs has taken the piece that was to get this number.
  if (!theirs) throw new Problem('edited-meanwhile')
  return theirs.reference
}

function registered({ by, ...args }: { contactId: number; product: string; key: string; by: string; at: number }): Statement {
  return {
    sql: `insert into events (at, kind, subject, actor, data)
          select :at, 'product.registered', reference, :by, json_object('product', product, 'disputed', disputed_at is not null)
          from owned_items where product = :product and serial_key = :key and contact_id = :contactId and ended_at is null and changes() > 0`,
    args: { ...args, by },
  }
}

type Unnumbered = { id: number; quantity: number }

/** Of what they bought, the piece that has waited longest for its number. */
async function withoutNumber({ db }: Services, contactId: number, product: string): Promise<Unnumbered | undefined> {
  return db.get<Unnumbered>(
    `select id, quantity from owned_items
     where contact_id = :contactId and product = :product and source = 'order' and serial_key is null and ended_at is null
     order by created_at, id limit 1`,
    { contactId, product },
  )
}

type Numbered = { reference: string; contactId: number; product: string; serialNumber: string; key: string; postcode: string; at: number }

/** The only piece gets the number; of several, one is taken out of the row and gets a row of its own. The last statement says if it took. */
function numberBought({ id, quantity }: Unnumbered, { at, postcode, ...args }: Numbered): Statement[] {
  const still = 'id = :id and quantity = :quantity and serial_key is null and ended_at is null'
  if (quantity === 1) {
    const { reference: _, ...rest } = args
    return [
      {
        sql: `update owned_items set serial_number = :serialNumber, serial_key = :key, disputed_at = iif(${TAKEN}, :at, null),
                postcode = coalesce(nullif(:postcode, ''), postcode)
              where ${still} and not ${HAS_IT}`,
        args: { ...rest, id, quantity, postcode, at },
      },
    ]
  }
  return [
    {
      sql: `insert into owned_items (reference, contact_id, organisation_id, source, quote, "order", line, product, sku, name, options, quantity,
              bought_on, delivered_on, warranty_until, serial_number, serial_key, postcode, disputed_at, created_at)
            select :reference, contact_id, organisation_id, source, quote, "order", line, product, sku, name, options, 1, bought_on,
              delivered_on, warranty_until, :serialNumber, :key, coalesce(nullif(:postcode, ''), postcode), iif(${TAKEN}, :at, null), created_at
            from owned_items where ${still} and not ${HAS_IT}`,
      args: { ...args, id, quantity, postcode, at },
    },
    {
      sql: `update owned_items set quantity = quantity - 1
            where id = :id and quantity = :quantity and exists (select 1 from owned_items split where split.reference = :reference)`,
      args: { id, quantity, reference: args.reference },
    },
  ]
}
