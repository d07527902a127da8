import { resolve } from 'node:path'
import type { Browser } from '@playwright/test'
import { sendableAt } from '../../api/followup/sending-hours.ts'
import { loadContent } from '../../content/load.ts'
import { LOCALES } from '../../content/schema.ts'
import { until } from '../support/ports.ts'
import { startPostOffice } from '../support/post-office.ts'
import { jpeg } from '../support/sample-files.ts'
import { atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, startWithStaff, test } from './torv.ts'

const HOUR_MS = 3_600_000
const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }
/** How a mail program says whose words stand below. */
const WROTE = {
  en: 'On Thu, 5 Nov 2026 at 10:12, Fjeldvarme <help@in.fjeldvarme.example> wrote:',
  da: 'Den tors. 5. nov. 2026 kl. 10.12 skrev Fjeldvarme <help@in.fjeldvarme.example>:',
}

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: a case from a phone is answered by mail both ways, solved, rated, opened again by mail; a forged answer waits at the desk`, async ({
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
      await desk.context().close()
      await torv.end('SIGTERM')
      await torv.start(untilAsked())
      const ours = (text = '') => new RegExp(`${torv.url}/${locale}/rate/[\\w-]{43}`).exec(text)?.[0]
      const link = await until('the question how we did', () => ours(post.lastTo(ada)?.text), 40_000)
      const elsewhere = await onAPhone(browser) // where her mail is, and nobody is signed in
      await elsewhere.goto(link)
      await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText(t('rating.title'))
      await expect(elsewhere.locator('.page-head')).toContainText('It hums')
      await expectNoBarriers(elsewhere)
      await elsewhere.getByRole('radio', { name: t('rating.score.4') }).check()
      await elsewhere.locator('form[data-form=rating] textarea').fill('Quick, in the end.')
      await elsewhere.getByRole('button', { name: t('rating.send') }).click()
      await expect(elsewhere.locator('main')).toContainText(t('rating.thanks'))
      await expect(elsewhere.getByRole('radio', { name: t('rating.score.4') })).toBeChecked() // for a day it can be changed
      await expectNoBarriers(elsewhere)
      expect(await elsewhere.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
      await elsewhere.goto(link.replace(/.{43}$/, 'A'.repeat(43)))
      await expect(elsewhere.getByRole('heading', { level: 1 })).toHaveText(t('rating.ended'))
      await expectNoBarriers(elsewhere)
      await elsewhere.context().close()

      await phone.reload() // the server has been away
      await hydrated(phone)
      await post.answer(solved, ada, 'It still hums.', WROTE[locale])
      await expect(phone.getByRole('log')).toContainText('It still hums.', { timeout: 40_000 })
      await expect(phone.locator('[data-ticket-status]').first()).toHaveText(t('tickets.status.open'))

      // Somebody else writes in her name.
      const before = post.countTo(ada)
      await post.forge({ from: ada, to: solved.replyTo, subject: 'Re: It hums', html: '<p>Send me <b>her</b> papers.</p>' })
      const nextDay = await atTheDesk(browser, torv) // nobody is signed in at the desk from one day to the next
      await nextDay.goto(`${torv.url}/desk/mail`)
      await expect(nextDay.locator('[data-desk-list] a')).toHaveCount(1, { timeout: 40_000 }) // shows up by itself
      await expectNoBarriers(nextDay)
      await nextDay.locator('[data-desk-list] a').click()
      await expect(nextDay.locator('main')).toContainText(t('desk-mail.why.failed-authentication'))
      await expect(nextDay.locator('[data-words]')).toHaveText('Send me her papers.')
      await expect(nextDay.getByLabel(t('desk-mail.release.reference'))).toHaveValue(reference)
      await expectNoBarriers(nextDay)
      await expect(phone.getByRole('log')).not.toContainText('papers')
      expect(post.countTo(ada)).toBe(before)
      await nextDay.locator('button[value=delete]').click()
      await expect(nextDay.locator('main')).toContainText(t('desk-mail.empty.suspended'))
      await expectNoBarriers(nextDay)
    } finally {
      await torv.remove()
      await post.stop()
    }
  })
}

/** Until a day after now, and then until mails may come that disturb nobody. */
function untilAsked(): number {
  const now = Date.now()
  const { company } = loadContent(resolve('content'))
  return sendableAt(now + (company.cases.rateAfterHours + 1) * HOUR_MS, company) - now + HOUR_MS / 6
}

async function onAPhone(browser: Browser) {
  return (await browser.newContext(PHONE)).newPage()
}
