import { LOCALES } from '../../content/schema.ts'
import { INBOUND, letter } from '../support/mails.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, startWithStaff, test } from './torv.ts'

const GRACE = 'grace@globex.example'

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: words are split off without scripts, and who is in copy goes along unless staff takes the tick away`, async ({
    browser,
  }) => {
    test.slow() // a server of its own
    const torv = await startWithStaff(locale, INBOUND)
    try {
      const headers = { authorization: `Bearer ${INBOUND.MAIL_INBOUND_SECRET}` }
      const body = letter({ cc: `Grace <${GRACE}>` })
      expect((await fetch(`${torv.url}/api/mail/inbound`, { method: 'POST', headers, body })).status).toBe(202)
      const scripted = await atTheDesk(browser, torv)
      const storageState = await scripted.context().storageState()
      const desk = await (await browser.newContext({ storageState, javaScriptEnabled: false })).newPage()
      await desk.goto(`${torv.url}/desk/mail/1`)
      await desk.getByRole('button', { name: `${t('desk-mail.let-in')}: ${GRACE}` }).click()
      await desk.getByRole('link', { name: /T-\w{6}/ }).click()
      const whole = desk.url()
      const data = { text: 'And where is the invoice?' }
      const reply = await desk.request.post(whole.replace('/desk/', '/api/desk/').concat('/messages'), {
        data,
        headers: { origin: torv.url },
      })
      expect(reply.status()).toBe(201)

      const splitOff = async (subject: string, { along }: { along: boolean }) => {
        await desk.goto(whole)
        await desk.locator('[data-related] summary').click()
        const form = desk.locator('form[data-form=split]')
        await expect(form.locator('[name=takesAlong]')).toBeChecked()
        await form.locator('[name=messages]').first().check()
        if (!along) await form.locator('[name=takesAlong]').uncheck()
        await form.locator('[name=subject]').fill(subject)
        await form.getByRole('button').click()
        await expect(desk.getByRole('heading', { level: 1 })).toHaveText(subject)
        await expect(desk.locator('[data-related]')).toContainText(t('desk-tickets.related.kind.split-from'))
        const made = await desk.request.get(desk.url().replace('/desk/', '/api/desk/').replace(/\?.*/, ''))
        return ((await made.json()) as { participants: string[] }).participants
      }
      expect(await splitOff('The noise', { along: true })).toEqual([GRACE])
      expect(await splitOff('The noise again', { along: false })).toEqual([])

      await scripted.goto(whole)
      await expect(scripted.locator('[data-related]')).toContainText(t('desk-tickets.related.kind.split-into'))
      await scripted.locator('[data-related] summary').click()
      await expect(scripted.locator('form[data-form=split]')).toContainText(GRACE)
      await expectNoBarriers(scripted)
    } finally {
      await torv.remove()
    }
  })
}
