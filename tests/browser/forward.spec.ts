import type { Browser, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { signIn } from './steps.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, linkIn, phrasesOf, someone, type Torv, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, ...(javaScriptEnabled ? {} : { viewport: { width: 360, height: 740 } }) })

      test(`${locale}: an offer that needs approval is forwarded, approved by a colleague without an account, and accepted`, async ({
        page,
        browser,
        torv,
      }) => {
        const [ada, bo] = [someone('ada'), someone('bo')]
        const barriers = javaScriptEnabled ? expectNoBarriers : async () => {} // axe is a script itself

        await signIn(page, torv, locale, ada, `/${locale}/account/organisation`)
        await page.locator('form[data-form=create] [name=name]').fill('Acme')
        await page.locator('form[data-form=create] button').click()
        await page.locator('details#rules > summary').click()
        await page.locator('[name=approval]').selectOption('yes')
        await page.locator('[name="approvalOver.DKK"]').fill('1000')
        await barriers(page)
        await page.locator('form[data-form=rules] button').click()
        await expect(page.getByText(t('organisation.rules.saved'))).toBeVisible()

        const reference = await asksFor(page, torv, locale, javaScriptEnabled)
        await priceAndSend(browser, torv, reference)
        await page.goto(`${torv.url}/${locale}/quotes/${reference}`)
        await expect(page.getByText(t('quote-share.organisation.needed'))).toBeVisible()
        await expect(page.locator('form[data-form=accept]')).toHaveCount(0)
        await page.locator('details#forward > summary').click()
        await barriers(page)
        await page.locator('form[data-form=forward] [name=email]').fill(ada)
        await page.locator('form[data-form=forward] [name=text]').fill('May we?')
        await page.locator('form[data-form=forward] button').click()
        await expect(page.getByText(t('invalid.own')).first()).toBeVisible() // nobody asks themselves
        await expect(page.locator('form[data-form=forward] [name=text]')).toHaveValue('May we?')
        await page.locator('form[data-form=forward] [name=email]').fill(bo)
        await page.locator('form[data-form=forward] [name=name]').fill('Bo Bech')
        await page.locator('form[data-form=forward] [name=right]').selectOption('approve')
        await page.locator('form[data-form=forward] button').click()
        await expect(page.locator(`[data-share="${bo}"]`)).toContainText(t('quote-share.approve'))
        await barriers(page)

        const mail = await torv.mailTo(bo, new RegExp(reference))
        expect(mail.text).toContain('May we?')
        const colleague = await (await browser.newContext({ javaScriptEnabled, locale })).newPage()
        await colleague.goto(linkIn(mail))
        await expect(colleague).toHaveURL(`${torv.url}/${locale}/quotes/${reference}`)
        await expect(colleague.locator('main')).toContainText(t('quote-share.may.approve'))
        for (const form of ['accept', 'code', 'decline', 'counter', 'forward'])
          await expect(colleague.locator(`form[data-form=${form}]`)).toHaveCount(0)
        await barriers(colleague)
        await colleague.locator('form[data-form=ask] [name=text]').fill('Is the bracket part of it?')
        await colleague.locator('form[data-form=ask] button').click()
        await expect(colleague.locator('.thread')).toContainText('Bo Bech (')
        await colleague.locator('form[data-form=decide] [name=text]').fill('Go ahead')
        await colleague.locator('form[data-form=decide] [value=approved]').click()
        await expect(colleague.locator('[data-decision=approved]')).toContainText('Go ahead')
        await barriers(colleague)
        await torv.mailTo(ada, new RegExp(`Bo Bech.*${reference}`))

        await page.goto(`${torv.url}/${locale}/quotes/${reference}`)
        await expect(page.locator('[data-decision=approved]')).toContainText('Bo Bech')
        await page.locator('form[data-form=accept] [name=name]').fill('Ada Lund')
        await page.locator('form[data-form=accept] [data-live=accept] button').click()
        await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')

        await page.locator(`[data-share="${bo}"] button`).click()
        await expect(page.locator(`[data-share="${bo}"]`)).toHaveCount(0)
        const gone = await colleague.goto(`${torv.url}/${locale}/quotes/${reference}`)
        expect(gone?.status()).toBe(404)
        await colleague.context().close()

        const desk = await atTheDesk(browser, torv)
        await desk.goto(`${torv.url}/desk/quotes/${reference}`)
        await expect(desk.locator('[data-decision=approved]')).toContainText('Go ahead')
        await expectNoBarriers(desk)
        await desk.locator('a[href^="/desk/organisations/"]').first().click()
        await expect(desk.locator('h1')).toHaveText('Acme')
        await expect(desk.locator('main')).toContainText(reference)
        await expectNoBarriers(desk)
        await desk.context().close()
      })
    })
  }
}

/** Asks for one small unit in the name of the organisation; the reference of the request. */
async function asksFor(page: Page, torv: Torv, locale: Locale, javaScriptEnabled: boolean): Promise<string> {
  await page.goto(`${torv.url}/${locale}/products/brise-4`)
  await page.locator('form[action$="/quotes/list"] button').click()
  if (javaScriptEnabled) await hydrated(page)
  await expect(page.locator('[name=forOrganisation]')).toBeChecked()
  await page.locator('[name=name]').fill('Ada Lund')
  await page.locator('form[data-form=request]').locator('button[name=action][value=request], button:not([name])').last().click()
  await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
  return /Q-\w{6}/.exec(page.url())?.[0] ?? ''
}

async function priceAndSend(browser: Browser, torv: Torv, reference: string) {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/quotes/${reference}`)
  await desk.locator('form[data-form=open] button').click()
  await desk.locator('form[data-form=draft] button[value=send], [data-form=send] button').first().click()
  await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
  await desk.context().close()
}
