import { type Context, Hono } from 'hono'
import type { Product } from '../../content/schema.ts'
import { type Env, query } from '../platform/http.ts'
import { invalid, Problem } from '../platform/problems.ts'
import { compareFacts, comparePrices } from './comparison.ts'
import { findProduct } from './model.ts'
import { narrowDown } from './narrow.ts'
import { CatalogQuery, MOST_COMPARED, ProductList, type Question, readQuestion } from './question.ts'
import { type Shelf, shelfOf } from './shelf.ts'
import { cardFor, facetsFor, filtersFor, productFor, type Reader } from './view.ts'
import { viewerOf } from './viewer.ts'

const MINUTE = 60_000

export const catalog = new Hono<Env>()
  .get('/products', query(CatalogQuery), async (c) => {
    const { content } = c.var.services
    const reader = await readerOf(c)
    const question = readQuestion(c.req.valid('query'), content)
    const shelf = shelfOf(content)

    const asked = question.q ? await placesFor(c, shelf, question.q) : shelf.current
    const narrowed = narrowDown(shelf, asked, question.narrowing, reader.viewer)
    const found = inOrder(shelf, narrowed.found, question, reader)
    const page = pageOf(shelf, found, question)
    return c.json({
      products: page.products.map((product) => cardFor(product, reader)),
      total: found.length,
      next: page.next,
      sort: question.sort,
      filters: filtersFor(question, narrowed, reader),
      facets: facetsFor(shelf, narrowed, reader),
    })
  })

  .get('/products/:slug', async (c) => {
    const product = findProduct(c.var.services.content, c.req.param('slug'))
    if (!product) throw new Problem('not-found')
    return c.json(productFor(product, await readerOf(c)))
  })

  // A few by name, in the order asked for; what is not there is left out.
  .get('/cards', query(ProductList), async (c) => {
    const reader = await readerOf(c)
    return c.json({ products: named(c.req.valid('query').products, reader).map((product) => cardFor(product, reader)) })
  })

  .get('/comparison', query(ProductList), async (c) => {
    const reader = await readerOf(c)
    const asked = [...new Set(c.req.valid('query').products)]
    const products = named(asked, reader).slice(0, MOST_COMPARED)
    const { prices, differs, best } = comparePrices(products, reader)
    return c.json({
      products: products.map((product) => ({ ...cardFor(product, reader), warrantyYears: product.warrantyYears ?? null })),
      price: { differs, cells: prices.map((price, at) => ({ price, isBest: best[at] ?? false })) },
      rows: compareFacts(products, reader.content.facts, reader.locale),
      /** How many were asked for and are not shown: no longer there, or more than fit. */
      left: asked.length - products.length,
    })
  })

async function readerOf(c: Context<Env>): Promise<Reader> {
  return { content: c.var.services.content, locale: c.var.locale, viewer: await viewerOf(c.var.services, c.var.actor) }
}

/** What search finds for these words, best first: older models as well, for who still looks for them. */
async function placesFor(c: Context<Env>, shelf: Shelf, text: string): Promise<Int32Array> {
  const { services, address, locale } = c.var
  services.limits.take(`searches from ${address}`, 600, MINUTE)
  const groups = await services.search.groups({ text, locale, kinds: ['product'] })
  return Int32Array.from(groups.flatMap((group) => shelf.places.get(group.replace(/^product-/, '')) ?? []))
}

/** As found, which is by relevance, or in the order asked for. */
function inOrder(shelf: Shelf, found: Int32Array, { sort }: Question, { locale, viewer }: Reader): Int32Array {
  if (sort === 'relevance') return found
  const isFound = new Uint8Array(shelf.products.length)
  for (const place of found) isFound[place] = 1
  return shelf.sequence(sort, locale, viewer).filter((place) => isFound[place])
}

function pageOf({ products, places }: Shelf, found: Int32Array, { after, limit }: Question): { products: Product[]; next: string | null } {
  const start = after === undefined ? 0 : found.indexOf(places.get(after) ?? -1) + 1
  if (after !== undefined && start === 0) throw invalid('after', 'choice')
  const page = [...found.slice(start, start + limit)].flatMap((place) => products[place] ?? [])
  return { products: page, next: start + limit < found.length ? (page.at(-1)?.slug ?? null) : null }
}

function named(slugs: string[], { content }: Reader): Product[] {
  return slugs.flatMap((slug) => findProduct(content, slug) ?? [])
}
