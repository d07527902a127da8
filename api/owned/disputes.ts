import { CONTACTS } from '../accounts/contacts.ts'
import { aroundNextBatch } from '../platform/around.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { openTicket } from '../tickets/opening.ts'
import { serialKey } from './model.ts'

const AT_ONCE = 50

/** Something with a number, and who says that it is theirs; for staff. */
export type DeskItem = {
  reference: string
  product: string
  name: string
  serialNumber: string
  boughtOn: string
  registeredAt: number
  isDisputed: boolean
  dispute: string | null
  contactId: number
  ownerName: string
  ownerEmail: string
}

const DESK = `i.reference, i.product, i.name, i.serial_number as "serialNumber", i.bought_on as "boughtOn", i.created_at as "registeredAt",
  i.disputed_at is not null as "isDisputed", i.dispute_case as dispute, c.id as "contactId", c.name as "ownerName", c.email as "ownerEmail"`

type Row = Omit<DeskItem, 'isDisputed'> & { isDisputed: number }

/** Whoever has something with this number, disputed ones last. */
export async function itemsBySerial({ db }: Services, serialNumber: string): Promise<DeskItem[]> {
  const rows = await db.all<Row>(
    `select ${DESK} from owned_items i join ${CONTACTS} c on c.id = i.contact_id
     where i.serial_key = :key and i.ended_at is null order by i.disputed_at is not null, i.id limit ${AT_ONCE}`,
    { key: serialKey(serialNumber) },
  )
  return rows.map((row) => ({ ...row, isDisputed: row.isDisputed === 1 }))
}

/** What two people say is theirs, the longest waiting first; or only what no case has been opened for. */
export async function disputedItems({ db }: Services, { onlyNew = false } = {}): Promise<DeskItem[]> {
  const rows = await db.all<Row>(
    `select ${DESK} from owned_items i join ${CONTACTS} c on c.id = i.contact_id
     where i.disputed_at is not null and i.ended_at is null ${onlyNew ? 'and i.dispute_case is null' : ''}
     order by i.disputed_at, i.id limit ${AT_ONCE}`,
  )
  return rows.map((row) => ({ ...row, isDisputed: true }))
}

/**
 * Opens a case for each number that a second one has registered, some time after: nobody can tell from the answer. It is the company's own
 * case, so neither of the two sees it.
 */
export async function openDisputes(services: Services): Promise<void> {
  for (const item of await disputedItems(services, { onlyNew: true })) {
    await openDispute(services, item).catch(async (error) => {
      if (!(await hasCase(services, item))) throw error // otherwise another process was quicker
    })
  }
}

async function openDispute(services: Services, item: DeskItem) {
  const { company } = services.content
  const t = services.t[company.locale]
  const others = (await itemsBySerial(services, item.serialNumber)).filter(
    ({ product, reference }) => product === item.product && reference !== item.reference,
  )
  const who = ({ ownerName, ownerEmail }: DeskItem) => `${ownerName} <${ownerEmail}>`.trim()
  // There is one writer: within its batch, the newest ticket is the one just opened.
  const mark = {
    sql: 'update owned_items set dispute_case = (select reference from tickets order by id desc limit 1) where reference = :item',
    args: { item: item.reference },
  }
  await openTicket(
    { ...services, db: aroundNextBatch(services.db, [], [mark]) },
    {
      owner: { email: company.email, name: company.name },
      channel: 'desk',
      kind: 'question',
      subject: t('owned.dispute.subject', { product: item.name, number: item.serialNumber }),
      text: t('owned.dispute.text', { claimant: who(item), holder: others.map(who).join(', ') }),
      authorName: company.name,
      locale: company.locale,
      product: item.product,
      by: 'clock',
      confirm: false,
    },
  )
}

async function hasCase({ db }: Services, { reference }: DeskItem): Promise<boolean> {
  return Boolean(await db.get('select 1 from owned_items where reference = :reference and dispute_case is not null', { reference }))
}

/** Says whose a disputed thing is: the one who came second keeps it and the others lose it, or the other way round. */
export async function decideDispute({ db, clock }: Services, reference: string, inFavour: 'claimant' | 'holder', by: string) {
  const at = clock.now()
  const [decided] = await db
    .batch([
      ...(inFavour === 'claimant'
        ? [
            {
              sql: `update owned_items set ended_at = :at
                  where ended_at is null and disputed_at is null
                    and (product, serial_key) = (select product, serial_key from owned_items where reference = :reference and disputed_at is not null and ended_at is null)`,
              args: { reference, at },
            },
          ]
        : []),
      {
        sql: `update owned_items set ${inFavour === 'claimant' ? 'disputed_at = null' : 'ended_at = :at'}
            where reference = :reference and disputed_at is not null and ended_at is null`,
        args: { reference, at },
      },
      eventIfChanged('product.dispute-decided', { subject: reference, actor: by, at, data: { inFavour } }),
    ])
    .then((results) => results.slice(-2))
  if (decided?.changes !== 1) throw new Problem('not-found')
}
