import { readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { z } from 'zod'
import { checkArticles, type ErrorCode, readArticles, shelve } from './articles.ts'
import { readFacts } from './facts.ts'
import { withoutDrafts } from './publish.ts'
import { Reader } from './reader.ts'
import {
  type Amounts,
  AppointmentKind,
  type Article,
  Category,
  Company,
  FactKind,
  LOCALES,
  type Locale,
  Notice,
  Phrase,
  Product,
  Selector,
  StopWords,
  type Strings,
  Synonyms,
  Team,
  Topic,
} from './schema.ts'
import { selectorMistakes } from './selector-mistakes.ts'
import { TicketForms } from './ticket-kinds.ts'

/** All a company has written, checked. `version` changes when any file does. */
export type Content = {
  company: Company
  categories: Category[]
  facts: FactKind[]
  /** The published ones: a draft is nowhere in here. */
  products: Product[]
  topics: Topic[]
  /** None when everybody takes every case. */
  teams: Team[]
  /** None when nobody can be booked. */
  appointments: AppointmentKind[]
  /** Of a kind that is not in here, nothing is asked but a subject and words. */
  ticketForms: TicketForms
  /** Published and for everybody: whatever lists articles lists these. Each is there in every language; `language` says which it is. */
  articles: Record<Locale, Article[]>
  /** Published for some: handed out by `api/help/model.ts` alone, which asks who reads. */
  restricted: Record<Locale, Article[]>
  /** No longer true: their pages say so, and nothing lists them. For everybody, or for whom `visibleTo` says. */
  archived: Record<Locale, Article[]>
  /** Where an article is found that had this address before. */
  formerArticles: Record<string, string>
  /** What a display may say, and where it is explained, in the order of the codes. */
  codes: Record<Locale, ErrorCode[]>
  notices: Notice[]
  synonyms: Synonyms
  stopWords: StopWords
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
  const articles = readArticles(reader)
  const content = {
    categories: reader.yaml('categories.yaml', z.array(Category).min(1)) ?? [],
    appointments: reader.hasFile('appointments.yaml') ? (reader.yaml('appointments.yaml', z.array(AppointmentKind)) ?? []) : [],
    ticketForms: reader.hasFile('ticket-kinds.yaml') ? (reader.yaml('ticket-kinds.yaml', TicketForms) ?? []) : [],
    facts,
    products: written.map((product) => ({ ...product, facts: readFacts(product.facts, facts, mistakeIn(reader, product.slug)) })),
    topics: reader.yaml('topics.yaml', z.array(Topic).min(1)) ?? [],
    ...shelve(articles),
    teams: reader.hasFile('teams.yaml') ? (reader.yaml('teams.yaml', z.array(Team)) ?? []) : [],
    notices: slugged('notices', Notice),
    synonyms: reader.yaml('synonyms.yaml', Synonyms) ?? { en: [], da: [] },
    stopWords: (reader.hasFile('stop-words.yaml') && reader.yaml('stop-words.yaml', StopWords)) || { en: [], da: [] },
    strings: stringsOf(reader),
    folder,
    selector: undefined as Selector | undefined,
  }
  // One mistake at a time: what cannot be read cannot be found either.
  if (company && !reader.mistakes.length) {
    checkReferences({ ...content, company, version: '' }, reader)
    checkArticles({ ...content, company, version: '' }, articles, reader)
  }
  if (!reader.mistakes.length) content.selector = selectorOf(reader, content.products)
  if (!company || reader.mistakes.length) throw new ContentError(reader.mistakes)
  return withoutDrafts({ ...content, company, version: reader.version() })
}

function mistakeIn(reader: Reader, slug: string) {
  return (expected: string) => void reader.mistakes.push(`products/${slug}.yaml: facts: expected ${expected}`)
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
    for (const [at, { id, article }] of product.maintenance.entries()) {
      expect(product.maintenance.findIndex((other) => other.id === id) === at, file, 'maintenance', `"${id}" once`)
      const isThere = LOCALES.every((locale) => content.articles[locale].some(({ slug }) => slug === article))
      expect(article === undefined || isThere, file, `maintenance ${id}`, `an article in every language, not "${article}"`)
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

  for (const { slug, for: whom, article } of content.notices) {
    const file = `notices/${slug}.yaml`
    for (const product of whom?.products ?? []) expect(products.has(product), file, 'for', `a product, not "${product}"`)
    const isThere = LOCALES.every((locale) => content.articles[locale].some((one) => one.slug === article))
    expect(article === undefined || isThere, file, 'article', `an article in every language, not "${article}"`)
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
