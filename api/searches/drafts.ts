import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { TAKEN } from '../../content/articles.ts'
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
  const written = (of: Locale) => articleIn(of, { locale, questions, content, t })
  const draft = { questions: JSON.stringify(questions), en: written('en'), da: written('da'), by, at }
  for (const slug of slugsFor(questions[0] ?? '', content)) {
    const [begun] = await db.batch([
      {
        sql: `insert into article_drafts (slug, questions, en, da, begun_by, begun_at) select :slug, :questions, :en, :da, :by, :at
              where not exists (select 1 from article_drafts where slug = :slug and removed_at is null) returning id`,
        args: { ...draft, slug },
      },
      eventIfChanged('article.drafted', { subject: `article:${slug}`, actor: `user:${by}`, at }),
    ])
    if (begun?.changes) return { id: Number(begun.rows[0]?.id) }
  }
  throw new Error('There is always another number')
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

/** The first question in letters, digits and hyphens, then with numbers behind it, less what is taken. */
function* slugsFor(question: string, content: Content): Generator<string> {
  const plain = wordsOf(question).map(({ folded }) => folded.replace(/[^a-z0-9]/g, ''))
  const words = plain.filter(Boolean).join('-').slice(0, LONGEST_SLUG).replace(/-+$/, '') || 'question'
  for (let n = 1; ; n++) {
    const slug = n === 1 ? words : `${words}-${n}`
    if (!isTaken(slug, content)) yield slug
  }
}

/** Whether an article is called so or was, whoever may read it; drafts among the files are not in the content, so the folder is asked. */
function isTaken(slug: string, { articles, restricted, archived, formerArticles, folder }: Content): boolean {
  if (TAKEN.has(slug) || Object.hasOwn(formerArticles, slug)) return true
  return LOCALES.some((locale) => {
    const every = [articles, restricted, archived].flatMap((shelf) => shelf[locale])
    return every.some((article) => article.slug === slug) || existsSync(join(folder, 'articles', locale, `${slug}.md`))
  })
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
