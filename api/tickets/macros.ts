import { z } from 'zod'
import type { Content } from '../../content/load.ts'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { findContact } from '../accounts/store.ts'
import { line, prose, required } from '../platform/fields.ts'
import type { User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { AFTER_REPLY } from './model.ts'
import type { Ticket } from './store.ts'

/** What can stand in the words of a macro, as `{name}`. */
export const VARIABLES = ['name', 'reference', 'subject', 'product', 'agent', 'company', 'phone'] as const
export type Variable = (typeof VARIABLES)[number]

const GAP = /\{([^{}\s]*)\}/g
const GAP_AND_SPACE = /( ?)\{([^{}\s]*)\}/g
const words = prose(10_000).refine((text) => [...text.matchAll(GAP)].every(([, gap]) => VARIABLES.some((known) => known === gap)), {
  params: { reason: 'unknown-variable' },
})

export const NewMacro = z
  .object({
    name: required(line(60)),
    text: z.object({ en: words.default(''), da: words.default('') }),
    move: z.enum(AFTER_REPLY).nullable().default(null),
    tag: line(40)
      .default('')
      .transform((tag) => tag.toLowerCase()),
  })
  .refine(({ text }) => LOCALES.some((locale) => text[locale]), { path: ['text', 'en'], params: { reason: 'required' } })
export type NewMacro = z.output<typeof NewMacro>

export type Macro = NewMacro & { id: number; createdBy: string; updatedAt: number }

const MOST = 500
const COLUMNS = `m.id, m.name, m.text, m.move, m.tag, u.name as "createdBy", m.updated_at as "updatedAt"`

/** All of them, by name. */
export async function macros({ db }: Services): Promise<Macro[]> {
  const rows = await db.all<Omit<Macro, 'text'> & { text: string }>(
    `select ${COLUMNS} from macros m join users u on u.id = m.created_by order by m.name collate nocase, m.id`,
  )
  return rows.map((row) => ({ ...row, text: JSON.parse(row.text) as Macro['text'] })) // checked when it was written
}

export async function findMacro(services: Services, id: number): Promise<Macro> {
  const macro = (await macros(services)).find((macro) => macro.id === id)
  if (!macro) throw new Problem('not-found')
  return macro
}

export async function addMacro({ db, clock }: Services, macro: NewMacro, by: User): Promise<number> {
  const [added] = await db.batch([
    {
      sql: `insert into macros (name, text, move, tag, created_by, updated_at)
            select :name, :text, :move, :tag, :by, :at where (select count(*) from macros) < ${MOST} on conflict do nothing returning id`,
      args: { ...columnsOf(macro), by: by.id, at: clock.now() },
    },
  ])
  const id = added?.rows[0]?.id
  if (id === undefined) throw invalid('name', 'taken')
  return Number(id)
}

export async function changeMacro(services: Services, id: number, macro: NewMacro) {
  const { db, clock } = services
  await findMacro(services, id)
  const [changed] = await db.batch([
    {
      sql: 'update or ignore macros set name = :name, text = :text, move = :move, tag = :tag, updated_at = :at where id = :id',
      args: { ...columnsOf(macro), id, at: clock.now() },
    },
  ])
  if (changed?.changes !== 1) throw invalid('name', 'taken')
}

export async function forgetMacro(services: Services, id: number) {
  await findMacro(services, id)
  await services.db.batch([{ sql: 'delete from macros where id = :id', args: { id } }])
}

/** The words of a macro for this case, in its customer's language if there are any in it, with the gaps filled. */
export async function macroFor(services: Services, macro: Macro, ticket: Ticket, by: User) {
  const { locale } = ticket
  const text = macro.text[locale] || LOCALES.map((other) => macro.text[other]).find(Boolean) || ''
  return { text: fill(text, await valuesFor(services, ticket, by)), move: macro.move, tag: macro.tag }
}

/** Once only: what a customer calls themselves is no gap to be filled. What we do not know leaves no space behind: "Hi,". */
export function fill(text: string, values: Record<Variable, string>): string {
  return text.replace(GAP_AND_SPACE, (gap, space: string, name: string) => {
    if (!(name in values)) return gap
    const value = values[name as Variable]
    return value && space + value
  })
}

async function valuesFor(services: Services, ticket: Ticket, by: User): Promise<Record<Variable, string>> {
  const { content } = services
  const contact = ticket.contactId === null ? undefined : await findContact(services, ticket.contactId)
  return {
    name: contact?.name || ticket.saidName, // nobody wants to be greeted by their address
    reference: ticket.reference,
    subject: ticket.subject,
    product: productName(content, ticket.product, ticket.locale),
    agent: by.name,
    company: content.company.name,
    phone: content.company.phone,
  }
}

function productName({ products }: Pick<Content, 'products'>, slug: string | null, locale: Locale): string {
  return products.find((product) => product.slug === slug)?.name[locale] ?? ''
}

function columnsOf({ name, text, move, tag }: NewMacro) {
  return { name, text: JSON.stringify(text), move, tag }
}
