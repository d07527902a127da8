import { type Currency, LOCALES, type Locale } from '../../content/schema.ts'
import type { User } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'
import { type Difference, type Taken, takeLine } from './copying.ts'
import type { OfferedLine, Shop } from './pricing.ts'

/** Words in the languages they were written in so far. */
export type Words = Partial<Record<Locale, string>>
export type TemplateLine = Omit<OfferedLine, 'id' | 'text' | 'deliveryOn'> & { text?: Words | undefined; name: string }
export type Template = {
  id: number
  name: string
  currency: Currency
  lines: TemplateLine[]
  note: Words
  validDays: number
  createdBy: string
  updatedAt: number
}
export type NewTemplate = { name: string; lines: OfferedLine[]; note: string; validDays: number; locale: Locale; currency: Currency }

type Row = Omit<Template, 'lines' | 'note'> & { lines: string; note: string }
const COLUMNS = `t.id, t.name, t.currency, t.lines, t.note, t.valid_days as "validDays", u.name as "createdBy", t.updated_at as "updatedAt"`

/** All of them, by name: they are the company's, whoever made them. */
export async function templates({ db }: Services): Promise<Template[]> {
  const rows = await db.all<Row>(
    `select ${COLUMNS} from quote_templates t join users u on u.id = t.created_by order by t.name collate nocase, t.id`,
  )
  return rows.map(read)
}

export async function findTemplate({ db }: Services, id: number): Promise<Template> {
  const row = await db.get<Row>(`select ${COLUMNS} from quote_templates t join users u on u.id = t.created_by where t.id = :id`, { id })
  if (!row) throw new Problem('not-found')
  return read(row)
}

export async function saveTemplate({ db, clock, content }: Services, { name, locale, ...draft }: NewTemplate, by: User): Promise<number> {
  const lines = draft.lines.map(({ id: _id, deliveryOn: _day, text, ...line }): TemplateLine => {
    const product = content.products.find(({ slug }) => slug === line.product)
    return { ...line, ...(text && { text: { [locale]: text } }), name: text ?? product?.name[locale] ?? line.product ?? '' }
  })
  const [saved] = await db.batch([
    {
      sql: `insert into quote_templates (name, currency, lines, note, valid_days, created_by, created_at, updated_at)
            values (:name, :currency, :lines, :note, :validDays, :by, :at, :at) on conflict do nothing returning id`,
      args: {
        name,
        currency: draft.currency,
        lines: JSON.stringify(lines),
        note: JSON.stringify(draft.note ? { [locale]: draft.note } : {}),
        validDays: draft.validDays,
        by: by.id,
        at: clock.now(),
      },
    },
  ])
  const id = saved?.rows[0]?.id
  if (id === undefined) throw invalid('name', 'taken')
  return Number(id)
}

/** Renames it, and says its words in each language: those of the note, and of each line of our own by its place. */
export async function changeTemplate(
  services: Services,
  id: number,
  { name, note, texts }: { name: string; note: Words; texts: Record<string, Words> },
) {
  const { lines } = await findTemplate(services, id)
  const changed = lines.map((line, at) => (line.text && texts[at] ? { ...line, text: said({ ...line.text, ...texts[at] }) } : line))
  const [saved] = await services.db.batch([
    {
      sql: 'update or ignore quote_templates set name = :name, note = :note, lines = :lines, updated_at = :at where id = :id',
      args: { id, name, note: JSON.stringify(said(note)), lines: JSON.stringify(changed), at: services.clock.now() },
    },
  ])
  if (saved?.changes !== 1) throw invalid('name', 'taken')
}

export async function forgetTemplate({ db }: Services, id: number) {
  const [gone] = await db.batch([{ sql: 'delete from quote_templates where id = :id', args: { id } }])
  if (gone?.changes !== 1) throw new Problem('not-found')
}

/** A template's lines and words as they can be offered today, in this language and currency. */
export function takeTemplate(template: Template, shop: Shop): Taken & { note: string; validDays: number } {
  const taken = template.lines.map(({ name, text, ...line }) => {
    const differences: Difference[] = []
    const words = text && inLanguage(text, shop.locale)
    if (words && !words.isTheirs) differences.push({ kind: 'language', line: words.text })
    const { unitPrice, ...unpriced } = line
    const isSameMoney = template.currency === shop.currency
    if (unitPrice !== undefined && !isSameMoney) differences.push({ kind: 'no-price', line: words?.text ?? name })
    const priced = isSameMoney && unitPrice !== undefined ? { ...unpriced, unitPrice } : unpriced
    const now = takeLine({ ...priced, ...(words && { text: words.text }) }, name, shop)
    return { lines: now.lines, differences: [...differences, ...now.differences] }
  })
  const note = inLanguage(template.note, shop.locale)
  return {
    lines: taken.flatMap(({ lines }) => lines),
    differences: [
      ...taken.flatMap(({ differences }) => differences),
      ...(note.text && !note.isTheirs ? [{ kind: 'language' as const, line: note.text.slice(0, 60) }] : []),
    ],
    note: note.text,
    validDays: template.validDays,
  }
}

function inLanguage(words: Words, locale: Locale): { text: string; isTheirs: boolean } {
  const other = LOCALES.map((locale) => words[locale]).find(Boolean)
  return { text: words[locale] || other || '', isTheirs: Boolean(words[locale]) }
}

function said(words: Words): Words {
  return Object.fromEntries(Object.entries(words).filter(([, text]) => text))
}

function read({ lines, note, ...row }: Row): Template {
  return { ...row, lines: JSON.parse(lines) as TemplateLine[], note: JSON.parse(note) as Words } // written by saveTemplate
}
