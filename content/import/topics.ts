import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { LOCALES } from '../schema.ts'
import type { Source } from './sources.ts'

const ICON = 'topic-imported.svg'
const DRAWING = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"><path d="M7 3.5h7l4 4V20.5H7v-17ZM14 3.5v4h4M10 12h5M10 15.5h5"/></svg>
`

/** Adds the topics that are not there yet, named in each language as its own articles name them; returns how many were added. */
export function addTopics(file: string, pictures: string, sources: Source[]): number {
  const there = existsSync(file) ? ((parse(readFileSync(file, 'utf8')) ?? []) as { id: string }[]) : [] // the loader checks them
  const known = new Set(there.map(({ id }) => id))
  const added = [...new Set(sources.map(({ topic }) => topic))].filter((id) => !known.has(id)).sort()
  if (!added.length) return 0

  const topics = added.map((id) => {
    const named = (locale: string) => sources.find((one) => one.topic === id && one.locale === locale)?.topicName
    const name = Object.fromEntries(LOCALES.map((locale) => [locale, named(locale) ?? LOCALES.map(named).find(Boolean) ?? id]))
    return { id, name, summary: name, icon: ICON }
  })
  const before = there.length ? readFileSync(file, 'utf8').trimEnd() : ''
  writeFileSync(file, `${before}${before && '\n'}${stringify(topics, { lineWidth: 0 })}`)
  mkdirSync(pictures, { recursive: true })
  if (!existsSync(join(pictures, ICON))) writeFileSync(join(pictures, ICON), DRAWING)
  return added.length
}
