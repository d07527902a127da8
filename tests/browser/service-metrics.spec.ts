import { LOCALES } from '../../content/schema.ts'
import { post } from '../support/server.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, startWithStaff, test } from './torv.ts'

// What nobody finds reaches staff, who mend it; and the numbers of service say how it goes.

const WORDS = { en: { theirs: 'blorptank', ours: 'warranty' }, da: { theirs: 'blorptank', ours: 'garanti' } } as const
/** The log leaves out browsers that say they are driven by a program. */
test.use({ userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36' })

for (const locale of LOCALES) {
  test(`${locale}: a search that finds nothing becomes a synonym and a draft, and all of it is counted`, async ({ page, browser }) => {
    test.slow() // a server of its own, since its staff reads this language
    const t = phrasesOf(locale)
    const { theirs, ours } = WORDS[locale]
    const torv = await startWithStaff(locale)
    try {
      await page.goto(`${torv.url}/${locale}/search`)
      await hydrated(page)
      const settled = page.waitForResponse((answer) => answer.url().endsWith('/api/searches'), { timeout: 30_000 })
      await page.locator('#search-box').pressSequentially(theirs)
      expect((await settled).status()).toBe(204)

      const desk = await atTheDesk(browser, torv)
      await desk.goto(`${torv.url}/desk/gaps/`)
      const gap = desk.locator('details.gap', { hasText: theirs })
      await expect(gap).toContainText(t('gaps.nothing', { n: 1 }))
      await gap.locator('summary').click()
      await expectNoBarriers(desk)

      await gap.locator('form[data-form=synonym] [name=ours]').fill(ours)
      await gap.locator('form[data-form=synonym] button').click()
      await expect(desk.getByRole('status')).toContainText(`${theirs} = ${ours}`)
      await page.goto(`${torv.url}/${locale}/search?q=${theirs}`)
      const answer = page.locator('main ol a').first()
      await expect(answer).toBeVisible()
      const opened = page.waitForRequest(
        (request) => request.url().endsWith('/api/searches') && request.postData()?.includes('answer') === true,
      )
      await answer.click()
      await opened

      await gap.locator('summary').click()
      await gap.locator('form[data-form=draft] button').click()
      await expect(desk.getByRole('status')).toContainText(t('gaps.draft.begun'))
      const download = desk.waitForEvent('download')
      await desk.getByRole('link', { name: t('gaps.draft.download', { language: t(`gaps.language.${locale}`) }) }).click()
      expect((await download).suggestedFilename()).toBe(`${theirs}.md`)
      await desk.locator('button[value=synonym-remove]').click()
      await expect(desk.getByRole('status')).toContainText(t('gaps.synonym.removed'))

      await desk.goto(`${torv.url}/desk/metrics/service`)
      await expect(desk.locator('[data-metric=search] .value')).not.toHaveText(t('metrics.none'))
      await expect(desk.locator('[data-metric] svg')).toHaveCount(15)
      await expectNoBarriers(desk)
      await desk.locator('[data-metric=search] a').last().click()
      await expect(desk.locator('tbody')).toContainText(theirs)
      await expectNoBarriers(desk)
      await desk.goto(`${torv.url}/desk/gaps/feedback`)
      await expectNoBarriers(desk)

      const draft = { kind: 'problem', subject: 'It hums', text: 'All night', name: 'Ada', email: someone('ada'), locale }
      expect((await post(torv.url, '/api/tickets', draft)).status).toBe(201)
      await desk.goto(`${torv.url}/desk/metrics/service`)
      await expect(desk.getByRole('region', { name: t('service.by.kind') })).toBeVisible()
      await expectNoBarriers(desk)
      await desk.goto(`${torv.url}/desk/metrics/sales`)
      await expect(desk.getByRole('region', { name: t('metrics.people.title') })).toBeVisible()
      await expectNoBarriers(desk)
    } finally {
      await torv.remove()
    }
  })
}
