import { LOCALES } from '../../content/schema.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: the display says E7: typed as it stands there, explained, solved, and nobody was asked`, async ({ page, torv }) => {
    const written: string[] = []
    page.on('request', (request) => request.method() !== 'GET' && written.push(new URL(request.url()).pathname))
    await page.goto(`${torv.url}/${locale}/help`)
    await hydrated(page)
    await expectNoBarriers(page)

    await page.getByRole('combobox').fill('e 07')
    const first = page.getByRole('option').first()
    await expect(first).toContainText(t('codes.marked', { code: 'E7' }))
    await expectNoBarriers(page)
    await page.getByRole('combobox').press('ArrowDown')
    await page.getByRole('combobox').press('Enter')
    await expect(page).toHaveURL(new RegExp(`/${locale}/help/error-e7-high-pressure`))
    await expectNoBarriers(page)

    await page.locator('was-this-helpful button[value=yes]').click()
    await expect(page.locator('was-this-helpful [role=status]')).toHaveText(t('help.helpful.thanks'))
    expect(written.filter((path) => !/^\/api\/(help|searches)\b/.test(path))).toEqual([]) // no case, no conversation, no mail

    // The address it had before leads there as well, to the same place on the page.
    await page.goto(`${torv.url}/${locale}/help/error-e7?q=e7#main`)
    await expect(page).toHaveURL(`${torv.url}/${locale}/help/error-e7-high-pressure?q=e7#main`)

    await page.goto(`${torv.url}/${locale}/products/brise-4`)
    await page.getByLabel(t('codes.find.label')).fill('f-3')
    await page.getByRole('button', { name: t('codes.find.submit') }).click()
    await expect(page).toHaveURL(new RegExp(`/${locale}/help/error-codes#f3$`))

    await page.goto(`${torv.url}/${locale}/help/codes/x99`)
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('codes.unknown', { code: 'x99' }))
    await expectNoBarriers(page)
    await page
      .getByRole('link', { name: t('codes.title') })
      .first()
      .click()
    await expect(page).toHaveURL(new RegExp(`/${locale}/help/codes/?$`))
    await expectNoBarriers(page)
  })
}

test('SE1 the page of an article for customers is, to others, one that never was; what nobody translated is no dead end', async ({
  page,
  browser,
  torv,
}) => {
  const answerTo = async (path: string) => {
    const answer = await page.request.get(torv.url + path)
    const words = (await answer.text()).replaceAll(path.split('/').at(-1) ?? '', '')
    return { status: answer.status(), headers: Object.keys(answer.headers()).sort(), words }
  }
  const never = await answerTo('/en/help/never-was-here')
  expect(never.status).toBe(404)
  expect(await answerTo('/en/help/installer-menu')).toEqual(never)
  expect(await (await page.request.get(`${torv.url}/sitemap.xml`)).text()).not.toContain('installer-menu')
  const desk = await atTheDesk(browser, torv)
  expect((await desk.goto(`${torv.url}/da/help/installer-menu`))?.status()).toBe(200)
  await desk.goto(`${torv.url}/desk/articles?concern=missing`)
  await expect(desk.locator('[data-article="en/modbus"]')).toBeVisible()
  await expectNoBarriers(desk)
  await desk.context().close()

  await page.goto(`${torv.url}/da/help/modbus`)
  await expect(page.locator('h1')).toHaveAttribute('lang', 'en')
  await expect(page.locator('.prose')).toHaveAttribute('lang', 'en')
  await expect(page.locator('link[hreflang=da]')).toHaveCount(0)
  await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', '/en/help/modbus')
  await expectNoBarriers(page)
  await page.locator('.prose a').first().click()
  await expect(page).toHaveURL(`${torv.url}/da/help/connect-the-app`)
})
