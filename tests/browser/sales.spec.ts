import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { answerWith, begin, HOUSE, openFolded, proveAndAccept, readyMail, referenceOn, sendFromDesk } from './steps.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, linkIn, phrasesOf, someone, startWithStaff, type Torv, test } from './torv.ts'

// The sales side from first look to signed order, as the people in it walk it.

const DAY_MS = 24 * 3_600_000
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true } as const
/** The steps of the first story take no longer, on a phone and a busy machine. */
const TWO_MINUTES = 120_000

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test.describe(() => {
    test.use(PHONE)

    test(`${locale}: a guest with a phone goes from the first question to an accepted quote`, async ({ page, browser, torv }) => {
      test.setTimeout(TWO_MINUTES)
      const email = someone('ada')

      await page.goto(`${torv.url}/${locale}/choose`)
      for (const [question, answer] of Object.entries(HOUSE)) await answerWith(page, question, answer)
      await page.locator('[data-fit=luft-9] form[data-form=choose] button').click()
      await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
      await page.locator('[name=name]').fill('Ada Lund')
      await page.locator('[name=email]').fill(email)
      await page.locator('form[data-form=request] button[value=request]').click()
      const reference = await referenceOn(page)

      const desk = await atTheDesk(browser, torv)
      await begin(desk, torv, reference)
      await sendFromDesk(desk)
      await desk.context().close()
      const buyer = await fromMail(browser, torv, locale, email, reference, PHONE)
      await proveAndAccept(buyer, torv, email)
      await expectNoBarriers(buyer)
      await buyer.context().close()
    })
  })

  test(`${locale}: an offer is negotiated over three versions, with an optional line and a colleague's approval`, async ({
    page,
    browser,
    torv,
  }) => {
    test.slow() // three versions, three people, and axe looks at each step
    const [email, colleague] = [someone('ada'), someone('bo')]
    const reference = await askAsGuest(page, torv, locale, 'luft-9', email)
    const desk = await atTheDesk(browser, torv)
    await begin(desk, torv, reference)
    await desk.locator('button[value=add-text]').click()
    await desk.locator('[name="lines.1.text"]').fill('Crane, one day')
    await desk.locator('[name="lines.1.unitPrice"]').fill('4000')
    await openAround(desk, '[name="lines.1.optional"]')
    await desk.locator('[name="lines.1.optional"]').check()
    await expectNoBarriers(desk)
    await sendFromDesk(desk)

    // The first version: the crane counts once it is ticked.
    await page.reload()
    await expect(page.locator('[data-total]')).toContainText(/78[.,]625/)
    await expectNoBarriers(page)
    await page.locator('form[data-form=choose] [name="selected.2"]').check()
    await expect(page.locator('[data-total]')).toContainText(/83[.,]625/)
    await page.reload()
    await expect(page.locator('form[data-form=choose] [name="selected.2"]')).toBeChecked()
    await page.locator('form[data-form=ask] [name=text]').fill('Does it come with a driver?')
    await page.locator('form[data-form=ask] button').click()
    await expect(page.locator('.thread')).toContainText('Does it come with a driver?')
    await page.locator('form[data-form=ask] [name=lineId]').selectOption({ label: 'Crane, one day' })
    await page.locator('form[data-form=ask] [name=text]').fill('For one day only?')
    await page.locator('form[data-form=ask] button').click()
    await expect(page.locator('.thread')).toContainText(t('common.message.about', { about: 'Crane, one day' }))
    await openFolded(page, 'counter')
    await page.locator('details.asked > summary').first().click()
    await page.locator('[name="asked.1.quantity"]').fill('2')
    await page.locator('[name="asked.1.unitPrice"]').fill(locale === 'da' ? '60.000,00' : '60,000.00')
    await page.locator('[name="asked.1.text"]').fill('The neighbour paid less.')
    await page.locator('form[data-form=counter] [name=text]').fill('We would take two.')
    await expectNoBarriers(page)
    await page.locator('form[data-form=counter] > button').click()
    await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'countered')

    // The second: two of them, at a price between.
    await desk.goto(`${torv.url}/desk/quotes/${reference}`)
    await expect(desk.locator('main')).toContainText('We would take two.')
    await expect(desk.locator('.thread')).toContainText('The neighbour paid less.')
    await expect(desk.locator('[name="lines.1.selected"]')).toBeChecked() // as the buyer had ticked it
    await expectNoBarriers(desk)
    await desk.locator('[name="lines.0.quantity"]').fill('2')
    await desk.locator('[name="lines.0.unitPrice"]').fill('61,500.00')
    await sendFromDesk(desk)
    await page.reload()
    await expect(page.locator('[data-line="1"]')).toContainText(t('quotes.term.unitPrice'))
    await expect(page.locator('.stand--agreed')).toHaveCount(1)
    await openFolded(page, 'versions')
    await expect(page.locator('.versions')).toContainText(/61[.,]500/)
    await expectNoBarriers(page)
    await openFolded(page, 'counter')
    await page.locator('form[data-form=counter] [name=text]').fill('And the crane for 3,500?')
    await page.locator('form[data-form=counter] > button').click()

    // The third is forwarded, approved, and accepted as the buyer has chosen it.
    await desk.goto(`${torv.url}/desk/quotes/${reference}`)
    await desk.locator('[name="lines.1.unitPrice"]').fill('3500')
    await sendFromDesk(desk)
    const buyer = await fromMail(browser, torv, locale, email, reference)
    await openFolded(buyer, 'forward')
    await buyer.locator('form[data-form=forward] [name=email]').fill(colleague)
    await buyer.locator('form[data-form=forward] [name=name]').fill('Bo Bech')
    await buyer.locator('form[data-form=forward] [name=right]').selectOption('approve')
    await buyer.locator('form[data-form=forward] button').click()
    await expect(buyer.locator(`[data-share="${colleague}"]`)).toBeVisible()
    const bo = await (await browser.newContext({ locale })).newPage()
    await bo.goto(linkIn(await torv.mailTo(colleague, new RegExp(reference))))
    await expectNoBarriers(bo)
    await bo.locator('form[data-form=decide] [value=approved]').click()
    await expect(bo.locator('[data-decision=approved]')).toBeVisible()
    await bo.context().close()

    await buyer.goto(`${torv.url}/${locale}/quotes/${reference}`)
    await expect(buyer.locator('[data-decision=approved]')).toContainText('Bo Bech')
    await expectNoBarriers(buyer)
    await buyer.locator('form[data-form=choose] [name="selected.2"]').check()
    await expect(buyer.locator('[data-total]')).toContainText(/158[.,]125/)
    await proveAndAccept(buyer, torv, email)
    await expect(buyer.locator('[data-total]')).toContainText(/158[.,]125/)
    await expectNoBarriers(buyer)
    await buyer.context().close()
    await desk.reload()
    await expect(desk.locator('[data-total=total]')).toContainText('158,125')
    await desk.context().close()
  })

  test(`${locale}: an offer that ran out is asked for again, and the new version is accepted`, async ({ page, browser }) => {
    test.slow() // a server of its own, that goes away and comes back a month later
    const torv = await startWithStaff()
    try {
      const email = someone('grace')
      const reference = await askAsGuest(page, torv, locale, 'brise-4', email)
      const desk = await atTheDesk(browser, torv)
      await begin(desk, torv, reference)
      await sendFromDesk(desk)
      await desk.context().close()
      const mail = await torv.mailTo(email, readyMail(locale, reference))
      await torv.end('SIGTERM')
      await torv.start(31 * DAY_MS)

      const buyer = await (await browser.newContext({ locale })).newPage()
      await buyer.goto(linkIn(mail))
      await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'expired')
      await expect(buyer.locator('form[data-form=accept], form[data-form=code]')).toHaveCount(0)
      await expectNoBarriers(buyer)
      await buyer.locator('form[data-form=renewal] [name=text]').fill('We were away.')
      await buyer.locator('form[data-form=renewal] button').click()
      await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'pricing')
      await expect(buyer.locator('main')).toContainText('We were away.')

      const again = await atTheDesk(browser, torv)
      await again.goto(`${torv.url}/desk/quotes/${reference}`)
      await sendFromDesk(again)
      await again.context().close()
      await buyer.reload()
      await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
      await proveAndAccept(buyer, torv, email)
      await buyer.context().close()
    } finally {
      await torv.remove()
    }
  })
}

async function askAsGuest(page: Page, torv: Torv, locale: Locale, product: string, email: string): Promise<string> {
  await page.goto(`${torv.url}/${locale}/products/${product}`)
  await page.locator('form[action$="/quotes/list"] button').click()
  await hydrated(page)
  await page.locator('[name=name]').fill('Ada Lund')
  await page.locator('[name=email]').fill(email)
  await page.locator('form[data-form=request] button[value=request]').last().click()
  return referenceOn(page)
}

/** The buyer in a browser of their own, by the newest link they were sent. */
async function fromMail(
  browser: Browser,
  torv: Torv,
  locale: Locale,
  email: string,
  reference: string,
  device: BrowserContextOptions = {},
) {
  const buyer = await (await browser.newContext({ locale, ...device })).newPage()
  await buyer.goto(linkIn(await torv.mailTo(email, readyMail(locale, reference))))
  await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
  return buyer
}

/** What stands in something folded is opened first. */
async function openAround(page: Page, selector: string) {
  const folded = page.locator(`details:not([open]):has(${selector}) > summary`)
  if (await folded.count()) await folded.click()
}
