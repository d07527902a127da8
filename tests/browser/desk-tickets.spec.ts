import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Browser, Page } from '@playwright/test'
import type { Translate } from '../../content/phrases.ts'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { until } from '../support/ports.ts'
import { post } from '../support/server.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, someone, startWithStaff, type Torv, test } from './torv.ts'

// Staff at their cases: many at once, then one, with words kept ready and a moment to think again.

const CLEO = { email: 'cleo@fjeldvarme.example', name: 'Cleo Dahl', password: 'another long password' }

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled })

      test(`${locale}: staff goes through the inbox and answers a case`, async ({ browser }) => {
        test.slow() // a server of its own, whose staff reads this language
        const torv = await startWithStaff(locale)
        try {
          if (javaScriptEnabled) await hire(torv, locale)
          const desk = await deskOf(browser, torv, javaScriptEnabled)
          const email = someone('ada')
          const [hums, drips] = [await opened(torv, email, 'It hums', locale), await opened(torv, someone('grace'), 'It drips', locale)]

          // The inbox: two are marked at once, and found by that again.
          await desk.goto(`${torv.url}/desk/`)
          for (const reference of [hums, drips]) await desk.locator(`input[name=reference][value=${reference}]`).check()
          await desk.locator('[name=do]').selectOption('tag')
          await desk.locator('form[data-form=bulk] [name=tag]').fill('Winter')
          await desk.locator('button[value=bulk]').click()
          await expect(desk.getByRole('status').first()).toHaveText(t('desk-tickets.bulk.done', { n: 2 }))
          await desk.goto(`${torv.url}/desk/?view=all&tag=winter&q=hum`)
          await expect(desk.locator('[data-desk-list] a')).toHaveCount(1)
          await desk.locator(`summary:text-is("${t('desk-pipeline.views.save')}")`).click()
          await desk.locator('form[data-form=save-view] [name=name]').fill('Humming')
          await desk.locator('form[data-form=save-view] button').click()
          await expect(desk.locator('[data-live=views] [aria-current=page]')).toHaveText('Humming')
          if (javaScriptEnabled) await isForEveryone(desk)

          // Words for the next time.
          await desk.goto(`${torv.url}/desk/tickets/macros`)
          await desk.locator('form[data-form=new-macro] [name=name]').fill('Screws')
          await desk.locator(`form[data-form=new-macro] [name="text.${locale}"]`).fill('Hi {name}, tighten the screws.')
          await desk.locator('form[data-form=new-macro] [name=move]').selectOption('resolve')
          await desk.locator('form[data-form=new-macro] button').click()
          await expect(desk.locator('form[data-form=macro]')).toHaveCount(1)
          if (javaScriptEnabled) await isForEveryone(desk)

          // One case: a colleague is seen, a call is written down, and a reply is taken back and sent after all.
          await desk.goto(`${torv.url}/desk/tickets/${hums}`)
          if (javaScriptEnabled) await seesAColleague(browser, torv, desk, t)
          await openSummary(desk, t('desk-tickets.call.title'))
          await desk.locator('form[data-form=call] [name=minutes]').fill('4')
          await desk.locator('form[data-form=call] [name=text]').fill('She hears it at night.')
          await desk.locator('form[data-form=call] button').click()
          await expect(desk.locator('.live-thread')).toContainText('She hears it at night.')
          await openSummary(desk, t('desk.ticket.reply'))
          await desk.locator('[name=macro]').selectOption({ label: 'Screws' })
          await desk.locator('button[value=macro]').click()
          await expect(desk.locator('#reply')).toHaveValue('Hi Ada Lund, tighten the screws.')
          await desk.locator('[name=article]').fill(locale === 'da' ? 'støj' : 'noise')
          await desk.locator('button[value=find-article]:not([aria-hidden])').click()
          await desk.locator('.found button').first().click()
          await expect(desk.locator('#reply')).toHaveValue(new RegExp(`screws\\.\\n\\n[^]*${torv.url}/${locale}/help/`))
          if (javaScriptEnabled) await isForEveryone(desk)
          await desk.locator('[data-send]').click()
          await desk.locator('button[value^="undo."]').click()
          await expect(desk.locator('#reply')).toHaveValue(/tighten the screws/)
          await expect(desk.locator('#reply')).toBeFocused()
          expect((await torv.mails()).filter(({ to }) => to === email)).toHaveLength(1) // the receipt
          await desk.locator('[data-send]').click()
          const leaves = async () => (await torv.mails()).find(({ to, text }) => to === email && text.includes('the screws'))
          await until('the reply to be mailed', leaves, 30_000) // it waits for ten seconds
          await desk.goto(`${torv.url}/desk/tickets/${hums}`)
          await expect(desk.locator('[data-live=state] [data-ticket-status]')).toHaveText(t('desk.status.resolved'))

          // What they write once more about the same belongs in one case.
          const again = await opened(torv, email, 'It hums again', locale)
          await desk.goto(`${torv.url}/desk/tickets/${again}`)
          await openSummary(desk, t('desk-tickets.related.more'))
          await desk.locator('form[data-form=merge] [name=likelyInto]').selectOption(hums)
          await desk.locator('form[data-form=merge] button').click()
          await expect(desk).toHaveURL(new RegExp(`/desk/tickets/${hums}`))
          await expect(desk.locator(`[data-related] a[href$="${again}"]`)).toBeVisible()

          // Whoever it is, everything of theirs is on one page.
          await desk.locator('.person h2 a').click()
          await expect(desk.locator('h1')).toHaveText('Ada Lund')
          await expect(desk.locator(`a[href="/desk/tickets/${hums}"]`).first()).toBeVisible()
          if (javaScriptEnabled) await isForEveryone(desk)
          await desk.goto(`${torv.url}/desk/contacts/?q=lund`)
          await expect(desk.locator('[data-desk-list] a')).toHaveCount(2)
          if (javaScriptEnabled) await isForEveryone(desk)
          await desk.context().close()
        } finally {
          await torv.remove()
        }
      })
    })
  }
}

async function deskOf(browser: Browser, torv: Torv, javaScriptEnabled: boolean): Promise<Page> {
  const signedIn = await atTheDesk(browser, torv)
  if (javaScriptEnabled) return signedIn
  const storageState = await signedIn.context().storageState()
  await signedIn.context().close()
  return (await browser.newContext({ javaScriptEnabled, storageState, viewport: { width: 360, height: 740 } })).newPage()
}

async function opened({ url }: Torv, email: string, subject: string, locale: string): Promise<string> {
  const answer = await post(url, '/api/tickets', { kind: 'problem', subject, text: 'All night long.', name: 'Ada Lund', email, locale })
  return ((await answer.json()) as { reference: string }).reference
}

/** A colleague comes and goes: Sam is told of both. */
async function seesAColleague(browser: Browser, torv: Torv, desk: Page, t: Translate) {
  const cleo = await atTheDesk(browser, torv, CLEO)
  await cleo.goto(desk.url())
  const notice = desk.locator('desk-presence p')
  await expect(notice).toHaveText(t('desk-tickets.presence.looks', { names: CLEO.name }))
  await openSummary(cleo, t('desk.ticket.reply'))
  await cleo.locator('#reply').pressSequentially('Let me')
  await expect(notice).toHaveText(t('desk-tickets.presence.types', { names: CLEO.name }))
  await expectNoBarriers(desk)
  await cleo.context().close()
  await expect(notice).toBeHidden({ timeout: 20_000 })
}

/** A second member of staff, as the operator takes them on. */
async function hire(torv: Torv, locale: Locale) {
  await torv.end('SIGTERM')
  const words = ['api/cli.ts', 'staff', 'add', '--email', CLEO.email, '--name', CLEO.name, '--locale', locale]
  const child = spawn('node', words, { env: { ...process.env, DATA_DIR: torv.dataDir }, stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.end(`${CLEO.password}\n`)
  await once(child, 'exit')
  await torv.start()
}

/** axe finds nothing, and nothing sticks out, on a phone and on a desk. */
async function isForEveryone(page: Page) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 800 })
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    await expectNoBarriers(page)
  }
}

async function openSummary(page: Page, words: string) {
  const folded = page.locator(`details:not([open]) > summary:text-is("${words}")`)
  if (await folded.count()) await folded.click()
}
