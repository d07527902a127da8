import { STAFF } from '../catalog/model.ts'
import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { type FieldError, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { dateDocument, type QuoteDocument, sealDocument, writeDocument } from './document.ts'
import { needsApproval, type OfferedLine, priceLines, withoutHiddenPrices } from './pricing.ts'
import { moveQuote, type Quote, type Revision, refusalOf, revisionsOf, worthOf } from './store.ts'

/** What staff fills in. `replaces` is the hash of the draft they had before them, so that two do not overwrite each other. */
export type Draft = { lines: OfferedLine[]; validDays: number; note: string; terms?: string | undefined; replaces?: string | undefined }

export async function openRequest(services: Services, quote: Quote, by: User) {
  await moveQuote(services, quote, { action: 'open', ...asStaff(services, by), set: { owner_id: quote.ownerId ?? by.id } })
}

/** Prices the draft of the next revision and keeps it, in place of the one before. */
export async function saveDraft(
  services: Services,
  quote: Quote,
  { lines, validDays, note, terms, replaces }: Draft,
  by: User,
): Promise<Revision> {
  const { db, clock } = services
  const { reference } = quote
  const at = clock.now()
  const draft = await previewDraft(services, quote, { lines, validDays, note, terms })
  const { document, hash } = sealDocument(draft)
  const [saved] = await db.batch([
    {
      sql: `insert into quote_revisions (quote_id, number, document, hash, created_by, created_at)
            select id, revision + 1, :document, :hash, :by, :at from quotes q
            where id = :id and revision = :revision and status in ('pricing', 'countered')
              and coalesce(:replaces, '') in ('', (select hash from quote_revisions where quote_id = q.id and number = q.revision + 1))
            on conflict (quote_id, number) do update
              set document = excluded.document, hash = excluded.hash, created_by = excluded.created_by, created_at = excluded.created_at`,
      args: { id: quote.id, revision: quote.revision, document, hash, by: by.name, at, replaces: replaces ?? null },
    },
    eventIfChanged('quote.drafted', { subject: reference, actor: `user:${by.id}`, at, data: { revision: quote.revision + 1 } }),
    tellDesk(reference, { actor: `user:${by.id}`, at }),
  ])
  if (saved?.changes !== 1) throw replaces ? new Problem('quote-moved-on') : await refusalOf(services, quote, at)
  return { number: draft.revision, document: draft, hash, createdBy: by.name, createdAt: at, sentAt: null }
}

/** The draft of the next revision as it would be kept. */
export async function previewDraft(services: Services, quote: Quote, { lines, validDays, note, terms }: Draft): Promise<QuoteDocument> {
  const { content } = services
  const { reference, locale, currency } = quote
  const revisions = await revisionsOf(services, quote)
  const request = revisions[0]
  if (!request) throw new Error(`${reference} has no request`)

  const usedIds = new Set(revisions.flatMap(({ document }) => document.lines.map(({ id }) => id)))
  const priced = priceLines(lines, { content, currency, locale, viewer: STAFF }, [...usedIds])
  const parts = { reference, revision: quote.revision + 1, locale, currency, buyer: request.document.buyer, lines: priced, validDays, note }
  const standard = writeDocument(parts, content.company)
  const isOwn = terms !== undefined && terms !== standard.terms
  return isOwn ? { ...standard, terms, termsVersion: `${standard.termsVersion}, ${reference}` } : standard
}

/** Sends the draft with this hash; one with a discount over the limit goes to an admin first. Says which. */
export async function sendQuote(services: Services, quote: Quote, hash: string, by: User): Promise<'sent' | 'approval'> {
  const draft = await draftNamed(services, quote, hash)
  const { discountLimitPercent } = services.content.company.quotes
  if (by.role === 'admin' || !needsApproval(draft.document.lines, discountLimitPercent)) {
    await freezeAndSend(services, quote, draft, 'send', by)
    return 'sent'
  } else {
    await moveQuote(services, quote, { action: 'submit', ...asStaff(services, by), ...draftIs(draft) })
    return 'approval'
  }
}

/** An admin agrees to the discount: the quote goes out. */
export async function approveQuote(services: Services, quote: Quote, hash: string, by: User) {
  await freezeAndSend(services, quote, await draftNamed(services, quote, hash), 'approve', by)
}

/** An admin does not agree; `text` tells the agent why. */
export async function returnQuote(services: Services, quote: Quote, text: string, by: User) {
  const note = { author: 'staff' as const, authorName: by.name, text, internal: true }
  await moveQuote(services, quote, { action: 'return', ...asStaff(services, by), message: note })
}

/** Asks the customer for what is missing. */
export async function askForInfo(services: Services, quote: Quote, text: string, by: User) {
  await moveQuote(services, quote, { action: 'ask', ...asStaff(services, by), message: { author: 'staff', authorName: by.name, text } })
}

/** Says that there will be no quote, and why. */
export async function refuseRequest(services: Services, quote: Quote, text: string, by: User) {
  await moveQuote(services, quote, { action: 'refuse', ...asStaff(services, by), message: { author: 'staff', authorName: by.name, text } })
}

/** What was offered stands: the change that was asked for is not possible. */
export async function standByOffer(services: Services, quote: Quote, text: string, by: User) {
  const message = { author: 'staff' as const, authorName: by.name, text }
  await moveQuote(services, quote, { action: 'stand-by', ...asStaff(services, by), message })
}

/** Takes back an offer nobody has answered. */
export async function recallQuote(services: Services, quote: Quote, by: User) {
  await moveQuote(services, quote, { action: 'recall', ...asStaff(services, by) })
}

/** Takes up a quote that had ended. */
export async function requote(services: Services, quote: Quote, by: User) {
  await moveQuote(services, quote, { action: 'requote', ...asStaff(services, by), set: { decline_reason: null, decline_text: null } })
}

async function draftNamed(services: Services, quote: Quote, hash: string): Promise<Revision> {
  const draft = (await revisionsOf(services, quote)).find(({ number, sentAt }) => number === quote.revision + 1 && sentAt === null)
  if (!draft || draft.hash !== hash) throw new Problem('quote-moved-on', { facts: { revision: quote.revision } })
  const unpriced = draft.document.lines.flatMap((line, index): [string, FieldError][] =>
    line.net === null ? [[`lines.${index}.unitPrice`, { reason: 'required' }]] : [],
  )
  if (unpriced.length) throw new Problem('invalid-input', { errors: Object.fromEntries(unpriced) })
  return draft
}

async function freezeAndSend(services: Services, quote: Quote, draft: Revision, action: 'send' | 'approve', by: User) {
  const actor = asStaff(services, by)
  const lines = withoutHiddenPrices(draft.document.lines, services.content)
  const dated = dateDocument({ ...draft.document, lines }, actor.at)
  const sealed = sealDocument(dated)
  const { when, args } = draftIs(draft)
  await moveQuote(services, quote, {
    action,
    ...actor,
    set: { revision: draft.number, expires_at: Date.parse(dated.validUntil), viewed_at: null, choices: '{}' },
    when,
    args,
    data: { revision: draft.number, hash: sealed.hash, ...worthOf(dated) },
    also: [
      {
        sql: `update quote_revisions set document = :document, hash = :hash, sent_at = :at
              where quote_id = :id and number = :number and changes() > 0`,
        args: { id: quote.id, number: draft.number, document: sealed.document, hash: sealed.hash, at: actor.at },
      },
    ],
  })
}

/** The draft is still the one that was looked at. */
function draftIs({ number, hash }: Revision) {
  return {
    when: `exists (select 1 from quote_revisions r where r.quote_id = quotes.id and r.number = quotes.revision + 1
             and r.number = :draft and r.hash = :draftHash and r.sent_at is null)`,
    args: { draft: number, draftHash: hash },
  }
}

function asStaff({ clock }: Services, by: User) {
  return { actor: `user:${by.id}`, at: clock.now() }
}
