import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import { type FieldError, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { applyChoices, type Choices } from './choices.ts'
import type { QuoteDocument } from './document.ts'
import type { DeclineReason } from './model.ts'
import type { AskedLine, Counter } from './negotiation.ts'
import { actorOn, currentRevision, moveQuote, type Quote, refusalOf } from './store.ts'
import { addMessage } from './thread.ts'

/** What a customer answers to a quote, short of accepting it. */
type Words = { text: string; authorName: string }

/** The request is taken back before anybody has begun. */
export async function withdrawRequest(services: Services, quote: Quote) {
  await moveQuote(services, quote, { action: 'withdraw', ...asCustomer(services, quote) })
}

export async function declineQuote(services: Services, quote: Quote, { reason, text }: { reason: DeclineReason; text: string }) {
  const set = { decline_reason: reason, decline_text: text }
  await moveQuote(services, quote, { action: 'decline', ...asCustomer(services, quote), set, data: { reason }, why: text || reason })
}

/**
 * Asks for something else than was offered, of lines, in words or both. The offer waits meanwhile. Refuses an empty one, and
 * lines that the offer does not have.
 */
export async function counterQuote(services: Services, quote: Quote, { lines, ...words }: Words & { lines: AskedLine[] }) {
  const { document } = await currentRevision(services, quote)
  const { at, actor } = asCustomer(services, quote)
  mustAskForSomething(document, lines, words.text, new Date(at).toISOString().slice(0, 10))
  await moveQuote(services, quote, {
    action: 'counter',
    actor,
    at,
    when: 'revision = :answered',
    args: { answered: quote.revision },
    data: { lines: lines.length },
    why: words.text || lines.flatMap(({ text }) => text || []).join('\n'),
    ...(words.text && { message: { author: 'customer' as const, ...words } }),
    also: [
      {
        sql: `insert into quote_counters (quote_id, revision, lines, text, author_name, at)
              select :id, :revision, :lines, :text, :authorName, :at where changes() > 0`,
        args: { id: quote.id, revision: quote.revision, lines: JSON.stringify(lines), ...words, at },
      },
      // What was said of one line stands in the thread too, where both sides read.
      ...lines
        .filter(({ text }) => text)
        .map(({ id, text }) => addMessage(quote, { author: 'customer', authorName: words.authorName, lineId: id, text }, at)),
    ],
  })
}

/** Keeps what the buyer ticked, as long as that revision is before them. Saying it again changes nothing. */
export async function chooseLines(services: Services, quote: Quote, { revision, choices }: { revision: number; choices: Choices }) {
  const { db, clock } = services
  const at = clock.now()
  if (revision !== quote.revision) throw await refusalOf(services, quote, at)
  const chosen = applyChoices((await currentRevision(services, quote)).document, choices)
  const kept = JSON.stringify(choices)
  const stands = `id = :id and revision = :revision and status = 'sent' and expires_at > :at`
  const args = { id: quote.id, revision, at }
  const [saved] = await db.batch([
    {
      sql: `update quotes set choices = :kept, net = :net, updated_at = :at where ${stands} and choices <> :kept`,
      args: { ...args, kept, net: chosen.net },
    },
    eventIfChanged('quote.chosen', {
      subject: quote.reference,
      actor: actorOn(quote),
      at,
      data: { revision, choices, total: chosen.total, currency: quote.currency },
    }),
    tellDesk(quote.reference, { actor: `contact:${quote.contactId}`, at }),
  ])
  const isKept = saved?.changes === 1 || (await db.get(`select 1 from quotes where ${stands} and choices = :kept`, { ...args, kept }))
  if (!isKept) throw await refusalOf(services, quote, at)
}

/** Every counter-offer, oldest first. */
export async function countersOf({ db }: Services, quote: Quote): Promise<Counter[]> {
  const rows = await db.all<Omit<Counter, 'lines'> & { lines: string }>(
    `select revision, lines, text, author_name as "authorName", at from quote_counters where quote_id = :id order by id`,
    { id: quote.id },
  )
  return rows.map((row) => ({ ...row, lines: JSON.parse(row.lines) as AskedLine[] })) // written by counterQuote
}

function mustAskForSomething({ lines }: QuoteDocument, asked: AskedLine[], text: string, today: string) {
  const errors: Record<string, FieldError> = {}
  for (const [at, { id, ...terms }] of asked.entries()) {
    if (!lines.some((line) => line.id === id)) errors[`lines.${at}.id`] = { reason: 'choice' }
    else if (!Object.values(terms).some((term) => term !== undefined && term !== '')) errors[`lines.${at}.text`] = { reason: 'required' }
    if (terms.deliveryOn !== undefined && terms.deliveryOn < today) errors[`lines.${at}.deliveryOn`] = { reason: 'past' }
  }
  if (!asked.length && !text) errors.text = { reason: 'required' }
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
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
      args: { at, subject: quote.reference, actor: actorOn(quote), data: JSON.stringify({ revision: quote.revision }) },
    },
    tellDesk(quote.reference, { actor: `contact:${quote.contactId}`, at }),
  ])
}

function asCustomer({ clock }: Services, quote: Quote) {
  return { actor: actorOn(quote), at: clock.now() }
}
