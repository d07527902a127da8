import type { Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { answerWith, HOUSE } from './steps.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, viewport: { width: 360, height: 740 }, hasTouch: true })
      test.slow() // axe looks at each page on the way

      test(`${locale}: a guest with a phone goes from the first question to a quote request, and staff reads the answers`, async ({
        page,
        browser,
        torv,
      }) => {
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
        await page.goto(`${torv.url}/${locale}/`)
        await page.locator('.invitation a').click()

        for (const [question, answer] of Object.entries(HOUSE)) {
          if (question !== 'home') await expect(page.locator('h1#question')).toBeFocused()
          if (question === 'home' || question === 'area') await barriers()
          await expectNoSideways(page)
          await answerWith(page, question, answer)
        }

        await expect(page).toHaveURL(`${torv.url}/${locale}/choose?${new URLSearchParams(HOUSE)}#question`)
        await expect(page.locator('h1#question')).toBeFocused()
        await expect(page.locator('[data-fit]').first()).toHaveAttribute('data-fit', 'luft-9')
        await expect(page.locator('[data-fit=luft-9]')).toContainText(locale === 'da' ? '6,4 kW' : '6.4 kW')
        await expectNoSideways(page)
        await barriers()

        const fit = page.locator('[data-fit=luft-9]')
        await fit.locator('input[value=kilde-200]').check()
        await fit.locator('form[data-form=choose] button').click()
        await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
        await expect(page.locator('[name="lines.0.product"]')).toHaveValue('luft-9')
        await expect(page.locator('[name="lines.1.product"]')).toHaveValue('kilde-200')
        await expect(page.locator('[data-taken]')).toContainText(t('choose.taken.show', { n: 8 }))
        await barriers()

        await page.locator('[name=name]').fill('Ada Lund')
        await page.locator('[name=email]').fill(someone('ada'))
        await page.locator('form[data-form=request] button[value=request]').click()
        await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)

        const desk = await atTheDesk(browser, torv)
        await desk.goto(`${torv.url}/desk/quotes/${/Q-\w{6}/.exec(page.url())?.[0]}`)
        await expect(desk.locator('[data-answers] tr')).toHaveCount(8)
        await expect(desk.locator('[data-answers]')).toContainText('160\u00a0m²')
        await expectNoBarriers(desk)
        await desk.context().close()
        await page.goto(`${torv.url}/${locale}/quotes/new`)
        await expect(page.locator('[data-taken]')).toHaveCount(0) // they have been sent
      })

      test(`${locale}: an answer can be changed without losing the others, and a wrong one says what is wrong`, async ({ page, torv }) => {
        await page.goto(`${torv.url}/${locale}/choose?${new URLSearchParams({ home: 'house', spread: 'radiators' })}`)
        await answerWith(page, 'area', '9999')
        await expect(page.getByRole('alert')).toContainText('1000')
        await expect(page.locator('input[name=area]')).toHaveValue('9999')
        await answerWith(page, 'area', '160')

        await page.locator('a.back').click()
        await expect(page.locator('input[name=area]')).toHaveValue('160')
        await page.locator('a.back').click()
        await expect(page.locator('button[aria-current]')).toHaveAttribute('value', 'radiators')
        await answerWith(page, 'spread', 'floor')
        await expect(page).toHaveURL(`${torv.url}/${locale}/choose?home=house&spread=floor&area=160#question`)
      })

      test(`${locale}: when nothing fits it says so, and the answers go along to a person`, async ({ page, torv }) => {
        await page.goto(`${torv.url}/${locale}/choose?${new URLSearchParams({ ...HOUSE, outdoors: 'none' })}`)
        await expect(page.locator('h1')).toHaveText(t('choose.nothing.title'))
        await page.locator('summary').click()
        await expect(page.locator('details')).toContainText('Fjeld Luft 9')
        if (javaScriptEnabled) await expectNoBarriers(page)

        await page.getByRole('link', { name: t('choose.nothing.ask') }).click()
        await expect(page.locator('[name=text]')).toHaveValue(/160\u00a0m²/)
      })

      test(`${locale}: answers that were taken along can be left out again`, async ({ page, torv }) => {
        for (const _time of ['once', 'and once more']) {
          await page.goto(`${torv.url}/${locale}/choose?${new URLSearchParams(HOUSE)}`)
          await page.locator('[data-fit] form[data-form=choose] button').first().click()
          await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
          await expect(page.locator('[name="lines.0.quantity"]')).toHaveValue('1')
        }
        await page.locator('[name=name]').fill('Ada Lund')
        await page.locator('[data-taken] button[value=forget-answers]').click()

        await expect(page.locator('[data-taken]')).toHaveCount(0)
        await expect(page.locator('[name=name]')).toHaveValue('Ada Lund')
      })
    })
  }
}

test('the whole way can be gone with the keyboard alone', async ({ page, torv }) => {
  await page.goto(`${torv.url}/en/choose#question`)
  const tabTo = async (times: number) => {
    await expect(page.locator('h1#question')).toBeFocused()
    for (let n = 0; n < times; n++) await page.keyboard.press('Tab')
  }
  await tabTo(2)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/home=summer-house/)
  await tabTo(4)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/spread=none/)
  await tabTo(1)
  await page.keyboard.type('60')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/area=60/)
  await tabTo(1)
  await page.keyboard.press('Enter')

  await expect(page.locator('[data-fit]').first()).toHaveAttribute('data-fit', 'brise-4')
  await expect(page.locator('h1#question')).toBeFocused()
})

/** Nothing is wider than the phone. */
async function expectNoSideways(page: Page) {
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
}
