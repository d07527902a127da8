import { Subscriber } from '../notify/subscriber.ts'
import type { Statement } from '../platform/db.ts'
import type { Event } from '../platform/events.ts'
import { currentRevision, type Quote, quoteByReference } from '../quotes/store.ts'
import type { Services } from '../services.ts'
import { nextReminder } from './model.ts'
import { silenceAfter } from './silence.ts'
import { findFollowUp, remindersOf, writeSilence } from './store.ts'

/** Reads what happens to offers, and plans what is asked next. */
export function followUpReader(services: Services): Subscriber {
  return new Subscriber(services, 'follow-up', (event) => effectsOf(services, event))
}

async function effectsOf(services: Services, event: Event): Promise<Statement[]> {
  const isAbout = event.kind.startsWith('quote.') || event.kind === 'order.delivered' // whose subject is its quote
  const quote = isAbout ? await quoteByReference(services, event.subject) : undefined
  if (!quote) return []
  const before = await findFollowUp(services, quote.reference)
  const deliveryOn = event.kind === 'quote.accepted' ? await lastDelivery(services, quote) : null
  const silence = silenceAfter(before, event, quote, deliveryOn)
  if (!silence) return []
  const next = nextReminder(silence, await remindersOf(services, quote.reference), services.content.company)
  return [writeSilence(quote.reference, quote.contactId, silence, next?.at ?? null)]
}

/** The day on which the last of it was to come. */
async function lastDelivery(services: Services, quote: Quote): Promise<string | null> {
  const { document } = await currentRevision(services, quote)
  const days = document.lines.flatMap(({ deliveryOn, selected }) => (deliveryOn && selected ? [deliveryOn] : []))
  return days.sort().at(-1) ?? null
}
