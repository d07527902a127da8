import type { Browser, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { post, type RunningServer, startServer } from '../support/server.ts'
import { expect, expectNoBarriers, phrasesOf, STAFF, someone, test } from './torv.ts'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test.describe(`${locale}: leads`, () => {
    let server: RunningServer
    test.beforeAll(async () => {
      server = await deskIn(locale)
    })
    test.afterAll(() => server.remove())

    test('a guest from a campaign becomes a lead that staff takes on', async ({ page, browser }) => {
      const email = someone('ada')
      await page.goto(`${server.url}/${locale}/products/luft-9?utm_source=winter-mail&utm_campaign=ready`)
      // Nothing is kept of where somebody came from; what was looked at is, in this browser alone.
      expect(await page.evaluate(() => [document.cookie, sessionStorage.length])).toEqual(['', 0])
      expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toMatch(/winter-mail|ready/)
      await page.locator('form[action$="/quotes/list"] button').click()
      await page.locator('input[name=name]').fill('Ada Lund')
      await page.locator('input[name=email]').fill(email)
      await page.locator('button[name=action][value=request]').click()
      await expect(page).toHaveURL(/\/quotes\/Q-/)

      const desk = await signedInAt(server, browser, locale)
      await desk.goto(`${server.url}/desk/leads/?q=${email}`)
      await expectNoBarriers(desk)
      await desk.locator('[data-desk-list] a').first().click()
      await expect(desk.locator('h1')).toHaveText('Ada Lund')
      await expect(desk.getByText('winter-mail')).toBeVisible()
      await expect(desk.getByText(t('leads.part.asked-for-quote')).first()).toBeVisible()
      await expectNoBarriers(desk)

      await desk.locator('select[name=stage]').selectOption('qualified')
      await desk.locator('select[name=ownerId]').selectOption({ label: STAFF.name })
      await desk.locator('input[name=nextContactOn]').fill('2020-02-03')
      await desk.locator('input[name=nextContactNote]').fill('Vil høre om støj på æ, ø og å')
      await desk.locator('[data-form=lead] button').click()
      await expect(desk.getByRole('status')).toHaveText(t('leads.page.saved'))
      await desk.locator('[data-form=note] textarea').fill('Ring efter kl. 15')
      await desk.locator('[data-form=note] button').click()
      await expect(desk.getByText('Ring efter kl. 15')).toBeVisible()

      await desk.goto(`${server.url}/desk/`)
      await desk.getByRole('link', { name: t('leads.due', { n: 1 }) }).click()
      await expect(desk.locator('[data-desk-list] a')).toHaveCount(1)
      await desk.keyboard.press('j')
      await desk.keyboard.press('Enter')
      await expect(desk.locator('h1')).toHaveText('Ada Lund')
      await desk.context().close()
    })

    test('two who edit at once both keep their words', async ({ browser }) => {
      const [one, other] = [await signedInAt(server, browser, locale), await signedInAt(server, browser, locale)]
      for (const page of [one, other]) {
        await page.goto(`${server.url}/desk/leads/?sort=new`)
        await page.locator('[data-desk-list] a').last().click()
        await expect(page.locator('[data-form=lead]')).toBeVisible()
      }
      await one.locator('input[name=nextContactNote]').fill('Mine')
      await one.locator('[data-form=lead] button').click()
      await expect(one.getByRole('status')).toBeVisible()

      await other.locator('input[name=nextContactNote]').fill('Also mine')
      await other.locator('[data-form=lead] button').click()
      await expect(other.getByRole('alert').first()).toContainText(t('leads.page.moved-on'))
      await expect(other.locator('input[name=nextContactNote]')).toHaveValue('Also mine')
      await expect(other.getByText(t('leads.page.now', { value: 'Mine' }))).toBeVisible()
      await expectNoBarriers(other)
      await other.locator('[data-form=lead] button').click()
      await expect(other.getByRole('status')).toBeVisible()
      for (const page of [one, other]) await page.context().close()
    })

    test('CO12 a list is previewed, taken in and comes out again without a formula', async ({ browser }) => {
      const desk = await signedInAt(server, browser, locale)
      await desk.goto(`${server.url}/desk/leads/import`)
      await expectNoBarriers(desk)
      const rows = Array.from(
        { length: 150 },
        (_, n) => `p${n}.${locale}@fair.example;"=HYPERLINK(""http://evil.example"")";+45 70 00 00 00`,
      )
      const csv = ['email;navn;telefon', ...rows, 'not-an-address;Bo;', `p0.${locale}@fair.example;Again;`].join('\r\n')
      await desk.locator('input[type=file]').setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
      await desk.locator('[data-form=import] button').click()
      await expect(desk.locator('h1')).toHaveText(t('leads.import.preview'))
      await expectNoBarriers(desk)
      await desk.getByRole('link', { name: t('leads.import.outcome.wrong') }).click()
      await expect(desk.locator('tbody tr')).toHaveCount(1)
      await expect(desk.locator('tbody')).toContainText('not-an-address')
      await desk.locator('[data-form=start] button').click()
      await expect(desk.locator('h1')).toHaveText(t('leads.import.done'))

      await desk.goto(`${server.url}/desk/leads/?q=fair.example`)
      await expect(desk.locator('[data-desk-list] a')).toHaveCount(50)
      const [download] = await Promise.all([
        desk.waitForEvent('download'),
        desk.getByRole('link', { name: t('leads.export-link') }).click(),
      ])
      const chunks: Buffer[] = []
      for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
      const text = Buffer.concat(chunks).toString('utf8')
      expect(text.split('\r\n').filter((line) => line.includes('fair.example'))).toHaveLength(150)
      expect(text).toContain(`"'=HYPERLINK(`)
      expect(text).not.toContain(',"=')
      await desk.context().close()
    })

    test('works on a phone without JavaScript', async ({ browser }) => {
      const desk = await signedInAt(server, browser, locale, { javaScriptEnabled: false, viewport: { width: 360, height: 740 } })
      await desk.goto(`${server.url}/desk/leads/`)
      await expect(desk.locator('[data-desk-list] a').first()).toBeVisible()
      expect(await desk.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await desk.locator('[data-desk-list] a').first().click()
      await expect(desk.locator('[data-form=lead]')).toBeVisible()
      await desk.goto(`${server.url}/desk/leads/?q=nobody-at-all`)
      await expect(desk.getByText(t('leads.list.empty-filtered'))).toBeVisible()
      await desk.context().close()
    })
  })
}

/** A server whose only member of staff reads this language, since the desk speaks that of who works there; and one lead. */
async function deskIn(locale: Locale): Promise<RunningServer> {
  const server = await startServer()
  const token = /set-up\/([\w-]{43})/.exec(server.output())?.[1]
  const made = await post(server.url, '/api/set-up', { ...STAFF, token, locale })
  if (made.status !== 201) throw new Error(await made.text())
  const lines = [{ product: 'luft-9', options: {}, quantity: 1 }]
  const asked = await post(server.url, '/api/quotes', { lines, name: 'Grace Holm', email: someone('grace'), locale })
  if (asked.status !== 201) throw new Error(await asked.text())
  return server
}

async function signedInAt(server: RunningServer, browser: Browser, locale: Locale, options = {}): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage()
  await page.goto(`${server.url}/${locale}/sign-in?with=password&next=/desk/`)
  await page.locator('input[name=email]').fill(STAFF.email)
  await page.locator('input[name=password]').fill(STAFF.password)
  await page.locator('main form button').first().click()
  await expect(page).toHaveURL(`${server.url}/desk/`)
  return page
}
