import type { Page } from '@playwright/test'
import { docx, jpeg, pdf, png } from '../support/sample-files.ts'
import { startHostPage } from './host-page.ts'
import { addSiteTo, atTheDesk, codeIn, expect, expectNoBarriers, linkIn, phrasesOf, someone, type Torv, test } from './torv.ts'

const PHONE = { width: 360, height: 740 }
const reference = (page: Page) => /T-\w{6}/.exec(page.url())?.[0] ?? ''

function file(name: string, buffer: Buffer, mimeType: string) {
  return { name, buffer, mimeType }
}

async function writeACase(page: Page, torv: Torv, locale: string, email: string) {
  await page.goto(`${torv.url}/${locale}/tickets/new`)
  await page.locator('[name=subject]').fill('The heat pump hums')
  await page.locator('[name=text]').fill('All night long. See the photo.')
  await page.locator('[name=email]').fill(email)
}

async function fitsThePhone(page: Page) {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width)
}

test.describe('on a phone', () => {
  test.use({ viewport: PHONE, hasTouch: true, isMobile: true })

  test('en: a case with a photo goes on through a reload and a lost connection, and is answered with a file', async ({
    page,
    browser,
    torv,
  }) => {
    await writeACase(page, torv, 'en', someone('ada'))
    await expect(page.locator('attach-files[data-ready]')).toBeVisible()
    await expect(page.locator('input[capture=environment]')).toBeAttached()
    await page.route('**/api/uploads/resumable/*', (route) => route.abort()) // the way is open, and no byte gets through
    await page.locator('input[capture=environment]').setInputFiles([file('photo.jpg', jpeg(), 'image/jpeg')])
    await expect(page.locator('[data-file] [data-pause]')).toHaveText(phrasesOf('en')('files.paused'))
    await expectNoBarriers(page)
    await fitsThePhone(page)

    await page.unroute('**/api/uploads/resumable/*')
    await page.reload()
    await expect(page.locator('[data-file]')).toContainText('photo.jpg')
    await expect(page.locator('[data-file] input[name=uploads]')).toHaveCount(1)
    await page
      .locator('#case-files-choose')
      .setInputFiles([file('plan.pdf', pdf, 'application/pdf'), file('wrong.pdf', png(), 'application/pdf')])
    await expect(page.locator('[data-file]').filter({ hasText: 'wrong.pdf' })).toContainText(phrasesOf('en')('invalid.file-type'))
    await page.locator('[data-file]').filter({ hasText: 'wrong.pdf' }).locator('.remove').click()
    await expect(page.locator('[data-file]')).toHaveCount(2)
    await page.locator('[name=subject]').fill('The heat pump hums')
    await page.locator('[name=text]').fill('All night long. See the photo.')
    await page.locator('[name=email]').fill(someone('ada'))
    await page.locator('main form button.button:not(.button--quiet)').click()
    await expect(page).toHaveURL(/\/tickets\/T-\w{6}/)
    await expect(page.locator('.words-files a')).toHaveText(['photo.jpg', 'plan.pdf'])
    await expect(page.locator('.words-files img')).toHaveCount(1)
    await expectNoBarriers(page)
    await fitsThePhone(page)

    const desk = await atTheDesk(browser, torv)
    await desk.goto(`${torv.url}/desk/tickets/${reference(page)}`)
    await expect(desk.locator('.words-files a')).toHaveText(['photo.jpg', 'plan.pdf'])
    await desk.locator('#reply').fill('Turn it off and on, as it says here.')
    await desk.locator('#reply-files-choose').setInputFiles([file('guide.docx', docx(), '')])
    await desk.locator('button[value=reply-now]').click()
    await expect(desk.locator('.words-files a').last()).toHaveText('guide.docx')
    await expectNoBarriers(desk)
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('.words-files a', { hasText: 'guide.docx' }).click()])
    expect(download.suggestedFilename()).toBe('guide.docx')

    await page.locator('[name=text]').fill('That was it.')
    await page.locator('#reply-files-choose').setInputFiles([file('done.png', png(), 'image/png')])
    await page.locator('reply-form button.button').click()
    await expect(page.locator('.words-files a').last()).toHaveText('done.png')
    await expect(page.locator('[data-file]')).toHaveCount(0)
    await desk.context().close()
  })
})

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, viewport: PHONE })

  test('da: a case with a photo is one form; a file that is not taken loses neither words nor the other files', async ({ page, torv }) => {
    const email = someone('grace')
    await writeACase(page, torv, 'da', email)
    await page
      .locator('#case-files-choose')
      .setInputFiles([file('foto.jpg', jpeg(), 'image/jpeg'), file('tegning.svg', Buffer.from('<svg/>'), 'image/svg+xml')])
    const send = page.locator('main form button.button:not(.button--quiet)')
    await send.click()
    await expect(page.locator('[role=alert]').first()).toContainText('tegning.svg')
    await expect(page.locator('[name=text]')).toHaveValue('All night long. See the photo.')
    await expect(page.locator('attach-files .list li')).toContainText('foto.jpg')
    await fitsThePhone(page)

    await send.click()
    await expect(page).toHaveURL(/\/tickets\/T-\w{6}/)
    await expect(page.locator('.words-files a')).toHaveText(['foto.jpg'])
    await page.locator('[name=text]').fill('Og en til.')
    await page.locator('#reply-files-choose').setInputFiles([file('en-til.png', png(), 'image/png')])
    await page.locator('reply-form button.button').click()
    await expect(page.locator('.words-files a')).toHaveText(['foto.jpg', 'en-til.png'])
  })
})

test('CO10 a file that somebody left on its way in this browser is not for who comes after', async ({ page, torv }) => {
  const email = someone('grace')
  await page.goto(`${torv.url}/en/tickets/new`)
  await page.route('**/api/uploads/resumable/*', (route) => route.abort())
  await page.locator('#case-files-choose').setInputFiles([file('private.pdf', pdf, 'application/pdf')])
  await expect(page.locator('[data-file] [data-pause]')).not.toBeEmpty()
  await page.unroute('**/api/uploads/resumable/*')

  await page.goto(`${torv.url}/en/sign-in`)
  await page.locator('[name=email]').fill(email)
  await page.locator('main form button').first().click()
  await page.locator('[name=code]').fill(codeIn(await torv.mailTo(email, /^\d{3} \d{3} /)))
  await page.locator('main form button').first().click()
  await expect(page).toHaveURL(/\/account/)
  await page.goto(`${torv.url}/en/tickets/new`)
  await page.locator('#case-files-choose').setInputFiles([file('own.pdf', pdf, 'application/pdf')])

  await expect(page.locator('[data-file] input[name=uploads]')).toHaveCount(1)
  await expect(page.locator('[data-file]')).toHaveCount(1)
  await expect(page.locator('[data-file]')).toContainText('own.pdf')
})

test('a visitor of the widget sends a photo along, and sees it in the conversation', async ({ page, torv }) => {
  const t = phrasesOf('en')
  const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  await page.goto(host.url())
  await page.getByRole('button').first().click()
  const panel = page.frameLocator('iframe')
  await panel.getByRole('button', { name: t('widget.home.write') }).click()
  await panel
    .getByLabel(t('widget.files.choose'))
    .setInputFiles([file('fault.png', png(), 'image/png'), file('plan.pdf', pdf, 'application/pdf')])
  await panel.locator('textarea:visible').fill('It looks like this.')
  await expect(panel.locator('.chosen li')).toHaveCount(2)
  await expectNoBarriers(page)

  await panel.getByRole('button', { name: t('widget.conversation.send') }).click()

  await expect(panel.locator('.bubble-files button')).toHaveText(['fault.png', 'plan.pdf'])
  await expect(panel.locator('.bubble-files img')).toHaveAttribute('src', /^data:image\/png/)
  await expect(panel.locator('.chosen li')).toHaveCount(0)
  await expectNoBarriers(page)
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    panel.locator('.bubble-files button', { hasText: 'plan.pdf' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('plan.pdf')
  await host.stop()
})

test('CO11 a page that an access link opened tells nobody of it: no token in its address, title or metrics, no Referer', async ({
  page,
  torv,
}) => {
  const email = someone('ada')
  await writeACase(page, torv, 'en', email)
  await page.locator('main form button.button:not(.button--quiet)').click()
  await expect(page).toHaveURL(/\/tickets\/T-\w{6}/)
  const link = linkIn(await torv.mailTo(email, /T-\w{6}/))
  const token = link.split('/open/')[1] ?? ''
  const referers: (string | undefined)[] = []
  await page.route('https://elsewhere.example/**', (route) => {
    referers.push(route.request().headers().referer)
    return route.fulfill({ body: '', contentType: 'text/html' })
  })
  const asked: string[] = []
  page.on('request', (request) => asked.push(`${request.url()} ${request.headers().referer ?? ''}`))

  await page.goto(link)
  // Of pictures there are only our own: nothing that a page could ask elsewhere for.
  const policy = await page
    .locator('meta[http-equiv=content-security-policy]')
    .getAttribute('content', { timeout: 1_000 })
    .catch(() => null)
  const headers = (await page.context().request.get(page.url())).headers()
  expect(policy ?? headers['content-security-policy']).toContain("img-src 'self' data:")
  await expect(page).toHaveURL(/\/tickets\/T-\w{6}$/)
  expect(page.url() + (await page.title())).not.toContain(token)
  const after = asked.findIndex((line) => /\/tickets\/T-\w{6} /.test(line))
  expect(asked.slice(after + 1).join('\n')).not.toContain(token)
  await page.evaluate(() => {
    const link = Object.assign(document.createElement('a'), { href: 'https://elsewhere.example/', textContent: 'out', id: 'out' })
    document.querySelector('main')?.prepend(link)
  })
  await page.locator('#out').click()
  await expect(page).toHaveURL('https://elsewhere.example/')

  expect(referers).toEqual([undefined])
  expect(await (await fetch(`${torv.url}/metrics`)).text()).not.toContain(token)
  expect(torv.output()).not.toContain(token)
})

test('CO2 an attachment opened as a page of its own is a download, and shown as a picture it is only that', async ({ page, torv }) => {
  await writeACase(page, torv, 'en', someone('ada'))
  const script = Buffer.from('%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(__xss())>>>>endobj\n%%EOF')
  await page
    .locator('#case-files-choose')
    .setInputFiles([file('script.pdf', script, 'application/pdf'), file('photo.png', png(), 'image/png')])
  await page.locator('main form button.button:not(.button--quiet)').click()
  await expect(page).toHaveURL(/\/tickets\/T-\w{6}/)
  await expect(page.locator('.words-files img')).toHaveCount(1) // the picture, not the document

  for (const name of ['script.pdf', 'photo.png']) {
    const href = await page.locator('.words-files a', { hasText: name }).getAttribute('href')
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.goto(`${torv.url}${href}`).catch(() => {}), // a download is no page
    ])
    expect(download.suggestedFilename()).toBe(name)
  }
})
