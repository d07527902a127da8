import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, relative, sep } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import { splitArticle, TAKEN } from '../articles.ts'
import { LOCALES, type Locale } from '../schema.ts'

/** An article of another help centre, as far as it says what we ask for. */
export type Source = {
  path: string
  file: string
  /** The file's path in its language, without its ending: how links name it. */
  id: string
  slug: string
  locale: Locale
  title: string
  summary: string
  topic: string
  topicName: string
  related: string[]
  keywords: string[]
  reviewed: string | undefined
  markdown: string
}

const SUMMARY_LETTERS = 200
const word = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined)
const words = z.union([z.array(z.coerce.string()), z.string().transform((list) => list.split(',').map((one) => one.trim()))]).catch([])

/** The names that help centres usually give these things. */
const FrontMatter = z.object({
  ...{ title: word, description: word, summary: word, excerpt: word },
  ...{ category: word, category_id: word, section: word, topic: word },
  ...{ related: words, keywords: words, tags: words },
  ...{ reviewed: word, updated: word, date: word },
})

/** Every Markdown file below a folder that is named like one of our languages. */
export function readSources(from: string, mentions: string[]): Source[] {
  const found = LOCALES.flatMap((locale) => filesIn(join(from, locale)).map((path) => read(from, path, locale, mentions)))
  if (!found.length) throw new Error(`There are no Markdown files in ${LOCALES.map((locale) => join(from, locale)).join(' or ')}.`)
  return found
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => /\.(md|markdown)$/i.test(name) && !/^readme\./i.test(basename(name)))
    .sort()
    .map((name) => join(folder, name))
}

function read(from: string, path: string, locale: Locale, mentions: string[]): Source {
  const file = relative(from, path)
  const text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
  const { frontMatter, markdown } = splitArticle(text) ?? { frontMatter: '', markdown: text }
  const document = parseDocument(frontMatter)
  if (document.errors.length) mentions.push(`${file}: its front matter cannot be read`)
  const about = FrontMatter.parse((document.errors.length ? undefined : document.toJS()) ?? {})
  const heading = /^\s*#\s+(.+?)\s*#*\s*\n/.exec(markdown)
  const title = about.title ?? heading?.[1] ?? basename(path).replace(/\.\w+$/, '')
  const body = heading?.[1] === title ? markdown.slice(heading[0].length) : markdown
  const topicName = about.category ?? about.section ?? about.topic ?? about.category_id ?? 'Help'
  const id = relative(join(from, locale), path)
    .split(sep)
    .join('/')
    .replace(/\.\w+$/, '')
  return {
    ...{ path, file, id, slug: slugOf(id), locale, title, topicName, topic: slugOf(about.category_id ?? topicName) },
    summary: about.description || about.summary || about.excerpt || firstSentences(body) || title,
    related: about.related.map((name) => name.replace(/\.\w+$/, '')),
    keywords: [...about.keywords, ...about.tags].filter(Boolean),
    reviewed: dayIn(about.reviewed ?? about.updated ?? about.date),
    markdown: body,
  }
}

/** Lower-case words joined by hyphens; "æ", "ø" and "å" as they are written without them. */
export function slugOf(text: string): string {
  const plain = text.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa').normalize('NFKD')
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'article'
  return TAKEN.has(slug) ? `${slug}-article` : slug
}

function firstSentences(markdown: string): string {
  const paragraph = markdown.split(/\n\s*\n/).find((block) => /^\s*[\p{L}*_[]/u.test(block)) ?? ''
  const text = paragraph
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`>#]/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return text.length <= SUMMARY_LETTERS ? text : `${text.slice(0, SUMMARY_LETTERS).replace(/\s+\S*$/, '')} …`
}

function dayIn(text: string | undefined): string | undefined {
  const day = /^\d{4}-\d\d-\d\d/.exec(text ?? '')?.[0]
  return z.iso.date().safeParse(day).data
}
