import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import type { Content } from './load.ts'
import { type RenderedArticle, renderMarkdown } from './markdown.ts'
import type { Reader } from './reader.ts'
import { type Article, ArticleFrontMatter, LOCALES, type Locale } from './schema.ts'

/** Where a code is explained, for the products it can show on (every one when none is named). */
export type ErrorCode = {
  code: string
  slug: string
  anchor: string
  /** Of the section, or of the article when it is about nothing else. */
  heading: string
  products: string[]
  visibleTo: string[]
  language: Locale
}

/** An article as its file has it. */
export type WrittenArticle = ArticleFrontMatter & {
  file: string
  slug: string
  locale: Locale
  markdown: string
  revision: string
  rendered: RenderedArticle
}

type Shelves = Pick<Content, 'articles' | 'restricted' | 'archived' | 'formerArticles' | 'codes'>

/** Addresses under `/help` that are not articles. */
export const TAKEN = new Set(['codes', 'feedback', 'topics'])
const FRONT_MATTER = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/

/** Reads every article there is, drafts among them; mistakes are left with the reader. */
export function readArticles(reader: Reader): WrittenArticle[] {
  return LOCALES.flatMap((locale) =>
    reader.list(join('articles', locale), '.md').flatMap((file) => {
      const parts = splitArticle(reader.read(file) ?? '')
      if (!parts) {
        reader.mistakes.push(`${file}:1: expected front matter between two lines of "---"`)
        return []
      }
      const frontMatter = reader.parse(file, parts.frontMatter, ArticleFrontMatter, 2)
      if (!frontMatter) return []
      const { markdown } = parts
      const about = { file, slug: basename(file, '.md'), locale, markdown, revision: revisionOf(frontMatter, markdown) }
      return [{ ...frontMatter, ...about, rendered: renderMarkdown(markdown, locale) }]
    }),
  )
}

/** The two halves of an article's file; undefined when it is no such file. */
export function splitArticle(text: string): { frontMatter: string; markdown: string } | undefined {
  const [, frontMatter, markdown] = FRONT_MATTER.exec(text) ?? []
  return frontMatter === undefined || markdown === undefined ? undefined : { frontMatter, markdown }
}

/** Names what there is to translate: another revision means other words, not other line ends or another date of review. */
export function revisionOf({ title, summary }: { title: string; summary: string }, markdown: string): string {
  const words = [title, summary, markdown].map((text) => text.normalize('NFC').replace(/\s+/g, ' ').trim())
  return createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 12)
}

/** Puts every article where its readers find it: in each language, in another one where it has no words in this. Drafts go. */
export function shelve(written: WrittenArticle[]): Shelves {
  const shown = written.filter(({ status }) => status !== 'draft')
  const everywhere = inEveryLanguage((locale) => {
    const own = shown.filter((article) => article.locale === locale)
    const borrowed = shown.filter((article) => article.locale !== locale && !own.some(({ slug }) => slug === article.slug))
    return [...own, ...borrowed].map((article) => shownIn(locale, article, shown)).sort((a, b) => (a.slug < b.slug ? -1 : 1))
  })
  const kept = (which: (article: Article) => boolean) => inEveryLanguage((locale) => everywhere[locale].filter(which))
  return {
    articles: kept((article) => !article.isArchived && isForEveryone(article)),
    restricted: kept((article) => !article.isArchived && !isForEveryone(article)),
    archived: kept(({ isArchived }) => isArchived),
    formerArticles: Object.fromEntries(shown.flatMap(({ formerly, slug }) => formerly.map((former) => [former, slug]))),
    codes: inEveryLanguage((locale) => codesOf(everywhere[locale], shown)),
  }
}

export function isForEveryone({ visibleTo }: { visibleTo: string[] }): boolean {
  return visibleTo.includes('everyone')
}

export function inEveryLanguage<T>(what: (locale: Locale) => T): Record<Locale, T> {
  return Object.fromEntries(LOCALES.map((locale) => [locale, what(locale)])) as Record<Locale, T> // one for each language there is
}

function shownIn(locale: Locale, written: WrittenArticle, all: WrittenArticle[]): Article {
  const { markdown, status, translationOf, codes: _, formerly: __, file: ___, rendered, locale: language, ...article } = written
  return {
    ...article,
    ...(language === locale ? rendered : renderMarkdown(markdown, locale)),
    related: article.related.filter((slug) => all.some((other) => other.slug === slug)),
    locale,
    language,
    isArchived: status === 'archived',
    translation: translationOf ? translationIn(written, translationOf, all) : undefined,
  }
}

function translationIn({ slug }: WrittenArticle, translationOf: string, all: WrittenArticle[]): Article['translation'] {
  const [of, revision] = translationOf.split('@') as [Locale, string] // as the schema has it
  const original = all.find((other) => other.slug === slug && other.locale === of)
  return original && { of, isOutdated: original.revision !== revision }
}

function codesOf(articles: Article[], written: WrittenArticle[]): ErrorCode[] {
  return articles
    .filter(({ isArchived }) => !isArchived)
    .flatMap((article) => {
      const declared = written.find(({ slug, locale }) => slug === article.slug && locale === article.language)?.codes ?? []
      return declared.map(({ code, section, products = article.products }) => {
        const found = sectionAbout(article, code, section)
        return {
          ...{ code, products, slug: article.slug, anchor: found?.anchor ?? '', heading: found?.heading || article.title },
          ...{ visibleTo: article.visibleTo, language: article.language },
        }
      })
    })
    .sort((a, b) => a.code.localeCompare(b.code, 'en', { numeric: true }) || a.slug.localeCompare(b.slug))
}

/** The section named, or the one whose heading begins with the code, or else holds it; none where the whole article is about it. */
function sectionAbout({ title, sections }: Article, code: string, named?: string) {
  if (named !== undefined) return sections.find(({ anchor }) => anchor === named)
  const words = (heading: string) => heading.split(/[^\p{L}\p{N}]+/u)
  const holds = (heading: string) => words(heading).includes(code)
  if (holds(title)) return undefined
  return sections.find(({ heading }) => words(heading)[0] === code) ?? sections.find(({ heading }) => holds(heading))
}

/** What one file cannot tell: whether what it names is there, and whether languages agree. */
export function checkArticles(content: Content, written: WrittenArticle[], reader: Reader) {
  const products = new Set(content.products.map(({ slug }) => slug))
  const topics = new Set(content.topics.map(({ id }) => id))
  const every = new Set(written.map(({ slug }) => slug))
  const expect = (ok: boolean, file: string, field: string, expected: string) => {
    if (!ok) reader.mistakes.push(`${file}: ${field}: expected ${expected}`)
  }

  for (const article of written) {
    const { file, slug } = article
    expect(!TAKEN.has(slug), file, 'the name', `another one, since "${slug}" is an address of its own`)
    expect(topics.has(article.topic), file, 'topic', `an id of topics.yaml, not "${article.topic}"`)
    for (const product of [...article.products, ...article.codes.flatMap(({ products = [] }) => products)])
      expect(products.has(product), file, 'products', `a product, not "${product}"`)
    for (const other of article.related) expect(every.has(other), file, 'related', `an article, not "${other}"`)
    const { links, sections } = article.rendered
    for (const link of links) {
      const [kind, to = ''] = link.split(':')
      const isThere = kind === 'article' ? written.some((other) => other.slug === to && other.status !== 'draft') : products.has(to)
      expect(isThere || article.status === 'draft', file, 'link', `something that exists, not "${link}"`)
    }
    for (const { code, section } of article.codes)
      expect(
        section === undefined || sections.some(({ anchor }) => anchor === section),
        file,
        `codes ${code}`,
        `a section, not "${section}"`,
      )
    for (const former of article.formerly) {
      expect(!every.has(former), file, 'formerly', `a slug that no article has now, not "${former}"`)
      const other = written.find((one) => one.slug !== slug && one.formerly.includes(former))
      expect(!other, file, 'formerly', `"${former}" once, since ${other?.file} has it too`)
    }
  }
  for (const pair of pairsOf(written)) checkPair(pair, expect)
  checkCodes(content, expect)
}

type Expect = (ok: boolean, file: string, field: string, expected: string) => void

function pairsOf(written: WrittenArticle[]): [WrittenArticle, WrittenArticle][] {
  return written.flatMap((one, at) => {
    const other = written.slice(at + 1).find(({ slug }) => slug === one.slug)
    return other ? [[one, other]] : []
  })
}

/** A draft may still differ; what is shown must not say one thing here and another there about who may see it. */
function checkPair([one, other]: [WrittenArticle, WrittenArticle], expect: Expect) {
  expect(!one.translationOf || !other.translationOf, other.file, 'translationOf', `one original, but ${one.file} is a translation too`)
  for (const { file, translationOf, locale } of [one, other])
    expect(!translationOf?.startsWith(`${locale}@`), file, 'translationOf', `another language than its own`)
  if (one.status === 'draft' || other.status === 'draft') return
  const same = (field: string, of: (article: WrittenArticle) => string) =>
    expect(of(one) === of(other), other.file, field, `the same as in ${one.file}`)
  same('status', ({ status }) => status)
  same('visibleTo', ({ visibleTo }) => [...visibleTo].sort().join())
  same('codes', ({ codes }) => codes.map(({ code, products = [] }) => [code, ...products].join()).join(';'))
}

/** Whoever types a code means one thing by it. */
function checkCodes({ codes }: Content, expect: Expect) {
  for (const locale of LOCALES) {
    for (const [at, one] of codes[locale].entries()) {
      const clash = codes[locale].slice(at + 1).find((other) => other.code === one.code && shareProducts(one, other))
      expect(
        !clash || clash.language !== locale,
        `articles/${locale}/${clash?.slug}.md`,
        `codes ${one.code}`,
        `a code that ${one.slug} does not explain for the same product`,
      )
    }
  }
}

function shareProducts(one: ErrorCode, other: ErrorCode): boolean {
  if (!one.products.length || !other.products.length) return one.products.length === other.products.length
  return one.products.some((product) => other.products.includes(product))
}
