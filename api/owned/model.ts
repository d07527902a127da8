import type { Content } from '../../content/load.ts'
import type { Product } from '../../content/schema.ts'

type Plan = Product['maintenance'][number]

/** What has been done to something, the newest first. */
export type Done = { task: string; doneOn: string }
export type Due = { task: string; dueOn: string; lastDoneOn: string | null }
type Lived = { product: string; boughtOn: string; deliveredOn: string | null }

/** How long before something is due we remind of it. */
export const REMIND_DAYS = 14
/** What was due so long ago, and never written down, has been done or will not be: the next time counts. */
export const STALE_DAYS = 30
const DAY_MS = 24 * 3_600_000

/** What a number is compared by: people leave out spaces and hyphens, or put in others. */
export function serialKey(serialNumber: string): string {
  return serialNumber.toUpperCase().replace(/[^A-Z0-9]/g, '')
}

/** Whether it can be the number of such a product, as its label has it. */
export function isSerialNumber({ serialNumber }: Pick<Product, 'serialNumber'>, text: string): boolean {
  if (serialNumber) return new RegExp(`^(?:${serialNumber.pattern})$`, 'i').test(text)
  return serialKey(text).length >= 4
}

/** So many months after a day; a day that month does not have becomes its last. */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}

export function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY_MS).toISOString().slice(0, 10)
}

/**
 * When each thing is due, soonest first. What was once written down counts from that day; else from the day it was delivered, and then
 * what lies long behind us is passed over.
 */
export function duesOf(item: Lived, done: Done[], { products }: Pick<Content, 'products'>, today: string): Due[] {
  const plans = products.find(({ slug }) => slug === item.product)?.maintenance ?? []
  return plans
    .map((plan) => {
      const lastDoneOn = done.find(({ task }) => task === plan.id)?.doneOn ?? null
      return { task: plan.id, lastDoneOn, dueOn: lastDoneOn ? monthsAfter(lastDoneOn, plan.everyMonths) : nextTurn(item, plan, today) }
    })
    .sort((a, b) => a.dueOn.localeCompare(b.dueOn))
}

function nextTurn({ boughtOn, deliveredOn }: Lived, { everyMonths }: Plan, today: string): string {
  const from = deliveredOn ?? boughtOn
  const stale = daysAfter(today, -STALE_DAYS)
  for (let turn = 1; ; turn++) {
    const dueOn = monthsAfter(from, turn * everyMonths)
    if (dueOn >= stale) return dueOn
  }
}
