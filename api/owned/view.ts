import type { Content } from '../../content/load.ts'
import type { Locale } from '../../content/schema.ts'
import type { Services } from '../services.ts'
import { dayOf } from '../tickets/hours.ts'
import { duesOf } from './model.ts'
import { type Move, offersOf } from './moves.ts'
import { careOf, type OwnedItem } from './store.ts'

/** What it is called now; what the catalogue has no more keeps the name it was sold under. */
export function nameOf(
  { products }: Pick<Content, 'products'>,
  { product, name }: { product: string; name: string },
  locale: Locale,
): string {
  return products.find(({ slug }) => slug === product)?.name[locale] ?? name
}

/** What a customer sees of what they own. Whether its number is disputed is not for them; where it was bought, only for who bought it. */
export async function ownedFor(services: Services, items: OwnedItem[], locale: Locale) {
  const { content, clock } = services
  const today = dayOf(clock.now(), content.company.timeZone)
  const offers = await offersOf(
    services,
    items.filter(({ isMine }) => isMine).map(({ id }) => id),
  )
  return Promise.all(
    items.map(async (item) => {
      const { id, contactId: _contact, disputedAt: _disputed, movedAt, quote, order, name, ...shown } = item
      const done = await careOf(services, id)
      const plans = content.products.find(({ slug }) => slug === item.product)?.maintenance ?? []
      return {
        ...shown,
        name: nameOf(content, item, locale),
        quote: movedAt === null ? quote : null,
        order: movedAt === null ? order : null,
        offer: offers.get(id) ?? (null as Move | null),
        care: duesOf(item, done, content, today).map(({ task, dueOn, lastDoneOn }) => {
          const plan = plans.find(({ id }) => id === task)
          return {
            ...{ task, dueOn, lastDoneOn },
            name: plan?.name[locale] ?? task,
            text: plan?.text?.[locale] ?? '',
            everyMonths: plan?.everyMonths ?? 0,
            article: plan?.article ?? null,
            visit: plan?.visit ?? false,
            isDue: dueOn <= today,
          }
        }),
        history: done.map(({ task, doneOn }) => ({ doneOn, name: plans.find(({ id }) => id === task)?.name[locale] ?? task })),
      }
    }),
  )
}

export type ShownItem = Awaited<ReturnType<typeof ownedFor>>[number]
