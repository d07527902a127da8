import { randomInt } from 'node:crypto'
import type { Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { post } from '../support/server.ts'
import { atTheDesk, expect, expectNoBarriers, linkIn, phrasesOf, someone, type Torv, test } from './torv.ts'

const phone = { width: 360, height: 740 }

// Each story comes from an address of its own, so that none meets the limits of another.
test.beforeEach(({ page }) => page.setExtraHTTPHeaders({ 'x-forwarded-for': `198.51.100.${randomInt(1, 250)}` }))

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, timezoneId: 'Europe/Copenhagen', ...(javaScriptEnabled ? {} : { viewport: phone }) })

      test(`${locale}: a guest books a demonstration from a product, moves it and cancels it`, async ({ page, browser, torv }) => {
        const email = someone('ada')
        const barriers = (on: Page) => (javaScriptEnabled ? expectNoBarriers(on) : fits(on)) // axe is a script itself

        await page.goto(`${torv.url}/${locale}/products/luft-9`)
        await page.locator('a[href$="/book?product=luft-9"]').click()
        await expect(page.locator('h1')).toContainText('Fjeld Luft 9')
        await barriers(page)
        await page.locator('a[href*="/book/showroom"]').click()
        await barriers(page)
        await page.locator('td a').nth(3).click()
        await page.locator('[data-at]').nth(2).click()
        await expect(page.locator('[data-chosen]')).toContainText(/\d\d[.:]\d\d–\d\d[.:]\d\d/)
        await barriers(page)

        const form = page.locator('form[data-form=book]')
        await form.locator('[name=words]').fill('We heat with oil.')
        await form.locator('[name=email]').fill(email)
        await form.evaluate((form: HTMLFormElement) => {
          form.noValidate = true
        })
        await form.locator('button').click()
        await expect(page.getByText(t('invalid.required')).first()).toBeVisible() // the name is missing
        await expect(form.locator('[name=words]')).toHaveValue('We heat with oil.')
        await expect(form.locator('[name=product]')).toHaveValue('luft-9')
        await barriers(page)
        await form.locator('[name=name]').fill('Ada Lund')
        await form.locator('button').click()

        await expect(page).toHaveURL(/\/bookings\/B-\w{6}\?new/)
        const reference = /B-\w{6}/.exec(page.url())?.[0] ?? ''
        await expect(page.locator('[data-status]')).toHaveAttribute('data-status', 'booked')
        await expect(page.locator('main')).toContainText('Sam Skov')
        await barriers(page)

        // Another browser, where nobody is signed in: the link in the mail.
        const mail = await torv.mailTo(email, new RegExp(`${locale === 'da' ? 'Booket' : 'Booked'}.*${reference}`))
        const later = await (
          await browser.newContext({ javaScriptEnabled, locale, viewport: phone, timezoneId: 'Europe/Copenhagen' })
        ).newPage()
        await later.goto(linkIn(mail))
        await expect(later).toHaveURL(`${torv.url}/${locale}/bookings/${reference}`)
        await barriers(later)
        await later.locator('a[href*="?move"]').click()
        await later.locator('td a').nth(5).click()
        await later.locator('[data-at]').nth(1).click()
        await barriers(later)
        await later.locator('form[data-form=move] button').click()
        await expect(later.getByText(t('bookings.one.done.move'))).toBeVisible()
        await torv.mailTo(email, new RegExp(`${locale === 'da' ? 'Ny tid' : 'New time'}.*${reference}`))

        await later.locator('summary', { hasText: t('bookings.one.cancel-title') }).click()
        await later.locator('form[data-form=cancel] [name=note]').fill('We chose another.')
        await later.locator('form[data-form=cancel] button').click()
        await expect(later.locator('[data-status]')).toHaveAttribute('data-status', 'cancelled')
        await barriers(later)
        await torv.mailTo(email, new RegExp(`${locale === 'da' ? 'Aflyst' : 'Cancelled'}.*${reference}`))
        await later.context().close()
      })
    })
  }

  test.describe('a time that somebody else took meanwhile', () => {
    test.use({ timezoneId: 'Europe/Copenhagen' })

    test(`${locale}: is said to be taken, the nearest are offered, and what was typed is kept`, async ({ page, torv }) => {
      await page.goto(`${torv.url}/${locale}/book/call`)
      await page.locator('td a').nth(6).click()
      await page.locator('[data-at]').nth(4).click()
      const startsAt = Number(await page.locator('[data-chosen]').getAttribute('data-chosen'))
      await page.locator('[name=name]').fill('Grace Holm')
      await page.locator('[name=email]').fill(someone('grace'))
      await page.locator('[name=phone]').fill('+45 20 00 00 02')
      await takeAway(torv, startsAt)

      await page.locator('form[data-form=book] button').click()

      await expect(page.getByText(t('problem.time-taken.title'))).toBeVisible()
      await expect(page.locator('[name=name]')).toHaveValue('Grace Holm')
      await expect(page.locator('[name=phone]')).toHaveValue('+45 20 00 00 02')
      await expect(page.locator('input[type=radio][name=startsAt]')).toHaveCount(4)
      await expectNoBarriers(page)
      await page.locator('input[type=radio][name=startsAt]').first().check()
      await page.locator('form[data-form=book] button').click()
      await expect(page.locator('[data-status]')).toHaveAttribute('data-status', 'booked')
    })
  })

  test.describe('far away', () => {
    test.use({ timezoneId: 'America/New_York' })

    test(`${locale}: a visitor sees the times by their own clock, with ours named, and can choose another`, async ({ page, torv }) => {
      await page.goto(`${torv.url}/${locale}/book/video`)

      await expect(page).toHaveURL(/zone=America%2FNew_York/)
      await expect(page.locator('main')).toContainText(/New York/)
      await expect(page.locator('main')).toContainText(/Copenhagen|København/)
      await page.locator('td a').first().click()
      await expect(page.locator('[data-at]').first()).toContainText(/^0[2-9]|^10/) // in the morning there, when we are open
      await page.locator('.zone summary').click()
      await page.locator('[name=zone]').selectOption('Europe/Copenhagen')
      await page.locator('form[data-form=zone] button').click()
      await expect(page).toHaveURL(/zone=Europe%2FCopenhagen/)
      await expect(page.locator('main')).not.toContainText('New York', { useInnerText: true })
      await expectNoBarriers(page)
    })
  })
}

test('staff books for a customer, moves it, is away, and hears of clashes', async ({ browser, torv }) => {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/bookings/new?kind=call`)
  await expectNoBarriers(desk)
  await desk.locator('td a').nth(10).click()
  await desk.locator('[data-at]').nth(6).click()
  await desk.locator('form[data-form=book] [name=name]').fill('Ada Lund')
  await desk.locator('form[data-form=book] [name=email]').fill(someone('ada'))
  await desk.locator('form[data-form=book] [name=phone]').fill('+45 20 00 00 01')
  await expectNoBarriers(desk)
  await desk.locator('form[data-form=book] button').click()
  await expect(desk).toHaveURL(/\/desk\/bookings\/B-\w{6}/)
  const reference = /B-\w{6}/.exec(desk.url())?.[0] ?? ''
  await expectNoBarriers(desk)

  await desk.locator('a[href$="?move#times"]').click()
  await desk.locator('td a').nth(11).click()
  const slot = desk.locator('[data-at]').nth(3)
  const day = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Copenhagen' }).format(Number(await slot.getAttribute('data-at')))
  await slot.click()
  await desk.locator('form[data-form=move] [name=note]').fill('We have a fair that day.')
  await expectNoBarriers(desk)
  await desk.locator('form[data-form=move] button').click()
  await expect(desk.locator('main')).toContainText('We have a fair that day.')

  await desk.goto(`${torv.url}/desk/bookings/calendar`)
  await expectNoBarriers(desk)
  await desk.locator('form[data-form=absence] [name=from]').fill(`${day}T08:00`)
  await desk.locator('form[data-form=absence] [name=until]').fill(`${day}T16:00`)
  await desk.locator('form[data-form=absence] [name=note]').fill('The fair')
  await desk.locator('form[data-form=absence] button').click()
  await expect(desk.locator(`a[href$="/desk/bookings/${reference}"]`)).toBeVisible() // the booking lies in it
  await expectNoBarriers(desk)
  await desk.locator('form[data-form=back] button').click()
  await expect(desk.locator(`a[href$="/desk/bookings/${reference}"]`)).toBeHidden()

  await desk.locator('input[name=own][value=yes]').check()
  await desk.locator('[name=monday]').fill('16:00-08:00')
  await desk.locator('form[data-form=week] button').click()
  await expect(desk.locator('[name=monday]')).toHaveAttribute('aria-invalid', 'true')
  await expect(desk.locator('[name=monday]')).toHaveValue('16:00-08:00')
  await desk.locator('[name=monday]').fill('08:00-12:00, 13:00-16:00')
  await desk.locator('form[data-form=week] button').click()
  await expect(desk).toHaveURL(/done=week/)
  await expect(desk.locator('[name=monday]')).toHaveValue('08:00-12:00, 13:00-16:00')

  await desk.goto(`${torv.url}/desk/bookings/`)
  await expectNoBarriers(desk)
  await desk.locator(`a[href$="/desk/bookings/${reference}"]`).click()
  await desk.locator('summary').first().click()
  await desk.locator('form[data-form=cancel] button').click()
  await expect(desk.locator('[data-status]')).toHaveAttribute('data-status', 'cancelled')
  await desk.context().close()
})

/** Somebody else is quicker: Sam alone works here, so one booking takes the time away. */
async function takeAway({ url }: Torv, startsAt: number) {
  const wanted = { kind: 'call', startsAt, name: 'Quick', email: someone('quick'), phone: '+45 20 00 00 03' }
  const answer = await post(url, '/api/bookings', wanted, { 'x-forwarded-for': `203.0.113.${randomInt(1, 250)}` })
  if (answer.status !== 201) throw new Error(await answer.text())
}

/** Nothing sticks out of a telephone. */
async function fits(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
}
