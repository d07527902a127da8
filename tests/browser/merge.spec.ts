import type { Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: two cases become one, the customer is led on, and two again`, async ({ page, browser, torv }) => {
    const email = someone('ada')
    const first = await write(page, torv.url, email, 'It hums')
    const second = await write(page, torv.url, email, 'The humming again')
    const desk = await atTheDesk(browser, torv)
    const merge = `${torv.url}/api/desk/tickets/${second}/merge`
    const headers = { origin: torv.url }

    expect((await desk.request.post(merge, { data: { into: first }, headers })).ok()).toBe(true)
    await page.reload()
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.merged'))
    await expect(page.locator('reply-form')).toHaveCount(0)
    await hydrated(page)
    await expectNoBarriers(page)
    await page.getByRole('link', { name: t('cases.next.merged', { reference: first }) }).click()
    await expect(page).toHaveURL(new RegExp(`/tickets/${first}$`))
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('It hums')

    expect((await desk.request.delete(merge, { headers })).ok()).toBe(true)
    await page.goto(`${torv.url}/${locale}/tickets/${second}`)
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.open'))
    await expect(page.locator('reply-form')).toBeVisible()
    await desk.context().close()
  })

  async function write(page: Page, url: string, email: string, subject: string): Promise<string> {
    await page.goto(`${url}/${locale}/tickets/new?q=${encodeURIComponent(subject)}`)
    await page.locator('[name=text]').fill('All night long.')
    await page.locator('[name=email]').fill(email)
    await page.getByRole('button', { name: t('tickets.new.send') }).click()
    await expect(page).toHaveURL(/\/tickets\/T-\w{6}$/)
    return page.url().slice(-8)
  }
}
