import { LOCALES } from '../../content/schema.ts'
import { expect, expectNoBarriers, hydrated, phrasesOf, test } from './torv.ts'

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
