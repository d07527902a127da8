import { LOCALES } from '../../content/schema.ts'
import { atTheDesk, codeIn, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled })

      test(`${locale}: signing in by code, a wrong one first, and out again`, async ({ page, torv }) => {
        const email = someone('ada')
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
        await page.goto(`${torv.url}/${locale}/account/`)
        await expect(page).toHaveURL(/\/sign-in\?next=/)
        await barriers()
        await page.locator('[name=email]').fill(email)
        await page.getByRole('button', { name: t('account.sign-in.address.send') }).click()
        const code = codeIn(await torv.mailTo(email, /^\d{3} \d{3} /))
        await barriers()

        await page.locator('[name=code]').fill(code === '000000' ? '111111' : '000000')
        await page.getByRole('button', { name: t('account.sign-in.submit') }).click()
        await expect(page.getByText(t('invalid.wrong-code')).first()).toBeVisible()
        await barriers()
        await page.locator('[name=code]').fill(`${code.slice(0, 3)} ${code.slice(3)}`)
        await page.getByRole('button', { name: t('account.sign-in.submit') }).click()

        await expect(page).toHaveURL(`${torv.url}/${locale}/account/`)
        await expect(page.getByText(email)).toBeVisible()
        await barriers()
        await page.getByRole('button', { name: t('account.sign-out') }).click()
        await page.goto(`${torv.url}/${locale}/account/`)
        await expect(page).toHaveURL(/\/sign-in/) // BN11: nothing of the account is left
      })
    })
  }

  test(`${locale}: what is not there, or no longer, says so and shows a way on`, async ({ page, torv }) => {
    for (const path of ['/nothing', '/tickets/T-222222', '/quotes/Q-222222', `/open/${'a'.repeat(43)}`]) {
      const response = await page.goto(`${torv.url}/${locale}${path}`)
      expect([path, response?.status()]).toEqual([path, 404])
      await expect(page.locator('h1')).toBeVisible()
      await expect(page.locator('html')).toHaveAttribute('lang', locale)
      await expectNoBarriers(page)
    }
  })
}

test('a site is added at the desk, and the line to embed the widget is shown', async ({ browser, torv }) => {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/sites`)
  await desk.locator('[name=name]').fill('Our shop')
  await desk.locator('[name=origin]').fill('https://shop.example.com')
  await desk.locator('form[data-form=site] button').click()
  await expect(desk.locator('pre').last()).toContainText(`<script async src="${torv.url}/widget.js" data-site="`)
  await expectNoBarriers(desk)
  await desk.goto(`${torv.url}/desk/outbox`)
  await expect(desk.locator('h1')).toBeVisible()
  await expectNoBarriers(desk)
  await desk.context().close()
})
