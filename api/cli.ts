import { createInterface } from 'node:readline/promises'
import { parseArgs } from 'node:util'
import { loadContent } from '../content/load.ts'
import { Locale } from '../content/schema.ts'
import { hashPassword } from './accounts/passwords.ts'
import { addStaff, disableUser, staffList } from './accounts/store.ts'
import { Environment, readConfig } from './config.ts'
import { openSearch } from './help/search/open.ts'
import { Email } from './platform/fields.ts'
import { logToStderr } from './platform/log.ts'
import { checkLog } from './quotes/acceptances/log.ts'
import { closeServices, openServices, type Services } from './services.ts'
import { widgetTag } from './sites/model.ts'
import { addSite, sites } from './sites/store.ts'

type Command = { usage: string; does: string; run: (args: string[]) => Promise<void> }

const commands: Record<string, Command> = {
  'staff add': {
    usage: '--email E --name N [--role agent|admin|reader] [--locale en|da]',
    does: 'Add a member of staff; asks for the password. A reader looks at everything and changes nothing.',
    run: addStaffMember,
  },
  'staff list': { usage: '', does: 'Show who can work at the desk.', run: listStaff },
  'staff disable': { usage: '--email E', does: 'Shut a user out, now and everywhere.', run: disableStaff },
  'sites add': {
    usage: '--name N --origin https://… [--origin …] [--locale en|da]',
    does: 'Allow the widget on a site and print its line of HTML.',
    run: addSiteCommand,
  },
  'sites list': { usage: '', does: 'Show where the widget may be embedded.', run: listSites },
  'content check': { usage: '', does: 'Check every content file and say what is wrong.', run: checkContent },
  'acceptances verify': {
    usage: '',
    does: 'Walk the log of acceptances and say whether anything in it was changed.',
    run: verifyAcceptances,
  },
  reindex: { usage: '', does: 'Build the search index anew from the content.', run: reindex },
}

class Usage extends Error {}

await main(process.argv.slice(2)).catch((error) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(error instanceof Usage ? 2 : 1)
})

async function main(words: string[]) {
  const name = Object.keys(commands).find((command) => words.slice(0, command.split(' ').length).join(' ') === command)
  if (!words.length || words.includes('--help') || words.includes('-h')) return console.log(help())
  const command = name && commands[name]
  if (!name || !command) throw new Usage(`There is no command "${words.join(' ')}".\n\n${help()}`)
  await command.run(words.slice(name.split(' ').length))
}

function help(): string {
  const lines = Object.entries(commands).map(([name, { usage, does }]) => `  ${`${name} ${usage}`.trim()}\n      ${does}`)
  const variables = Object.entries(Environment.shape).map(([name, field]) => `  ${name.padEnd(16)}${field.description}`)
  return ['npm run torv -- <command>', '', ...lines, '', 'Environment:', ...variables].join('\n')
}

async function addStaffMember(args: string[]) {
  const { values } = parse(args, {
    email: { type: 'string' },
    name: { type: 'string' },
    role: { type: 'string' },
    locale: { type: 'string' },
  })
  const email = Email.safeParse(values.email).data
  const role = values.role ?? 'agent'
  const locale = Locale.safeParse(values.locale ?? 'en').data
  if (!email || !values.name || !locale || (role !== 'agent' && role !== 'admin' && role !== 'reader'))
    throw new Usage(`staff add ${commands['staff add']?.usage}`)
  const password = await askForPassword()
  const name = values.name
  await withServices(async (services) => {
    const rights = { role: role === 'admin' ? ('admin' as const) : ('agent' as const), readOnly: role === 'reader' }
    const added = await addStaff(services, { email, name, ...rights, locale, passwordHash: await hashPassword(password) })
    if (!added) throw new Error(`${email} is a user already.`)
    console.log(`${name} can sign in at ${services.config.publicUrl}/${locale}/sign-in`)
  })
}

/** From the terminal, or from standard input when it is piped. */
async function askForPassword(): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const password = (await terminal.question('Password (12 characters or more): ')).trim()
  terminal.close()
  if (password.length < 12) throw new Usage('The password needs 12 characters or more.')
  return password
}

async function listStaff() {
  await withServices(async (services) => console.table(await staffList(services)))
}

async function disableStaff(args: string[]) {
  const { values } = parse(args, { email: { type: 'string' } })
  const email = Email.safeParse(values.email).data
  if (!email) throw new Usage('staff disable --email E')
  await withServices(async (services) => {
    if (!(await disableUser(services, email))) throw new Error(`There is no user ${email}.`)
    console.log(`${email} is shut out.`)
  })
}

async function addSiteCommand(args: string[]) {
  const { values } = parse(args, { name: { type: 'string' }, origin: { type: 'string', multiple: true }, locale: { type: 'string' } })
  const locale = Locale.safeParse(values.locale ?? 'en').data
  const origins = (values.origin ?? []).map(originOf)
  const name = values.name
  if (!name || !origins.length || !locale) throw new Usage(`sites add ${commands['sites add']?.usage}`)
  await withServices(async (services) => {
    const key = await addSite(services, { name, origins, locale })
    console.log(`Put this line before </body> on ${origins.join(' and ')}:\n`)
    console.log(`  ${widgetTag(services.config.publicUrl, key)}\n`)
  })
}

async function listSites() {
  await withServices(async (services) => console.table(await sites(services)))
}

async function checkContent() {
  const { products, articles } = loadContent(readConfig(process.env).contentDir)
  console.log(`No mistakes in ${products.length} products and ${articles.en.length} + ${articles.da.length} articles.`)
}

async function verifyAcceptances() {
  await withServices(async (services) => {
    const { entries, mistake } = await checkLog(services)
    if (mistake) throw new Error(`The log of acceptances was changed. ${mistake}`)
    console.log(`The log is intact: ${entries} entries, each following the one before it.`)
  })
}

/** Needs no database, so it may run beside a server that uses Meilisearch. */
async function reindex() {
  const config = readConfig(process.env)
  const content = loadContent(config.contentDir)
  const search = await openSearch(config, { ...content, version: `${content.version}-${Date.now()}` }, logToStderr)
  await search.close()
  console.log('The search index is new.')
}

/** The embedded database belongs to one process: commands that need it say so while a server runs. */
async function withServices(work: (services: Services) => Promise<void>) {
  const services = await openServices(readConfig(process.env))
  try {
    await work(services)
  } finally {
    await closeServices(services)
  }
}

function parse<T extends NonNullable<Parameters<typeof parseArgs>[0]>['options']>(args: string[], options: T) {
  try {
    return parseArgs({ args, options, strict: true })
  } catch (error) {
    throw new Usage(error instanceof Error ? error.message : String(error))
  }
}

function originOf(text: string): string {
  try {
    return new URL(text).origin
  } catch {
    throw new Usage(`"${text}" is not an origin such as https://www.example.com`)
  }
}
