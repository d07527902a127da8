import type { Locale } from '../../content/schema.ts'
import { accessLinkWith, newAccessLink } from '../accounts/access.ts'
import { type Contact, contactIdOf, introduceContact } from '../accounts/store.ts'
import { GUEST, type Viewer } from '../catalog/model.ts'
import { tellDesk } from '../desk/events.ts'
import { attach, NO_FILES, stillWaiting } from '../files/store.ts'
import { type Source, told } from '../leads/source.ts'
import { organisationWanted } from '../organisations/scope.ts'
import { eventIfChanged } from '../platform/events.ts'
import { invalid } from '../platform/problems.ts'
import { newReference } from '../platform/tokens.ts'
import type { Services } from '../services.ts'
import { type Buyer, sealDocument, writeDocument } from './document.ts'
import { priceLines, type WantedLine } from './pricing.ts'
import type { Qualification } from './qualification.ts'
import { quoteByReference, worthOf } from './store.ts'

export type QuoteRequest = {
  lines: WantedLine[]
  need: string
  buyer: Buyer
  locale: Locale
  /** The contact who is signed in; otherwise the buyer's address makes one, or finds the one it belongs to. */
  contact: Contact | undefined
  /** What was answered in the selector, as we read it. */
  qualification?: Qualification | null
  /** Whose prices they are; a guest's unless told. */
  viewer?: Viewer
  /** Whether it belongs to the contact's organisation, if they have one. */
  forOrganisation?: boolean
  /** Whether the buyer gets a mail saying that we have it. */
  confirm: boolean
  /** Where they came from, as their page told. */
  source?: Source | undefined
  /** A new token by which the browser that asks may go on with it, whoever's address was typed. */
  token?: string | undefined
  /** Files that go with it, and whose they are. */
  files?: { uploads: string[]; owner: string }
}

/** Writes down what was asked for, at today's prices, as revision 0. */
export async function requestQuote({ db, clock, content }: Services, request: QuoteRequest): Promise<string> {
  const {
    lines,
    need,
    buyer,
    locale,
    contact,
    qualification,
    confirm,
    source,
    viewer = GUEST,
    token,
    files = NO_FILES,
    forOrganisation = false,
  } = request
  const { company } = content
  const reference = newReference('Q')
  const at = clock.now()
  const currency = company.defaultCurrency
  const priced = priceLines(lines, { content, currency, locale, viewer })
  const written = writeDocument({ reference, revision: 0, locale, currency, buyer, lines: priced }, company)
  const { document, hash } = sealDocument(written)
  const { email } = buyer
  const waiting = stillWaiting(files)
  const [, asked] = await db.batch([
    introduceContact({ ...buyer, locale, source: 'quote', at }),
    {
      sql: `insert into quotes (reference, contact_id, locale, currency, status, need, qualification, created_at, updated_at, organisation_id)
            select :reference, ${contactIdOf}, :locale, :currency, 'requested', :need, :qualification, :at, :at, ${organisationWanted}
            where ${waiting.when}`,
      args: {
        ...{ reference, email, locale, currency, need, at, qualification: qualification ? JSON.stringify(qualification) : null },
        ...waiting.args,
        contactId: contact?.id ?? null,
        forOrganisation: forOrganisation ? 1 : 0,
      },
    },
    {
      sql: `insert into quote_revisions (quote_id, number, document, hash, created_by, created_at, sent_at)
            select id, 0, :document, :hash, 'customer', :at, :at from quotes where reference = :reference`,
      args: { reference, document, hash, at },
    },
    ...(token ? [accessLinkWith(token, { subject: reference, email, at })] : []),
    eventIfChanged('quote.requested', {
      subject: reference,
      actor: contact ? `contact:${contact.id}` : 'guest',
      at,
      data: {
        from: '',
        to: 'requested',
        why: '',
        revision: 0,
        lines: lines.length,
        answers: qualification?.said.length ?? 0,
        files: files.uploads.length,
        confirm,
        ...worthOf(written),
        source: told(source),
      },
    }),
    tellDesk(reference, { actor: contact ? `contact:${contact.id}` : 'guest', at }),
    attach(files, { subject: reference }),
  ])
  if (asked?.changes !== 1) throw invalid('uploads', 'file-gone')
  return reference
}

/** Another link for the browser that has asked, when it asks the same once more: the first was for its first answer. */
export async function linkForRequester(services: Services, reference: string): Promise<string | undefined> {
  const quote = await quoteByReference(services, reference)
  if (!quote) return undefined
  const { token, statement } = newAccessLink({ subject: reference, contactId: quote.contactId, at: services.clock.now() })
  await services.db.batch([statement])
  return token
}
