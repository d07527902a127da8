import type { Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { expect, expectNoBarriers, phrasesOf, test } from './torv.ts'

const filters = (page: Page) => page.locator('form[data-form=filters]')
const shown = (page: Page) => page.locator('[data-products] h3')
const count = (page: Page) => page.locator('[data-live=count]')
const pick = (page: Page, slug: string) => page.locator(`input[name=products][value=${slug}]`)
const row = (page: Page, id: string) => page.locator(`tr[data-row="${id}"]`)

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: somebody narrows the catalogue down, compares two products and puts one on the list`, async ({ page, torv }) => {
    await page.goto(`${torv.url}/${locale}/products`)
    await expect(shown(page)).toHaveCount(18)
    await expect(page.getByRole('heading', { name: 'Fjeld Brise 3' })).toHaveCount(0) // no longer made
    await expectNoBarriers(page)

    await filters(page).locator('input[name=category][value=air-to-water]').check()
    await expect(count(page)).toHaveText(t('products.results.count', { n: 4 }))
    await expect(page).toHaveURL(/category=air-to-water/)
    await filters(page).locator('input[name="fact.heat-output.max"]').fill('10')
    await expect(count(page)).toHaveText(t('products.results.count', { n: 2 }))
    await expect(shown(page)).toHaveText(['Fjeld Luft 6', 'Fjeld Luft 9'])
    await expect(page.locator('[data-live=chips]')).toContainText(
      locale === 'da' ? 'Varmeydelse: op til 10 kW' : 'Heat output: up to 10 kW',
    )
    await expectNoBarriers(page)

    const address = page.url()
    await page.reload() // the address holds the question
    expect(page.url()).toBe(address)
    await expect(shown(page)).toHaveText(['Fjeld Luft 6', 'Fjeld Luft 9'])
    await page.locator('[data-live=chips] a').filter({ hasText: '10' }).click()
    await expect(count(page)).toHaveText(t('products.results.count', { n: 4 }))

    await filters(page).locator('select[name=sort]').selectOption('price-down')
    await expect(shown(page).first()).toHaveText('Fjeld Luft 12')
    await expect(shown(page).last()).toHaveText('Fjeld Luft 16') // its price is on request

    await pick(page, 'luft-6').check()
    await pick(page, 'luft-9').check()
    await expect(page.locator('[data-picked]')).toContainText(t('products.compare.picked', { n: 2, max: 4 }))
    await filters(page).locator('input[name=category][value=ground-source]').check() // what is picked stays so
    await expect(count(page)).toHaveText(t('products.results.count', { n: 6 }))
    await pick(page, 'dyb-8').check()
    await pick(page, 'luft-12').check()
    await expect(pick(page, 'dyb-13')).toBeDisabled() // four is the most
    await pick(page, 'luft-12').uncheck()
    await page.locator('form[data-form=compare] button[type=submit]').click()

    await expect(page).toHaveURL(`${torv.url}/${locale}/products/compare?products=luft-6,luft-9,dyb-8`)
    await expect(row(page, 'sound-power')).toContainText(t('products.compare.differs'))
    await expect(row(page, 'sound-power').locator('td').nth(2)).toContainText(t('products.compare.best')) // 41 dB(A)
    await expect(row(page, 'refrigerant').locator('td').first()).not.toContainText(t('products.compare.best'))
    await expectNoBarriers(page)
    await page.locator('[data-toggle]').click()
    await expect(page).toHaveURL(/only=differences/)
    await expect(row(page, 'electrical-connection')).toHaveCount(0) // the same for all of them
    await expect(row(page, 'sound-power')).toBeVisible()
    await page.getByRole('link', { name: t('products.compare.remove-product', { product: 'Fjeld Luft 6' }) }).click()
    await expect(page.locator('thead th')).toHaveCount(2)
    await page.locator('form[data-form=add] select').selectOption('dyb-13')
    await page.locator('form[data-form=add] button').click()
    await expect(page).toHaveURL(`${torv.url}/${locale}/products/compare?products=luft-9,dyb-8,dyb-13&only=differences`)

    await page.emulateMedia({ media: 'print' })
    await expect(row(page, 'sound-power')).toContainText(t('products.compare.best'))
    for (const form of await page.locator('main form').all()) await expect(form).toBeHidden()
    await expect(page.locator('[data-toggle]')).toBeHidden()
    await page.emulateMedia({ media: 'screen' })

    await page.locator('form[data-form=to-quote] button').first().click()
    await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
    await expect(page.locator('main')).toContainText('Fjeld Luft 9')
  })

  test(`${locale}: a search with a typo, nothing found and the way out of it`, async ({ page, torv }) => {
    await page.goto(`${torv.url}/${locale}/products`)
    await filters(page)
      .locator('input[name=q]')
      .fill(locale === 'da' ? 'gulvvarme luftt' : 'detached huose')
    await expect(page.getByRole('heading', { name: 'Fjeld Luft 9' })).toBeVisible()

    await page.goto(`${torv.url}/${locale}/products?category=air-to-air&fact.refrigerant=r290`)
    await expect(count(page)).toHaveText(t('products.results.count', { n: 0 }))
    await expectNoBarriers(page)
    await page.locator('.empty a[data-drop]').first().click()
    await expect(shown(page).first()).toBeVisible()

    await page.goto(`${torv.url}/${locale}/products?fact.sound-power.max=quiet`)
    await expect(page.getByText(t('invalid.format'))).toBeVisible() // and everything else goes on
    await expect(shown(page)).toHaveCount(18)
  })

  test(`${locale}: a product that was replaced says by what; this browser remembers what was seen`, async ({ page, torv }) => {
    await page.goto(`${torv.url}/${locale}/products?q=brise+3`)
    await expect(page.locator('[data-products]')).toContainText(t('products.results.replaced', { product: 'Fjeld Brise 4' }))
    await page.goto(`${torv.url}/${locale}/products/brise-3`)
    await expect(page.locator('main')).toContainText(t('products.replaced.by', { product: 'Fjeld Brise 4' }))
    await expectNoBarriers(page)
    await page.locator('a[data-successor]').click()
    await expect(page.locator('h1')).toHaveText('Fjeld Brise 4')

    const viewed = page.locator('recently-viewed')
    await expect(viewed).toContainText('Fjeld Brise 3')
    await expect(viewed).not.toContainText('Fjeld Brise 4') // that is this page
    await expectNoBarriers(page)
    expect((await page.context().cookies()).map(({ name }) => name)).toEqual([]) // nobody else is told
    await viewed.locator('[data-forget]').click()
    await page.reload()
    await expect(page.locator('h1')).toBeVisible()
    await expect(viewed).toBeHidden()
  })

  test(`${locale}: search engines read what a product is and costs, and where else it is`, async ({ page, torv }) => {
    await page.goto(`${torv.url}/${locale}/products/luft-9`)
    const data = JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '') as Record<string, unknown>
    expect(data).toMatchObject({
      '@type': 'Product',
      name: 'Fjeld Luft 9',
      sku: 'FJ-LU-09',
      offers: { priceCurrency: 'DKK', price: '78625.00' },
    })
    await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', `/${locale}/products/luft-9`)
    await expect(page.locator('link[hreflang]')).toHaveCount(2)

    await page.goto(`${torv.url}/${locale}/products/luft-16`)
    expect(JSON.parse((await page.locator('script[type="application/ld+json"]').textContent()) ?? '')).not.toHaveProperty('offers')
    await page.goto(`${torv.url}/${locale}/products?sort=name`)
    await expect(page.locator('link[rel=canonical]')).toHaveAttribute('href', `${torv.url}/${locale}/products`)
  })

  test.describe('without JavaScript', () => {
    test.use({ javaScriptEnabled: false, viewport: { width: 360, height: 740 } })

    test(`${locale}: filters, comparing and the list are forms`, async ({ page, torv }) => {
      await page.goto(`${torv.url}/${locale}/categories/air-to-water`)
      await expect(shown(page)).toHaveCount(4)
      await page.locator('.narrow > summary').click()
      await filters(page).locator('input[name="fact.heat-output.max"]').fill('10')
      await filters(page).locator('button').click()
      await expect(page).toHaveURL(/categories\/air-to-water\?/)
      await expect(shown(page)).toHaveText(['Fjeld Luft 6', 'Fjeld Luft 9'])
      await expect(page.locator('recently-viewed')).toBeHidden()

      await expect(page.locator('form[data-form=compare]')).toBeHidden()
      await pick(page, 'luft-6').check()
      await pick(page, 'luft-9').check()
      await page.locator('form[data-form=compare] button[type=submit]').click()
      await expect(page).toHaveURL(`${torv.url}/${locale}/products/compare?products=luft-6,luft-9`)
      await expect(row(page, 'sound-power').locator('td').first()).toContainText(t('products.compare.best'))
      await page.locator('form[data-form=to-quote] button').first().click()
      await expect(page).toHaveURL(`${torv.url}/${locale}/quotes/new`)
    })
  })
}
