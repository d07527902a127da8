import { TAGS } from './money.ts'
import { type Fact, type FactKind, LOCALES, type Locale, type Localized, type WrittenFact } from './schema.ts'

type Mistake = (expected: string) => void
type NumberKind = Extract<FactKind, { type: 'number' }>
type ChoiceKind = Extract<FactKind, { type: 'choice' }>

const HARD_SPACE = '\u00a0'

/** The facts of a product in words. One that cannot be read is left out, and `mistake` hears what was expected. */
export function readFacts(written: WrittenFact[], kinds: FactKind[], mistake: Mistake): Fact[] {
  const seen = new Set<string>()
  return written.flatMap((fact) => {
    if (fact.fact && seen.has(fact.fact)) mistake(`"${fact.fact}" once`)
    if (fact.fact) seen.add(fact.fact)
    return (fact.name ? ownFact(fact, fact.name, mistake) : knownFact(fact, kinds, mistake)) ?? []
  })
}

/** "9 kW": a number of this kind as people write it. */
export function writeNumber(value: number, { unit, decimals }: Pick<NumberKind, 'unit' | 'decimals'>, locale: Locale): string {
  const digits = { minimumFractionDigits: decimals ?? 0, maximumFractionDigits: decimals ?? 6 }
  const number = new Intl.NumberFormat(TAGS[locale], digits).format(value).replace('-', '−')
  const unitHere = typeof unit === 'object' ? unit[locale] : unit
  return unitHere ? `${number}${HARD_SPACE}${unitHere}` : number
}

function ownFact({ value }: WrittenFact, name: Localized, mistake: Mistake): Fact | undefined {
  if (typeof value === 'object' && !Array.isArray(value)) return { name, value }
  mistake(`a text in every language for "${name.en}", since only facts of facts.yaml are numbers or choices`)
  return undefined
}

function knownFact({ fact, value, shown }: WrittenFact, kinds: FactKind[], mistake: Mistake): Fact | undefined {
  const kind = kinds.find(({ id }) => id === fact)
  if (!kind) {
    mistake(`an id of facts.yaml, not "${fact}"`)
    return undefined
  }
  const read = kind.type === 'number' ? numberFact(value, kind) : choiceFact(value, kind)
  if (typeof read === 'string') mistake(read)
  return typeof read === 'string' ? undefined : { kind: kind.id, name: kind.name, ...read, ...(shown && { value: shown }) }
}

/** Or a sentence about what was expected. */
function numberFact(value: WrittenFact['value'], kind: NumberKind): Pick<Fact, 'value' | 'number'> | string {
  if (typeof value !== 'number') return `a number for ${kind.id}, not ${JSON.stringify(value)}`
  return { value: inEveryLanguage((locale) => writeNumber(value, kind, locale)), number: value }
}

function choiceFact(value: WrittenFact['value'], kind: ChoiceKind): Pick<Fact, 'value' | 'choices'> | string {
  const ids = Array.isArray(value) ? value : [value]
  const chosen = kind.choices.filter(({ id }) => ids.includes(id))
  if (chosen.length !== ids.length) {
    const wrong = ids.find((id) => !kind.choices.some((choice) => choice.id === id)) ?? value
    return `one of ${kind.choices.map(({ id }) => id).join(', ')} for ${kind.id}, not ${JSON.stringify(wrong)}`
  }
  const list = (locale: Locale) => new Intl.ListFormat(TAGS[locale]).format(chosen.map(({ name }) => name[locale]))
  return { value: inEveryLanguage(list), choices: chosen.map(({ id }) => id) }
}

function inEveryLanguage(write: (locale: Locale) => string): Localized {
  return Object.fromEntries(LOCALES.map((locale) => [locale, write(locale)])) as Localized // one for each language there is
}
