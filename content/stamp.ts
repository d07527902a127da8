import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readArticles, type WrittenArticle } from './articles.ts'
import { ContentError } from './load.ts'
import { Reader } from './reader.ts'
import type { Locale } from './schema.ts'

export type Stamped = { file: string; translationOf: string; before: string | undefined }

/**
 * Writes into each translation of these articles (of all, when none is named) the revision of its original as it is now: whoever calls
 * this has compared the two. `source` is the language of the original where neither says so. Nothing else in the file is touched.
 */
export function stampTranslations(folder: string, slugs: string[], source: Locale): Stamped[] {
  const reader = new Reader(folder)
  const written = readArticles(reader)
  if (reader.mistakes.length) throw new ContentError(reader.mistakes)
  return written.filter(({ slug }) => !slugs.length || slugs.includes(slug)).flatMap((one) => stamped(folder, one, written, source))
}

function stamped(folder: string, translation: WrittenArticle, all: WrittenArticle[], source: Locale): Stamped[] {
  const original = all.find(({ slug, locale }) => slug === translation.slug && locale !== translation.locale)
  const isTranslation = translation.translationOf !== undefined || (!original?.translationOf && translation.locale !== source)
  if (!original || !isTranslation) return []
  const translationOf = `${original.locale}@${original.revision}`
  if (translationOf === translation.translationOf) return []
  const file = join(folder, translation.file)
  writeFileSync(file, withField(readFileSync(file, 'utf8'), 'translationOf', translationOf))
  return [{ file: translation.file, translationOf, before: translation.translationOf }]
}

/** The file with this line in its front matter, in place of the one that is there, or last. */
function withField(text: string, field: string, value: string): string {
  const [, opening = '', frontMatter = '', rest = ''] = /^(---\r?\n)([\s\S]*?\r?\n)(---\r?\n[\s\S]*)$/.exec(text) ?? []
  const line = `${field}: ${value}`
  const there = new RegExp(`^${field}:.*$`, 'm')
  return opening + (there.test(frontMatter) ? frontMatter.replace(there, line) : `${frontMatter}${line}\n`) + rest
}
