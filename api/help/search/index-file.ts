import { existsSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import Database from 'libsql'
import { LOCALES, type Locale, type StopWords, type Synonyms } from '../../../content/schema.ts'
import { EVERYONE, type SearchDocument } from './engine.ts'
import { type Placed, Places } from './places.ts'
import { type Postings, PostingsBuilder, packed, unpacked } from './postings.ts'
import { Vocabulary } from './vocabulary.ts'
import { searchable, wordsOf } from './words.ts'

/** Goes up when folding, fields, weights or tables change: an index made the old way is then built again. */
const ANALYSIS = 5
const DOCUMENTS_PER_TURN = 50
const POSTINGS_PER_TURN = 500
/** Places of documents kept in memory for words that are asked for again and again: 16 MB. */
const MOST_KEPT = 2_000_000
const MOST_VOCABULARIES = 16
const MOST_HEADS = 20_000

/** One built index, never changed afterwards. */
export type SearchIndex = { version: string; languages: Record<Locale, Language>; close(): void }

/** The documents of one language, by place. */
export type Language = {
  places: Places
  synonyms: string[][]
  /** The company's own. */
  stopWords: ReadonlySet<string>
  /** Of what these audiences may read: a word that stands elsewhere only does not exist for them. */
  vocabulary(audiences: readonly string[]): Vocabulary
  postings(phrase: string): Postings | undefined
  document(place: number): Stored
  /** Its text, which only what is shown needs. */
  body(place: number): string
}

export type Stored = Pick<SearchDocument, 'id' | 'kind' | 'group' | 'title' | 'heading' | 'path' | 'language'>

type About = { analysis: number; version: string; synonyms: Record<Locale, string[][]>; stopWords: Record<Locale, string[]> }

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
  return {
    version: about.version,
    languages: { en: readLanguage(database, 'en', about), da: readLanguage(database, 'da', about) },
    close: () => database.close(),
  }
}

function readLanguage(database: Database.Database, locale: Locale, { synonyms, stopWords }: About): Language {
  const about = database.prepare('select kind, "group", products, audience from documents where locale = :locale order by place')
  const places = new Places(rows<StoredPlace>(about, { locale }).map((one) => ({ ...one, products: JSON.parse(one.products) as string[] })))
  const words = database.prepare(`select word, sum(documents) as documents, min(written) as written from vocabulary
    where locale = :locale and audience in (select value from json_each(:audiences)) group by word`)
  const list = database.prepare('select list from postings where locale = :locale and phrase = :phrase')
  const text = database.prepare(
    `select id, kind, "group", title, heading, path, language from documents where locale = :locale and place = :place`,
  )

  const body = database.prepare('select body from documents where locale = :locale and place = :place')

  const readVocabulary = (audiences: string) => {
    const found = rows<{ word: string; documents: number; written: string }>(words, { locale, audiences })
    const counts = new Map(found.map(({ word, documents }) => [word, documents]))
    return new Vocabulary(locale, counts, new Map(found.map(({ word, written }) => [word, written])))
  }
  const readPostings = (phrase: string) => {
    const [found] = rows<{ list: ArrayBuffer }>(list, { locale, phrase })
    return found && unpacked(found.list)
  }
  const vocabularies = new Kept(readVocabulary, MOST_VOCABULARIES, () => 1)
  vocabularies.get(JSON.stringify([EVERYONE])) // so that the first visitor does not wait for it
  const postings = new Kept(readPostings, MOST_KEPT, (found) => found?.places.length ?? 1)
  const documents = new Kept(
    (place) => theOne(rows<Stored>(text, { locale, place: Number(place) })),
    MOST_HEADS,
    () => 1,
  )
  return {
    places,
    synonyms: synonyms[locale],
    stopWords: new Set(stopWords[locale]),
    vocabulary: (audiences) => vocabularies.get(JSON.stringify([...new Set(audiences)].sort())),
    postings: (phrase) => postings.get(phrase),
    document: (place) => documents.get(String(place)),
    body: (place) => theOne(rows<{ body: string }>(body, { locale, place })).body,
  }
}

function theOne<T>([found]: T[]): T {
  if (!found) throw new Error('There is no such document')
  return found
}

type StoredPlace = Omit<Placed, 'products'> & { products: string }

/** Remembers what was read, and forgets all of it rather than grow beyond a limit. */
class Kept<T> {
  readonly #read: (key: string) => T
  readonly #most: number
  readonly #sizeOf: (value: T) => number
  readonly #values = new Map<string, T>()
  #size = 0

  constructor(read: (key: string) => T, most: number, sizeOf: (value: T) => number) {
    this.#read = read
    this.#most = most
    this.#sizeOf = sizeOf
  }

  get(key: string): T {
    const known = this.#values.get(key)
    if (known !== undefined) return known
    const value = this.#read(key)
    this.#size += this.#sizeOf(value)
    if (this.#size > this.#most) {
      this.#values.clear()
      this.#size = this.#sizeOf(value)
    }
    this.#values.set(key, value)
    return value
  }
}

/** Writes a new file, a few documents per turn of the event loop so that answers to others pass between them. */
export async function buildIndex(file: string, documents: SearchDocument[], synonyms: Synonyms, version: string, stopWords: StopWords) {
  const database = new Database(file)
  try {
    database.exec(SCHEMA)
    database.exec('begin')
    const folded = { en: synonyms.en.map((group) => group.map(phrase)), da: synonyms.da.map((group) => group.map(phrase)) }
    for (const locale of LOCALES) {
      const own = documents.filter((document) => document.locale === locale)
      const builder = await insertDocuments(database, own, folded[locale].flat())
      await insertPostings(database, locale, builder, own)
    }
    const ownStopWords = { en: stopWords.en.map(phrase), da: stopWords.da.map(phrase) }
    const about: About = { analysis: ANALYSIS, version, synonyms: folded, stopWords: ownStopWords }
    database.prepare('insert into about (value) values (?)').run(JSON.stringify(about))
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
    locale text not null, place integer not null, id text not null unique, kind text not null, products text not null,
    "group" text not null, audience text not null, language text not null, path text not null, title text not null, heading text not null, body text not null,
    primary key (locale, place)
  ) strict;
  create table postings (locale text not null, phrase text not null, list blob not null, primary key (locale, phrase)) strict;
  create table vocabulary (
    locale text not null, audience text not null, word text not null, documents integer not null, written text not null,
    primary key (locale, audience, word)
  ) strict, without rowid;
`

async function insertDocuments(database: Database.Database, documents: SearchDocument[], phrases: string[]): Promise<PostingsBuilder> {
  const insert =
    database.prepare(`insert into documents (locale, place, id, kind, products, "group", audience, language, path, title, heading, body)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const builder = new PostingsBuilder(phrases)
  for (const [place, document] of documents.entries()) {
    const { locale, id, kind, products, group, audience, language, path, title, heading, body, keywords } = document
    insert.run(locale, place, id, kind, JSON.stringify(products), group, audience, language, path, title, heading, body)
    builder.add([title, heading, keywords.join(' '), body].map(searchable))
    if (place % DOCUMENTS_PER_TURN === 0) await nextTurn()
  }
  return builder
}

async function insertPostings(database: Database.Database, locale: Locale, builder: PostingsBuilder, documents: SearchDocument[]) {
  const insertPhrase = database.prepare('insert into postings (locale, phrase, list) values (?, ?, ?)')
  const insertWord = database.prepare('insert into vocabulary (locale, audience, word, documents, written) values (?, ?, ?, ?, ?)')
  const written = spellings(documents)
  let done = 0
  for (const [phrase, postings] of builder.postings()) {
    insertPhrase.run(locale, phrase, packed(postings))
    const isWord = !phrase.includes(' ')
    for (const [audience, count] of isWord ? countsByAudience(postings, documents) : []) {
      insertWord.run(locale, audience, phrase, count, written.get(`${audience} ${phrase}`) ?? phrase)
    }
    if (++done % POSTINGS_PER_TURN === 0) await nextTurn()
  }
}

/** How each audience's texts write a folded word: "kobling" may be "kobling" or "købling". */
function spellings(documents: SearchDocument[]): Map<string, string> {
  const written = new Map<string, string>()
  for (const { audience, title, heading, body, keywords } of documents) {
    for (const text of [title, heading, body, ...keywords]) {
      for (const { folded, start, end } of wordsOf(text)) {
        const key = `${audience} ${folded}`
        if (!written.has(key)) written.set(key, text.slice(start, end).toLowerCase())
      }
    }
  }
  return written
}

function countsByAudience({ places }: Postings, documents: SearchDocument[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const place of places) {
    const audience = documents[place]?.audience ?? ''
    counts.set(audience, (counts.get(audience) ?? 0) + 1)
  }
  return counts
}

function phrase(text: string): string {
  return wordsOf(text)
    .map((word) => word.folded)
    .join(' ')
}

function rows<T>(statement: Database.Statement<unknown[]>, args: Record<string, unknown> = {}): T[] {
  return statement.all(args) as T[] // what the SQL beside it selects
}
