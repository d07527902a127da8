import type { Browser, FrameLocator, Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { startHostPage } from './host-page.ts'
import { register, signIn } from './steps.ts'
import { addSiteTo, atTheDesk, expect, expectNoBarriers, hydrated, phrasesOf, someone, type Torv, test } from './torv.ts'

const TYPO = { en: 'defrostng', da: 'udedeln damper' }
const MISSPELT = { en: { typed: 'warrenty', meant: 'warranty' }, da: { typed: 'garantii', meant: 'garanti' } }

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  test(`${locale}: on another origin, search, an article, a conversation, a live reply; a reload keeps the thread`, async ({
    page,
    browser,
    torv,
  }) => {
    const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, locale), lang: locale })
    const words = `Hello from a shop ${Math.random()}`
    await page.goto(host.url())
    const panel = await openPanel(page)
    await expectNoBarriers(page)

    await panel.getByRole('searchbox').fill(TYPO[locale])
    await panel.locator('mark').first().click()
    await expect(panel.locator('h1:visible')).toBeVisible()
    await expect(panel.locator('h2:visible').first()).toBeVisible()
    await expectNoBarriers(page)

    await panel.getByRole('button', { name: t('widget.article.no'), exact: true }).click()
    await panel.getByLabel(t('widget.article.why')).fill('The valve is not shown.')
    await panel.getByRole('button', { name: t('widget.article.send'), exact: true }).click()
    await expect(panel.getByText(t('widget.article.thanks'))).toBeFocused()

    await panel.getByRole('button', { name: t('widget.article.ask') }).click()
    await panel.locator('textarea:visible').fill(words)
    await panel.getByRole('button', { name: t('widget.conversation.send') }).click()
    await expect(panel.getByText(words).first()).toBeVisible()
    const reference = await referenceOf(panel)
    await expectNoBarriers(page)

    await answer(browser, torv, reference, 'Hello back, live.')
    await expect(panel.getByText('Hello back, live.').first()).toBeVisible()

    await page.reload()
    const again = await openPanel(page)
    await again.locator('.row-link', { hasText: 'Hello from a shop' }).first().click()
    await expect(again.getByText('Hello back, live.').first()).toBeVisible()

    await expect(again.getByText(t('widget.rating.question'))).toHaveCount(0)
    await answer(browser, torv, reference, 'That was all.', 'resolve')
    await again.locator('.scale label').nth(3).click()
    await again.getByLabel(t('widget.rating.comment')).fill('Quick.')
    await again.getByRole('button', { name: t('widget.back'), exact: true }).click()
    await again.locator('.row-link', { hasText: 'Hello from a shop' }).first().click()
    await expect(again.getByLabel(t('widget.rating.comment'))).toHaveValue('Quick.') // what was begun is kept
    await expect(again.locator('.scale input').nth(3)).toBeChecked()
    await expectNoBarriers(page)
    await again.getByRole('button', { name: t('widget.rating.send') }).click()
    await expect(again.locator('.rating [role=status]')).toBeFocused()
    await expect(again.locator('.rating')).toContainText(t('widget.rating.score.4'))
    await expectNoBarriers(page)

    // Once answered it is not asked again, though the case was opened and solved again.
    await again.locator('textarea:visible').fill('One more thing.')
    await again.getByRole('button', { name: t('widget.conversation.send') }).click()
    await expect(again.locator('.rating')).toHaveCount(0)
    await answer(browser, torv, reference, 'Here it is.', 'resolve')
    await expect(again.locator('.rating')).toContainText(t('widget.rating.score.4'))
    await host.stop()
  })
}

for (const locale of LOCALES) {
  const t = phrasesOf(locale)
  const { typed, meant } = MISSPELT[locale]

  test(`${locale}: a misspelt word is offered as it is written, and each section says why it was found`, async ({ page, torv }) => {
    const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, locale), lang: locale })
    await page.goto(host.url())
    const panel = await openPanel(page)
    const field = panel.getByRole('searchbox')

    await field.fill(typed)
    await expect(panel.getByText(t('widget.search.did-you-mean'))).toBeVisible()
    await expectNoBarriers(page)
    await panel.getByRole('button', { name: meant, exact: true }).press('Enter')

    await expect(field).toHaveValue(meant)
    await expect(field).toBeFocused()
    await expect(panel.getByText(t('widget.search.did-you-mean'))).toHaveCount(0)
    const part = panel.locator('.row-link--part', { has: page.locator('mark') }).first()
    const heading = (await part.locator('.row-title').textContent()) ?? ''
    await part.press('Enter')
    await expect(panel.locator('h2:focus')).toHaveText(heading)
    await host.stop()
  })
}

test('who is signed in at the portal beside it says which of their products a question is about, and staff sees it', async ({
  page,
  browser,
  torv,
}) => {
  const t = phrasesOf('en')
  const serial = `L09-${Math.random().toFixed(7).slice(2)}`
  await signIn(page, torv, 'en', someone('ada'), '/en/account/products')
  await expect(page).toHaveURL(/\/account\/products/)
  await register(page, torv, 'en', 'luft-9', serial)
  const beside = (origin: string) => origin.replace('127.0.0.1', 'localhost')
  const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, beside(origin), 'en') })
  await page.goto(beside(host.url()))
  const panel = await openPanel(page)

  await panel.getByRole('button', { name: t('widget.home.write') }).click()
  await panel.getByLabel(t('widget.conversation.owned')).selectOption({ label: `Fjeld Luft 9, ${serial}` })
  await expectNoBarriers(page)
  await panel.locator('textarea:visible').fill('It hums.')
  await panel.getByRole('button', { name: t('widget.conversation.send') }).click()
  const reference = await referenceOf(panel)

  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/tickets/${reference}`)
  await expect(desk.locator('[data-about]')).toContainText(serial)
  await expectNoBarriers(desk)
  await desk.context().close()
  await host.stop()
})

test('WI6 an untouched widget sets no cookie, stores nothing and asks for one file of one host', async ({ page, torv }) => {
  const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(host.url(), { waitUntil: 'networkidle' })
  await expect(page.locator('torv-widget')).toBeAttached() // it is there, and untouched

  expect(asked.filter((url) => !url.startsWith(host.origin))).toEqual([`${torv.url}/widget.js`])
  expect(await page.context().cookies()).toEqual([])
  const { origins } = await page.context().storageState()
  expect(origins).toEqual([])
  expect(await page.evaluate(() => localStorage.length + sessionStorage.length)).toBe(0)
  await host.stop()
})

test('WI3 with third-party cookies blocked the thread survives three pages, and a second site sees nothing of it', async ({
  page,
  torv,
}) => {
  const first = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  const second = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  const words = `Only here ${Math.random()}`
  await page.goto(first.url())
  const panel = await openPanel(page)
  await panel.getByRole('button', { name: phrasesOf('en')('widget.home.write') }).click()
  await panel.locator('textarea:visible').fill(words)
  await panel.getByRole('button', { name: phrasesOf('en')('widget.conversation.send') }).click()
  await referenceOf(panel)
  // Storage in the frame's own partition, or a cookie that is: nothing that follows the visitor to another site.
  for (const cookie of await page.context().cookies()) expect(cookie).toMatchObject({ partitionKey: first.origin.replace(/:\d+$/, '') })

  for (const path of ['/two', '/three']) {
    await page.goto(first.url(path))
    await expect((await openPanel(page)).getByText('Only here').first()).toBeVisible()
  }
  await page.goto(second.url())
  const other = await openPanel(page)
  await expect(other.locator('h1:visible')).toBeVisible()
  await expect(other.getByText('Only here')).toHaveCount(0)
  await first.stop()
  await second.stop()
})

test('WI1 messages from elsewhere move neither the page nor the panel', async ({ page, torv }) => {
  const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  await page.goto(host.url())
  const panel = await openPanel(page)
  await expect(panel.locator('h1:visible')).toBeVisible()

  // From the page itself, and from a frame of a third origin: same words, wrong source.
  await page.evaluate((portal) => {
    for (const shape of [{ torv: 'close' }, { type: 'close' }, { torv: 1, type: 'close' }, 'close', null, { kind: 'close' }]) {
      window.postMessage(shape, '*')
      window.dispatchEvent(new MessageEvent('message', { data: shape, origin: portal, source: window }))
    }
  }, torv.url)

  await page.waitForFunction(() => true)
  await expect(panel.locator('h1:visible')).toBeVisible()
  await host.stop()
})

test('BN6 the panel shows on the site’s own origins only', async ({ page, torv }) => {
  const host = await startHostPage({ portalUrl: torv.url, siteKey: () => addSiteTo(torv, 'https://elsewhere.example', 'en') })
  const refused = page.waitForEvent('console', (message) => /frame-ancestors|refused to/i.test(message.text()))
  await page.goto(host.url())
  await page.getByRole('button').first().click()

  await refused
  await expect(page.frameLocator('iframe').locator('.hello')).toHaveCount(0)
  await host.stop()
})

async function openPanel(page: Page): Promise<FrameLocator> {
  await page.getByRole('button').first().click()
  const panel = page.frameLocator('iframe')
  await expect(panel.locator('h1:visible')).toBeVisible()
  return panel
}

async function referenceOf(panel: FrameLocator): Promise<string> {
  const text = panel.getByText(/T-[2-9A-Z]{6}/).first()
  await expect(text).toBeVisible()
  return /T-[2-9A-Z]{6}/.exec((await text.textContent()) ?? '')?.[0] ?? ''
}

async function answer(browser: Browser, torv: Torv, reference: string, text: string, move = '') {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/tickets/${reference}`)
  await hydrated(desk)
  await desk.locator('#reply').fill(text)
  if (move) await desk.locator('select[name=move]').selectOption(move)
  await desk.locator('button[value=reply-now]').click()
  await expect(desk.getByRole('log')).toContainText(text)
  await desk.context().close()
}
