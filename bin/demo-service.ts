// What the numbers of service and the gap board are made of: a year of made-up searches, votes and time at work.

import { rateArticle } from '../api/help/store.ts'
import { eventIfChanged } from '../api/platform/events.ts'
import type { User } from '../api/platform/http.ts'
import { hashToken } from '../api/platform/tokens.ts'
import { beginDraft } from '../api/searches/drafts.ts'
import { fitOf } from '../api/searches/model.ts'
import { noteCase, noteSearch } from '../api/searches/store.ts'
import { addSynonym } from '../api/searches/synonyms.ts'
import type { Services } from '../api/services.ts'
import type { Locale } from '../content/schema.ts'
import { chanceFrom } from './demo-chance.ts'

const MINUTE_MS = 60_000
const { random, pick } = chanceFrom(20_261_125)

const ANSWERED: Record<Locale, string[]> = {
  da: [
    'fejl e7',
    'vandtryk',
    'ingen varme',
    'støj udedel',
    'rens filter',
    'garanti',
    'faktura',
    'app forbinder ikke',
    'koldt vand',
    'afrimning',
  ],
  en: ['error e7', 'water pressure', 'no heat', 'outdoor noise', 'clean filter', 'warranty', 'invoice', 'connect the app', 'holiday mode'],
}
/** What the articles do not tell, in the words of several people; the last ones began to be asked this autumn. */
const MISSED: Record<Locale, string[][]> = {
  da: [
    ['solceller', 'solceller til varmepumpe', 'solcelle tilslutning', 'kan solceller drive pumpen'],
    ['betale i rater', 'afdrag', 'afdragsordning', 'betaling i rater'],
    ['swimmingpool', 'opvarme swimmingpool', 'svømmepøl opvarmning'],
    ['ladestander', 'ladestander elbil', 'lade elbilen samtidig'],
    ['home assistant', 'home assistant integration', 'homeassistant'],
  ],
  en: [
    ['solar panels', 'run on solar panels', 'solar panel'],
    ['pay in instalments', 'instalments', 'monthly instalments'],
    ['swimming pool', 'heat a swimming pool'],
    ['home assistant', 'home assistant integration', 'homeassistant api'],
  ],
}
const WHY: Record<Locale, string[]> = {
  da: [
    'Jeg kan ikke finde ventilen på billedet.',
    'Der står ikke, hvad jeg gør, hvis trykket falder igen.',
    'Alt for langt, jeg har ingen varme!',
    'Min pumpe har ikke den menu.',
  ],
  en: [
    'My panel looks different from the picture.',
    'It does not say what to do when the pressure drops again.',
    'I needed the phone number, not a menu.',
  ],
}

/** The searches and votes of one day, the more the colder; some of them lead to the case that was opened last. */
export async function helpOfADay(services: Services, clock: { pass(ms: number): void }, day: number) {
  const season = 0.5 + 0.5 * Math.cos((2 * Math.PI * (day - 330)) / 365)
  for (let n = 0; n < 1 + Math.round(4 * season * random()); n++) {
    clock.pass(random() * 30 * MINUTE_MS)
    if (services.clock.now() > Date.now()) return // what went before has passed the time
    await aSearch(services, { day, locale: random() < 0.7 ? 'da' : 'en', visitor: `${day}-${n}` })
  }
  if (random() < 0.4) await aVote(services, day)
}

/** Time at work in every case that was solved, and what staff has done about the gaps. */
export async function workOfTheYear(services: Services, [admin, agent]: User[]) {
  if (!admin || !agent) return
  const solved = await services.db.all<{ reference: string; by: string; at: number }>(
    `select subject as reference, actor as by, max(at) as at from events
     where kind = 'ticket.moved' and data ->> 'to' = 'resolved' and actor like 'user:%' group by subject order by subject`,
  )
  for (const { reference, by, at } of solved) {
    await happened(services, 'ticket.worked', reference, {
      by,
      at,
      data: { seconds: Math.round(90 + 900 * random() ** 2), userId: Number(by.slice(5)) },
    })
  }
  await addSynonym(services, { locale: 'da', words: ['svømmepøl', 'swimmingpool'] }, agent.id)
  await beginDraft(services, { locale: 'da', questions: ['betale i rater', 'afdragsordning'] }, admin.id)
}

async function aSearch(services: Services, { day, locale, visitor }: { day: number; locale: Locale; visitor: string }) {
  const missed = MISSED[locale].slice(0, day > 280 ? undefined : -1)
  const isMissed = random() < 0.25
  const text = isMissed ? pick(pick(missed)) : pick(ANSWERED[locale])
  const { hits } = await services.search.search({ text, locale })
  const answer = !isMissed && random() < 0.75 ? hits[0]?.path.split('#')[0] : undefined
  const place = random() < 0.3 ? 'widget' : 'portal'
  await noteSearch(services, [visitor], { text, locale, place, hits: hits.length, fit: fitOf(text, locale, hits), answer })
  if (random() > (isMissed ? 0.45 : 0.12)) return
  const opened = await services.db.get<{ reference: string }>(
    'select reference from tickets where locale = :locale order by id desc limit 1',
    { locale },
  )
  if (opened) await noteCase(services, [visitor], opened.reference)
}

async function aVote(services: Services, day: number) {
  const locale = random() < 0.7 ? 'da' : 'en'
  const article = pick(services.content.articles[locale]).slug
  const helpful = random() < 0.78
  const comment = !helpful && random() < 0.6 ? pick(WHY[locale]) : ''
  await rateArticle(services, { article, locale, helpful, comment }, hashToken(`demo ${day}`))
}

type Happening = { by: string; at: number; data: Record<string, unknown> }

function happened({ db, clock }: Services, kind: string, reference: string, { by, at, data }: Happening) {
  return db.batch([
    { sql: 'update tickets set updated_at = updated_at where reference = :reference', args: { reference } },
    eventIfChanged(kind, { subject: reference, actor: by, at: Math.min(at, clock.now()), data }),
  ])
}
