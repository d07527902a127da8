import { stringify } from 'yaml'
import type { Content } from '../../content/load.ts'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { wordsOf } from '../help/search/words.ts'
import type { Db } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'

export type Draft = { id: number; slug: string; questions: string[]; begunAt: number; begunBy: string }
type NewDraft = { locale: Locale; questions: string[] }

const LONGEST_SLUG = 60

/** The drafts that nobody has put aside, the newest first. They are for staff; no page and no search of customers knows them. */
export async function drafts({ db }: { db: Db }): Promise<Draft[]> {
  const rows = await db.all<Omit<Draft, 'questions'> & { questions: string }>(
    `select d.id, d.slug, d.questions, d.begun_at as "begunAt", u.name as "begunBy" from article_drafts d join users u on u.id = d.begun_by
     where d.removed_at is null order by d.begun_at desc, d.id desc`,
  )
  return rows.map((row) => ({ ...row, questions: JSON.parse(row.questions) as string[] })) // written by beginDraft
}

/** Begins an article in both languages from what was asked: a pair of files for `content/articles`, to be finished by a person. */
export async function beginDraft(
  { db, clock, content, t }: Services,
  { locale, questions }: NewDraft,
  by: number,
): Promise<{ id: number }> {
  const at = clock.now()
  const slug = slugOf(questions[0] ?? '', content)
  const written = (of: Locale) => articleIn(of, { locale, questions, content, t })
  const [begun] = await db.batch([
    {
      sql: `insert into article_drafts (slug, questions, en, da, begun_by, begun_at) values (:slug, :questions, :en, :da, :by, :at) returning id`,
      args: { slug, questions: JSON.stringify(questions), en: written('en'), da: written('da'), by, at },
    },
    eventIfChanged('article.drafted', { subject: `article:${slug}`, actor: `user:${by}`, at }),
  ])
  return { id: Number(begun?.rows[0]?.id) }
}

/** One file of the pair, by the name it is to have in `content/articles/<locale>/`. */
export async function draftFile({ db }: Services, id: number, locale: Locale): Promise<{ name: string; text: string }> {
  const draft = await db.get<{ slug: string; en: string; da: string }>('select slug, en, da from article_drafts where id = :id', { id })
  if (!draft) throw new Problem('not-found')
  return { name: `${draft.slug}.md`, text: draft[locale] }
}

export async function putDraftAside({ db, clock }: Services, id: number, by: number) {
  const at = clock.now()
  const [removed] = await db.batch([
    { sql: 'update article_drafts set removed_at = :at where id = :id and removed_at is null', args: { id, at } },
    eventIfChanged('article.draft-put-aside', { subject: `draft:${id}`, actor: `user:${by}`, at }),
  ])
  if (!removed?.changes) throw new Problem('not-found')
}

/** The first question in letters, digits and hyphens, and with a number behind it when an article has that name. */
function slugOf(question: string, { articles }: Pick<Content, 'articles'>): string {
  const plain = wordsOf(question).map(({ folded }) => folded.replace(/[^a-z0-9]/g, ''))
  const words = plain.filter(Boolean).join('-').slice(0, LONGEST_SLUG).replace(/-+$/, '') || 'question'
  const taken = new Set(LOCALES.flatMap((locale) => articles[locale].map(({ slug }) => slug)))
  return [words, ...Array.from({ length: 99 }, (_, n) => `${words}-${n + 2}`)].find((slug) => !taken.has(slug)) ?? words
}

type Asked = NewDraft & Pick<Services, 'content' | 't'>

/** As the content's schema wants it, with `status: draft`, so that it can lie in the folder before it is finished. */
function articleIn(of: Locale, { locale, questions, content, t }: Asked): string {
  const [first = ''] = questions
  const words = t[of]
  const front = {
    title: of === locale ? first.charAt(0).toUpperCase() + first.slice(1) : words('gaps.draft.title'),
    summary: words('gaps.draft.summary'),
    topic: content.topics[0]?.id ?? '',
    status: 'draft',
    keywords: of === locale ? questions : [],
  }
  const asked = of === locale ? questions.map((question) => `- ${question.replace(/[<>[\]`*_\\]/g, ' ')}`) : []
  const body = [words('gaps.draft.answer'), '', `## ${words('gaps.draft.heading')}`, '', words('gaps.draft.steps'), '', ...asked]
  return `---\n${stringify(front)}---\n${body.join('\n').trim()}\n`
}
