import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { revisionOf, splitArticle } from '../articles.ts'
import { LOCALES, type Locale } from '../schema.ts'
import { beginContent } from './begin.ts'
import { convertBody, type Picture } from './body.ts'
import { readSources, type Source } from './sources.ts'
import { addTopics } from './topics.ts'

export type ImportReport = {
  articles: Record<Locale, number>
  pairs: number
  topics: number
  /** Files that are new or changed; none when nothing has changed since the last time. */
  written: string[]
  /** Files that somebody has edited since they were imported: they stay as they are. */
  kept: string[]
  /** Files of an earlier import that the help centre no longer has: they stay, too. */
  gone: string[]
  /** What could not be taken over as it was, with the file it is in. */
  mentions: string[]
}

/** What each file was when it was imported. */
type Manifest = Record<string, string>

/** Beside the articles, so that a later import knows which of them are still its own. */
const MANIFEST = 'imported.json'

/**
 * Takes a help centre of Markdown files, `<from>/<locale>/….md`, into a content folder, which is begun from `template` if there is none.
 * Done again it changes only what has changed, and never what somebody has edited here. `source` is the language of the originals.
 */
export function importArticles(from: string, into: string, { template, source }: { template: string; source: Locale }): ImportReport {
  const mentions: string[] = []
  const sources = readSources(from, mentions)
  if (!existsSync(join(into, 'company.yaml'))) beginContent(into, template)
  const topics = addTopics(join(into, 'topics.yaml'), join(into, 'pictures'), sources)
  const files = filesOf(sources, source, mentions)

  const before = readManifest(into)
  const outcome = { written: [] as string[], kept: [] as string[] }
  const manifest: Manifest = { ...before }
  for (const [file, text] of files.texts) manifest[file] = write(join(into, file), file, text, before, outcome)
  for (const { from: picture, to } of files.pictures) copy(picture, join(into, 'pictures', to), outcome.written)
  writeFileSync(join(into, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
  return {
    articles: { en: count(sources, 'en'), da: count(sources, 'da') },
    pairs: sources.filter(
      ({ slug, locale }) => locale === source && sources.some((other) => other.slug === slug && other.locale !== locale),
    ).length,
    topics,
    ...outcome,
    gone: Object.keys(before).filter((file) => !files.texts.has(file)),
    mentions,
  }
}

function count(sources: Source[], language: Locale): number {
  return sources.filter(({ locale }) => locale === language).length
}

/** The originals first, since a translation carries the revision of its original. */
function filesOf(sources: Source[], source: Locale, mentions: string[]) {
  const slugs = new Map(sources.map(({ id, slug }) => [id, slug]))
  const texts = new Map<string, string>()
  const pictures: Picture[] = []
  for (const locale of [source, ...LOCALES.filter((other) => other !== source)]) {
    for (const one of sources.filter((other) => other.locale === locale)) {
      const converted = convertBody(one, slugs, (mention) => mentions.push(`${one.file}: ${mention}`))
      pictures.push(...converted.pictures)
      const original = texts.get(fileOf(one.slug, source))
      const translationOf = locale === source || !original ? undefined : `${source}@${revisionIn(original, sources, one.slug, source)}`
      texts.set(fileOf(one.slug, locale), articleText(one, converted.text, slugs, translationOf))
    }
  }
  return { texts, pictures }
}

function fileOf(slug: string, locale: Locale): string {
  return join('articles', locale, `${slug}.md`)
}

function revisionIn(text: string, sources: Source[], slug: string, source: Locale): string {
  const original = sources.find((one) => one.slug === slug && one.locale === source)
  return revisionOf({ title: original?.title ?? '', summary: original?.summary ?? '' }, splitArticle(text)?.markdown ?? '')
}

function articleText(one: Source, markdown: string, slugs: Map<string, string>, translationOf: string | undefined): string {
  const { title, summary, topic, keywords, reviewed } = one
  const related = one.related.flatMap((id) => slugs.get(id) ?? []).filter((slug) => slug !== one.slug)
  const frontMatter = {
    ...{ title, summary, topic },
    ...(related.length && { related }),
    ...(keywords.length && { keywords }),
    ...(reviewed && { reviewed }),
    ...(translationOf && { translationOf }),
  }
  return `---\n${stringify(frontMatter, { lineWidth: 0 })}---\n${markdown.trim()}\n`
}

/** The hash of the file as an import made it: of this text, or of an earlier one that somebody has gone on with. */
function write(
  path: string,
  file: string,
  text: string,
  before: Manifest,
  { written, kept }: Pick<ImportReport, 'written' | 'kept'>,
): string {
  const there = existsSync(path) ? readFileSync(path, 'utf8') : undefined
  if (there !== undefined && there !== text && before[file] !== hashOf(there)) {
    kept.push(file)
    return before[file] ?? ''
  }
  if (there !== text) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
    written.push(file)
  }
  return hashOf(text)
}

function copy(from: string, to: string, written: string[]) {
  if (existsSync(to) && readFileSync(to).equals(readFileSync(from))) return
  mkdirSync(dirname(to), { recursive: true })
  copyFileSync(from, to)
  written.push(to)
}

function readManifest(into: string): Manifest {
  const file = join(into, MANIFEST)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Manifest) : {} // as importArticles wrote it
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
