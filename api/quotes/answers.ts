import type { Services } from '../services.ts'
import type { DeclineReason } from './model.ts'
import { moveQuote, type Quote } from './store.ts'

/** What a customer answers to a quote, short of accepting it. */
type Words = { text: string; authorName: string }

/** The request is taken back before anybody has begun. */
export async function withdrawRequest(services: Services, quote: Quote) {
  await moveQuote(services, quote, { action: 'withdraw', ...asCustomer(services, quote) })
}

export async function declineQuote(services: Services, quote: Quote, { reason, text }: { reason: DeclineReason; text: string }) {
  const set = { decline_reason: reason, decline_text: text }
  await moveQuote(services, quote, { action: 'decline', ...asCustomer(services, quote), set, data: { reason } })
}

/** Asks for something else than was offered. The offer waits meanwhile. */
export async function counterQuote(services: Services, quote: Quote, words: Words) {
  await moveQuote(services, quote, { action: 'counter', ...asCustomer(services, quote), message: { author: 'customer', ...words } })
}

/** Answers what we asked. */
export async function answerQuestion(services: Services, quote: Quote, words: Words) {
  await moveQuote(services, quote, { action: 'answer', ...asCustomer(services, quote), message: { author: 'customer', ...words } })
}

/** Takes up a quote that had ended. */
export async function askAgain(services: Services, quote: Quote, words: Words) {
  await moveQuote(services, quote, {
    action: 'ask-again',
    ...asCustomer(services, quote),
    set: { decline_reason: null, decline_text: null },
    ...(words.text && { message: { author: 'customer' as const, ...words } }),
  })
}

/** Writes down when an offer was first opened by its customer; a fact, not a state. */
export async function markViewed({ db, clock }: Services, quote: Quote) {
  const at = clock.now()
  await db.batch([
    {
      sql: `update quotes set viewed_at = :at where id = :id and revision = :revision and status = 'sent' and viewed_at is null`,
      args: { id: quote.id, revision: quote.revision, at },
    },
    {
      sql: `insert into events (at, kind, subject, actor, data)
            select :at, 'quote.viewed', :subject, :actor, :data where changes() > 0`,
      args: { at, subject: quote.reference, actor: `contact:${quote.contactId}`, data: JSON.stringify({ revision: quote.revision }) },
    },
  ])
}

function asCustomer({ clock }: Services, { contactId }: Quote) {
  return { actor: `contact:${contactId}`, at: clock.now() }
}
