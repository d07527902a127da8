import type { Locale } from '../../../content/schema.ts'

/** What a folded word and its inflections have in common: "pumpe", "pumper" and "pumperne" leave "pump". Not a word to show. */
export function stem(word: string, locale: Locale): string {
  return locale === 'da' ? danishStem(word) : englishStem(word)
}

/** Snowball's Danish stemmer (snowballstem.org), on folded words. */
function danishStem(word: string): string {
  const region = stemmable(word)
  let stem = withoutEnding(word, DANISH_ENDINGS, region)
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
const DANISH_PAIR = /(gd|dt|gt|kt)$/
const DOUBLED = /([bcdfghjklmnpqrstvwxz])\1$/

/** Where endings may begin: after the first consonant that follows a vowel, and never before the fourth letter. */
function stemmable(word: string): number {
  const beginning = /^[^aeiouy]*[aeiouy]+[^aeiouy]/.exec(word)
  return beginning ? Math.max(3, beginning[0].length) : word.length
}

/** Plurals, tenses and the commonest derivations; enough to tell that two words are one, and no more. */
function englishStem(word: string): string {
  const singular = withoutPlural(word)
  const shorter = withoutEnding(singular, ENGLISH_ENDINGS, 3)
  const base = /[aeiouy]/.test(shorter) ? shorter : singular
  return base.replace(/(?<=...)[eiy]$/, '').replace(DOUBLED, '$1')
}

const ENGLISH_ENDINGS = 'ication ization ations ation ating ated ate ingly ing edly ed ment ness able ible ally ly'
  .split(' ')
  .sort(longestFirst)

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
