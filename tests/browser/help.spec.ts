import type { Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, linkIn, phrasesOf, someone, test } from './torv.ts'

// What people type when they mean the article on defrosting.
const TYPO = { en: 'defrostng', da: 'udedeln damper' } as const satisfies Record<Locale, string>

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a search with a typo, an article, a ticket with what was typed, live replies, solved, reopened`, async ({
    page,
    browser,
    torv,
  }) => {
    const email = someone('ada')
    await page.goto(`${torv.url}/${locale}/`)
    await hydrated(page)
    await expectNoBarriers(page)

    await page.getByRole('combobox').fill(TYPO[locale])
    const hit = page
      .getByRole('option')
      .filter({ has: page.locator('mark') })
      .first()
    await expect(hit).toBeVisible()
    await expectNoBarriers(page)
    await page.getByRole('combobox').press('ArrowDown')
    await page.getByRole('combobox').press('Enter')
    await expect(page).toHaveURL(new RegExp(`/${locale}/help/defrosting`))
    await expectNoBarriers(page)

    await page.locator('still-stuck a[data-ticket]').click()
    await expect(page.locator('[name=subject]')).toHaveValue(TYPO[locale])
    await expect(page.locator('ticket-suggestions li').first()).toBeVisible()
    await expectNoBarriers(page)
    await page.locator('[name=text]').fill('It steams every hour.\nIs that normal?')
    await page.locator('[name=name]').fill('Ada Lund')
    await page.locator('[name=email]').fill(email)
    await page.getByRole('button', { name: t('tickets.new.send') }).click()
    await expect(page).toHaveURL(/\/tickets\/T-\w{6}$/)
    const reference = page.url().slice(-8)
    await hydrated(page)
    await expect(page.getByRole('log')).toContainText('It steams every hour.')
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.new'))
    await expectNoBarriers(page)

    const desk = await atTheDesk(browser, torv)
    await expect(desk.getByText(TYPO[locale]).first()).toBeVisible()
    await expectNoBarriers(desk)
    await desk.goto(`${torv.url}/desk/tickets/${reference}`)
    await hydrated(desk)
    await expectNoBarriers(desk)
    await desk
      .locator('#note')
      .first()
      .evaluate((note) => note.closest('details')?.setAttribute('open', ''))
    await desk.locator('#note').fill('canary-note: ask the fitter')
    await desk.locator('button[value=note]').click()
    await expect(desk.getByRole('log')).toContainText('canary-note')
    await desk.locator('#reply').fill('That is the unit defrosting itself.')
    await desk.locator('select[name=move]').selectOption('wait')
    await desk.locator('button[value=reply-now]').click()

    await expect(page.getByRole('log')).toContainText('That is the unit defrosting itself.') // without reload
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.waiting'))
    expect(await page.content()).not.toContain('canary-note')

    await page.locator('reply-form textarea').fill('Thank you, it is fine now.')
    await page.getByRole('button', { name: t('tickets.case.send') }).click()
    await expect(page.getByRole('log')).toContainText('Thank you, it is fine now.')
    await expect(desk.getByRole('log')).toContainText('Thank you, it is fine now.')

    await page.reload()
    await page.locator('button[value=solved]').click()
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.resolved'))
    await hydrated(page)
    await page.locator('reply-form textarea').fill('No, it started again.')
    await page.getByRole('button', { name: t('tickets.case.send') }).click()
    await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.open'))
    await expect(page.getByRole('log').getByRole('listitem')).toHaveCount(4)
    await desk.context().close()

    // The mail about the answer leads back to the case, in a browser that has never been here.
    const mail = await torv.mailTo(email, new RegExp(reference))
    const elsewhere = await (await browser.newContext()).newPage()
    await elsewhere.goto(linkIn(mail))
    await expect(elsewhere).toHaveURL(`${torv.url}/${locale}/tickets/${reference}`) // the token is out of the address
    await elsewhere.context().close()
  })

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false })

    test(`${locale}: a search with a typo, an article, a ticket, an answer, solved, reopened`, async ({ page, browser, torv }) => {
      await page.goto(`${torv.url}/${locale}/help`)
      await page.locator('main input[name=q]').first().fill(TYPO[locale])
      await page.locator('main input[name=q]').first().press('Enter')
      await expect(page).toHaveURL(/\/search\?q=/)
      await expect(page.locator('main mark').first()).toBeVisible()
      await page.locator('main a[href*="/help/defrosting"]').first().click()
      await expect(page.locator('h1')).toBeVisible()
      await page.goBack()
      await page.locator('main a[href*="/tickets/new"]').first().click()
      await expect(page.locator('[name=subject]')).toHaveValue(TYPO[locale])

      await page.locator('[name=text]').fill('It steams.')
      await page.locator('[name=email]').fill('not an address@')
      await submitUnchecked(page)
      await expect(page.getByText(t('invalid.email')).first()).toBeVisible()
      await expect(page.locator('[name=text]')).toHaveValue('It steams.') // nothing typed is lost
      await page.locator('[name=email]').fill(someone('grace'))
      await page.getByRole('button', { name: t('tickets.new.send') }).click()
      await expect(page).toHaveURL(/\/tickets\/T-\w{6}$/)
      const reference = page.url().slice(-8)

      const desk = await atTheDesk(browser, torv)
      await desk.goto(`${torv.url}/desk/tickets/${reference}`)
      await desk.locator('#reply').fill('It defrosts itself.')
      await desk.locator('select[name=move]').selectOption('resolve')
      await desk.locator('button[value=reply-now]').click()
      await expect(desk.getByRole('log')).toContainText('It defrosts itself.')
      await desk.context().close()

      await page.reload()
      await expect(page.locator('main')).toContainText('It defrosts itself.')
      await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.resolved'))
      await page.locator('reply-form textarea').fill('It still does.')
      await page.getByRole('button', { name: t('tickets.case.send') }).click()
      await expect(page.locator('[data-ticket-status]')).toHaveText(t('tickets.status.open'))
      await expect(page.locator('main')).toContainText('It still does.')

      await page.goto(`${torv.url}/${locale}/tickets`)
      await expect(page.locator(`a[href*="${reference}"]`).first()).toBeVisible()
    })
  })
}

/** As a browser would that does not check forms itself. */
async function submitUnchecked(page: Page) {
  await page.locator('form:has([name=subject])').evaluate((form: HTMLFormElement) => {
    form.noValidate = true
  })
  await page.locator('form:has([name=subject]) button').last().click()
}
