import { LOCALES } from '../../content/schema.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a complaint asks for what helps, goes to a manager, is solved, and is rated`, async ({ page, browser, torv }) => {
    await page.goto(`${torv.url}/${locale}/tickets/new`)
    await expect(page.locator('[name="fields.complaint.wish"]')).toBeHidden()
    await page.getByRole('radio', { name: t('tickets.kind.complaint') }).check()
    await expect(page.locator('[name="fields.complaint.wish"]')).toBeVisible()
    await expect(page.locator('[name="fields.visit.day"]')).toBeHidden() // what another kind asks for stops nobody
    await expectNoBarriers(page)
    await page.locator('[name="fields.complaint.when"]').fill('2026-11-20')
    await page.locator('[name="fields.complaint.wish"]').selectOption('repair')
    await page.locator('[name=subject]').fill('The fitter left the wall open')
    await page.locator('[name=text]').fill('There is a hole of half a metre.')
    await page.locator('[name=name]').fill('Ada Lund')
    await page.locator('[name=email]').fill(someone('ada'))
    await page.getByRole('button', { name: t('tickets.new.send') }).click()
    await expect(page).toHaveURL(/\/tickets\/T-\w{6}$/)
    const reference = page.url().slice(-8)
    await expect(page.locator('main')).toContainText(locale === 'da' ? 'At det bliver bragt i orden' : 'That it is put in order')
    await expect(page.locator('main')).toContainText(t('cases.promise.too-few'))

    const desk = await atTheDesk(browser, torv)
    const act = async (path: string, data: object) => {
      const answer = await desk.request.post(`${torv.url}/api/desk/tickets/${reference}/${path}`, { data, headers: { origin: torv.url } })
      expect(answer.ok(), await answer.text()).toBe(true)
    }
    await act('escalation', { why: 'A hole in the wall' })
    await page.reload()
    await expect(page.locator('main')).toContainText(t('cases.next.escalated'))
    await hydrated(page)
    await expectNoBarriers(page)

    await act('messages', { text: 'A mason comes on Monday, and we pay.', move: 'resolve' })
    await expect(page.getByRole('log')).toContainText('A mason comes on Monday')
    await page.reload()
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.resolved'))
    await page.getByRole('radio', { name: t('rating.score.4') }).check()
    await page.locator('form[data-form=rating] textarea').fill('Quick, in the end.')
    await page.getByRole('button', { name: t('rating.send') }).click()
    await expect(page.locator('main')).toContainText(t('rating.thanks'))
    await hydrated(page)
    await expectNoBarriers(page)

    await desk.goto(`${torv.url}/desk/tickets/${reference}`)
    await expect(desk.locator('[data-about]')).toContainText('That it is put in order')
    await expect(desk.locator('[data-about]')).toContainText('Quick, in the end.')
    await expectNoBarriers(desk)
    await desk.context().close()
  })
}
