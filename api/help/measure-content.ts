import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadContent } from '../../content/load.ts'
import { searchDocuments } from './search/documents.ts'
import { openEmbeddedSearch } from './search/embedded.ts'

/** Reads a content folder and builds a search index of it, aside and only to say how long it takes and how large it is. */
export async function measureContent(folder: string) {
  const begun = performance.now()
  const content = loadContent(folder)
  const loadMs = Math.round(performance.now() - begun)
  const documents = searchDocuments(content)
  const aside = await mkdtemp(join(tmpdir(), 'torv-index-'))
  try {
    const file = join(aside, 'search.db')
    const engine = openEmbeddedSearch(file)
    const indexing = performance.now()
    await engine.replaceAll(documents, content.synonyms, content.version)
    const indexMs = Math.round(performance.now() - indexing)
    await engine.close()
    const { size: indexBytes } = await stat(file)
    const articles = new Set(documents.filter(({ kind }) => kind === 'article').map(({ locale, group }) => `${locale} ${group}`)).size
    return { articles, sections: documents.filter(({ kind }) => kind === 'article').length, loadMs, indexMs, indexBytes }
  } finally {
    await rm(aside, { recursive: true })
  }
}
