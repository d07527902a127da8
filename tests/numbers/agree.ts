import { rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { extractText, getDocumentProxy } from 'unpdf'
import { expect } from 'vitest'
import { findUser } from '../../api/accounts/store.ts'
import { approveQuote, openRequest, saveDraft, sendQuote } from '../../api/quotes/desk.ts'
import type { OfferedLine } from '../../api/quotes/pricing.ts'
import { requestQuote } from '../../api/quotes/request.ts'
import { quoteByReference } from '../../api/quotes/store.ts'
import { createTorvServer } from '../../api/server.ts'
import { type Content, loadContent } from '../../content/load.ts'
import { formatMoney, TAGS } from '../../content/money.ts'
import { translator } from '../../content/phrases.ts'
import { LOCALES, type Locale, type Product } from '../../content/schema.ts'
import { freePort } from '../support/ports.ts'
import { startTorv } from '../support/torv.ts'

// Whether one quote says the same everywhere: worked out here anew in whole numbers, then looked for on the page, on paper, in the
// mail and in JSON.

const RATES = [0, 550, 800, 1_000, 1_250, 2_500]
const SEED = 20_261_125
const base = loadContent('tests/support/content')

const price = fc.integer({ min: 0, max: 20_000_000 })
const product = fc.record({
  price,
  tiers: fc.uniqueArray(fc.record({ from: fc.integer({ min: 2, max: 150 }), price }), { selector: ({ from }) => from, maxLength: 3 }),
  extras: fc.array(fc.option(fc.integer({ min: 0, max: 999_999 }), { nil: undefined }), { minLength: 2, maxLength: 3 }),
  vatPercent: fc.option(fc.constantFrom(...RATES.map((bp) => bp / 100)), { nil: undefined }),
})
const line = fc.record(
  {
    product: fc.integer({ min: 0, max: 9 }),
    choice: fc.integer({ min: 0, max: 2 }),
    quantity: fc.integer({ min: 1, max: 300 }),
    unitPrice: price,
    discountBp: fc.integer({ min: 0, max: 10_000 }),
    vatBp: fc.constantFrom(...RATES),
    optional: fc.boolean(),
    selected: fc.boolean(),
  },
  { requiredKeys: ['product', 'choice', 'quantity'] },
)
type Drawn<T> = T extends fc.Arbitrary<infer Value> ? Value : never
type RandomLine = Drawn<typeof line>
type RandomProduct = Drawn<typeof product>

/** So many random quotes in one currency, half in each language; fails at the first amount that differs anywhere. */
export async function agreeEverywhere(currency: string, count: number) {
  const random = { seed: SEED + currency.charCodeAt(0), numRuns: 10 }
  const content = shopWith(currency, fc.sample(product, random))
  const server = await startServer(content)
  const drawn = fc.sample(fc.array(line, { minLength: 1, maxLength: 12 }), { ...random, numRuns: count })
  try {
    for (const [at, lines] of drawn.entries()) await agrees(server, content, LOCALES[at % 2] ?? 'en', lines, `buyer${at}@acme.example`)
  } finally {
    await server.stop()
  }
}

type Server = Awaited<ReturnType<typeof startServer>>

async function agrees(server: Server, content: Content, locale: Locale, random: RandomLine[], email: string) {
  const { currency, lines, expected } = workedOut(content, random)
  const shown = await server.offer(lines.map(asOffered), locale, email)
  const json = shown.json as { document: { net: number; total: number; vat: { vat: number }[]; lines: { net: number }[] } }

  expect(json.document.lines.map(({ net }) => BigInt(net))).toEqual(expected.nets)
  expect([json.document.net, ...json.document.vat.map(({ vat }) => vat), json.document.total].map(BigInt)).toEqual(
    expected.sums.map(({ amount }) => amount),
  )

  const t = translator(content, locale)
  for (const [where, text] of Object.entries({ page: shown.page, paper: shown.paper, mail: shown.mail, html: shown.html })) {
    // A line's end ends an amount; every other space may be any kind of space, or none.
    const dense = text.replace(/\r?\n/g, '|').replace(/\s/g, '')
    const says = (label: string, amount: bigint) =>
      spellings(amount, currency, locale).some((spelling) =>
        new RegExp(`${escaped(label)}[:|]*${escaped(spelling)}(?![\\d.,]\\d)`).test(dense),
      )
    for (const { label, rateBp, base, amount } of expected.sums) {
      const percent = new Intl.NumberFormat(TAGS[locale]).format(rateBp / 100)
      // On paper each of several rates also says what it is taken of.
      const isOnPaper = label === 'vat' && where === 'paper' && expected.sums.length > 3
      const net = formatMoney(Number(base), currency, locale)
      const name = (isOnPaper ? t('quote-pdf.sum.vat-of', { percent, net }) : t(`quotes.sum.${label}`, { percent })).replace(/\s/g, '')
      expect(says(name, amount), `${where} (${currency}, ${locale}): ${name} ${amount}\n${dense.slice(0, 4000)}`).toBe(true)
    }
    for (const net of expected.nets)
      expect(says('', net), `${where} (${currency}, ${locale}): a line of ${net}\n${dense.slice(0, 4000)}`).toBe(true)
  }
}

/** By whole numbers of any size, apart from the product's own arithmetic. */
function workedOut(content: Content, random: RandomLine[]) {
  const { defaultCurrency: currency, vatPercent } = content.company
  const lines = random.map((one) => {
    const product = content.products[one.product] as Product // there are ten
    const choices = product.options[0]?.choices ?? []
    const choice = choices[one.choice % choices.length]
    const tiers = product.tiers.filter(({ from }) => from <= one.quantity).sort((a, b) => a.from - b.from)
    const list = (tiers.at(-1)?.price ?? (product.price as Record<string, number>))[currency] ?? 0
    const unit = BigInt(one.unitPrice ?? list + (choice?.price?.[currency] ?? 0))
    const gross = unit * BigInt(one.quantity)
    const net = gross - share(gross, one.discountBp ?? 0)
    const vatBp = one.vatBp ?? Math.round((product.vatPercent ?? vatPercent) * 100)
    return { ...one, slug: product.slug, choiceId: choice?.id ?? '', net, vatBp, counts: !one.optional || one.selected === true }
  })
  const rates = [...new Set(lines.filter(({ counts }) => counts).map(({ vatBp }) => vatBp))].sort((a, b) => b - a)
  const vats = rates.map((rateBp) => {
    const base = sum(lines.filter((one) => one.counts && one.vatBp === rateBp))
    return { label: 'vat', rateBp, base, amount: share(base, rateBp) }
  })
  const net = sum(lines.filter(({ counts }) => counts))
  const total = net + vats.reduce((all, { amount }) => all + amount, 0n)
  const sums = [{ label: 'net', rateBp: 0, base: 0n, amount: net }, ...vats, { label: 'total', rateBp: 0, base: 0n, amount: total }]
  return { currency, lines, expected: { nets: lines.map(({ net }) => net), sums } }
}

function asOffered({
  slug,
  choiceId,
  product: _product,
  choice: _choice,
  net: _net,
  counts: _counts,
  vatBp,
  ...one
}: ReturnType<typeof workedOut>['lines'][number]) {
  return { ...one, vatBp, product: slug, options: { colour: choiceId } } satisfies OfferedLine
}

function sum(lines: { net: bigint }[]): bigint {
  return lines.reduce((all, { net }) => all + net, 0n)
}

/** Half up. */
function share(amount: bigint, bp: number): bigint {
  return (amount * BigInt(bp) * 2n + 10_000n) / 20_000n
}

function spellings(amount: bigint, currency: string, locale: Locale): string[] {
  return (['always', 'when-needed'] as const).map((decimals) => formatMoney(Number(amount), currency, locale, decimals).replace(/\s/g, ''))
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function shopWith(currency: string, drawn: RandomProduct[]): Content {
  const [like] = base.products.filter(({ options }) => options.length)
  if (!like) throw new Error('No product of the test content has options')
  const products = drawn.map(
    ({ price, tiers, extras, vatPercent }, at): Product => ({
      ...like,
      slug: `thing-${at}`,
      sku: `THING-${at}`,
      price: { [currency]: price },
      tiers: tiers.map(({ from, price }) => ({ from, price: { [currency]: price } })),
      vatPercent,
      maxQuantity: 1000,
      options: [
        {
          id: 'colour',
          name: { en: 'Colour', da: 'Farve' },
          choices: extras.map((extra, number) => ({
            id: `c${number}`,
            name: { en: `Shade ${number}`, da: `Nuance ${number}` },
            ...(extra !== undefined && { price: { [currency]: extra } }),
          })),
        },
      ],
    }),
  )
  return { ...base, company: { ...base.company, currencies: [currency], defaultCurrency: currency }, products }
}

/** Torv with its built pages, as main.ts puts them together. */
async function startServer(content: Content) {
  const port = await freePort()
  const torv = await startTorv({ PUBLIC_URL: `http://localhost:${port}`, PORT: String(port) }, { content })
  const { services, app } = torv
  Object.assign(globalThis, { [Symbol.for('torv.api')]: { app, config: services.config }, [Symbol.for('torv.content')]: content })
  process.env.ASTRO_NODE_AUTOSTART = 'disabled'
  const { handler } = await import(pathToFileURL(resolve('dist/server/entry.mjs')).href)
  const server = createTorvServer(services.config, app, handler)
  await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
  await torv.staff('admin')
  const admin = await findUser(services, 'admin@testvaerk.example')
  if (!admin) throw new Error('There is no admin')
  const found = async (reference: string) => {
    const quote = await quoteByReference(services, reference)
    if (!quote) throw new Error(`There is no ${reference}`)
    return quote
  }
  let buyers = 0

  return {
    async offer(lines: OfferedLine[], locale: Locale, email: string) {
      const [first] = content.products
      const wanted = [{ product: first?.slug ?? '', options: {}, quantity: 1 }]
      const buyer = { name: 'Ada Lund', company: '', email, phone: '' }
      const reference = await requestQuote(services, { lines: wanted, need: '', buyer, locale, contact: undefined, confirm: false })
      await openRequest(services, await found(reference), admin)
      const { hash } = await saveDraft(services, await found(reference), { lines, validDays: 30, note: '' }, admin)
      if ((await sendQuote(services, await found(reference), hash, admin)) === 'approval')
        await approveQuote(services, await found(reference), hash, admin)
      await torv.settle()
      const mail = (await torv.mails()).find(({ to }) => to === email)
      const token = /open\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]
      // Each from an address of their own, as buyers are: one address may have so many PDFs in a minute.
      const buyerClient = torv.visitor(`198.51.100.${buyers++ % 250}`)
      await buyerClient.post('/api/access', { token })
      const cookie = [...buyerClient.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const page = await fetch(`http://localhost:${port}/${locale}/quotes/${reference}`, { headers: { cookie } })
      const json = await (await buyerClient.get(`/api/quotes/${reference}`)).json()
      const pdf = await buyerClient.get(`/api/quotes/${reference}/pdf`)
      expect([page.status, pdf.status]).toEqual([200, 200])
      const paper = await extractText(await getDocumentProxy(new Uint8Array(await pdf.arrayBuffer())), { mergePages: true })
      await rm(join(torv.dataDir, 'outbox'), { recursive: true })
      return { json, page: textIn(await page.text()), paper: paper.text, mail: mail?.text ?? '', html: textIn(mail?.html ?? '') }
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

function textIn(html: string): string {
  return html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<\/(td|th|dt|dd|p|li|div)>/g, '\n')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
}
