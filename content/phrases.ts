import type { Content } from './load.ts'
import type { Locale } from './schema.ts'

export type Translate = (key: string, values?: Record<string, string | number>) => string

/**
 * The phrases of one language: `t('quotes.lines', { n: 3 })`. A phrase with number forms is chosen by `n` (CLDR plural rules).
 * An unknown key throws: a page with a hole in it must not pass a test.
 */
export function translator({ strings }: Pick<Content, 'strings'>, locale: Locale): Translate {
  const plural = new Intl.PluralRules(locale)
  return (key, values = {}) => {
    const phrase = strings[locale][key]
    if (phrase === undefined) throw new Error(`There is no phrase "${key}" in strings/${locale}`)
    const form = typeof phrase === 'string' ? phrase : plural.select(Number(values.n)) === 'one' ? phrase.one : phrase.other
    return form.replace(/\{(\w+)\}/g, (gap, name: string) => String(values[name] ?? gap))
  }
}
