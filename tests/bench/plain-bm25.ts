import Database from 'libsql'
import type { SearchDocument } from '../../api/help/search/engine.ts'

/** What a full-text search is without any of our pains: whole pages in FTS5 as it comes, any word of the question, ranked by BM25. */
export function plainBm25(documents: SearchDocument[]): (text: string) => string[] {
  const database = new Database(':memory:')
  database.exec('create virtual table pages using fts5(id unindexed, title, body, tokenize = unicode61)')
  const insert = database.prepare('insert into pages (id, title, body) values (?, ?, ?)')
  for (const [group, sections] of Map.groupBy(documents, ({ group }) => group)) {
    const body = sections.flatMap(({ heading, body, keywords }) => [heading, body, ...keywords]).join('\n')
    insert.run(group, sections[0]?.title ?? '', body)
  }
  const find = database.prepare('select id from pages where pages match ? order by rank limit 10').raw()
  return (text) => {
    const words = text.match(/[\p{L}\p{N}]+/gu) ?? []
    if (!words.length) return []
    const expression = words.map((word) => `"${word}"`).join(' OR ')
    return (find.all(expression) as [string][]).map(([id]) => id) // one column was asked for
  }
}
