import { LOCALES, type Locale } from '../content/schema.ts'

/** For the `getStaticPaths` of a page that exists once in every language. */
export function inEveryLanguage() {
  return LOCALES.map((locale) => ({ params: { locale } }))
}

/** For a page of one thing in every language. */
export function pagesOf<Thing, Name extends string>(parameter: Name, things: (locale: Locale) => { id: string; thing: Thing }[]) {
  return LOCALES.flatMap((locale) => things(locale).map(({ id, thing }) => ({ params: { locale, [parameter]: id }, props: { thing } })))
}
