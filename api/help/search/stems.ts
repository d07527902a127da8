import type { Locale } from '../../../content/schema.ts'

/** What a folded word and its inflections have in common: "pumpe", "pumper" and "pumperne" leave "pump". Not a word to show. */
export function stem(word: string, locale: Locale): string {
  return locale === 'da' ? danishStem(word) : englishStem(word)
}

/** Snowball's Danish stemmer (snowballstem.org), on folded words, and the past tense it leaves out. */
function danishStem(word: string): string {
  const region = stemmable(word)
  let stem = withoutEnding(word, PAST.test(word) ? ['ede', ...DANISH_ENDINGS] : DANISH_ENDINGS, region)
  if (stem === word && /[abcdfghjklmnoprtvyz]s$/.test(word) && word.length > region) stem = word.slice(0, -1)
  stem = withoutDoubledConsonant(stem, region, DANISH_PAIR)
  if (stem.endsWith('igst')) stem = stem.slice(0, -2)
  const shorter = withoutEnding(stem, ['elig', 'lig', 'els', 'ig'], region)
  if (shorter !== stem) stem = withoutDoubledConsonant(shorter, region, DANISH_PAIR)
  // "filtre" and "filter" lose their vowel at different ends.
  return withoutDoubledConsonant(stem, region, DOUBLED).replace(/(?<=..[bdfgkmptv])r$/, '')
}

const DANISH_ENDINGS = `erendes erende hedens erende endes ernes erens erets heden heder ethed ered erede ende erne eren erer heds enes eres
  ens ers ets eret hed ene ere en er es et e`
  .split(/\s+/)
  .sort(longestFirst)
/** "lukkede" and "virkede", but not "billede", nor what belongs to "vejleder" and "udbreder". */
const PAST = /(?<!er|bill|fremm|(?:af|an|for|ind|mis|ud|vej)l|br|[aeiouy])ede$/
const DANISH_PAIR = /(gd|dt|gt|kt)$/
const DOUBLED = /([bcdfghjklmnpqrstvwxz])\1$/

/** Where endings may begin: after the first consonant that follows a vowel, and never before the fourth letter. */
function stemmable(word: string): number {
  const beginning = /^[^aeiouy]*[aeiouy]+[^aeiouy]/.exec(word)
  return beginning ? Math.max(3, beginning[0].length) : word.length
}

/** Plurals, tenses and the commonest derivations; enough to tell that two words are one, and no more. */
function englishStem(word: string): string {
  if (SHORT_VERB.test(word)) return word.replace(SHORT_VERB, '$1e')
  const singular = withoutPlural(word).replace(ACTION, '').replace(ADVERB, '').replace(APPLICATION, 'y')
  const shorter = withoutEnding(singular, ENGLISH_ENDINGS, 3)
  const base = /[aeiouy]/.test(shorter) ? shorter : singular
  return base
    .replace(/(?<=...)e$|(?<=...er)y$/, '') // "delivery" belongs to "deliver"
    .replace(/(?<=..)y$/, 'i') // "applied" to "apply", but "party" not to "part"
    .replace(/(?<=...)is$/, 'iz') // "organise" and "organize"
    .replace(DOUBLED, '$1')
}

/** "using" and "used" leave too little for the rules, and mean "use", not "us". */
const SHORT_VERB = /^([aeiou][^aeiouy])(?:ing|ed)$/
/** "connection" belongs to "connect", "question" to nothing shorter. */
const ACTION = /(?<=[aeiouy][^aeiouy]+[aeiouy]+[^aeiouy]*[st])(?<!at)ion$/
/** "quickly" belongs to "quick", "apply" not to "app". */
const ADVERB = /(?<=..[cdeghkmnrt])ly$/
/** "notification" and "application" belong to "notify" and "apply". */
const APPLICATION = /(?<=if|appl)ication$/
const ENGLISH_ENDINGS = 'ations ation ating ated ate ing ed ment ness able ible ally'.split(' ').sort(longestFirst)

function withoutPlural(word: string): string {
  if (word.length > 4 && word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x|zz)es$/.test(word)) return word.slice(0, -2)
  return word.length > 3 && /[^us]s$/.test(word) && !word.endsWith('is') ? word.slice(0, -1) : word
}

function withoutEnding(word: string, endings: string[], region: number): string {
  const ending = endings.find((ending) => word.endsWith(ending) && word.length - ending.length >= region)
  return ending ? word.slice(0, -ending.length) : word
}

function withoutDoubledConsonant(word: string, region: number, pair: RegExp): string {
  return word.length > region && pair.test(word) ? word.slice(0, -1) : word
}

function longestFirst(a: string, b: string): number {
  return b.length - a.length
}
