import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { type Document, isNode, LineCounter, parseDocument } from 'yaml'
import { z } from 'zod'
import { readFacts } from './facts.ts'
import { renderMarkdown } from './markdown.ts'
import { withoutDrafts } from './publish.ts'
import {
  type Amounts,
  AppointmentKind,
  type Article,
  ArticleFrontMatter,
  Category,
  Company,
  FactKind,
  LOCALES,
  type Locale,
  Notice,
  Phrase,
  Product,
  Selector,
  type Strings,
  Synonyms,
  Topic,
} from './schema.ts'
import { selectorMistakes } from './selector-mistakes.ts'

/** All a company has written, checked. `version` changes when any file does. */
export type Content = {
  company: Company
  categories: Category[]
  facts: FactKind[]
  /** The published ones: a draft is nowhere in here. */
  products: Product[]
  topics: Topic[]
  /** None when nobody can be booked. */
  appointments: AppointmentKind[]
  articles: Record<Locale, Article[]>
  notices: Notice[]
  synonyms: Synonyms
  /** A company without one has no guided selector. */
  selector: Selector | undefined
  strings: Record<Locale, Strings>
  folder: string
  version: string
}

/** What is wrong in a content file, in a sentence for the person who wrote it. */
export class ContentError extends Error {
  readonly mistakes: string[]
  constructor(mistakes: string[]) {
    super(`The content has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n  ${mistakes.join('\n  ')}`)
    this.mistakes = mistakes
  }
}

// From the project's root, where every command runs: a bundle has no folder of its own.
const ownStrings = resolve('content/strings')

/** Reads `folder`, or throws a ContentError that names every mistake with file, line, field and what was expected. */
export function loadContent(folder: string): Content {
  const reader = new Reader(folder)
  const slugged = <T>(subfolder: string, schema: z.ZodType<T>) =>
    reader.list(subfolder, '.yaml').flatMap((file) => {
      const value = reader.yaml(file, schema)
      return value ? [{ ...value, slug: basename(file, '.yaml') }] : []
    })

  const company = reader.yaml('company.yaml', Company)
  const facts = reader.hasFile('facts.yaml') ? (reader.yaml('facts.yaml', z.array(FactKind)) ?? []) : []
  const written = slugged('products', Product).sort((a, b) => a.order - b.order || a.slug.localeCompare(b.slug))
  const content = {
    categories: reader.yaml('categories.yaml', z.array(Category).min(1)) ?? [],
    appointments: reader.hasFile('appointments.yaml') ? (reader.yaml('appointments.yaml', z.array(AppointmentKind)) ?? []) : [],
    facts,
    products: written.map((product) => ({ ...product, facts: readFacts(product.facts, facts, mistakeIn(reader, product.slug)) })),
    topics: reader.yaml('topics.yaml', z.array(Topic).min(1)) ?? [],
    articles: Object.fromEntries(LOCALES.map((locale) => [locale, articlesOf(reader, locale)])) as Record<Locale, Article[]>,
    notices: slugged('notices', Notice),
    synonyms: reader.yaml('synonyms.yaml', Synonyms) ?? { en: [], da: [] },
    strings: stringsOf(reader),
    folder,
    selector: undefined as Selector | undefined,
  }
  // One mistake at a time: what cannot be read cannot be found either.
  if (company && !reader.mistakes.length) checkReferences({ ...content, company, version: '' }, reader)
  if (!reader.mistakes.length) content.selector = selectorOf(reader, content.products)
  if (!company || reader.mistakes.length) throw new ContentError(reader.mistakes)
  return withoutDrafts({ ...content, company, version: reader.version() })
}

function mistakeIn(reader: Reader, slug: string) {
  return (expected: string) => void reader.mistakes.push(`products/${slug}.yaml: facts: expected ${expected}`)
}

/** Reads files of one folder, remembering each mistake and the bytes seen. */
class Reader {
  readonly mistakes: string[] = []
  /** What each article links to, checked once every file has been read. */
  readonly links = new Map<string, string[]>()
  readonly #hash = createHash('sha256')
  readonly #folder: string
  constructor(folder: string) {
    this.#folder = folder
  }

  list(subfolder: string, ending: string): string[] {
    const path = join(this.#folder, subfolder)
    if (!existsSync(path)) return []
    return readdirSync(path)
      .filter((name) => name.endsWith(ending))
      .sort()
      .map((name) => join(subfolder, name))
  }

  read(file: string, folder = this.#folder): string | undefined {
    try {
      const text = readFileSync(join(folder, file), 'utf8')
      this.#hash.update(`${file}\0${text}\0`)
      return text
    } catch {
      this.mistakes.push(`${file}: expected this file in ${folder}`)
      return undefined
    }
  }

  yaml<T>(file: string, schema: z.ZodType<T>, folder?: string): T | undefined {
    const text = this.read(file, folder)
    return text === undefined ? undefined : this.parse(file, text, schema)
  }

  /** `firstLine` is where in the file the YAML begins, for front matter. */
  parse<T>(file: string, text: string, schema: z.ZodType<T>, firstLine = 1): T | undefined {
    const lines = new LineCounter()
    const document = parseDocument(text, { lineCounter: lines })
    const line = (offset: number) => lines.linePos(offset).line + firstLine - 1
    for (const error of document.errors) this.mistakes.push(`${file}:${line(error.pos[0])}: ${error.message.split('\n')[0]}`)
    if (document.errors.length) return undefined

    const parsed = schema.safeParse(document.toJS())
    if (parsed.success) return parsed.data
    for (const issue of parsed.error.issues) {
      const path = issue.code === 'unrecognized_keys' ? [...issue.path, ...issue.keys] : issue.path
      this.mistakes.push(`${file}:${line(offsetOf(document, path))}: ${path.join('.') || 'the file'}: ${issue.message}`)
    }
    return undefined
  }

  hasFile(file: string): boolean {
    return existsSync(join(this.#folder, file))
  }

  version(): string {
    return this.#hash.digest('hex').slice(0, 16)
  }
}

/** Where the field stands, or the nearest thing around it when it is missing. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let depth = path.length; depth >= 0; depth--) {
    const node = depth ? document.getIn(path.slice(0, depth), true) : document.contents
    if (isNode(node) && node.range) return node.range[0]
  }
  return 0
}

function articlesOf(reader: Reader, locale: Locale): Article[] {
  return reader.list(join('articles', locale), '.md').flatMap((file) => {
    const text = reader.read(file) ?? ''
    const parts = /^---\r?\n([\s\S]*?)\r?\n---\r?\n([\s\S]*)$/.exec(text)
    if (!parts) {
      reader.mistakes.push(`${file}:1: expected front matter between two lines of "---"`)
      return []
    }
    const frontMatter = reader.parse(file, parts[1] ?? '', ArticleFrontMatter, 2)
    if (!frontMatter) return []
    const { html, sections, links } = renderMarkdown(parts[2] ?? '', locale)
    reader.links.set(`${locale}/${basename(file, '.md')}`, links)
    return [{ ...frontMatter, slug: basename(file, '.md'), locale, html, sections }]
  })
}

/** Read once the products are known, so that a mistake is told with its line. */
function selectorOf(reader: Reader, products: Product[]): Selector | undefined {
  if (!reader.hasFile('selector.yaml')) return undefined
  const checked = Selector.superRefine((selector, context) => {
    for (const { path, expected } of selectorMistakes(selector, products)) {
      context.addIssue({ code: 'custom', path, message: `expected ${expected}` })
    }
  })
  return reader.yaml('selector.yaml', checked)
}

/** The project's own phrases, with those of the company's folder over them. Every key must be there in every language. */
function stringsOf(reader: Reader): Record<Locale, Strings> {
  const strings = Object.fromEntries(LOCALES.map((locale) => [locale, {} as Strings])) as Record<Locale, Strings>
  for (const locale of LOCALES) {
    for (const name of readdirSync(join(ownStrings, locale)).sort()) {
      Object.assign(strings[locale], phrasesOf(reader, join(locale, name), ownStrings))
    }
    for (const file of reader.list(join('strings', locale), '.yaml')) Object.assign(strings[locale], phrasesOf(reader, file))
  }
  for (const [here, there] of [LOCALES, [...LOCALES].reverse()] as [Locale, Locale][]) {
    for (const key of Object.keys(strings[here])) {
      if (!(key in strings[there])) reader.mistakes.push(`strings/${there}: ${key}: expected a phrase, since strings/${here} has one`)
    }
  }
  return strings
}

function phrasesOf(reader: Reader, file: string, folder?: string): Strings {
  const place = basename(file, '.yaml')
  const nested = reader.yaml(file, z.record(z.string(), z.unknown()), folder) ?? {}
  const flat: Strings = {}
  flatten(nested, place, (key, value) => {
    const phrase = Phrase.safeParse(value)
    if (phrase.success) flat[key] = phrase.data
    else reader.mistakes.push(`${file}: ${key}: expected a phrase`)
  })
  return flat
}

function flatten(value: unknown, key: string, add: (key: string, value: unknown) => void) {
  const isPhrase = typeof value !== 'object' || value === null || ('one' in value && 'other' in value)
  if (isPhrase) add(key, value)
  else for (const [name, inner] of Object.entries(value)) flatten(inner, `${key}.${name}`, add)
}

function checkReferences(content: Content, reader: Reader) {
  const products = new Set(content.products.map((product) => product.slug))
  const categories = new Set(content.categories.map((category) => category.id))
  const topics = new Set(content.topics.map((topic) => topic.id))
  const expect = (ok: boolean, file: string, field: string, expected: string) => {
    if (!ok) reader.mistakes.push(`${file}: ${field}: expected ${expected}`)
  }

  const { currencies, defaultCurrency } = content.company
  expect(currencies.includes(defaultCurrency), 'company.yaml', 'defaultCurrency', `one of currencies, not "${defaultCurrency}"`)
  const expectAmounts = (file: string, field: string, amounts: Amounts | 'on-request' | undefined) => {
    for (const currency of currencies)
      if (typeof amounts === 'object') expect(currency in amounts, file, field, `an amount in ${currency}, since company.yaml lists it`)
  }
  for (const { quarter, amount, people } of content.company.salesQuotas)
    for (const amounts of [amount, ...Object.values(people)]) expectAmounts('company.yaml', `salesQuotas ${quarter}`, amounts)
  for (const [at, { id }] of content.facts.entries())
    expect(content.facts.findIndex((other) => other.id === id) === at, 'facts.yaml', 'id', `"${id}" once`)

  for (const product of content.products) {
    const file = `products/${product.slug}.yaml`
    expectAmounts(file, 'price', product.price)
    for (const { from, price } of product.tiers) expectAmounts(file, `tiers from ${from}`, price)
    for (const option of product.options)
      for (const choice of option.choices) expectAmounts(file, `options ${option.id} ${choice.id}`, choice.price)
    expect(categories.has(product.category), file, 'category', `an id of categories.yaml, not "${product.category}"`)
    for (const field of ['accessories', 'spareParts'] as const)
      for (const slug of product[field]) expect(products.has(slug), file, field, `a product, not "${slug}"`)
    if (product.replacedBy) {
      expect(products.has(product.replacedBy), file, 'replacedBy', `a product, not "${product.replacedBy}"`)
      expect(!replacesItself(product, content.products), file, 'replacedBy', 'a product that this one has not replaced in turn')
    }
    for (const { file: document } of product.documents)
      expect(reader.hasFile(join('documents', document)), file, 'documents', `documents/${document} to be there`)
  }
  for (const [file, pictures] of [
    ['company.yaml', [content.company.logo]],
    ['categories.yaml', content.categories.map((category) => category.picture)],
    ['topics.yaml', content.topics.map((topic) => topic.icon)],
    ...content.products.map((product) => [`products/${product.slug}.yaml`, [product.picture]] as const),
  ] as [string, string[]][])
    for (const picture of pictures) expect(reader.hasFile(join('pictures', picture)), file, 'picture', `pictures/${picture} to be there`)

  for (const locale of LOCALES) {
    const articles = new Set(content.articles[locale].map((article) => article.slug))
    for (const article of content.articles[locale]) {
      const file = `articles/${locale}/${article.slug}.md`
      expect(topics.has(article.topic), file, 'topic', `an id of topics.yaml, not "${article.topic}"`)
      for (const slug of article.products) expect(products.has(slug), file, 'products', `a product, not "${slug}"`)
      for (const slug of article.related) expect(articles.has(slug), file, 'related', `an article, not "${slug}"`)
      for (const link of reader.links.get(`${locale}/${article.slug}`) ?? []) {
        const [kind, slug = ''] = link.split(':')
        expect(kind === 'article' ? articles.has(slug) : products.has(slug), file, 'link', `something that exists, not "${link}"`)
      }
    }
  }
}

/** Whether following "replaced by" from here never ends. */
function replacesItself(product: Product, products: Product[]): boolean {
  const seen = new Set<string>()
  let at: Product | undefined = product
  while (at?.replacedBy && !seen.has(at.slug)) {
    seen.add(at.slug)
    const next: string = at.replacedBy
    at = products.find(({ slug }) => slug === next)
  }
  return at !== undefined && seen.has(at.slug)
}
