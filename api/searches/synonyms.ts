import type { Content } from '../../content/load.ts'
import type { Locale, Synonyms } from '../../content/schema.ts'
import { searchDocuments } from '../help/search/documents.ts'
import { sha256 } from '../platform/canonical-json.ts'
import type { Db } from '../platform/db.ts'
import { eventIfChanged } from '../platform/events.ts'
import { Problem } from '../platform/problems.ts'
import type { Services } from '../services.ts'

export type AddedSynonym = { id: number; locale: Locale; words: string[]; addedAt: number; addedBy: string }
type NewSynonym = { locale: Locale; words: string[] }
type Row = Omit<AddedSynonym, 'words'> & { words: string }

/** What staff has added and not taken back, the newest first. */
export async function addedSynonyms({ db }: { db: Db }): Promise<AddedSynonym[]> {
  const rows = await db.all<Row>(
    `select s.id, s.locale, s.words, s.added_at as "addedAt", u.name as "addedBy" from added_synonyms s join users u on u.id = s.added_by
     where s.removed_at is null order by s.added_at desc, s.id desc`,
  )
  return rows.map((row) => ({ ...row, words: JSON.parse(row.words) as string[] })) // written by addSynonym
}

/** The content with the words that staff has added, and a version that says so: what search is made of. */
export async function withAddedSynonyms(db: Db, content: Content): Promise<Content> {
  const added = (await addedSynonyms({ db })).reverse()
  if (!added.length) return content
  const of = (locale: Locale) => [...content.synonyms[locale], ...added.filter((one) => one.locale === locale).map(({ words }) => words)]
  const synonyms: Synonyms = { en: of('en'), da: of('da') }
  return { ...content, synonyms, version: `${content.version}+${sha256(JSON.stringify(synonyms)).slice(0, 12)}` }
}

/** Search knows them when this is done; other processes find out within a minute. */
export async function addSynonym(services: Services, { locale, words }: NewSynonym, by: number): Promise<{ id: number }> {
  const at = services.clock.now()
  const [added] = await services.db.batch([
    {
      sql: `insert into added_synonyms (locale, words, added_by, added_at) values (:locale, :words, :by, :at) returning id`,
      args: { locale, words: JSON.stringify(words), by, at },
    },
    eventIfChanged('synonym.added', { subject: `synonyms:${locale}`, actor: `user:${by}`, at, data: { words } }),
  ])
  await refreshSearch(services)
  return { id: Number(added?.rows[0]?.id) }
}

/** What was added by mistake goes again, whoever added it. */
export async function removeSynonym(services: Services, id: number, by: number) {
  const at = services.clock.now()
  const [removed] = await services.db.batch([
    { sql: 'update added_synonyms set removed_at = :at where id = :id and removed_at is null', args: { id, at } },
    eventIfChanged('synonym.removed', { subject: `synonym:${id}`, actor: `user:${by}`, at }),
  ])
  if (!removed?.changes) throw new Problem('not-found')
  await refreshSearch(services)
}

const known = new WeakMap<Services, string>()

/** Gives search the words there are now, unless it has them. The clock's part as well: another process may have added some. */
export async function refreshSearch(services: Services) {
  const content = await withAddedSynonyms(services.db, services.content)
  if (known.get(services) === content.version) return
  await services.search.replaceAll(searchDocuments(content), content.synonyms, content.version, content.stopWords)
  known.set(services, content.version)
}
