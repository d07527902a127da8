import { mayIn } from '../organisations/scope.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import type { Done } from './model.ts'

/** Something a customer owns. Days as ISO 8601 writes them. */
export type OwnedItem = {
  id: number
  reference: string
  contactId: number
  source: 'order' | 'registered'
  quote: string | null
  order: string | null
  product: string
  sku: string
  name: string
  options: Record<string, string>
  quantity: number
  boughtOn: string
  deliveredOn: string | null
  warrantyUntil: string | null
  serialNumber: string | null
  postcode: string
  disputedAt: number | null
  movedAt: number | null
  /** Their own, and not a colleague's. */
  isMine: boolean
  /** Whether they may write to it: their own, or a colleague's whom they answer for. */
  isTheirs: boolean
}

type Row = Omit<OwnedItem, 'options' | 'isMine' | 'isTheirs'> & { options: string; isMine: number; isTheirs: number }

const MOST_SHOWN = 500

const COLUMNS = `i.id, i.reference, i.contact_id as "contactId", i.source, i.quote, i."order", i.product, i.sku, i.name, i.options, i.quantity,
  i.bought_on as "boughtOn", i.delivered_on as "deliveredOn", i.warranty_until as "warrantyUntil", i.serial_number as "serialNumber",
  i.postcode, i.disputed_at as "disputedAt", i.moved_at as "movedAt"`

const MINE = `i.contact_id = :contactId as "isMine",
  (i.contact_id = :contactId or ${mayIn('i.organisation_id', 'answer-for-colleagues')}) as "isTheirs"`

/** What a contact may see: their own, and what colleagues have who let them. */
const VISIBLE = `i.ended_at is null and (i.contact_id = :contactId or ${mayIn('i.organisation_id', 'see-colleagues')})`

/** What this contact owns, and what colleagues own whose things they may see; the newest first. */
export async function ownedBy({ db }: Pick<Services, 'db'>, contactId: number): Promise<OwnedItem[]> {
  const rows = await db.all<Row>(
    `select ${COLUMNS}, ${MINE} from owned_items i where ${VISIBLE} order by i.created_at desc, i.id desc limit ${MOST_SHOWN}`,
    { contactId },
  )
  return rows.map(fromRow)
}

/** One thing as this contact may see it; anybody else's is as undefined as one that never was. */
export async function findOwned({ db }: Pick<Services, 'db'>, contactId: number | null, reference: string): Promise<OwnedItem | undefined> {
  if (contactId === null) return undefined
  const row = await db.get<Row>(`select ${COLUMNS}, ${MINE} from owned_items i where i.reference = :reference and ${VISIBLE}`, {
    contactId,
    reference,
  })
  return row && fromRow(row)
}

/** Anybody's, for staff, for mails and for the clock. */
export async function ownedByReference({ db }: Pick<Services, 'db'>, reference: string): Promise<OwnedItem | undefined> {
  const row = await db.get<Row>(
    `select ${COLUMNS}, 0 as "isMine", 0 as "isTheirs" from owned_items i where i.reference = :reference and i.ended_at is null`,
    { reference },
  )
  return row && fromRow(row)
}

export type Choice = { reference: string; product: string; name: string; serialNumber: string | null }

/** What a form can offer to choose from: the contact's own things by name, the newest first. */
export async function choicesOf({ db }: Pick<Services, 'db'>, contactId: number): Promise<Choice[]> {
  return db.all<Choice>(
    `select i.reference, i.product, i.name, i.serial_number as "serialNumber" from owned_items i
     where ${VISIBLE} order by i.created_at desc, i.id desc limit 100`,
    { contactId },
  )
}

/** What was done to it, the newest first; not by whom, since it may have had other owners. */
export async function careOf({ db }: Pick<Services, 'db'>, itemId: number): Promise<Done[]> {
  return db.all<Done>('select task, done_on as "doneOn" from owned_care where item_id = :itemId order by done_on desc, id desc limit 200', {
    itemId,
  })
}

/** Where it stands, as its owner says, for what is told to an area; empty takes it away. What stands there already is no news. */
export async function placeItem({ db, clock }: Services, { id, reference }: OwnedItem, postcode: string, contactId: number) {
  const at = clock.now()
  await db.batch([
    {
      sql: `update owned_items set postcode = :postcode
            where id = :id and contact_id = :contactId and ended_at is null and postcode <> :postcode`,
      args: { id, contactId, postcode },
    },
    eventIfChanged('product.placed', { subject: reference, actor: `contact:${contactId}`, at }),
  ])
}

export type Bought = {
  order: string
  line: string
  product: string
  sku: string
  name: string
  options: Record<string, string>
  quantity: number
  boughtOn: string
  warrantyUntil: string | null
}

/** What was bought with a line of a quote. `owner` is SQL for its `contact_id` and `organisation_id`: one row, or none when nothing was bought. */
export function ownBought(quote: string, bought: Bought, at: number, owner: string): Statement {
  return {
    sql: `insert into owned_items (reference, contact_id, organisation_id, source, quote, "order", line, product, sku, name, options, quantity,
            bought_on, warranty_until, created_at)
          select :reference, contact_id, organisation_id, 'order', :quote, :order, :line, :product, :sku, :name, :options, :quantity,
            :boughtOn, :warrantyUntil, :at
          from (${owner})`,
    args: { ...bought, reference: newReference('P'), quote, at, options: JSON.stringify(bought.options) },
  }
}

/** The day a line was delivered, from which its warranty and its maintenance count; `when` is SQL for whether that has just been written down. */
export function deliverBought(
  quote: string,
  line: string,
  { on, warrantyUntil }: { on: string; warrantyUntil: string | null },
  when: string,
): Statement {
  return {
    sql: `update owned_items set delivered_on = :on, warranty_until = coalesce(:warrantyUntil, warranty_until), care_plan = ''
          where quote = :quote and line = :line and delivered_on is null and ${when}`,
    args: { quote, line, on, warrantyUntil },
  }
}

function fromRow({ options, isMine, isTheirs, ...row }: Row): OwnedItem {
  return { ...row, options: JSON.parse(options) as OwnedItem['options'], isMine: isMine === 1, isTheirs: isTheirs === 1 } // by ownBought and register
}
