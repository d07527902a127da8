// Seeds DATA_DIR with a year of made-up business, once, and then serves it.
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { hashPassword } from '../api/accounts/passwords.ts'
import { addStaff, findUser, setPassword, welcome } from '../api/accounts/store.ts'
import { demoMark, readConfig } from '../api/config.ts'
import type { User } from '../api/platform/http.ts'
import { acceptQuote } from '../api/quotes/acceptance.ts'
import { counterQuote, declineQuote, withdrawRequest } from '../api/quotes/answers.ts'
import { askForInfo, openRequest, refuseRequest, saveDraft, sendQuote } from '../api/quotes/desk.ts'
import { DECLINE_REASONS } from '../api/quotes/model.ts'
import { requestQuote } from '../api/quotes/request.ts'
import { expireQuotes, type Quote, quoteByReference } from '../api/quotes/store.ts'
import { closeServices, openServices, type Services } from '../api/services.ts'
import { addSite, sites } from '../api/sites/store.ts'
import { closeResolved } from '../api/tickets/clock.ts'
import { openTicket } from '../api/tickets/opening.ts'
import { reply } from '../api/tickets/replying.ts'
import { findAnyTicket, moveTicket } from '../api/tickets/store.ts'
import { aBooking, bookingsToCome } from './demo-bookings.ts'
import { aCase, atWork, pass, pressingCases } from './demo-cases.ts'
import { chanceFrom } from './demo-chance.ts'
import { aCaseWithPhoto } from './demo-files.ts'
import { seedLeads, sourceOfPerson } from './demo-leads.ts'
import { writeMacros } from './demo-macros.ts'
import { takeInMails } from './demo-mail.ts'
import { takeOrders } from './demo-orders.ts'
import { aNotice, registerOwned } from './demo-owned.ts'
import { somebody } from './demo-people.ts'
import { askBeforeBuying } from './demo-questions.ts'
import { readings } from './demo-readings.ts'
import { helpOfADay, workOfTheYear } from './demo-service.ts'
import { NEEDS, PEOPLE, STORIES } from './demo-stories.ts'

const { random, chance, pick } = chanceFrom(20_261_124)
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const DAYS = 365
const PASSWORD = 'fjeld og varme 2026'
const STAFF = [
  { email: 'admin@fjeldvarme.example', name: 'Astrid Fjeld', role: 'admin', locale: 'da' },
  { email: 'agent@fjeldvarme.example', name: 'Jonas Varming', role: 'agent', locale: 'en' },
] as const

const config = readConfig(process.env)
const seeded = demoMark(config.dataDir)
const begun = `${seeded}-begun`
if (!existsSync(seeded)) {
  await clearTheWay()
  await seed()
}
printSignIns()
await import('../api/main.ts')

/** What was begun and not ended is made up, and goes; what is anybody's own stays. */
async function clearTheWay() {
  if (existsSync(begun)) {
    if (!config.databaseUrl.startsWith(config.dataDir)) {
      console.error('\nA demo was begun in that database and not ended. Empty the database first.\n')
      process.exit(1)
    }
    await closeServices(await openServices(config, { log: () => {} })) // refuses while another process still makes it up
    rmSync(config.dataDir, { recursive: true })
    console.log('A demo was begun here and not ended: it is made anew.')
  } else if (existsSync(config.dataDir) && readdirSync(config.dataDir).length) {
    console.error(`\n${config.dataDir} holds something that is no demo. Set DATA_DIR to an empty folder.\n`)
    process.exit(1)
  }
}

async function seed() {
  mkdirSync(config.dataDir, { recursive: true })
  writeFileSync(begun, '')
  const clock = movingClock(Date.now() - DAYS * DAY_MS)
  const services = await openServices(config, { clock, log: () => {} })
  const staff = await hire(services)
  for (let day = 0; day <= DAYS; day++) {
    clock.goTo(officeHours(Date.now() - (DAYS - day) * DAY_MS))
    await aDay(services, clock, staff, day)
    await aBooking(services, staff, day)
    await helpOfADay(services, clock, day)
    await aNotice(services, clock, staff, DAYS - day)
    if (day % 5 === 0) process.stdout.write(`\r▸ Making up a year of business … ${Math.round((100 * day) / DAYS)} %`)
  }
  clock.goTo(Date.now())
  await everyState(services, staff)
  await bookingsToCome(services, staff)
  await workOfTheYear(services, staff)
  await registerOwned(services)
  await takeInMails(services)
  await readings(services)
  const ada = await welcome(services, { email: 'ada@acme.example', locale: 'da' })
  if (ada) await setPassword(services, ada.id, await hashPassword(PASSWORD))
  if (!(await sites(services)).length) await addSite(services, { name: 'Demo', origins: ['http://127.0.0.1:4322'], locale: 'da' })
  await seedLeads(services, staff)
  await forgetMails(services)
  await closeServices(services)
  writeFileSync(seeded, 'Everything in this folder is made up by `npm run demo`; delete the folder to begin again.\n')
  rmSync(begun)
  process.stdout.write('\n')
}

async function hire(services: Services): Promise<User[]> {
  const passwordHash = await hashPassword(PASSWORD)
  for (const member of STAFF) await addStaff(services, { ...member, passwordHash })
  const users = await Promise.all(STAFF.map(({ email }) => findUser(services, email)))
  return users.filter((user) => user !== undefined)
}

/** Some ask for a quote, some need help, and what was begun before goes on. More in autumn than in summer. */
async function aDay(services: Services, clock: Clock, staff: User[], day: number) {
  const season = 0.6 + 0.4 * Math.cos((2 * Math.PI * (day - 330)) / 365)
  const morning = clock.now()
  if (chance(0.65 * season)) await aSale(services, clock, staff, day)
  clock.goTo(morning)
  if (chance(0.7 * season)) await aCase(services, clock, staff, { day, mayWait: day > DAYS - 2 })
  clock.goTo(morning)
  if (day % 7 === 0) {
    await expireQuotes(services)
    await takeOrders(services, clock.now(), staff)
    await closeResolved(services)
  }
}

async function aSale(services: Services, clock: Clock, staff: User[], day: number) {
  const quote = await aRequest(services, somebody(day))
  const agent = pick(staff)
  if (!pass(services, clock, atWork(services, (0.5 + 14 * random() ** 2) * HOUR_MS))) return
  await openRequest(services, quote, agent)
  await offer(services, quote.reference, agent)
  if (!pass(services, clock, (0.2 + 12 * random() ** 2) * DAY_MS)) return
  const fate = random()
  if (fate < 0.55) await accept(services, quote.reference)
  else if (fate < 0.75)
    await declineQuote(services, await fresh(services, quote.reference), { reason: pick([...DECLINE_REASONS]), text: '' })
}

/** One of each to look at today, whatever chance has made of the year. */
async function everyState(services: Services, [admin, agent]: User[]) {
  if (!admin || !agent) return
  await askBeforeBuying(services, agent)
  await writeMacros(services, agent)
  await aCaseWithPhoto(services, agent)
  await pressingCases(services, agent)
  await aRequest(services)
  await openRequest(services, await aRequest(services), agent)
  const asked = await aRequest(services)
  await openRequest(services, asked, agent)
  await askForInfo(services, await fresh(services, asked.reference), 'Hvor stor er tanken i dag, og hvor står udedelen bedst?', agent)
  const forApproval = await aRequest(services)
  await openRequest(services, forApproval, agent)
  await offer(services, forApproval.reference, agent, 2_000)
  const sent = await aRequest(services, PEOPLE[0])
  await openRequest(services, sent, agent)
  await offer(services, sent.reference, agent)
  const countered = await aRequest(services)
  await openRequest(services, countered, agent)
  await offer(services, countered.reference, agent)
  await counterQuote(services, await fresh(services, countered.reference), {
    text: 'Kan I gøre det 5 % billigere, hvis vi tager to?',
    lines: [{ id: '1', quantity: 2, text: '' }],
    authorName: 'Grace Holm',
  })
  await withdrawRequest(services, await aRequest(services))
  const refused = await aRequest(services)
  await openRequest(services, refused, agent)
  await refuseRequest(services, await fresh(services, refused.reference), 'Vi leverer desværre ikke uden for Danmark.', agent)

  for (const move of ['none', 'none', 'reply', 'wait', 'hold', 'resolve', 'spam'] as const) {
    const person = pick(PEOPLE)
    const story = pick(STORIES[person.locale].filter(({ words }) => words.length > 1))
    const opened = await openTicket(services, {
      owner: { email: person.email, name: person.name },
      ...{
        channel: 'web' as const,
        kind: story.kind,
        subject: story.subject,
        text: story.words[0] ?? '',
        authorName: person.name,
        locale: person.locale,
        by: 'guest',
      },
    })
    if (move === 'none') continue
    const ticket = await findAnyTicket(services, opened.reference)
    const by = `user:${agent.id}`
    if (move !== 'reply') await moveTicket(services, ticket, move, by)
    else await reply(services, ticket, { author: 'staff', authorName: agent.name, text: story.words[1] ?? '…', by, userId: agent.id })
  }
}

async function aRequest(services: Services, person = pick(PEOPLE)): Promise<Quote> {
  const priced = services.content.products.filter(({ price }) => price !== 'on-request')
  const lines = Array.from({ length: chance(0.4) ? 2 : 1 }, () => ({
    product: pick(priced).slug,
    options: {},
    quantity: chance(0.3) ? pick([2, 2, 3, 4, 6]) : 1,
  }))
  const buyer = { name: person.name, company: person.company, email: person.email, phone: '' }
  const reference = await requestQuote(services, {
    lines,
    need: pick(NEEDS[person.locale]),
    buyer,
    locale: person.locale,
    contact: undefined,
    confirm: false,
    source: sourceOfPerson(person.name),
  })
  return fresh(services, reference)
}

async function offer(services: Services, reference: string, agent: User, discountBp = pick([0, 0, 0, 500])) {
  const quote = await fresh(services, reference)
  const request = await services.db.get<{ document: string }>('select document from quote_revisions where quote_id = :id and number = 0', {
    id: quote.id,
  })
  const { lines } = JSON.parse(request?.document ?? '{"lines":[]}') as { lines: { id: string; product: string; quantity: number }[] }
  const offered = lines.map(({ id, product, quantity }) => ({ id, product, quantity, options: {}, discountBp }))
  const draft = await saveDraft(services, quote, { lines: offered, validDays: 30, note: '' }, agent)
  await sendQuote(services, await fresh(services, reference), draft.hash, agent)
}

async function accept(services: Services, reference: string) {
  const quote = await fresh(services, reference)
  const offer = await services.db.get<{ total: number; name: string }>(
    `select document ->> 'total' as total, document ->> '$.buyer.name' as name from quote_revisions where quote_id = :id and number = :revision`,
    { id: quote.id, revision: quote.revision },
  )
  if (offer) await acceptQuote(services, quote, { revision: quote.revision, totalMinor: offer.total, name: offer.name })
}

async function fresh(services: Services, reference: string): Promise<Quote> {
  const quote = await quoteByReference(services, reference)
  if (!quote) throw new Error(`${reference} is gone`)
  return quote
}

/** A year of mails would be sent at the first start; the history is history. */
async function forgetMails({ db }: Services) {
  await db.batch([
    {
      sql: `insert into subscribers (name, cursor) select 'mail', coalesce(max(id), 0) from events where true
            on conflict (name) do update set cursor = excluded.cursor`,
    },
  ])
}

/** Some time in the working day that `moment` is in, and never later than now. */
function officeHours(moment: number): number {
  const morning = Math.floor(moment / DAY_MS) * DAY_MS + 7 * HOUR_MS
  return Math.min(Date.now() - 12 * HOUR_MS, Math.round(morning + random() * 6 * HOUR_MS))
}

function printSignIns() {
  console.log('\n  This is a demo: every person, quote and case in it is made up.\n')
  for (const { email, role } of STAFF) console.log(`  ${role.padEnd(9)}${email.padEnd(28)}${PASSWORD}`)
  console.log(`  ${'customer'.padEnd(9)}${'ada@acme.example'.padEnd(28)}${PASSWORD}`)
}

export type Clock = ReturnType<typeof movingClock>

function movingClock(start: number) {
  let now = start
  return {
    now: () => now++,
    goTo: (moment: number) => {
      now = moment
    },
    pass: (ms: number) => {
      now += Math.round(ms)
    },
  }
}
