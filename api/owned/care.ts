import type { Content } from '../../content/load.ts'
import { findContact } from '../accounts/store.ts'
import { wants } from '../followup/preferences.ts'
import { sendableAt } from '../followup/sending-hours.ts'
import { sha256 } from '../platform/canonical-json.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { Services } from '../services.ts'
import { dayOf, momentOf } from '../tickets/hours.ts'
import { type Due, daysAfter, duesOf, REMIND_DAYS, STALE_DAYS } from './model.ts'
import { careOf, type OwnedItem, ownedByReference } from './store.ts'

const AT_ONCE = 200
/** By the clock on the company's wall; quiet hours may move it. */
const REMIND_AT = '09:00'

/** Writes down that something was done, on a day that is not to come. */
export async function noteCare(
  { db, clock }: Services,
  { id, reference }: Pick<OwnedItem, 'id' | 'reference'>,
  { task, on }: { task: string; on: string },
  by: string,
) {
  const at = clock.now()
  await db.batch([
    {
      sql: 'insert into owned_care (item_id, task, done_on, by_staff, at) values (:id, :task, :on, :byStaff, :at)',
      args: { id, task, on, byStaff: by.startsWith('user:') ? 1 : 0, at },
    },
    eventIfChanged('product.cared-for', { subject: reference, actor: by, at, data: { task, on } }),
    planAnew(id),
  ])
}

/** The next round of the clock works out anew when something is due. */
function planAnew(id: number): Statement {
  return { sql: `update owned_items set care_plan = '' where id = :id`, args: { id } }
}

/** Reminds of what is due soon: each thing once, whoever else is looking, and never by night. Called now and then. */
export async function remindOfCare(services: Services): Promise<void> {
  await planCare(services)
  const { db, clock } = services
  const due = await db.all<{ reference: string }>(
    `select reference from owned_items where next_care_at <= :now and ended_at is null order by next_care_at, id limit ${AT_ONCE}`,
    { now: clock.now() },
  )
  for (const { reference } of due) {
    const item = await ownedByReference(services, reference)
    if (item) await remind(services, item)
  }
}

/** Works out when the next reminder may be due, where the plans or the thing have changed since. */
async function planCare(services: Services) {
  const plan = planMark(services.content)
  for (;;) {
    const stale = await services.db.all<{ reference: string }>(
      `select reference from owned_items where (care_plan < :plan or care_plan > :plan) and ended_at is null order by id limit ${AT_ONCE}`,
      { plan },
    )
    for (const { reference } of stale) {
      const item = await ownedByReference(services, reference)
      if (item) await services.db.batch([planned(item.id, await nextCareAt(services, item), plan)])
    }
    if (stale.length < AT_ONCE) return
  }
}

async function remind(services: Services, item: OwnedItem) {
  const { db, clock, content } = services
  const now = clock.now()
  const plan = planMark(content)
  // What fell due by night waits for the day.
  const soonest = sendableAt(now, content.company)
  if (soonest > now) return void (await db.batch([planned(item.id, soonest, plan)]))

  const tasks = (await duesNow(services, item)).filter((due) => !due.isReminded && remindAt(due.dueOn, content) <= now)
  const contact = await findContact(services, item.contactId)
  const isWanted = contact !== undefined && (await wants(services, contact.email, 'maintenance'))
  if (tasks.length) await db.batch([...reminded(item, tasks, isWanted, now), planAnew(item.id)])
  else await db.batch([planned(item.id, await nextCareAt(services, item), plan)])
}

function reminded({ id, reference, contactId }: OwnedItem, tasks: Due[], isWanted: boolean, at: number): Statement[] {
  return [
    {
      sql: `insert into care_reminders (item_id, task, due_on, at, outcome)
            select :id, value ->> 'task', value ->> 'dueOn', :at, :outcome from json_each(:tasks)
            where exists (select 1 from owned_items where id = :id and contact_id = :contactId and ended_at is null)
            on conflict do nothing`,
      args: { id, contactId, tasks: JSON.stringify(tasks), at, outcome: isWanted ? 'due' : 'unwanted' },
    },
    ...(isWanted
      ? [eventIfChanged('product.care-due', { subject: reference, actor: 'clock', at, data: { tasks: tasks.map(({ task }) => task) } })]
      : []),
  ]
}

function planned(id: number, at: number | null, plan: string): Statement {
  return { sql: 'update owned_items set next_care_at = :at, care_plan = :plan where id = :id', args: { id, at, plan } }
}

/** What is due of it, and whether we have reminded of that already. */
async function duesNow(services: Services, item: OwnedItem): Promise<(Due & { isReminded: boolean })[]> {
  const { db, clock, content } = services
  const given = await db.all<{ task: string; dueOn: string }>('select task, due_on as "dueOn" from care_reminders where item_id = :id', {
    id: item.id,
  })
  const dues = duesOf(item, await careOf(services, item.id), content, dayOf(clock.now(), content.company.timeZone))
  return dues.map((due) => ({ ...due, isReminded: given.some(({ task, dueOn }) => task === due.task && dueOn === due.dueOn) }))
}

/** When to look again: at the next reminder, or when the turn after one that nobody wrote down comes up. */
async function nextCareAt(services: Services, item: OwnedItem): Promise<number | null> {
  const moments = (await duesNow(services, item)).flatMap(({ dueOn, lastDoneOn, isReminded }) => {
    if (!isReminded) return [remindAt(dueOn, services.content)]
    return lastDoneOn === null ? [momentOf(daysAfter(dueOn, STALE_DAYS + 1), REMIND_AT, services.content.company.timeZone)] : []
  })
  return moments.length ? Math.min(...moments) : null
}

function remindAt(dueOn: string, { company }: Pick<Content, 'company'>): number {
  return momentOf(daysAfter(dueOn, -REMIND_DAYS), REMIND_AT, company.timeZone)
}

/** Changes when the plans of any product do. */
function planMark({ products }: Pick<Content, 'products'>): string {
  return sha256(
    JSON.stringify(products.map(({ slug, maintenance }) => [slug, maintenance.map(({ id, everyMonths }) => [id, everyMonths])])),
  )
}
