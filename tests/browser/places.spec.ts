import { LOCALES } from '../../content/schema.ts'
import { register, signIn } from './steps.ts'
import { expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, viewport: { width: 360, height: 740 } })

      test(`${locale}: where something stands is asked for, refused with what was typed, kept, and changed`, async ({ page, torv }) => {
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
        await signIn(page, torv, locale, someone('ada'), `/${locale}/account/products`)
        await expect(page).toHaveURL(/\/account\/products/)
        await register(page, torv, locale, 'luft-9', `L09-${Math.random().toFixed(7).slice(2)}`)
        await page.goto(`${torv.url}/${locale}/account/products`)
        const folded = page.locator('details', { has: page.locator('form[data-form=place]') })
        const send = async (postcode: string) => {
          await page.locator('form[data-form=place] [name=postcode]').fill(postcode)
          await page.locator('form[data-form=place] button').click()
        }

        await folded.locator('summary').click()
        await expect(folded).toContainText(t('owned.place.ask'))
        await barriers()
        await send('71<00')
        await expect(folded).toContainText(t('invalid.postcode'))
        await expect(folded.locator('[name=postcode]')).toHaveValue('71<00')
        await barriers()
        await send('71 00')
        await expect(page.getByRole('status')).toContainText(t('owned.place.written'))

        await expect(folded.locator('summary')).toContainText(t('owned.place.title', { postcode: '7100' }))
        await folded.locator('summary').click()
        await send('8000')
        await expect(folded.locator('summary')).toContainText(t('owned.place.title', { postcode: '8000' }))
      })
    })
  }
}
