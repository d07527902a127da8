import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import { LOCALES } from '../../content/schema.ts'
import { growthDuring, memoryOf } from '../support/memory.ts'
import { until } from '../support/ports.ts'
import { docx, jpeg, pdf, png } from '../support/sample-files.ts'
import { XSS } from '../support/xss.ts'
import { atTheDesk, codeIn, expect, expectNoBarriers, phrasesOf, someone, test } from './torv.ts'

const PHONE = { width: 360, height: 740 }

for (const locale of LOCALES) {
  const t = phrasesOf(locale)

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, viewport: PHONE })

      test(`${locale}: a guest gathers products, words, a pasted list and files, and asks for a quote`, async ({ page, browser, torv }) => {
        const barriers = javaScriptEnabled ? () => expectNoBarriers(page) : async () => {} // axe is a script itself
        await page.goto(`${torv.url}/${locale}/quotes/new`)
        await barriers()

        await page.locator('[name=words]').fill('A bracket for a slanted wall')
        await page.locator('[name=words-quantity]').fill('2')
        await page.locator('button[value=words]').click()
        await expect(page.locator('[name="lines.0.text"]')).toHaveValue('A bracket for a slanted wall')

        await page.locator('#paste > summary').click()
        await page.locator('[name=paste]').fill('sku,quantity\nFJ-LU-09,2\nNO-SUCH,1\nFJ-LU-09,-3')
        await page.locator('button[value=paste]').click()
        await expect(page.locator('.mistakes li')).toHaveCount(2)
        await expect(page.locator('.mistakes li').first()).toContainText(t('quote-list.paste.line', { number: 3 }))
        await expect(page.locator('.mistakes li').first()).toContainText(t('invalid.unknown-sku'))
        await expect(page.locator('[name=paste]')).toHaveValue('NO-SUCH,1\nFJ-LU-09,-3')
        await barriers()
        await page.locator('[name=paste]').fill('')
        // Two at the list price of 62,900.00, and 25 % VAT.
        await expect(page.locator('[data-total]').first()).toContainText(/157[.,]250/)

        await attach(page, [file('photo.jpg', jpeg(), 'image/jpeg'), file('plan.pdf', pdf, 'application/pdf')], javaScriptEnabled)
        await expect(page.locator('[data-file]')).toHaveCount(2)
        await attach(page, [file('drawing.svg', Buffer.from('<svg/>'), 'image/svg+xml')], javaScriptEnabled)
        await expect(page.getByText(t('invalid.file-type')).first()).toBeVisible()
        await barriers()
        await page.locator('[data-file]').filter({ hasText: 'plan.pdf' }).locator('.remove').click()
        await expect(page.locator('[data-file]').filter({ hasText: 'plan.pdf' })).toHaveCount(0)
        await fitsThePhone(page)

        await page.goto(`${torv.url}/${locale}/quotes/new`) // nothing of it is lost
        await expect(page.locator('[name="lines.0.text"]')).toHaveValue('A bracket for a slanted wall')
        await expect(page.locator('[name="lines.1.quantity"]')).toHaveValue('2')
        await expect(page.locator('[data-file]')).toHaveCount(1)
        await expect(page.locator('[data-file]')).toContainText('photo.jpg')
        await barriers()

        await page.locator('[name=name]').fill('Ada Lund')
        await page.locator('[name=email]').fill(someone('ada'))
        await page.locator('#paste > summary').click()
        await page.locator('[name=paste]').fill('NO-SUCH,1')
        await page.locator('button[value=request]').click()
        await expect(page.locator('#form-errors')).toContainText(t('quotes.new.held')) // at the top, where one lands
        await barriers()
        await page.locator('[name=paste]').fill('')
        await page.locator('button[value=request]').click()
        await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
        const reference = /Q-\w{6}/.exec(page.url())?.[0] ?? ''
        await expect(page.locator('main')).toContainText('A bracket for a slanted wall')
        const link = page.locator('.attachments a')
        await expect(link).toContainText('photo.jpg')
        await barriers()
        await fitsThePhone(page)

        const desk = await atTheDesk(browser, torv)
        await desk.goto(`${torv.url}/desk/quotes/${reference}`)
        await expect(desk.locator('main')).toContainText('A bracket for a slanted wall')
        const [download] = await Promise.all([desk.waitForEvent('download'), desk.locator('.attachments a').click()])
        expect(download.suggestedFilename()).toBe('photo.jpg')
        expect((await readFile(await download.path())).equals(jpeg())).toBe(true)
        await expectNoBarriers(desk)
        await desk.context().close()

        await page.goto(`${torv.url}/${locale}/quotes/new`)
        await expect(page.locator('[data-file], [name="lines.0.quantity"]')).toHaveCount(0)
      })

      test(`${locale}: the list goes along when somebody signs in, and is gone when they sign out`, async ({ page, torv }) => {
        const email = someone('grace')
        await page.goto(`${torv.url}/${locale}/products/brise-4`)
        await page.locator('form[action$="/quotes/list"] button').click()
        await expect(page.locator('[name="lines.0.product"]')).toHaveValue('brise-4')

        await page.goto(`${torv.url}/${locale}/sign-in`)
        await page.locator('[name=email]').fill(email)
        await page.locator('main form button').first().click()
        await page.locator('[name=code]').fill(codeIn(await torv.mailTo(email, /^\d{3} \d{3} /)))
        await page.locator('main form button').first().click()
        await expect(page).toHaveURL(/\/account/)
        await page.goto(`${torv.url}/${locale}/quotes/new`)
        await expect(page.locator('[name="lines.0.product"]')).toHaveValue('brise-4')

        const out = await page.context().request.post(`${torv.url}/${locale}/sign-out`, { headers: { origin: torv.url } })
        expect(out.ok()).toBe(true)
        await page.goto(`${torv.url}/${locale}/quotes/new`)
        await expect(page.locator('[name="lines.0.quantity"]')).toHaveCount(0)
        const cookies = await page.context().cookies()
        expect(cookies.filter(({ name }) => /guest|session/.test(name))).toEqual([])
      })
    })
  }

  test(`${locale}: the arithmetic says where it rounded, and follows what is typed`, async ({ page, torv }) => {
    await page.goto(`${torv.url}/${locale}/products/luft-9`)
    await page.locator('form[action$="/quotes/list"] button').click()
    await page.locator('.cost details > summary').click()
    await expect(page.locator('[data-live=arithmetic]')).toContainText(t('quote-list.arithmetic.none'))

    await page.locator('[name="lines.0.quantity"]').fill('3')

    await expect(page.locator('[data-total]').first()).toContainText(/235[.,]875/)
    await expect(page.locator('[data-live=arithmetic]')).toContainText(/188[.,]700/)
    await expect(page.locator('.cost details')).toHaveAttribute('open')

    await page.locator('[name="lines.0.quantity"]').fill('1e3')
    await expect(page.locator('[name="lines.0.quantity"]')).toHaveAttribute('aria-invalid', 'true')
    await page.reload()
    await expect(page.locator('[name="lines.0.quantity"]')).toHaveValue('1e3') // what was typed is not lost
  })
}

test('CO1 neither names of files nor words run, on the list, on the quote, or on the desk', async ({ page, browser, torv }) => {
  const desk = await atTheDesk(browser, torv)
  const ran: string[] = []
  for (const watched of [page, desk]) {
    await watched.exposeFunction('__xss', () => ran.push(watched.url()))
    watched.on('dialog', (dialog) => void dialog.dismiss())
  }
  await page.goto(`${torv.url}/en/quotes/new`)
  const api = page.context().request
  const headers = { origin: torv.url }
  const lines = XSS.map((payload) => ({ text: payload.replace(/\n/g, ' '), quantity: '1' }))
  expect((await api.post(`${torv.url}/api/quotes/list/lines`, { headers, data: { lines } })).status()).toBe(200)
  for (const payload of XSS.slice(0, 10)) {
    const query = new URLSearchParams({ name: `${payload}.png` })
    const answer = await api.post(`${torv.url}/api/uploads?${query}`, { headers: { ...headers, 'content-type': 'image/png' }, data: png() })
    expect(answer.status()).toBe(201)
  }
  await page.reload()
  await expect(page.locator('[data-file]')).toHaveCount(10) // what was sent is shown
  await expect(page.locator('[name="lines.0.text"]')).toHaveValue(XSS[0] ?? '')
  await page.locator('[name=paste]').evaluate((box: HTMLTextAreaElement, text) => {
    box.value = text
  }, XSS.join('\n'))
  await page.evaluate(() => document.querySelector<HTMLButtonElement>('button[value=paste]')?.click())
  await expect(page.locator('.mistakes li')).not.toHaveCount(0)

  await page.locator('[name=name]').fill('Mallory')
  await page.locator('[name=email]').fill(someone('mallory'))
  await page.locator('[name=paste]').fill('')
  await page.locator('button[value=request]').click()
  await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
  await expect(page.locator('.attachments li')).toHaveCount(10)
  const reference = /Q-\w{6}/.exec(page.url())?.[0] ?? ''
  await desk.goto(`${torv.url}/desk/quotes/${reference}`)
  await expect(desk.locator('.attachments li')).toHaveCount(10)
  await desk.locator('form[data-form=open] button').click()
  await expect(desk.locator('[name="lines.0.text"], [name="lines.0.quantity"]').first()).toBeVisible()

  expect(ran).toEqual([])
  await desk.context().close()
})

test('CO2 an attachment that is opened as a page of its own is downloaded, and runs nothing', async ({ page, torv }) => {
  await page.goto(`${torv.url}/en/quotes/new`)
  const script = Buffer.from('%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(__xss())>>>>endobj\n%%EOF')
  await attach(page, [file('script.pdf', script, 'application/pdf')], true)
  const id = /remove-file:(.+)/.exec((await page.locator('[data-file] .remove').getAttribute('value')) ?? '')?.[1]

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.goto(`${torv.url}/api/uploads/${id}`).catch(() => {}), // a download is no page
  ])

  expect(download.suggestedFilename()).toBe('script.pdf')
})

test('files are taken from a drop and from the clipboard, and the form waits for them', async ({ page, torv }) => {
  await page.goto(`${torv.url}/en/products/luft-9`)
  await page.locator('form[action$="/quotes/list"] button').click()
  await expect(page.locator('[data-files][data-ready]')).toBeVisible()
  for (const [kind, name] of [
    ['drop', 'dropped.txt'],
    ['paste', 'pasted.txt'],
  ] as const) {
    await page.evaluate(
      ({ kind, name }) => {
        const data = new DataTransfer()
        data.items.add(new File(['hello'], name, { type: 'text/plain' }))
        const options = { bubbles: true, cancelable: true }
        const event =
          kind === 'drop'
            ? new DragEvent('drop', { ...options, dataTransfer: data })
            : new ClipboardEvent('paste', { ...options, clipboardData: data })
        document.querySelector('[data-drop]')?.dispatchEvent(event)
      },
      { kind, name },
    )
    await expect(page.locator('[data-file]').filter({ hasText: name }).locator('.remove[value^="remove-file:"]')).toBeVisible()
  }

  await page.locator('[name=name]').fill('Ada Lund')
  await page.locator('[name=email]').fill(someone('ada'))
  await page.locator('#files-choose').setInputFiles([file('last.docx', docx(), '')])
  await page.locator('button[value=request]').click()

  await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
  await expect(page.locator('.attachments li')).toHaveCount(3)
})

test('CO8 a file is never in memory as a whole, and a form full of them is not either', async ({ torv }) => {
  const send = (body: FormData) =>
    fetch(`${torv.url}/en/quotes/new`, { method: 'POST', headers: { origin: torv.url, 'x-forwarded-for': '203.0.113.77' }, body })
  await send(formWith(new File(['warm'], 'up.txt'))) // loads what every such page needs
  const file = (name: string, bytes = 19_000_000) => new File([new Uint8Array(bytes).fill(0x61)], name)
  const upload = () =>
    fetch(`${torv.url}/api/uploads?name=one.txt`, {
      method: 'POST',
      headers: { origin: torv.url, 'x-forwarded-for': '203.0.113.78' },
      body: file('one.txt'),
    })
  test.skip((await memoryOf(torv)) === undefined, 'only Linux tells how much memory another process has')

  await upload() // the first is charged for what all need
  const one = await growthDuring(torv, async () => expect((await upload()).status).toBe(201))
  let page = ''
  const many = await growthDuring(torv, async () => {
    page = await (await send(formWith(...Array.from({ length: 7 }, (_, n) => file(`${n}.txt`)), file('too-large.txt', 30_000_000)))).text()
  })

  expect(page.match(/<li data-file/g)?.length).toBe(7 + 1) // the seven that fit, and the script's template
  expect(page).toContain('at most 20 MB')
  expect(one).toBeLessThan(50)
  expect(many).toBeLessThan(50) // of 163
})

test('CO8 other pages take no large form', async ({ torv }) => {
  const answer = await fetch(`${torv.url}/en/sign-in`, { method: 'POST', headers: { origin: torv.url }, body: new Uint8Array(1_000_001) })
  expect(answer.status).toBe(413)
})

function formWith(...files: File[]): FormData {
  const form = new FormData()
  form.set('action', 'upload')
  for (const one of files) form.append('files', one)
  return form
}

function file(name: string, buffer: Buffer, mimeType: string) {
  return { name, buffer, mimeType }
}

/** With scripts files go as soon as they are chosen; without, by a button. */
async function attach(page: Page, files: ReturnType<typeof file>[], hasScripts: boolean) {
  await page.locator('#files-choose').setInputFiles(files)
  if (!hasScripts) return page.locator('button[value=upload]').click()
  await expect(page.locator('[data-files][data-ready]')).toBeVisible()
  const rows: Locator = page.locator('[data-file] progress')
  await until('the files to be sent', async () => (await rows.count()) === 0)
}

async function fitsThePhone(page: Page) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  expect(width).toBeLessThanOrEqual(PHONE.width)
}
