import { LOCALES } from '../../content/schema.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, startWithStaff, test } from './torv.ts'

const DAY_MS = 24 * 3_600_000
const TITLE = { en: 'The app does not answer', da: 'Appen svarer ikke' }
const MOST_MONTHS = 4

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: what did not work four months ago is found by month, without scripts, and staff reads that it has ended`, async ({
    page,
    browser,
  }) => {
    test.slow() // it starts a server of its own, twice
    const torv = await startWithStaff(locale)
    try {
      const desk = await atTheDesk(browser, torv)
      await desk.goto(`${torv.url}/desk/notices/new`)
      for (const language of LOCALES) {
        await desk.locator(`[name="title.${language}"]`).fill(TITLE[language])
        await desk.locator(`[name="text.${language}"]`).fill('…')
      }
      const endsAt = new Date(Date.now() + 2 * DAY_MS).toISOString().slice(0, 16)
      await desk.locator('[name=endsAt]').fill(endsAt)
      await desk.locator('form[data-form=notice] > button').click()
      await desk.locator('form[data-form=publish] button').click()
      await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'published')
      await desk.goto(`${torv.url}/desk/notices/`)
      await expect(desk.locator('[data-written] li')).toHaveCount(3) // those of the demo company's files
      await expectNoBarriers(desk)
      await desk.goto(`${torv.url}/desk/notices/?state=ended`)
      await expect(desk.locator('main')).toContainText(t('notices.desk.none'))

      await torv.end('SIGTERM')
      await torv.start(125 * DAY_MS)

      const later = await atTheDesk(browser, torv)
      await later.goto(`${torv.url}/desk/notices/?state=ended`)
      await expect(later.locator('[data-desk-list] li')).toContainText([TITLE[locale]])
      await expectNoBarriers(later)
      await later.getByRole('link', { name: TITLE[locale] }).click()
      await expect(later.locator('[data-status]').first()).toHaveAttribute('data-status', 'ended')
      await expect(later.locator('main')).toContainText(t('notices.desk.came-down'))
      await expectNoBarriers(later)

      const reader = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
      await reader.goto(`${torv.url}/${locale}/status`)
      const told = reader.getByText(TITLE[locale])
      await expect(told).toHaveCount(0)
      for (let month = 0; month < MOST_MONTHS && !(await told.count()); month++) {
        await reader.locator('a[rel=prev]').click()
        await reader.waitForLoadState() // a click waits for the first bytes only
      }
      await expect(told).toBeVisible()
      const found = reader.url()
      await reader.locator('a[rel=next]').click()
      await expect(reader.locator('h1')).toHaveCount(1)
      expect(reader.url()).not.toBe(found)
      await page.goto(found)
      await expect(page.getByText(TITLE[locale])).toBeVisible()
      await expectNoBarriers(page)
    } finally {
      await torv.remove()
    }
  })
}
