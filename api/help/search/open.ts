import { join } from 'node:path'
import type { Content } from '../../../content/load.ts'
import type { Config } from '../../config.ts'
import type { Log } from '../../platform/log.ts'
import { searchDocuments } from './documents.ts'
import { openEmbeddedSearch } from './embedded.ts'
import type { SearchEngine } from './engine.ts'
import { withFallback } from './fallback.ts'
import { openMeilisearch } from './meilisearch.ts'

/** The engine the configuration asks for, with the content in it. */
export async function openSearch(config: Config, content: Content, log: Log): Promise<SearchEngine> {
  const embedded = openEmbeddedSearch(join(config.dataDir, 'search.db'))
  const engine = config.meili ? withFallback(openMeilisearch({ ...config.meili, index: 'torv' }), embedded, log) : embedded
  await engine.replaceAll(searchDocuments(content), content.synonyms, content.version, content.stopWords)
  return engine
}
