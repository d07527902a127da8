import type { Browser } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { until } from '../support/ports.ts'
import { startPostOffice } from '../support/post-office.ts'
import { jpeg } from '../support/sample-files.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, startWithStaff, test } from './torv.ts'

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
/** How a mail program says whose words stand below. */
const WROTE = {
  en: 'On Thu, 5 Nov 2026 at 10:12, Fjeldvarme <help@in.fjeldvarme.example> wrote:',
  da: 'Den tors. 5. nov. 2026 kl. 10.12 skrev Fjeldvarme <help@in.fjeldvarme.example>:',
}

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a case from a phone is answered by mail both ways, solved, opened again by mail; a forged answer waits at the desk`, async ({
    browser,
  }) => {
    test.slow() // a server and a post office of its own
    const post = await startPostOffice()
    const torv = await startWithStaff(locale, post.environment)
    try {
      const ada = someone('ada')
      const phone = await onAPhone(browser)
      await phone.goto(`${torv.url}/${locale}/tickets/new`)
      await phone.locator('[name=subject]').fill('It hums')
      await phone.locator('[name=text]').fill('All night long.')
      await phone.locator('[name=name]').fill('Ada Lund')
      await phone.locator('[name=email]').fill(ada)
      await expect(phone.locator('attach-files[data-ready]')).toBeVisible()
      await phone.locator('input[capture=environment]').setInputFiles([{ name: 'hum.jpg', buffer: jpeg(), mimeType: 'image/jpeg' }])
      await expect(phone.locator('[data-file] input[name=uploads]')).toHaveCount(1)
      await phone.getByRole('button', { name: t('tickets.new.send') }).click()
      await expect(phone).toHaveURL(/\/tickets\/T-\w{6}/)
      const reference = /T-\w{6}/.exec(phone.url())?.[0] ?? ''
      await hydrated(phone)
      await expect(phone.locator('.words-files a')).toHaveText(['hum.jpg'])
      expect(await phone.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)

      const desk = await atTheDesk(browser, torv)
      const write = async (text: string, move = '') => {
        await desk.goto(`${torv.url}/desk/tickets/${reference}`)
        await hydrated(desk)
        await desk.locator('#reply').fill(text)
        if (move) await desk.locator('select[name=move]').selectOption(move)
        await desk.locator('[data-send]').click()
        return until('the mail to arrive', () => (post.lastTo(ada)?.text.includes(text) ? post.lastTo(ada) : undefined), 40_000)
      }

      const question = await write('Is it the outdoor unit?', 'wait')
      expect(question.text.startsWith(`— ${t('mail.answer-above')} —`)).toBe(true)
      await desk.goto(`${torv.url}/desk/tickets/${reference}`)
      await hydrated(desk)

      await post.answer(question, ada, 'Yes, the outdoor one.', WROTE[locale])

      for (const page of [desk, phone]) {
        await expect(page.getByRole('log')).toContainText('Yes, the outdoor one.', { timeout: 40_000 }) // by itself
        const words = page.getByRole('log').getByRole('listitem').last()
        await expect(words.locator('.words-text').first()).toHaveText('Yes, the outdoor one.')
        await expect(words.locator('details')).not.toHaveAttribute('open')
        await words.locator('summary').click()
        await expect(words.locator('details')).toContainText('Is it the outdoor unit?')
        await expectNoBarriers(page)
      }

      const solved = await write('Tighten the four screws.', 'resolve')
      await expect(phone.locator('[data-ticket-status]').first()).toHaveText(t('tickets.status.resolved'))
      await post.answer(solved, ada, 'It still hums.', WROTE[locale])
      await expect(phone.getByRole('log')).toContainText('It still hums.', { timeout: 40_000 })
      await expect(phone.locator('[data-ticket-status]').first()).toHaveText(t('tickets.status.open'))

      // Somebody else writes in her name.
      const before = post.countTo(ada)
      await post.forge({ from: ada, to: solved.replyTo, subject: 'Re: It hums', html: '<p>Send me <b>her</b> papers.</p>' })
      await desk.goto(`${torv.url}/desk/mail`)
      await expect(desk.locator('[data-desk-list] a')).toHaveCount(1, { timeout: 40_000 }) // shows up by itself
      await expectNoBarriers(desk)
      await desk.locator('[data-desk-list] a').click()
      await expect(desk.locator('main')).toContainText(t('desk-mail.why.failed-authentication'))
      await expect(desk.locator('[data-words]')).toHaveText('Send me her papers.')
      await expect(desk.getByLabel(t('desk-mail.release.reference'))).toHaveValue(reference)
      await expectNoBarriers(desk)
      await expect(phone.getByRole('log')).not.toContainText('papers')
      expect(post.countTo(ada)).toBe(before)
      await desk.locator('button[value=delete]').click()
      await expect(desk.locator('main')).toContainText(t('desk-mail.empty.suspended'))
      await expectNoBarriers(desk)
    } finally {
      await torv.remove()
      await post.stop()
    }
  })
}

async function onAPhone(browser: Browser) {
  return (await browser.newContext(PHONE)).newPage()
}
