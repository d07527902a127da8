import { expect, expectNoBarriers, hydrated, phrasesOf, test } from './torv.ts'

test.describe('with JavaScript', () => {
  const t = phrasesOf('en')

  test('en: the search box by keyboard: options, sections, did you mean, recent searches', async ({ page, torv }) => {
    await page.goto(`${torv.url}/en/help`)
    await hydrated(page)
    const box = page.getByRole('combobox')
    const active = page.locator('[role=option][aria-selected=true]')

    await box.fill('radiators')
    await expect(page.getByRole('option').first()).toBeVisible()
    await expect(box).toHaveAttribute('aria-expanded', 'true')
    await expect(page.getByRole('search').getByRole('status')).toHaveText(/\d+ results|One result/)
    await expectNoBarriers(page)
    await box.press('ArrowUp')
    await expect(page.getByRole('option').last()).toHaveAttribute('aria-selected', 'true')
    await box.press('ArrowDown')
    await expect(box).toHaveAttribute('aria-activedescendant', 'search-hit-0')
    await box.press('Home')
    await expect(active).toHaveCount(0)
    await box.press('Escape')
    await expect(box).toHaveAttribute('aria-expanded', 'false')
    await expect(box).toHaveValue('radiators')
    await box.press('Escape')
    await expect(box).toHaveValue('')

    await box.fill('warrenty')
    const meant = page.getByRole('group', { name: t('search.did-you-mean') }).getByRole('option')
    await expect(meant).toHaveText('warranty')
    await box.press('ArrowUp')
    await box.press('Enter')
    await expect(page).toHaveURL(/\/en\/search\?q=warranty$/)

    await page.goto(`${torv.url}/en/help`)
    await hydrated(page)
    await box.focus()
    const recent = page.getByRole('group', { name: t('search.recent') })
    await expect(recent.getByRole('option')).toHaveText(['warrenty'])
    await expectNoBarriers(page)
    await page.getByRole('button', { name: t('search.forget') }).click()
    await expect(recent).toHaveCount(0)
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false })

  test('da: the page of results: typed with oe and a typo, sections marked, did you mean', async ({ page, torv }) => {
    const t = phrasesOf('da')
    await page.goto(`${torv.url}/da/search`)
    await page.getByRole('combobox').fill('garentien')
    await page.getByRole('combobox').press('Enter')
    await expect(page).toHaveURL(/q=garentien/)
    await expect(page.locator('.meant')).toContainText(t('search.did-you-mean'))
    await page.locator('.meant a').click()
    await expect(page).toHaveURL(/q=garantien/)
    await expect(page.locator('main mark', { hasText: /garanti/i }).first()).toBeVisible()

    await page.goto(`${torv.url}/da/search?q=stoej`)
    await expect(page.locator('main mark', { hasText: /støj/i }).first()).toBeVisible()
  })
})
