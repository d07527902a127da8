import { LOCALES } from '../../content/schema.ts'
import { XSS } from '../support/xss.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, viewport: { width: 360, height: 740 } })
      test.slow() // axe looks at each page on the way

      test(`${locale}: a guest asks about a product, staff answers and shows it to everybody`, async ({ page, browser, torv }) => {
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
        const product = 'luft-9'
        await page.goto(`${torv.url}/${locale}/products/${product}`)
        await barriers()
        const form = page.locator('form[data-form=ask]')
        await form.locator('[name=text]').fill('Hums it at night? Ada Lund')
        await form.locator('button').click()
        await expect(page.getByText(t('invalid.required')).first()).toBeVisible() // where to answer is missing
        await expect(page.locator('[name=text]')).toHaveValue('Hums it at night? Ada Lund')
        await barriers()
        await page.locator('[name=name]').fill('Ada Lund')
        await page.locator('[name=email]').fill(someone('ada'))
        await page.locator('form[data-form=ask] button').click()
        await expect(page.getByRole('status')).toContainText(t('questions.asked.title'))
        await barriers()
        const reference = /T-\w{6}/.exec(page.url())?.[0] ?? ''

        const desk = await atTheDesk(browser, torv)
        await desk.goto(`${torv.url}/desk/?queue=sales`)
        await expect(desk.locator(`a[href*="${reference}"]`).first()).toBeVisible()
        await desk.goto(`${torv.url}/desk/tickets/${reference}`)
        await desk.locator('[data-publication] summary').click()
        await expectNoBarriers(desk)
        const question = `Is it quiet? ${locale} ${javaScriptEnabled} ${XSS[9]}`
        await desk.locator(`[name="texts.${locale}.answer"]`).fill('Yes: 33 dB(A) at five metres.')
        await desk.locator('button[value=publish]').click()
        await expect(desk.locator('[data-publication]')).toContainText('name, e-mail') // hers still stands in the question
        await desk.locator(`[name="texts.${locale}.question"]`).fill(question)
        await desk.locator('button[value=publish]').click()
        await expect(desk.locator('[data-publication] summary')).toHaveText(phrasesOf('en')('questions.desk.published'))

        await page.goto(`${torv.url}/${locale}/products/${product}`)
        if (!javaScriptEnabled) await page.locator('a[href$="/questions"]').click()
        await expect(page.locator('.published h3').first()).toHaveText(question)
        await expect(page.locator('main')).not.toContainText('Ada')
        await barriers()

        await desk.locator('[data-publication] summary').click()
        await desk.locator('button[value=withdraw]').click()
        await expect(desk.locator('[data-publication] summary')).toHaveText(phrasesOf('en')('questions.desk.title'))
        await page.goto(`${torv.url}/${locale}/products/${product}/questions`)
        await expect(page.locator('main')).not.toContainText(question)
        await desk.context().close()
      })
    })
  }
}
