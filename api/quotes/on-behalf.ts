import type { Currency, Locale } from '../../content/schema.ts'
import { contactIdOf, introduceContact } from '../accounts/store.ts'
import { tellDesk } from '../desk/events.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { User } from '../platform/http.ts'
import { invalid } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { type Buyer, sealDocument, writeDocument } from './document.ts'
import { worthOf } from './store.ts'

export type OnBehalf = { buyer: Buyer; need: string; locale: Locale; currency: Currency }

/**
 * Begins a quote for somebody who has called or written: in pricing at once, and the quote of who began it. What was asked for has
 * no lines, since nobody has chosen any. The customer hears of it when it is sent.
 */
export async function beginQuote({ db, clock, content }: Services, { buyer, need, locale, currency }: OnBehalf, by: User): Promise<string> {
  const { company } = content
  if (!company.currencies.includes(currency)) throw invalid('currency', 'choice')
  const reference = newReference('Q')
  const at = clock.now()
  const actor = `user:${by.id}`
  const written = writeDocument({ reference, revision: 0, locale, currency, buyer, lines: [] }, company)
  const { document, hash } = sealDocument(written)
  const event = (kind: string, data: Record<string, unknown>) =>
    eventIfChanged(kind, { subject: reference, actor, at, data: { why: '', revision: 0, ...data } })
  await db.batch([
    introduceContact({ ...buyer, locale, source: 'desk', at }),
    {
      sql: `insert into quotes (reference, contact_id, locale, currency, status, need, owner_id, created_at, updated_at)
            values (:reference, ${contactIdOf}, :locale, :currency, 'pricing', :need, :ownerId, :at, :at)`,
      args: { reference, email: buyer.email, locale, currency, need, ownerId: by.id, at },
    },
    {
      sql: `insert into quote_revisions (quote_id, number, document, hash, created_by, created_at, sent_at)
            select id, 0, :document, :hash, :by, :at, :at from quotes where reference = :reference`,
      args: { reference, document, hash, by: by.name, at },
    },
    event('quote.requested', { from: '', to: 'requested', lines: 0, confirm: false, byStaff: true, ...worthOf(written) }),
    event('quote.opened', { from: 'requested', to: 'pricing' }),
    tellDesk(reference, { actor, at }),
  ])
  return reference
}
