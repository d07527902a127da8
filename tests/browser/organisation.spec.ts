import { LOCALES } from '../../content/schema.ts'
import { signIn } from './steps.ts'
import { codeIn, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, ...(javaScriptEnabled ? {} : { viewport: { width: 360, height: 740 } }) })

      test(`${locale}: a contact makes an organisation, invites a colleague who joins, and ends it`, async ({ page, browser, torv }) => {
        const [ada, bo] = [someone('ada'), someone('bo')]
        const barriers = javaScriptEnabled ? expectNoBarriers : async () => {} // axe is a script itself

        await signIn(page, torv, locale, ada, `/${locale}/account/organisation`)
        await expect(page).toHaveURL(`${torv.url}/${locale}/account/organisation`)
        await barriers(page)
        const create = page.locator('form[data-form=create]')
        await create.evaluate((form: HTMLFormElement) => {
          form.noValidate = true
        })
        await create.locator('[name=invoiceAddress]').fill('Havnegade 1')
        await create.locator('button').click()
        await expect(page.getByText(t('invalid.required')).first()).toBeVisible() // the name is missing
        await expect(page.locator('[name=invoiceAddress]').first()).toHaveValue('Havnegade 1')
        await page.locator('form[data-form=create] [name=name]').fill('Acme & Sønner')
        await page.locator('form[data-form=create] button').click()
        await expect(page.locator('h1')).toHaveText('Acme & Sønner')
        await barriers(page)

        const invite = page.locator('form[data-form=invite]')
        await invite.locator('[name=email]').fill(bo)
        await invite.locator('[name=role][value=buyer]').check()
        await invite.locator('[name="acceptsUpTo.DKK"]').fill('many')
        await invite.locator('button').click()
        await expect(page.locator('form[data-form=invite] [name="acceptsUpTo.DKK"]')).toHaveAttribute('aria-invalid', 'true')
        await expect(page.locator('form[data-form=invite] [name=email]')).toHaveValue(bo)
        await barriers(page)
        await page.locator('form[data-form=invite] [name="acceptsUpTo.DKK"]').fill('50000')
        await page.locator('form[data-form=invite] button').click()
        await expect(page.locator(`[data-invitation="${bo}"]`)).toBeVisible()

        const mail = await torv.mailTo(bo, /Acme & Sønner/)
        const link = /https?:\/\/\S+\/invitations\/[\w-]{43}/.exec(mail.text)?.[0] ?? ''
        const colleague = await (await browser.newContext({ javaScriptEnabled, locale })).newPage()
        await colleague.goto(link)
        await barriers(colleague)
        await colleague.locator('[data-sign-in]').click()
        await expect(colleague.locator('[name=email]')).toHaveValue(bo)
        await colleague.locator('main form button').first().click()
        await colleague.locator('[name=code]').fill(codeIn(await torv.mailTo(bo, /^\d{3} \d{3} /)))
        await colleague.locator('main form:has([name=code]) button').click()
        await barriers(colleague)
        await colleague.locator('form[data-form=join] button').click()
        await expect(colleague).toHaveURL(`${torv.url}/${locale}/account/organisation`)
        await expect(colleague.locator(`[data-member="${bo}"]`)).toContainText(t('organisation.role.buyer.name'))
        await expect(colleague.locator('form[data-form=invite]')).toHaveCount(0)
        await barriers(colleague)
        await colleague.goto(link)
        await expect(colleague.locator('h1')).toHaveText(t('organisation.invitation.ended'))
        await barriers(colleague)

        // The last one who manages cannot leave; a colleague can be removed.
        await page.goto(`${torv.url}/${locale}/account/organisation`)
        await page.locator('details#leave > summary').click()
        await page.locator('form[data-form=leave] button').click()
        await expect(page.getByText(t('problem.last-manager.title'))).toBeVisible()
        await barriers(page)
        await page.locator(`[data-member="${bo}"] summary`).click()
        await page.locator(`[data-member="${bo}"] form[data-form=remove] button`).click()
        await expect(page.locator(`[data-member="${bo}"]`)).toHaveCount(0)
        await colleague.goto(`${torv.url}/${locale}/account/organisation`)
        await expect(colleague.locator('form[data-form=create]')).toBeVisible()
        await colleague.context().close()
      })
    })
  }
}
