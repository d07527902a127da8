import { LOCALES, type Locale } from '../../content/schema.ts'
import { type Contact, findContact } from '../accounts/store.ts'
import { wordsOf } from '../help/search/words.ts'
import type { Statement } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import type { FieldError } from '../platform/problems.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import type { Ticket } from '../tickets/store.ts'

export type Answer = { question: string; answer: string }
/** What staff wants everybody to read, by language; a language left out is not shown. */
export type Texts = Partial<Record<Locale, Answer>>
export type PublishedQuestion = Answer & { at: number }

/** What is published of a product in one language, newest first; of `words` each must stand in the question or the answer. */
export async function questionsAbout({ db }: Services, product: string, locale: Locale, words = ''): Promise<PublishedQuestion[]> {
  const questions = await db.all<PublishedQuestion>(
    `select question, answer, published_at as at from product_questions
     where product = :product and locale = :locale and withdrawn_at is null order by published_at desc, id desc limit 200`,
    { product, locale },
  )
  const wanted = wordsOf(words).map(({ folded }) => folded)
  return questions.filter(({ question, answer }) => {
    const said = wordsOf(`${question} ${answer}`).map(({ folded }) => folded)
    return wanted.every((word) => said.some((other) => other.startsWith(word)))
  })
}

/** What is published of a case, by language. */
export async function publicationOf({ db }: Services, { reference }: Ticket): Promise<{ product: string | null; texts: Texts }> {
  const rows = await db.all<Answer & { locale: Locale; product: string }>(
    'select locale, product, question, answer from product_questions where ticket = :reference and withdrawn_at is null',
    { reference },
  )
  const texts = Object.fromEntries(rows.map(({ locale, question, answer }) => [locale, { question, answer }]))
  return { product: rows[0]?.product ?? null, texts }
}

export type Publication = { product: string; texts: Texts; by: number }

/** Shows these texts on the product's page, and no other of this case. Refuses what tells who asked. */
export async function publishAnswer(services: Services, ticket: Ticket, { product, texts, by }: Publication) {
  const contact = ticket.contactId === null ? undefined : await findContact(services, ticket.contactId)
  const errors = revealing(texts, ticket, contact)
  if (Object.keys(errors).length) throw new Problem('invalid-input', { errors })
  const at = services.clock.now()
  const { reference } = ticket
  const about = { subject: reference, actor: `user:${by}`, at }
  await services.db.batch(
    LOCALES.flatMap((locale): Statement[] => {
      const text = texts[locale]
      if (!text) return withdrawal(ticket, locale, about)
      return [
        {
          sql: `insert into product_questions (ticket, locale, product, question, answer, published_by, published_at)
                values (:reference, :locale, :product, :question, :answer, :by, :at)
                on conflict (ticket, locale) do update set product = :product, question = :question, answer = :answer, published_by = :by,
                  published_at = iif(withdrawn_at is null, published_at, :at), withdrawn_at = null
                where withdrawn_at is not null or (product, question, answer) <> (:product, :question, :answer)`,
          args: { reference, locale, product, ...text, by, at },
        },
        eventIfChanged('question.published', { ...about, data: { product, locale } }),
      ]
    }),
  )
}

/** Takes it off the page again; the case stays as it is. */
export async function withdrawAnswer({ db, clock }: Services, ticket: Ticket, by: number) {
  const about = { subject: ticket.reference, actor: `user:${by}`, at: clock.now() }
  await db.batch(LOCALES.flatMap((locale) => withdrawal(ticket, locale, about)))
}

function withdrawal({ reference }: Ticket, locale: Locale, about: { subject: string; actor: string; at: number }): Statement[] {
  return [
    {
      sql: `update product_questions set withdrawn_at = :at where ticket = :reference and locale = :locale and withdrawn_at is null`,
      args: { reference, locale, at: about.at },
    },
    eventIfChanged('question.withdrawn', { ...about, data: { locale } }),
  ]
}

/** By field, texts in which the name, address or telephone number of the one who asked still stands. */
function revealing(texts: Texts, { saidName, saidEmail }: Ticket, contact: Contact | undefined): Record<string, FieldError> {
  const names = [contact?.name, contact?.company, saidName].map(joined).filter((name) => name.length >= 3)
  const addresses = [contact?.email, saidEmail].map((email) => (email ?? '').toLowerCase()).filter(Boolean)
  const numbers = [contact?.phone].map(digits).filter((number) => number.length >= 6)
  const reveals = (text: string) =>
    names.some((name) => ` ${joined(text)} `.includes(` ${name} `)) ||
    addresses.some((address) => text.toLowerCase().includes(address)) ||
    numbers.some((number) => digits(text).includes(number))
  const errors: Record<string, FieldError> = {}
  for (const [locale, text] of Object.entries(texts))
    for (const field of ['question', 'answer'] as const)
      if (text && reveals(text[field])) errors[`texts.${locale}.${field}`] = { reason: 'names-asker' }
  return errors
}

function joined(text: string | undefined): string {
  return wordsOf(text ?? '')
    .map(({ folded }) => folded)
    .join(' ')
}

function digits(text: string | undefined): string {
  return (text ?? '').replace(/\D/g, '')
}
