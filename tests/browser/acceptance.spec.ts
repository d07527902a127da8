import type { Browser, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { atTheDesk, codeIn, expect, expectNoBarriers, linkIn, phrasesOf, someone, type Torv, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a buyer signs by hand, names a purchase order, and anybody verifies it`, async ({ page, browser, torv }) => {
    const email = someone('ada')
    const reference = await offered(page, browser, torv, locale, email)
    const [preview] = await Promise.all([
      page.waitForResponse(/\/pdf$/),
      page.evaluate((url) => fetch(url), `/api/quotes/${reference}/pdf`),
    ])
    expect(preview.headers()['content-type']).toBe('application/pdf')
    await expect(page.locator('a[data-pdf]')).toHaveAttribute('href', `/api/quotes/${reference}/pdf`)

    await prove(page, torv, email)
    const form = page.locator('form[data-form=accept]')
    await form.locator('[name=purchaseOrder]').fill('PO-4711')
    await sign(page)
    await expectNoBarriers(page)
    await form.locator('button:not([type=button])').click()

    await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')
    const accepted = page.locator('section.accepted')
    await expect(accepted).toContainText('PO-4711')
    await expect(accepted.getByRole('img', { name: /Ada Lund/ })).toBeVisible()
    await expect(accepted).toContainText(t('orders.state.waiting'))
    await accepted.locator('summary').click()
    await expectNoBarriers(page)
    const evidence = (await (await page.request.get(`${torv.url}/api/quotes/${reference}/acceptance/evidence`)).json()) as Record<
      string,
      string
    >
    expect(evidence.documentHash).toBe(await accepted.locator('.hash code').textContent())

    // Somebody else, who knows only the hash.
    const stranger = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage()
    await stranger.goto(`${torv.url}/${locale}/verify`)
    await expectNoBarriers(stranger)
    await stranger.locator('form[data-form=verify] [name=hash]').fill(evidence.documentHash ?? '')
    await stranger.locator('form[data-form=verify] button').click()
    await expect(stranger.locator('[data-verdict=accepted]')).toContainText(t('acceptance.verify.intact'))
    expect(await stranger.content()).not.toMatch(new RegExp(`Ada|PO-4711|${reference}`))
    await expectNoBarriers(stranger)
    await stranger.locator('form[data-form=verify] [name=hash]').fill('f'.repeat(64))
    await stranger.locator('form[data-form=verify] button').click()
    await expect(stranger.getByText(t('acceptance.verify.unknown'))).toBeVisible()
    await stranger.context().close()

    await page.goto(`${torv.url}/${locale}/account/products`)
    await expect(page.getByText(t('orders.empty'))).toBeVisible() // it can still be taken back
    await expectNoBarriers(page)
  })

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })

    test(`${locale}: a typed name is enough`, async ({ page, browser, torv }) => {
      const email = someone('grace')
      await offered(page, browser, torv, locale, email)
      await prove(page, torv, email)
      await expect(page.locator('signature-field')).toBeHidden()

      await page.locator('form[data-form=accept] [name=name]').fill('Grace Holm')
      await page.locator('form[data-form=accept] button:not([type=button])').click()

      await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')
      await expect(page.locator('section.accepted')).toContainText('Grace Holm')
      const hash = (await page.locator('section.accepted .hash code').textContent()) ?? ''
      await page.goto(`${torv.url}/${locale}/verify?hash=${hash}`)
      await expect(page.locator('[data-verdict=accepted]')).toBeVisible()
    })
  })
}

/** The guest has asked for a pump, staff has priced it, looked at the draft on paper and sent it, and the guest has opened the mail. */
async function offered(page: Page, browser: Browser, torv: Torv, locale: Locale, email: string): Promise<string> {
  await page.goto(`${torv.url}/${locale}/products/brise-4`)
  await page.locator('form[action$="/quotes/list"] button').click()
  await page.locator('[name=name]').fill('Ada Lund')
  await page.locator('[name=email]').fill(email)
  await page
    .locator('form[data-form=request] button[name=action][value=request], form[data-form=request] button:not([name])')
    .last()
    .click()
  await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
  const reference = /Q-\w{6}/.exec(page.url())?.[0] ?? ''

  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/quotes/${reference}`)
  await desk.locator('form[data-form=open] button').click()
  await desk.locator('form[data-form=draft] [data-action=save]').click()
  const draft = desk.locator(`a[href="/api/desk/quotes/${reference}/revisions/1/pdf"]`).first()
  await expect(draft).toBeVisible()
  expect((await desk.request.get(`${torv.url}${await draft.getAttribute('href')}`)).headers()['content-type']).toBe('application/pdf')
  await desk.locator('form[data-form=draft] button[value=send]').click()
  await desk.context().close()

  await page.goto(linkIn(await torv.mailTo(email, locale === 'da' ? /klar/ : /ready/)))
  await expect(page.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
  return reference
}

async function prove(page: Page, torv: Torv, email: string) {
  await page.locator('form[data-form=code] button').click()
  const mail = await torv.mailTo(email, /^\d{3} \d{3} /)
  await page.locator('form[data-form=prove] [name=code]').fill(codeIn(mail))
  await page.locator('form[data-form=prove] button').click()
  await expect(page.locator('form[data-form=accept]')).toBeVisible()
}

async function sign(page: Page) {
  const canvas = page.locator('signature-field canvas')
  await canvas.scrollIntoViewIfNeeded()
  const box = await canvas.boundingBox()
  if (!box) throw new Error('There is nothing to sign on')
  await page.mouse.move(box.x + 20, box.y + box.height - 20)
  await page.mouse.down()
  for (let step = 1; step <= 12; step++) {
    await page.mouse.move(box.x + 20 + (step * (box.width - 40)) / 12, box.y + box.height / 2 + (step % 2 ? -20 : 20))
  }
  await page.mouse.up()
  await expect(page.locator('signature-field [name=signature]')).toHaveValue(/^\[\[\d+,\d+/)
}
