import type { Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { post } from '../support/server.ts'
import { atTheDesk, codeIn, expect, expectNoBarriers, linkIn, phrasesOf, STAFF, someone, type Torv, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test.describe(`${locale}: answering with one tap`, () => {
    test('on another day: a tap only shows what would happen, the button does it', async ({ page, browser, torv }) => {
      const { reference, link } = await anOffer(torv, locale, someone('ada'))
      await page.goto(`${link}?answer=later`)
      await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/${reference}/answer?say=later`)
      await expectNoBarriers(page)

      const desk = await atTheDesk(browser, torv)
      await desk.goto(`${torv.url}/desk/quotes/${reference}`)
      await expect(desk.locator('#follow-up')).toContainText(phrasesOf('en')('follow-up.kind.not-viewed'))
      await expect(desk.locator('#follow-up .answer')).toHaveCount(0)

      const month = page.locator('[data-form=later] input[name=when]').nth(1)
      await month.check()
      await page.locator('[data-form=later] button').click()
      await expect(page.getByRole('status')).toContainText(t('follow-up.done.title'))
      await expectNoBarriers(page)

      await desk.reload()
      await expect(desk.locator('#follow-up')).toContainText(phrasesOf('en')('follow-up.kind.asked'))
      await expectNoBarriers(desk)
      await desk.locator('#follow-up summary').click()
      await desk.locator('[data-form=stop-reminders] button').click()
      await expect(desk.locator('#follow-up')).not.toContainText(phrasesOf('en')('follow-up.kind.asked'))
      await desk.context().close()
    })

    test('a change: the words become a counter-offer', async ({ page, torv }) => {
      const { reference, link } = await anOffer(torv, locale, someone('ada'))
      await page.goto(`${link}?answer=change`)
      await page.locator('[data-form=change] textarea').fill('Kan I levere i uge 6?')
      await page.locator('[data-form=change] button').click()
      await expect(page.getByRole('status')).toContainText(t('follow-up.done.change'))

      await page.goto(`${torv.url}/${locale}/quotes/${reference}`)
      await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'countered')
      await expect(page.locator('main')).toContainText('Kan I levere i uge 6?')
    })

    test('not now: the offer stands, or ends when they have chosen another', async ({ page, torv }) => {
      const first = await anOffer(torv, locale, someone('ada'))
      await page.goto(`${first.link}?answer=not-now`)
      await page.locator('[data-form=not-now] select').selectOption('season')
      await page.locator('[data-form=not-now] button').click()
      await expect(page.getByRole('status')).toBeVisible()
      await page.goto(`${torv.url}/${locale}/quotes/${first.reference}`)
      await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')

      const second = await anOffer(torv, locale, someone('ada'))
      await page.goto(`${second.link}?answer=not-now`)
      await page.locator('[data-form=not-now] select').selectOption('chose-another')
      await page.locator('[data-form=not-now] button').click()
      await expect(page.getByRole('status')).toContainText(t('follow-up.done.declined'))
      await page.goto(`${torv.url}/${locale}/quotes/${second.reference}/answer?say=later`)
      await expect(page.getByText(t('follow-up.page.over'))).toBeVisible()
      await expectNoBarriers(page)
    })

    test.describe('without JavaScript, on a phone', () => {
      test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })

      test('keeps what was typed when it is refused', async ({ page, torv }) => {
        const { link } = await anOffer(torv, locale, someone('ada'))
        await page.goto(`${link}?answer=later`)
        const form = page.locator('[data-form=later]')
        await form.locator('input[value=own]').check()
        await form.locator('button').click()
        await expect(page.getByRole('alert').first()).toBeVisible()
        await expect(page.locator('[data-form=later] input[value=own]')).toBeChecked()
      })
    })

    test('which mails one gets is chosen on a page, by the one they are for', async ({ page, torv }) => {
      const email = someone('ada')
      await page.goto(`${torv.url}/${locale}/mail-preferences`)
      await page.locator('input[name=email]').fill(email)
      await page.locator('main form button').first().click()
      await page.locator('input[name=code]').fill(codeIn(await torv.mailTo(email, /^\d{3} \d{3} /)))
      await page.locator('main form button').first().click()
      await expect(page.locator('h1')).toHaveText(t('follow-up.preferences.title'))
      await expectNoBarriers(page)

      await page.locator('input[name=reminders]').uncheck()
      await page.locator('[data-form=preferences] button').click()
      await expect(page.getByRole('status')).toHaveText(t('follow-up.preferences.saved'))
      await expect(page.locator('input[name=reminders]')).not.toBeChecked()
      await expect(page.locator('input[name=news]')).toBeChecked()

      const ended = await page.goto(`${torv.url}/${locale}/mail-preferences/${'x'.repeat(43)}`)
      expect(ended?.status()).toBe(404)
      expect(ended?.headers()['referrer-policy']).toBe('strict-origin')
      await expectNoBarriers(page)
    })

    test('how it goes is answered with a tap, and a trouble becomes a case', async ({ page, torv }) => {
      const email = someone('ada')
      const { reference, link } = await anOffer(torv, locale, email)
      await page.goto(link)
      await acceptIt(page, torv, email)
      await page.goto(`${link}?answer=something`)
      await expect(page).toHaveURL(/check-in\?say=something/)
      await expectNoBarriers(page)
      await page.locator('[data-form=something] button').click()
      await expect(page).toHaveURL(/\/tickets\/new/)
      await expect(page.locator('input[name=subject]')).toHaveValue(t('follow-up.check-in.case', { reference }))

      await page.goto(`${torv.url}/${locale}/quotes/${reference}/check-in?say=fine`)
      await page.locator('[data-form=fine] textarea').fill('Dejligt varmt')
      await page.locator('[data-form=fine] button').click()
      await expect(page.getByRole('status')).toContainText(t('follow-up.check-in.done'))
    })
  })
}

/** A guest asks, staff prices and sends it: the link in the mail that brings the offer. */
async function anOffer({ url, mailTo }: Torv, locale: Locale, email: string) {
  const lines = [{ product: 'luft-9', options: {}, quantity: 1 }]
  const asked = await post(url, '/api/quotes', { lines, name: 'Ada Lund', email, locale })
  if (asked.status !== 201) throw new Error(await asked.text())
  const { reference } = (await asked.json()) as { reference: string }
  const signedIn = await post(url, '/api/sign-in/password', STAFF)
  const cookie = signedIn.headers
    .getSetCookie()
    .map((header) => header.split(';')[0])
    .join('; ')
  const desk = `${url}/api/desk/quotes/${reference}`
  const headers = { cookie, origin: url, 'content-type': 'application/json' }
  await fetch(`${desk}/opening`, { method: 'POST', headers, body: '{}' })
  const saved = await fetch(`${desk}/draft`, { method: 'PUT', headers, body: JSON.stringify({ lines, validDays: 30, note: '' }) })
  const { hash } = (await saved.json()) as { hash: string }
  const sent = await fetch(`${desk}/sending`, { method: 'POST', headers, body: JSON.stringify({ hash }) })
  if (!sent.ok) throw new Error(await sent.text())
  return { reference, link: linkIn(await mailTo(email, new RegExp(`${reference}.*(klar|ready)`))) }
}

async function acceptIt(page: Page, torv: Torv, email: string) {
  await page.locator('form[data-form=code] button').click()
  await page.locator('form[data-form=prove] [name=code]').fill(codeIn(await torv.mailTo(email, /^\d{3} \d{3} /)))
  await page.locator('form[data-form=prove] button').click()
  await page.locator('form[data-form=accept] [name=name]').fill('Ada Lund')
  await page.locator('form[data-form=accept] button:not([type=button])').click()
  await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')
}
