import type { Browser, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import {
  atTheDesk,
  codeIn,
  expect,
  expectNoBarriers,
  hydrated,
  linkIn,
  phrasesOf,
  type ReceivedMail,
  someone,
  type Torv,
  test,
} from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, ...(javaScriptEnabled ? {} : { viewport: { width: 360, height: 740 } }) })

      test(`${locale}: a guest asks for a quote, staff prices and sends it, the guest accepts it`, async ({ page, browser, torv }) => {
        test.slow() // axe looks at each page on the way
        const email = someone('ada')
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself

        await page.goto(`${torv.url}/${locale}/products`)
        await barriers()
        await page.locator('a[href$="/products/luft-9"]').first().click()
        await expect(page.locator('h1')).toHaveText('Fjeld Luft 9')
        await barriers()
        await page.locator('form[action$="/quotes/list"] input[name=quantity]').fill('2')
        await page.locator('form[action$="/quotes/list"] button').click()

        await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
        if (javaScriptEnabled) await hydrated(page)
        // Two at the list price of 62,900.00, and 25 % VAT.
        await expect(page.locator('[data-total]').first()).toContainText(/157[.,]250/)
        await barriers()
        await page.locator('[name=need]').fill('Before winter, please.')
        await page.locator('[name=email]').fill(email)
        const request = page.locator('form[data-form=request]')
        await request.evaluate((form: HTMLFormElement) => {
          form.noValidate = true
        })
        await request.locator('button[name=action][value=request], button:not([name])').last().click()
        await expect(page.getByText(t('invalid.required')).first()).toBeVisible() // the name is missing
        await expect(page.locator('[name=need]')).toHaveValue('Before winter, please.')
        await page.locator('[name=name]').fill('Ada Lund')
        await request.locator('button[name=action][value=request], button:not([name])').last().click()
        await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
        const reference = /Q-\w{6}/.exec(page.url())?.[0] ?? ''
        await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'requested')
        await barriers()

        await priceAndSend(browser, torv, reference)

        // Another browser, where nobody is signed in: the link in the mail, then a code.
        const mail = await torv.mailTo(email, mailOf(locale, reference))
        const buyer = await (await browser.newContext({ javaScriptEnabled, locale })).newPage()
        await buyer.goto(linkIn(mail))
        await expect(buyer).toHaveURL(`${torv.url}/${locale}/quotes/${reference}`)
        await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
        await expect(buyer.locator('[data-total]').first()).toContainText(/149[.,]387/) // 5 % off
        if (javaScriptEnabled) await expectNoBarriers(buyer)
        await buyer.locator('form[data-form=code] button').click()
        await buyer.locator('form[data-form=prove] [name=code]').fill(codeIn(await codeMail(torv, email)))
        await buyer.locator('form[data-form=prove] button').click()
        await buyer.locator('form[data-form=accept] [name=name]').fill('Ada Lund')
        if (javaScriptEnabled) await expectNoBarriers(buyer)
        await buyer.locator('form[data-form=accept] [data-live=accept] button').click()

        await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')
        await expect(buyer.locator('main')).toContainText('Ada Lund')
        if (javaScriptEnabled) await expectNoBarriers(buyer)
        await printsClean(buyer, reference)
        await torv.mailTo(email, new RegExp(`${locale === 'da' ? 'accepteret' : 'accepted'}.*${reference}`))

        await buyer.goto(`${torv.url}/${locale}/quotes`)
        await expect(buyer.locator(`a[href*="${reference}"]`).first()).toBeVisible()
        await buyer.context().close()
      })
    })
  }

  test(`${locale}: a guest asks about an offer and turns it down with a reason`, async ({ page, browser, torv }) => {
    await page.goto(`${torv.url}/${locale}/products/brise-4`)
    await page.locator('form[action$="/quotes/list"] button').click()
    await page.locator('[name=name]').fill('Grace Holm')
    await page.locator('[name=email]').fill(someone('grace'))
    await page.locator('form[data-form=request]').locator('button[name=action][value=request], button:not([name])').last().click()
    await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
    const reference = /Q-\w{6}/.exec(page.url())?.[0] ?? ''
    await priceAndSend(browser, torv, reference)
    await page.reload()

    await opened(page, 'ask')
    await page.locator('form[data-form=ask] [name=text]').fill('Is the bracket part of it?')
    await page.locator('form[data-form=ask] button').click()
    await expect(page.locator('main')).toContainText('Is the bracket part of it?')

    await opened(page, 'decline')
    await page.locator('form[data-form=decline] [name=reason]').selectOption('time')
    await page.locator('form[data-form=decline] [name=text]').fill('We need it sooner.')
    await page.locator('form[data-form=decline] button').click()
    await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'declined')
    await expectNoBarriers(page)
  })
}

/** Sam takes 5 % off the first line and sends the offer. */
async function priceAndSend(browser: Browser, torv: Torv, reference: string) {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/quotes/`)
  await expect(desk.locator(`a[href*="${reference}"]`).first()).toBeVisible()
  await expectNoBarriers(desk)
  await desk.goto(`${torv.url}/desk/quotes/${reference}`)
  await desk.locator('form[data-form=open] button').click()
  await desk.locator('[name="lines.0.discount"]').fill('5')
  await expectNoBarriers(desk)
  await desk.locator('form[data-form=draft] button[value=send], [data-form=send] button').first().click()
  await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
  await expectNoBarriers(desk)
  await desk.context().close()
}

function mailOf(locale: Locale, reference: string): RegExp {
  return new RegExp(locale === 'da' ? `tilbud ${reference} er klar` : `quote ${reference} is ready`)
}

async function codeMail(torv: Torv, email: string): Promise<ReceivedMail> {
  return torv.mailTo(email, /^\d{3} \d{3} /)
}

/** What is folded away is opened first. */
async function opened(page: Page, form: string) {
  const folded = page.locator(`details:not([open]):has(form[data-form=${form}]) > summary`)
  if (await folded.count()) await folded.first().click()
}

/** On paper there is the offer and who accepted it, and neither navigation nor forms. */
async function printsClean(page: Page, reference: string) {
  await page.emulateMedia({ media: 'print' })
  await expect(page.locator('main')).toContainText(reference)
  await expect(page.locator('[data-status=accepted]').first()).toBeVisible()
  await expect(page.locator('[data-total]').first()).toBeVisible()
  await expect(page.locator('header nav').first()).toBeHidden()
  for (const form of await page.locator('main form').all()) await expect(form).toBeHidden()
  await page.emulateMedia({ media: 'screen' })
}
