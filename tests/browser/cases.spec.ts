import { LOCALES } from '../../content/schema.ts'
import { post } from '../support/server.ts'
import { begin, sendFromDesk, signIn } from './steps.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test.describe(() => {
    test.use({ viewport: { width: 360, height: 740 }, javaScriptEnabled: locale === 'en' })

    test(`${locale}: cases and quotes in one list, narrowed down and searched, and kept as a PDF`, async ({ page, torv }) => {
      const barriers = locale === 'en' ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
      await page.goto(`${torv.url}/${locale}/account/cases`)
      await expect(page.getByText(t('my-cases.empty'))).toBeVisible()
      await barriers()

      const email = someone('ada')
      const headers = { origin: torv.url }
      const draft = { kind: 'problem', subject: 'Støj fra varmepumpen', text: 'Hele natten', name: 'Ada', email, locale }
      const opened = await page.context().request.post(`${torv.url}/api/tickets`, { headers, data: draft })
      const { reference } = (await opened.json()) as { reference: string }
      const wanted = { lines: [{ product: 'luft-9', quantity: 1 }], name: 'Ada', email, locale }
      expect((await page.context().request.post(`${torv.url}/api/quotes`, { headers, data: wanted })).status()).toBe(201)
      await post(torv.url, '/api/tickets', { ...draft, subject: 'Of somebody else', email: someone('grace') })

      await page.reload()
      await expect(page.locator('.cases li')).toHaveCount(2)
      await barriers()
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await page.locator('[name=kind]').selectOption('quote')
      await page.locator('[data-form=filter] button').click()
      await expect(page.locator('.cases li')).toHaveCount(1)
      await expect(page.locator('.cases li')).toContainText(/Q-\w{6}/)
      await page.locator('[name=kind]').selectOption('')
      await page.locator('#field-q').fill('STØJ fra')
      await page.locator('[data-form=filter] button').click()
      await expect(page.locator('.cases li')).toHaveCount(1)
      await page.locator('#field-q').fill('nothing of the kind')
      await page.locator('[data-form=filter] button').click()
      await expect(page.getByText(t('my-cases.none'), { exact: true })).toBeVisible()
      await barriers()

      await page.goto(`${torv.url}/${locale}/account/cases?q=${reference}`)
      await page.locator('.cases a').click()
      await expect(page).toHaveURL(new RegExp(`/tickets/${reference}`))
      const href = await page.getByRole('link', { name: t('ticket-pdf.save') }).getAttribute('href')
      const pdf = await page.context().request.get(`${torv.url}${href}`)
      expect(pdf.headers()['content-type']).toBe('application/pdf')
    })

    test(`${locale}: one's own page begins with what waits for an answer`, async ({ page, browser, torv }) => {
      const email = someone('ada')
      await signIn(page, torv, locale, email, `/${locale}/account/`)
      await expect(page.locator('[data-waits]')).toContainText(t('account.waits.nothing'))

      const wanted = { lines: [{ product: 'luft-9', quantity: 1 }], name: 'Ada', email, locale }
      const asked = await page.context().request.post(`${torv.url}/api/quotes`, { headers: { origin: torv.url }, data: wanted })
      const { reference } = (await asked.json()) as { reference: string }
      await page.reload()
      await expect(page.locator('[data-waits]')).not.toContainText(reference) // it is our turn
      const desk = await atTheDesk(browser, torv)
      await begin(desk, torv, reference)
      await sendFromDesk(desk)
      await desk.context().close()

      await page.reload()
      await expect(page.locator('[data-waits] li')).toHaveCount(1)
      if (locale === 'en') await expectNoBarriers(page)
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await page.locator('[data-waits] a').click()
      await expect(page).toHaveURL(new RegExp(`/quotes/${reference}`))
    })
  })
}
