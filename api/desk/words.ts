import { setTimeout as wait } from 'node:timers/promises'
import type { Services } from '../services.ts'

/** What the desk finds by words: an FTS5 table `…_words` and its fts5vocab table `…_vocabulary` of instances. */
type Found = 'ticket' | 'contact'

/** Beginnings this long, in letters, have an index of their own. */
const INDEXED = [2, 3]
const MOST_TERMS = 50
/** Sorts after all that words are made of. */
const LAST = '\u{10ffff}'

/**
 * What was typed as an FTS5 query: every word has to be there, at least its beginning; anything but letters and digits parts words.
 * Undefined where there is no word. A beginning is written out as the words that begin so: those are read one case after another, newest
 * first, while FTS5 would put all that a beginning finds in order before it gives the first.
 */
export async function matching(services: Pick<Services, 'db'>, found: Found, typed: string | undefined): Promise<string | undefined> {
  const parts = await Promise.all(wordsTyped(typed).map((word) => partOf(services, found, word)))
  return parts.length ? parts.join(' AND ') : undefined
}

/** Anything but letters and digits parts words. */
export function wordsTyped(typed: string | undefined): string[] {
  return typed?.match(/[\p{L}\p{N}]+/gu) ?? []
}

async function partOf(services: Pick<Services, 'db'>, found: Found, word: string): Promise<string> {
  const letters = [...word].length
  if (letters < Math.min(...INDEXED)) return `"${word}"` // nearly every case has a word that begins with that letter
  const terms = INDEXED.includes(letters) ? [] : await termsThatBegin(services, found, word)
  return terms.length && terms.length <= MOST_TERMS ? `(${terms.map((term) => `"${term}"`).join(' OR ')})` : `"${word}"*`
}

/** At most one more than are of use. Each is looked up behind the one before (`char(1)` sorts before any letter), however many cases have it. */
async function termsThatBegin({ db }: Pick<Services, 'db'>, found: Found, word: string): Promise<string[]> {
  const from = folded(word)
  const rows = await db.all<{ term: string }>(
    `with recursive terms(term) as (
       select * from (select term from ${found}_vocabulary where term >= :from limit 1)
       union all
       select (select term from ${found}_vocabulary where term >= terms.term || char(1) limit 1) from terms where term < :to)
     select term from terms where term < :to limit ${MOST_TERMS + 1}`,
    { from, to: `${from}${LAST}` },
  )
  return rows.map(({ term }) => term)
}

/** As SQLite's unicode61 tokenizer writes words with `remove_diacritics 2`. */
function folded(word: string): string {
  return word
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
}

/** An index of words is looked through segment by segment; FTS5 itself lets some stand on every level, so more the larger it is. */
const MOST_SEGMENTS = 4
/** What is merged at once, some 10 ms of writing; others write in between. */
const PAGES_A_STEP = 64
const STEP_APART_MS = 20

/** Makes one segment of the many of an index of words, step by step: a search among a million cases then costs what it does among ten. */
export async function mergeWords({ db }: Pick<Services, 'db'>, found: Found): Promise<void> {
  const isMany = async () => (await db.all(`select distinct segid from ${found}_words_idx`)).length > MOST_SEGMENTS
  // The minus asks for a merge of all there are, or to go on with it: https://www.sqlite.org/fts5.html#the_merge_command
  const step = { sql: `insert into ${found}_words (${found}_words, rank) values ('merge', -${PAGES_A_STEP})` }
  while (await isMany()) {
    await db.batch([step])
    await wait(STEP_APART_MS)
  }
}
