import type { Locale } from '../content/schema.ts'
import { chanceFrom } from './demo-chance.ts'
import { PEOPLE, type Person } from './demo-stories.ts'

const { chance, pick } = chanceFrom(20_261_126)

const FIRST: Record<Locale, string[]> = {
  da: [
    'Anne',
    'Jakob',
    'Line',
    'Rasmus',
    'Maja',
    'Anders',
    'Signe',
    'Kasper',
    'Ida',
    'Nikolaj',
    'Bodil',
    'Torben',
    'Amira',
    'Jørgen',
    'Åse',
  ],
  en: ['Alice', 'Tom', 'Priya', 'George', 'Megan', 'Callum', 'Zoe', 'Arthur', 'Fiona', 'Samuel'],
}
const LAST: Record<Locale, string[]> = {
  da: [
    'Dahl',
    'Kjeldsen',
    'Mørk',
    'Thomsen',
    'Hedegaard',
    'Vinther',
    'Nørby',
    'Bach',
    'Skovgaard',
    'Juul',
    'Ravn',
    'Øster',
    'Munk',
    'Lauritsen',
  ],
  en: ['Harris', 'Shah', 'Wood', 'Fletcher', 'Murphy', 'Doyle', 'Parker', 'Reid', 'Evans'],
}
const COMPANIES: Record<Locale, string[]> = {
  da: ['', '', '', 'VVS', 'Ejendomme', 'Byg', 'Feriehuse'],
  en: ['', '', '', 'Heating', 'Homes'],
}
const met = new Map<string, Person>()

/** Those of the known people who have been here by that day of the year: one more every five weeks. */
export function peopleBy(day: number): Person[] {
  return PEOPLE.slice(0, 2 + Math.floor(day / 35))
}

/** Who comes by on that day: somebody new, or somebody who was here before. */
export function somebody(day: number): Person {
  if (chance(0.35)) return somebodyNew()
  return pick([...peopleBy(day), ...met.values()])
}

function somebodyNew(): Person {
  const locale = chance(0.7) ? 'da' : 'en'
  const [first, last, trade] = [pick(FIRST[locale]), pick(LAST[locale]), pick(COMPANIES[locale])]
  const email = `${plain(first)}.${plain(last)}@${trade ? plain(last + trade) : 'home'}.example`
  const person = { name: `${first} ${last}`, company: trade && `${last} ${trade}`, email, locale } as const
  met.set(email, person)
  return person
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll('æ', 'ae').replaceAll('ø', 'oe').replaceAll('å', 'aa')
}
