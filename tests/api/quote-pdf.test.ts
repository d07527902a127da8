import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { QuoteDocument } from '../../api/quotes/document.ts'
import type { PrintedQuote } from '../../api/quotes/pdf/printed.ts'
import { setQuote } from '../../api/quotes/pdf/set.ts'
import { amountFor, type PricedLine, totalOf } from '../../api/quotes/pricing.ts'
import { loadContent } from '../../content/load.ts'
import { formatMoney } from '../../content/money.ts'
import type { Locale } from '../../content/schema.ts'
import type { Client } from '../support/client.ts'
import { pagesOf, spaced, textOf } from '../support/pdf.ts'
import { ADA, acceptanceOf, askFor, draft, offer, offered, read, WANTED } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const NAUGHTY = resolve('../shared/data/naughty-strings/blns.json')
const content = loadContent(resolve('tests/support/content'))

const LINES = [
  { ...WANTED, discountBp: 500, note: 'Crane included', deliveryOn: '2027-01-14' },
  { text: 'Installation', quantity: 1, unitPrice: 1_234_567, vatBp: 0, options: {} },
  { product: 'filter', options: {}, quantity: 3, range: { min: 1, max: 9 } },
  { text: 'Service for a year', quantity: 1, unitPrice: 99_900, optional: true, selected: false, options: {} },
]

async function pdfAt(client: Client, path: string): Promise<Uint8Array> {
  const answer = await client.get(path)
  expect(answer.status, path).toBe(200)
  return new Uint8Array(await answer.arrayBuffer())
}

describe('the PDF of a version', () => {
  let torv: Torv
  let staff: Client
  beforeEach(async () => {
    torv = await startTorv()
    staff = await torv.staff()
  })
  afterEach(stopTorvs)

  test.each(['en', 'da'] as const)('says in %s what the page and the mail say, to the minor unit', async (locale) => {
    const { ada, reference, shown } = await offered(torv, staff, LINES, { locale })
    const { document } = shown
    await torv.settle()
    const mail = (await torv.mails()).findLast(({ subject }) => subject.includes(reference) && /ready|klar/.test(subject))

    const text = await textOf(await pdfAt(ada, `/api/quotes/${reference}/pdf`))

    const amounts = [document.net, document.total, ...document.vat.map(({ vat }) => vat), ...document.lines.map(({ net }) => net ?? -1)]
    expect(amounts).toHaveLength(8)
    for (const amount of amounts) expect(text).toContain(spaced(formatMoney(amount, document.currency, locale)))
    expect(spaced(mail?.text ?? '')).toContain(spaced(formatMoney(document.total, document.currency, locale)))
    for (const word of [reference, 'Ada', ADA, 'Installation', 'Crane included', shown.hash]) expect(text).toContain(word)
    expect(text).toContain(locale === 'da' ? 'Tilbud' : 'Quote')
    expect(text).toContain(locale === 'da' ? '14. januar 2027' : '14 January 2027')
    expect(text).toContain(locale === 'da' ? 'Side 1 af ' : 'Page 1 of ')
  })

  test('is a file that runs nothing and can be framed nowhere', async () => {
    const { ada, reference } = await offered(torv, staff)

    const { headers } = await ada.get(`/api/quotes/${reference}/revisions/1/pdf`)

    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${reference}-v1.pdf"`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test('AC1 is nobody else’s, and a draft or a request is no customer’s', async () => {
    const { ada, reference } = await offered(torv, staff)
    const grace = await torv.signedIn('grace@globex.example')
    await staff.post(`/api/desk/quotes/${reference}/recall`)
    await draft(staff, reference, [{ text: 'canary-draft', quantity: 1, unitPrice: 1, options: {} }])
    await pdfAt(ada, `/api/quotes/${reference}/revisions/1/pdf`) // or the refusals below would prove nothing
    await pdfAt(staff, `/api/desk/quotes/${reference}/revisions/2/pdf`)

    const never = await (await grace.get('/api/quotes/Q-222222/pdf')).text()
    for (const path of ['pdf', 'revisions/1/pdf', 'revisions/2/pdf']) {
      const answer = await grace.get(`/api/quotes/${reference}/${path}`)
      expect([answer.status, await answer.text()]).toEqual([404, never])
      expect((await torv.visitor().get(`/api/quotes/${reference}/${path}`)).status).toBe(404)
    }
    for (const number of ['0', '2', '3', '01x', '-1', '1e0']) {
      expect((await ada.get(`/api/quotes/${reference}/revisions/${number}/pdf`)).status, number).toBe(404)
    }
    expect((await ada.get(`/api/desk/quotes/${reference}/revisions/2/pdf`)).status).toBe(403)
    expect((await torv.visitor().get(`/api/desk/quotes/${reference}/revisions/2/pdf`)).status).toBe(401)
  })

  test('of a draft says that it is one', async () => {
    const reference = await askFor(await torv.signedIn(ADA))
    await draft(staff, reference)
    const preview = await textOf(await pdfAt(staff, `/api/desk/quotes/${reference}/revisions/1/pdf`))
    await offer(staff, reference)

    const sent = await textOf(await pdfAt(staff, `/api/desk/quotes/${reference}/revisions/1/pdf`))

    expect(preview).toContain('DRAFT')
    expect(sent).not.toMatch(/draft/i)
  })

  test('of an older version stays as it was, and only the open one asks for a yes', async () => {
    const { ada, reference } = await offered(torv, staff)
    expect(await textOf(await pdfAt(ada, `/api/quotes/${reference}/pdf`))).toContain('Accept this quote')
    await ada.post(`/api/quotes/${reference}/counter`, { text: 'Cheaper?', lines: [] })
    await offer(staff, reference, [{ ...WANTED, discountBp: 1_000 }])
    const { document } = await read(ada, reference)

    const older = await textOf(await pdfAt(ada, `/api/quotes/${reference}/revisions/1/pdf`))
    const newer = await textOf(await pdfAt(ada, `/api/quotes/${reference}/pdf`))

    expect(older).toContain('47,502.50')
    expect(older).not.toContain('Accept this quote')
    expect(newer).toContain(spaced(formatMoney(document.total, 'DKK', 'en')))
    expect(newer).toContain('Accept this quote')
  })

  test('is of the offer as the buyer has chosen it', async () => {
    const { ada, reference, shown } = await offered(torv, staff, LINES)
    const line = shown.document.lines[3]?.id ?? ''

    await ada.put(`/api/quotes/${reference}/choices`, { revision: 1, choices: { [line]: { selected: true } } })

    const { document, hash } = await read(ada, reference)
    const text = await textOf(await pdfAt(ada, `/api/quotes/${reference}/pdf`))
    expect(document.total).toBeGreaterThan(shown.document.total)
    expect(text).toContain(spaced(formatMoney(document.total, 'DKK', 'en')))
    expect(text).toContain(hash)
  })

  test('goes with the mails that say a quote is ready, and that it is accepted', async () => {
    const { ada, reference, shown } = await offered(torv, staff)
    await torv.settle()
    expect((await ada.post(`/api/quotes/${reference}/acceptance`, acceptanceOf(shown))).status).toBe(204)
    await torv.settle()

    const files = (await torv.mails()).filter(({ to }) => to === ADA).flatMap(({ files }) => files)

    expect(files.map(({ filename, type }) => [filename, type])).toEqual([
      [`${reference}-v1.pdf`, 'application/pdf'],
      [`${reference}-v1.pdf`, 'application/pdf'],
    ])
    for (const { content } of files) expect(content.startsWith('%PDF-1.7')).toBe(true)
  })
})

describe('setting a quote', () => {
  test('gives the same bytes for the same quote', async () => {
    const printed = printedWith([lineOf({ name: 'Big Pump' })])

    const [once, again] = [await setQuote(printed), await setQuote(structuredClone(printed))]

    expect(Buffer.compare(once, again)).toBe(0)
    expect(Buffer.compare(once, await setQuote({ ...printed, hash: 'b'.repeat(64) }))).not.toBe(0)
  })

  test('keeps a line on one sheet, and repeats the head of the table on each', async () => {
    const lines = Array.from({ length: 100 }, (_, n) =>
      lineOf({ id: `${n}`, name: `Item no. ${n}.`, unitPrice: 100_000 + n, note: 'x '.repeat(n * 4) }),
    )

    const pages = await pagesOf(await setQuote(printedWith(lines)))

    expect(pages.length).toBeGreaterThan(5)
    for (const [index, page] of pages.entries()) expect(page).toContain(`Page ${index + 1} of ${pages.length}`)
    for (const { name, net } of lines) {
      const on = pages.filter((page) => page.includes(name))
      expect(on, name).toHaveLength(1)
      expect(on[0]).toContain(spaced(formatMoney(net ?? 0, 'DKK', 'en')))
      expect(on[0]).toContain('Sum before VAT')
    }
  })

  test('has room for a line that is longer than a sheet', async () => {
    const words = Array.from({ length: 3_000 }, (_, n) => `w${n}`)

    const pages = await pagesOf(await setQuote(printedWith([lineOf({ name: 'Long', note: words.join(' ') }), lineOf({ name: 'Next' })])))

    const text = pages.join(' ')
    for (const word of words) expect(text).toContain(word)
    expect(text).toContain('Next')
  })

  test('writes every letter of its readers, and shows a sign for what it has no letter for', async () => {
    const name = 'Żółć Łukasz Ærøskøbing Ångström Dvořák Ğül “€” – 1 ½ m²'

    const text = await textOf(await setQuote(printedWith([lineOf({ name }), lineOf({ name: 'before 漢字 👩‍👩‍👧 after' })])))

    expect(text).toContain(name)
    expect(text.replaceAll(' ', '')).toContain('before???after')
  })

  test.skipIf(!existsSync(NAUGHTY))(
    `takes strings that break software as they are (skipped without ${NAUGHTY})`,
    async () => {
      const naughty = (JSON.parse(readFileSync(NAUGHTY, 'utf8')) as string[]).map((text) => text.slice(0, 200))
      expect(naughty.length).toBeGreaterThan(400)

      for (let at = 0; at < naughty.length; at += 130) {
        const some = naughty.slice(at, at + 130)
        const text = (await textOf(await setQuote(printedWith(some.map((name) => lineOf({ name }), 'en'))))).replace(/\s/g, '')
        for (const name of some) if (/^[\x20-\x7e]*$/.test(name)) expect(text).toContain(name.replace(/\s/g, ''))
      }
    },
    120_000,
  )

  test('agrees with the arithmetic for a thousand lines in four currencies', async () => {
    const line = fc.record({
      quantity: fc.integer({ min: 1, max: 10_000 }),
      unitPrice: fc.integer({ min: 0, max: 100_000_000 }),
      discountBp: fc.integer({ min: 0, max: 10_000 }),
      vatBp: fc.constantFrom(0, 600, 1_250, 2_500),
      optional: fc.boolean(),
      selected: fc.boolean(),
    })
    const quote = fc.record({
      currency: fc.constantFrom('DKK', 'EUR', 'JPY', 'KWD'),
      locale: fc.constantFrom<Locale>('en', 'da'),
      lines: fc.array(line, { minLength: 45, maxLength: 55 }),
    })

    await fc.assert(
      fc.asyncProperty(quote, async ({ currency, locale, lines }) => {
        const priced = lines.map((line, n) => lineOf({ ...line, id: `${n}`, name: `L${n}`, selected: line.selected || !line.optional }))
        const printed = printedWith(priced, locale, currency)

        const text = await textOf(await setQuote(printed))

        const { net, total, vat } = printed.document
        for (const amount of [net, total, ...vat.map(({ vat }) => vat), ...priced.map(({ net }) => net ?? 0)]) {
          expect(text).toContain(spaced(formatMoney(amount, currency, locale)))
        }
      }),
      { numRuns: 20 },
    )
  }, 120_000)
})

function lineOf(line: Partial<PricedLine>): PricedLine {
  const { quantity = 1, unitPrice = 100_000, discountBp = 0 } = line
  return {
    ...{ id: '1', product: null, sku: null, name: 'Item', options: [], quantity, unit: 'piece', listUnit: null, tierUnit: null },
    ...{
      ownUnit: unitPrice,
      unitPrice,
      discountBp,
      vatBp: 2_500,
      optional: false,
      selected: true,
      range: null,
      deliveryOn: null,
      note: '',
    },
    ...amountFor(quantity, unitPrice, discountBp),
    ...line,
  }
}

function printedWith(lines: PricedLine[], locale: Locale = 'en', currency = 'DKK'): PrintedQuote {
  const { name, legalName, address, registration, email, phone, quotes } = content.company
  const document: QuoteDocument = {
    ...{ reference: 'Q-7K3M9Q', revision: 1, locale, currency, lines, ...totalOf(lines) },
    seller: { name, legalName, address, registration, email, phone },
    buyer: { name: 'Ada Lund', company: 'Acme', email: ADA, phone: '' },
    ...{ terms: quotes.terms[locale], termsVersion: quotes.termsVersion, validDays: 30, note: '' },
    ...{ sentAt: '2026-11-25T10:00:00.000Z', validUntil: '2026-12-25T10:00:00.000Z' },
  }
  return {
    ...{ document, hash: 'a'.repeat(64), standing: 'open', acceptance: null, at: Date.parse('2026-11-25T10:00:00Z') },
    ...{ link: 'https://torv.example/en/quotes/Q-7K3M9Q', timeZone: 'Europe/Copenhagen', accent: '#0f6b5c', logo: '' },
    phrases: content.strings[locale],
  }
}
