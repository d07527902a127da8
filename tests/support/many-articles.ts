import type { Content } from '../../content/load.ts'
import { type Article, LOCALES, type Locale, type Section } from '../../content/schema.ts'
import { seededRandom } from './many-products.ts'

const SECTIONS = 5
const SENTENCES = 6

/** The content with so many articles in each language, made of the sentences there are: the same for the same seed. */
export function manyArticles(content: Content, count = 5_000, seed = 1): Content {
  const articles = Object.fromEntries(LOCALES.map((locale) => [locale, articlesOf(content.articles[locale], locale, count, seed)]))
  return { ...content, articles: articles as Content['articles'], version: `${content.version}-${count}-${seed}` } // one list a language
}

function articlesOf(written: Article[], locale: Locale, count: number, seed: number): Article[] {
  const random = seededRandom(seed)
  const pick = <T>(from: readonly T[], otherwise: T): T => from[Math.floor(random() * from.length)] ?? otherwise
  const sections = written.flatMap((article) => article.sections)
  const sentences = sections.flatMap(({ text }) => text.split(/(?<=[.?!])\s+/)).filter((sentence) => sentence.length > 20)
  const headings = sections.map(({ heading }) => heading).filter(Boolean)
  const [base] = written
  if (!base) throw new Error(`There is no article in ${locale}`)

  const section = (at: number): Section => ({
    ...{ anchor: at ? `part-${at}` : '', heading: at ? pick(headings, '') : '', level: 2 },
    text: Array.from({ length: SENTENCES }, () => pick(sentences, '')).join(' '),
  })
  return Array.from({ length: count }, (_, number) => ({
    ...base,
    slug: `article-${number}`,
    // A name of its own for each, as real titles have, so that the vocabulary grows with the articles.
    title: `${pick(headings, '')} (${pick(['Luft', 'Dyb', 'Brise', 'Kilde'], '')} ${(number * 7919).toString(36)})`,
    summary: pick(sentences, ''),
    keywords: [],
    related: [],
    products: [],
    sections: Array.from({ length: SECTIONS }, (_, at) => section(at)),
  }))
}
