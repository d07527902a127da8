import type { ErrorCode } from '../../content/articles.ts'
import type { Content } from '../../content/load.ts'
import type { Locale } from '../../content/schema.ts'
import { articlesFor, mayRead, type Scope } from './model.ts'
import type { SearchHit } from './search/engine.ts'

/** A code of the display, with what a reader needs to choose the right one. */
export type FoundCode = Pick<ErrorCode, 'code' | 'heading' | 'products' | 'language'> & { title: string; path: string }

const MOST_SHOWN = 3
const PASSAGE_LETTERS = 160
/** Letters and a number that stand alone, as people type them: "E7", "e 7", "E-07", "Fejl E.7". */
const LIKE_A_CODE = /(?<![\p{L}\p{N}])(\p{L}{1,4})[\s\-–._]{0,2}0{0,3}([1-9]\d{0,3})(?![\p{L}\p{N}])/gu

/** Every code that a text may mean, as content writes them; most of these are no codes of anything. */
export function codesIn(text: string): string[] {
  return [...text.slice(0, 200).matchAll(LIKE_A_CODE)].map(([, letters = '', number]) => `${letters.toUpperCase()}${number}`)
}

/** All codes this reader may look up, of one product when it is named. */
export function codesFor(content: Content, locale: Locale, scope: Scope, product?: string): FoundCode[] {
  return known(content, locale, scope, product).map((one) => found(content, locale, scope, one))
}

/** What a text such as "error e-07" asks for, the product's own first; those of other products only when it has none. */
export function findCodes(content: Content, locale: Locale, scope: Scope, text: string, product?: string): FoundCode[] {
  return asked(content, locale, scope, text, product).map((one) => found(content, locale, scope, one))
}

/** The same as hits of a search: what somebody means who types a code. */
export function codeHits(content: Content, locale: Locale, scope: Scope, text: string, product?: string): SearchHit[] {
  return asked(content, locale, scope, text, product)
    .slice(0, MOST_SHOWN)
    .map((one) => {
      const { title, path } = found(content, locale, scope, one)
      return {
        ...{ id: `code-${locale}-${one.code}-${one.slug}`, kind: 'article', group: `article-${one.slug}`, path, language: one.language },
        ...{ title, heading: one.anchor ? one.heading : '', code: one.code },
        titleFragments: [{ text: title, hit: false }],
        passage: [{ text: opening(content, locale, scope, one), hit: false }],
        others: [],
      }
    })
}

function asked(content: Content, locale: Locale, scope: Scope, text: string, product?: string): ErrorCode[] {
  const codes = new Set(codesIn(text))
  const all = known(content, locale, scope).filter(({ code }) => codes.has(code))
  const own = product ? all.filter((one) => concerns(one, product)) : all
  return own.length ? own : all
}

function known(content: Content, locale: Locale, scope: Scope, product?: string): ErrorCode[] {
  return content.codes[locale].filter((one) => mayRead(one, scope) && (!product || concerns(one, product)))
}

function concerns({ products }: ErrorCode, product: string): boolean {
  return !products.length || products.includes(product)
}

function found(content: Content, locale: Locale, scope: Scope, { slug, anchor, ...one }: ErrorCode): FoundCode {
  const article = articlesFor(content, locale, scope).find((other) => other.slug === slug)
  const { code, heading, products, language } = one
  return { code, heading, products, language, title: article?.title ?? heading, path: `/${locale}/help/${slug}${anchor && `#${anchor}`}` }
}

/** How the section begins, whole words of it. */
function opening(content: Content, locale: Locale, scope: Scope, { slug, anchor }: ErrorCode): string {
  const article = articlesFor(content, locale, scope).find((other) => other.slug === slug)
  const text = article?.sections.find((section) => section.anchor === anchor)?.text ?? article?.summary ?? ''
  return text.length <= PASSAGE_LETTERS ? text : `${text.slice(0, PASSAGE_LETTERS).replace(/\s+\S*$/, '')} …`
}
