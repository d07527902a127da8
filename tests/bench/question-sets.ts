import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { searchDocuments } from '../../api/help/search/documents.ts'
import type { SearchDocument } from '../../api/help/search/engine.ts'
import { loadContent } from '../../content/load.ts'
import { LOCALES, type Locale, type Synonyms } from '../../content/schema.ts'
import { seededRandom } from '../support/many-products.ts'

export type Question = { id: string; text: string; relevant: string[] }
/** `relevant` names groups of `documents`. */
export type QuestionSet = { name: string; locale: Locale; documents: SearchDocument[]; synonyms: Synonyms; questions: Question[] }

const NO_SYNONYMS: Synonyms = { en: [], da: [] }
const OWN = join(import.meta.dirname, 'questions')
// Beside the repository on the machines it is measured on; too large, and not ours, to keep in it.
const SHARED = resolve(process.env.SHARED_DATA ?? join('..', 'shared', 'data'))

/** Every set there is: public questions with known answers, our own, and titles of a real help centre with one slip of the finger. */
export function questionSets(shared = SHARED): QuestionSet[] {
  const faqs = existsSync(shared) ? readdirSync(shared).filter((name) => name.startsWith('faq-')) : []
  const helpCentre = join(shared, 'helpcentre-desktop')
  return [
    ...faqs.map((name) => faqSet(name, join(shared, name))),
    ...LOCALES.map(ownSet),
    ...(existsSync(helpCentre) ? LOCALES.map((locale) => misspeltTitles(locale, join(helpCentre, locale))) : []),
  ]
}

/** Half the questions may be looked at while search is improved; what the other half says is what is believed. */
export function isForTest({ id }: Question): boolean {
  return (createHash('sha256').update(id).digest()[0] ?? 0) % 2 === 1
}

type Written = { id: string; title: string; body: string; lang: Locale }

function faqSet(name: string, folder: string): QuestionSet {
  const written = jsonLines<Written>(join(folder, 'docs.jsonl'))
  const questions = jsonLines<Question>(join(folder, 'queries.jsonl'))
  return { name, locale: written[0]?.lang ?? 'en', documents: written.map((one) => documentOf(one)), synonyms: NO_SYNONYMS, questions }
}

/** What customers of the company in `content/` would ask, written before anybody saw what search finds. */
function ownSet(locale: Locale): QuestionSet {
  const content = loadContent(resolve('content'))
  const questions = jsonLines<Question>(join(OWN, `${locale}.jsonl`))
  return {
    name: `own-${locale}`,
    locale,
    documents: searchDocuments(content).filter((document) => document.locale === locale && document.kind === 'article'),
    synonyms: content.synonyms,
    questions: questions.map((question) => ({ ...question, relevant: question.relevant.map((slug) => `article-${slug}`) })),
  }
}

function misspeltTitles(locale: Locale, folder: string): QuestionSet {
  const random = seededRandom(7)
  const articles = readdirSync(folder).map((file) => helpArticle(file.replace('.md', ''), readFileSync(join(folder, file), 'utf8'), locale))
  const questions = articles.map(({ id, title }) => ({ id, text: misspelt(title, random), relevant: [id] }))
  return {
    name: `helpcentre-typo-${locale}`,
    locale,
    documents: articles.flatMap(sectionsOf),
    synonyms: NO_SYNONYMS,
    questions: questions.filter(({ text }, at) => text !== articles[at]?.title),
  }
}

function documentOf({ id, title, body, lang }: Written, at = 0, heading = ''): SearchDocument {
  const about = { kind: 'article', keywords: [], products: [], audience: 'everyone', topic: '', language: lang, path: `/${id}` } as const
  return { ...about, keywords: [], products: [], id: `${id}-${at}`, locale: lang, group: id, title, heading, body }
}

function helpArticle(id: string, markdown: string, lang: Locale): Written {
  const [, front = '', body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(markdown) ?? []
  return { id, title: /^title: "?(.*?)"?$/m.exec(front)?.[1] ?? id, body, lang }
}

function sectionsOf(article: Written): SearchDocument[] {
  return article.body
    .split(/^#+ /m)
    .map((section, at) => {
      const [heading = '', ...rest] = at === 0 ? ['', section] : section.split('\n')
      return documentOf({ ...article, body: plain(rest.join('\n')) }, at, plain(heading))
    })
    .filter(({ body }, at) => body.trim() || at === 0)
}

function plain(markdown: string): string {
  return markdown
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/[*_`>#[\]|]/g, '')
    .replace(/\s+/g, ' ')
}

/** One letter left out, doubled or swapped with the next, never the first, in one of the long words. */
function misspelt(title: string, random: () => number): string {
  const long = [...title.matchAll(/\p{L}{6,}/gu)]
  const word = long[Math.floor(random() * long.length)]
  if (!word) return title
  const at = word.index + 1 + Math.floor(random() * (word[0].length - 2))
  const [letter = '', next = ''] = [title[at], title[at + 1]]
  const slips = ['', letter + letter, next + letter]
  const slip = slips[Math.floor(random() * slips.length)] ?? ''
  return title.slice(0, at) + slip + title.slice(slip.length === 2 && slip[0] !== letter ? at + 2 : at + 1)
}

function jsonLines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T) // the shape each README describes
}
