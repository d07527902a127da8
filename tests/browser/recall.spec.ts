import { LOCALES } from '../../content/schema.ts'
import { startHostPage } from './host-page.ts'
import { register, signIn } from './steps.ts'
import { addSiteTo, atTheDesk, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

const TITLE = { en: 'Turn the pump off at the breaker', da: 'Sluk pumpen på sikringen' }
const TEXT = { en: 'A plug may get **hot**. We come and change it.', da: 'Et stik kan blive **varmt**. Vi kommer og skifter det.' }

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a recall reaches Ada, who owns the model, and not Grace: on the page, by mail, in the widget`, async ({
    page,
    browser,
    torv,
  }) => {
    const [ada, grace] = [someone('ada'), someone('grace')]
    const serial = `L09-${Math.random().toFixed(7).slice(2)}`
    await signIn(page, torv, locale, ada, `/${locale}/account/products`)
    await expect(page).toHaveURL(/\/account\/products/)
    await page.goto(`${torv.url}/${locale}/account/register?product=luft-9`)
    await page.locator('form[data-form=register] [name=serialNumber]').fill('L09-1')
    await page.locator('form[data-form=register] button').click()
    await expect(page.locator('#field-serialNumber-error')).toContainText(t('invalid.serial-number'))
    await expectNoBarriers(page)
    await page.locator('[name=serialNumber]').fill(serial)
    await page.locator('form[data-form=register] button').click()
    await expect(page.locator('[data-product=luft-9]')).toContainText(serial)
    await expect(page.locator('[data-care]')).toContainText(t('owned.care.visit'))
    await expectNoBarriers(page)
    const other = await (await browser.newContext({ locale })).newPage()
    await signIn(other, torv, locale, grace, `/${locale}/account/products`)
    await expect(other).toHaveURL(/\/account\/products/)
    await register(other, torv, locale, 'brise-4', serial.replace('L09', 'B04'))

    const desk = await atTheDesk(browser, torv)
    await desk.goto(`${torv.url}/desk/notices/new`)
    await desk.locator('[name=kind]').selectOption('recall')
    for (const language of LOCALES) await desk.locator(`[name="title.${language}"]`).fill(`${TITLE[language]} ${serial}`)
    await desk.locator('[name="text.en"]').fill(TEXT.en)
    await desk.locator('[name=audience][value=owners]').check()
    await desk.locator('details > summary').click()
    await desk.locator('[name=products][value=luft-9]').check()
    await desk.locator('[name=byMail]').check()
    await expectNoBarriers(desk)
    await desk.locator('form[data-form=notice] > button').click()
    await desk.locator('form[data-form=publish] button').click() // the Danish text is missing
    await expect(desk.locator('[role=alert]').first()).toBeVisible()
    await desk.locator('[name="text.da"]').fill(TEXT.da)
    await desk.locator('form[data-form=notice] > button').click()
    await expect(desk.locator('[data-reach]')).not.toHaveAttribute('data-reach', '0')
    await desk.locator('form[data-form=publish] button').click()
    await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'published')
    await expectNoBarriers(desk)

    const about = new RegExp(`${TITLE[locale]} ${serial}`)
    expect((await torv.mailTo(ada, about)).text).toContain(TEXT[locale].replaceAll('*', ''))
    expect((await torv.mails()).filter(({ to, subject }) => to === grace && about.test(subject))).toEqual([])

    for (const [who, sees] of [
      [page, true],
      [other, false],
    ] as const) {
      await who.goto(`${torv.url}/${locale}/account/products`)
      await expect(who.locator('[data-product]')).toBeVisible() // the page is there
      await expect(who.locator('main').getByText(about)).toHaveCount(sees ? 1 : 0)
    }
    await expectNoBarriers(page)

    // The shop stands beside the portal, so its frame knows who is signed in.
    const beside = (origin: string) => origin.replace('127.0.0.1', 'localhost')
    const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, beside(origin), locale), lang: locale })
    for (const [who, sees] of [
      [page, true],
      [other, false],
    ] as const) {
      await who.goto(beside(host.url()))
      await who.getByRole('button').first().click()
      const panel = who.frameLocator('iframe')
      await expect(panel.getByRole('searchbox')).toBeVisible()
      await expect(panel.getByText(about)).toHaveCount(sees ? 1 : 0)
    }
    await host.stop()

    await page.goto(`${torv.url}/${locale}/status`)
    await expect(page.locator('[data-standing=well]')).toBeVisible()
    await expect(page.getByText(about)).toHaveCount(0)
    await expectNoBarriers(page)
    await other.context().close()
    await desk.context().close()
  })
}
