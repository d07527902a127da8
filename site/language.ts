import { translator } from '../content/phrases.ts'
import type { Locale } from '../content/schema.ts'

/** What a part of a page is written with when it speaks another language than the page: the desk shows what a customer will read. */
export function inLanguage({ content, locale, t }: App.Locals, language: Locale = locale): Pick<App.Locals, 'content' | 'locale' | 't'> {
  return language === locale ? { content, locale, t } : { content, locale: language, t: translator(content, language) }
}
