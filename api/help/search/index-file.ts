import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'libsql'
import { LOCALES, type Locale, type Synonyms } from '../../../content/schema.ts'
import type { SearchDocument } from './engine.ts'
import { FIELD_WEIGHTS, type Fields } from './ranking.ts'
import { Vocabulary } from './vocabulary.ts'
import { searchable, wordsOf } from './words.ts'

/** Goes up when folding, fields or tables change: an index made the old way is then built again. */
const ANALYSIS = 1
const DOCUMENTS_PER_TURN = 50

/** One built index, never changed afterwards. */
export type SearchIndex = {
  version: string
  languages: Record<Locale, Language>
  best(locale: Locale, expression: string, filter: Filter, limit: number): Candidate[]
  /** Groups only, by BM25 alone. */
  groups(locale: Locale, expression: string, filter: Filter, limit: number): string[]
  close(): void
}

export type Language = { vocabulary: Vocabulary; synonyms: string[][]; documents: number; averages: number[] }
export type Filter = { kinds?: string[] | undefined; product?: string | undefined }
export type Candidate = Pick<SearchDocument, 'id' | 'kind' | 'group' | 'title' | 'heading' | 'body' | 'path'> & { fields: Fields }

type About = { analysis: number; version: string; synonyms: Record<Locale, string[][]>; averages: Record<Locale, number[]> }

/** The index in the file, or undefined when there is none that can be used. */
export function openIndex(file: string): SearchIndex | undefined {
  if (!existsSync(file)) return undefined
  const database = new Database(file, { readonly: true })
  try {
    return readIndex(database)
  } catch {
    // Damaged, or made by another release: there is nothing in it that cannot be made again.
    database.close()
    return undefined
  }
}

function readIndex(database: Database.Database): SearchIndex {
  const about = JSON.parse(rows<{ value: string }>(database.prepare('select value from about'))[0]?.value ?? '{}') as About
  if (about.analysis !== ANALYSIS) throw new Error('made by another release')
  const prepared = new Map<string, Database.Statement<unknown[]>>()
  const prepare = (sql: string) => {
    const statement = prepared.get(sql) ?? database.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  return {
    version: about.version,
    languages: { en: readLanguage(database, about, 'en'), da: readLanguage(database, about, 'da') },
    best: (locale, expression, filter, limit) => {
      const { kinds = [], product } = filter
      const found = rows<Row>(prepare(bestSql(locale, filter)), { expression, limit, product, kinds: JSON.stringify(kinds) })
      return found.map(({ f1, f2, f3, f4, ...document }) => ({ ...document, fields: [f1, f2, f3, f4] }))
    },
    groups: (locale, expression, filter, limit) => {
      const { kinds = [], product } = filter
      const found = rows<{ group: string }>(prepare(groupsSql(locale, filter)), {
        expression,
        limit,
        product,
        kinds: JSON.stringify(kinds),
      })
      return found.map(({ group }) => group)
    },
    close: () => {
      prepared.clear()
      database.close()
    },
  }
}

type Row = Omit<Candidate, 'fields'> & { f1: string; f2: string; f3: string; f4: string }

/** The texts are fetched for the best only: sorting them all along would cost more than finding them. */
function bestSql(locale: Locale, filter: Filter): string {
  const conditions = conditionsOf(filter)
  return `select id, kind, "group", d.title, d.heading, d.body, path, w.title as f1, w.heading as f2, w.keywords as f3, w.body as f4
    from (select words_${locale}.rowid as number, bm25(words_${locale}, ${FIELD_WEIGHTS.join(', ')}) as score
          from words_${locale} ${conditions.trim() ? `join documents on number = words_${locale}.rowid` : ''}
          where words_${locale} match :expression ${conditions} order by score limit :limit) best
    join documents d on d.number = best.number join words_${locale} w on w.rowid = best.number
    order by best.score, best.number`
}

function groupsSql(locale: Locale, filter: Filter): string {
  return `select "group" from words_${locale} join documents on number = words_${locale}.rowid
    where words_${locale} match :expression ${conditionsOf(filter)}
    order by bm25(words_${locale}, ${FIELD_WEIGHTS.join(', ')}), number limit :limit`
}

function conditionsOf({ kinds, product }: Filter): string {
  return [
    kinds ? 'and kind in (select value from json_each(:kinds))' : '',
    product === undefined ? '' : 'and exists (select 1 from json_each(products) where value = :product)',
  ].join(' ')
}

function readLanguage(database: Database.Database, about: About, locale: Locale): Language {
  database.exec(`create virtual table temp.vocabulary_${locale} using fts5vocab(main, words_${locale}, row)`)
  const words = database.prepare(`select term, doc from temp.vocabulary_${locale}`).raw().all() as [string, number][]
  const [{ documents = 0 } = {}] = rows<{ documents: number }>(database.prepare(`select count(*) as documents from words_${locale}`))
  return {
    vocabulary: new Vocabulary(locale, new Map(words)),
    synonyms: about.synonyms[locale],
    documents,
    averages: about.averages[locale],
  }
}

/** Writes a new file, a few documents per turn of the event loop so that answers to others pass between them. */
export async function buildIndex(file: string, documents: SearchDocument[], synonyms: Synonyms, version: string) {
  const database = new Database(file)
  try {
    database.exec(SCHEMA)
    database.exec('begin')
    const averages = await insertDocuments(database, documents)
    const folded = { en: synonyms.en.map((group) => group.map(phrase)), da: synonyms.da.map((group) => group.map(phrase)) }
    const about: About = { analysis: ANALYSIS, version, synonyms: folded, averages }
    database.prepare('insert into about (value) values (?)').run(JSON.stringify(about))
    for (const locale of LOCALES) database.exec(`insert into words_${locale} (words_${locale}) values ('optimize')`)
    database.exec('commit')
  } finally {
    database.close()
  }
}

// A file that was not finished is never opened, so it needs no journal.
const SCHEMA = `
  pragma journal_mode = off;
  create table about (value text not null) strict;
  create table documents (
    number integer primary key, id text not null unique, kind text not null, products text not null, "group" text not null,
    path text not null, title text not null, heading text not null, body text not null
  ) strict;
  ${LOCALES.map((locale) => `create virtual table words_${locale} using fts5(title, heading, keywords, body, tokenize = "unicode61 remove_diacritics 0");`).join('\n')}
`

/** Returns the average length of each field, for ranking. */
async function insertDocuments(database: Database.Database, documents: SearchDocument[]): Promise<Record<Locale, number[]>> {
  const insertDocument = database.prepare(`insert into documents (number, id, kind, products, "group", path, title, heading, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const insertWords = { en: database.prepare(insertWordsSql('en')), da: database.prepare(insertWordsSql('da')) }
  const lengths = { en: new Lengths(), da: new Lengths() }
  for (const [number, document] of documents.entries()) {
    const { id, kind, products, group, path, title, heading, body, keywords, locale } = document
    const fields = [title, heading, keywords.join(' '), body].map(searchable)
    insertDocument.run(number, id, kind, JSON.stringify(products), group, path, title, heading, body)
    insertWords[locale].run(number, ...fields)
    lengths[locale].add(fields)
    if (number % DOCUMENTS_PER_TURN === 0) await nextTurn()
  }
  return { en: lengths.en.averages(), da: lengths.da.averages() }
}

function insertWordsSql(locale: Locale): string {
  return `insert into words_${locale} (rowid, title, heading, keywords, body) values (?, ?, ?, ?, ?)`
}

class Lengths {
  #documents = 0
  readonly #words = [0, 0, 0, 0]

  add(fields: string[]) {
    this.#documents++
    for (const [index, field] of fields.entries()) this.#words[index] = (this.#words[index] ?? 0) + (field ? field.split(' ').length : 0)
  }

  averages(): number[] {
    return this.#words.map((words) => words / Math.max(1, this.#documents))
  }
}

function phrase(text: string): string {
  return wordsOf(text)
    .map((word) => word.folded)
    .join(' ')
}

function rows<T>(statement: Database.Statement<unknown[]>, args: Record<string, unknown> = {}): T[] {
  return statement.all(args) as T[] // what the SQL beside it selects
}
