import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { importArticles } from '../../content/import/import.ts'
import { type Content, loadContent } from '../../content/load.ts'
import { Locale } from '../../content/schema.ts'
import { stampTranslations } from '../../content/stamp.ts'
import { type Config, readConfig } from '../config.ts'
import { openDb } from '../platform/db.ts'
import { openFileReader } from '../platform/reader.ts'
import { measureContent } from './measure-content.ts'
import { CONCERNS, type Concern, type Opinions, REPORT_DAYS, reportOn } from './report-model.ts'
import { dayOf, opinionsOf } from './views.ts'

type Command = { usage: string; does: string; run: (args: string[]) => Promise<void> }

const commands: Record<string, Command> = {
  report: {
    usage: '[--all]',
    does: 'List what there is to write, to translate and to look at again. What runs without a command.',
    run: report,
  },
  import: {
    usage: '<folder> [--into <content folder>] [--source en|da] [--build]',
    does: 'Take over a help centre of Markdown files, <folder>/en/….md and <folder>/da/….md; and build the site of it.',
    run: importFolder,
  },
  stamp: {
    usage: '<slug> … | --all [--source en|da]',
    does: 'Say that these translations agree with their originals as they are now.',
    run: stamp,
  },
}

const MOST_LISTED = 10

const SAID: Record<Concern, string> = {
  missing: 'In one language only',
  outdated: 'Translations older than their original',
  unstamped: 'Pairs that do not say which is the original',
  'badly-rated': `Did not help most of who said so, in ${REPORT_DAYS} days`,
  'never-read': `Read by nobody in ${REPORT_DAYS} days`,
  unlinked: 'No other article leads there',
  unreviewed: 'Not looked at for a year',
}

class Usage extends Error {}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof Usage ? 2 : 1)
})

async function main([name = 'report', ...args]: string[]) {
  if (['help', '--help', '-h'].includes(name)) return console.log(help())
  const command = commands[name]
  if (!command) throw new Usage(help())
  await command.run(args)
}

function help(): string {
  return Object.entries(commands)
    .map(([name, { usage, does }]) => `  npm run content -- ${name} ${usage}\n      ${does}`)
    .join('\n')
}

async function stamp(args: string[]) {
  const { values, positionals } = parse(args, { all: { type: 'boolean' }, source: { type: 'string' } })
  const source = Locale.safeParse(values.source ?? 'en').data
  if (!source || positionals.length > 0 === Boolean(values.all)) throw new Usage(help())
  const stamped = stampTranslations(readConfig(process.env).contentDir, positionals, source)
  for (const { file, translationOf, before } of stamped) console.log(`${file}: ${before ?? 'not stamped'} → ${translationOf}`)
  console.log(
    stamped.length ? `Stamped: ${stamped.length}.` : 'Nothing to stamp: every translation named agrees with its original already.',
  )
}

async function report(args: string[]) {
  const { values } = parse(args, { all: { type: 'boolean' } })
  const config = readConfig(process.env)
  const content = loadContent(config.contentDir)
  const opinions = await askDatabase(config, content)
  const articles = reportOn(content, opinions, dayOf(Date.now(), content.company.timeZone))
  for (const concern of CONCERNS) {
    const concerned = articles.filter(({ concerns }) => concerns.includes(concern))
    if (concerned.length) console.log(`\n${SAID[concern]} (${concerned.length})`)
    for (const { locale, slug, title } of values.all ? concerned : concerned.slice(0, MOST_LISTED))
      console.log(`  ${locale}/${slug}  ${title}`)
    if (!values.all && concerned.length > MOST_LISTED) console.log(`  … and ${concerned.length - MOST_LISTED} more: --all shows them`)
  }
  const fine = articles.filter(({ concerns }) => !concerns.length).length
  console.log(`\nArticles: ${articles.length}, of which nothing is to be done about ${fine}.`)
  if (!opinions) console.log('What readers think is not known here: there is no database yet, or one of an older version.')
}

/** Reads beside a running server, and changes nothing. */
async function askDatabase(config: Config, content: Content): Promise<Opinions> {
  const { databaseUrl } = config
  const isServer = /^\w+:/.test(databaseUrl)
  if (!isServer && !existsSync(databaseUrl)) return undefined
  const db = isServer ? await openDb(databaseUrl) : undefined
  const reader = db ?? openFileReader(databaseUrl)
  try {
    return await opinionsOf({ reader, clock: { now: () => Date.now() }, content }, REPORT_DAYS)
  } catch {
    return undefined
  } finally {
    await reader.close()
  }
}

async function importFolder(args: string[]) {
  const { values, positionals } = parse(args, { into: { type: 'string' }, source: { type: 'string' }, build: { type: 'boolean' } })
  const source = Locale.safeParse(values.source ?? 'en').data
  const [from, ...more] = positionals
  if (!from || more.length || !source) throw new Usage(help())
  const { contentDir } = readConfig(process.env)
  const into = resolve(values.into ?? contentDir)

  const imported = importArticles(resolve(from), into, { template: contentDir, source })
  const { articles, pairs, topics, written, kept, gone, mentions } = imported
  console.log(`Articles: ${articles.en} in English, ${articles.da} in Danish, ${pairs} in both. New topics: ${topics}.`)
  console.log(`Written to ${into}: ${count(written.length, 'file')}.`)
  for (const file of kept) console.log(`  kept as it was edited here: ${file}`)
  for (const file of gone) console.log(`  no longer in the help centre, kept here: ${file}`)
  for (const mention of mentions) console.log(`  ${mention}`)

  const measured = await measureContent(into)
  console.log(
    `Read and checked in ${measured.loadMs} ms: ${count(measured.articles, 'page')}, ${count(measured.sections, 'section')} to find.`,
  )
  console.log(`Search index: built in ${measured.indexMs} ms, ${(measured.indexBytes / 1e6).toFixed(1)} MB.`)
  if (values.build) console.log(`Site: built in ${(build(into) / 1000).toFixed(1)} s.`)
  console.log(`\nStart it with: CONTENT_DIR=${into} npm start`)
}

/** Returns how many milliseconds it took. */
function build(contentDir: string): number {
  const begun = performance.now()
  const { status } = spawnSync(process.execPath, ['bin/build.ts'], { stdio: 'inherit', env: { ...process.env, CONTENT_DIR: contentDir } })
  if (status !== 0) throw new Error('The site could not be built.')
  return performance.now() - begun
}

function count(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`
}

function parse<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}
