import { parseArgs } from 'node:util'
import { Locale } from '../../content/schema.ts'
import { stampTranslations } from '../../content/stamp.ts'
import { readConfig } from '../config.ts'

type Command = { usage: string; does: string; run: (args: string[]) => Promise<void> }

const commands: Record<string, Command> = {
  stamp: {
    usage: '<slug> … | --all [--source en|da]',
    does: 'Say that these translations agree with their originals as they are now.',
    run: stamp,
  },
}

class Usage extends Error {}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof Usage ? 2 : 1)
})

async function main([name = '', ...args]: string[]) {
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

function parse<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: true })
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}
