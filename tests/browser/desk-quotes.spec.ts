import type { APIRequestContext, Browser, Page } from '@playwright/test'
import { LOCALES, type Locale } from '../../content/schema.ts'
import { referenceOn } from './steps.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, someone, startWithStaff, type Torv, test } from './torv.ts'

// The quotes desk as those who work at it see it: everything that waits, then one offer from the first line to the last word.

for (const locale of LOCALES) {
  const t = phrasesOf(locale)
  const price = (whole: number) => new RegExp(String(whole).replace(/(\d{3})$/, '[.,]$1'))

  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled, ...(javaScriptEnabled ? {} : { viewport: { width: 360, height: 740 } }) })

      test(`${locale}: staff finds what waits, keeps a view of it, and writes an offer`, async ({ page, browser }) => {
        test.slow() // a server of its own, whose staff reads this language
        const torv = await startWithStaff(locale)
        try {
          const desk = await deskOf(browser, torv, javaScriptEnabled)
          const sam = caller(desk.request, torv)
          const older = await begun(sam, { name: 'Grace Holm', company: 'Globex', email: someone('grace'), locale })
          await offered(sam, older, [{ product: 'luft-9', quantity: 1 }])
          const countered = await counteredBy(caller(page.request, torv), sam, locale)

          await desk.goto(`${torv.url}/desk/quotes/`)
          await expect(desk.locator('h1')).toHaveText(t('desk-quotes.list.title'))
          await expect(desk.locator('[data-state=countered]')).toContainText(price(62900))
          await expect(desk.locator('[data-desk-list] a')).toHaveCount(1) // the other waits for its customer
          if (javaScriptEnabled) await isForEveryone(desk)
          if (javaScriptEnabled) await walksByKeyboard(desk, countered)

          await desk.goto(`${torv.url}/desk/quotes/?view=all&q=lund`)
          await expect(desk.locator('[data-desk-list] a')).toHaveCount(1)
          await desk.locator(`summary:text-is("${t('desk-pipeline.views.save')}")`).click()
          await desk.locator('form[data-form=save-view] [name=name]').fill('Lund, always')
          await desk.locator('form[data-form=save-view] button').click()
          await expect(desk.locator('[data-live=views] [aria-current=page]')).toHaveText('Lund, always')
          await desk.goto(`${torv.url}/desk/quotes/?view=sent&as=board`)
          await expect(desk.locator('[data-stage=sent] .card')).toContainText('Globex')
          if (javaScriptEnabled) await isForEveryone(desk)

          // A new one, from an older one and a template.
          await desk.goto(`${torv.url}/desk/quotes/new`)
          await desk.locator('[name=name]').fill('Bo Bech')
          await desk.locator('[name=email]').fill(someone('bo'))
          await desk.locator('[name=locale]').selectOption(locale)
          await desk.locator('form[data-form=new-quote] button').click()
          const reference = await referenceOn(desk)
          await openSummary(desk, t('desk-editor.copy.title'))
          await desk.locator('[name=older]').fill('Globex')
          await desk.locator('button[value=find-older]').click()
          await desk.locator(`button[value="copy.${older}"]`).click()
          await expect(desk.locator('[data-preview]')).toContainText('Fjeld Luft 9')
          await desk.locator('[name="lines.0.quantity"]').fill('2')
          if (!javaScriptEnabled) await desk.locator('button[value=preview]').click()
          await expect(desk.locator('[data-preview] [data-total]')).toContainText(price(157250)) // as it is typed
          if (javaScriptEnabled) await isForEveryone(desk)
          await openSummary(desk, t('desk-editor.template.title'))
          await desk.locator('[name=templateName]').fill('Two of the usual')
          await desk.locator('button[value=save-template]').click()
          await expect(desk.locator('#take')).toContainText(t('desk-editor.template.saved', { name: 'Two of the usual' }))
          await openSummary(desk, t('desk-editor.template.title'))
          await desk.locator('[name=template]').selectOption({ label: 'Two of the usual' })
          await desk.locator('button[value=insert-template]').click()
          await expect(desk.locator('[name="lines.1.quantity"]')).toHaveValue('2')
          await desk.locator('[data-action=save]').click()
          await expect(desk.locator('#offer')).toContainText(t('desk-quotes.done.saved'))
          await openSummary(desk, t('desk-quotes.do.note.title'))
          await desk.locator('form[data-form=note] [name=text]').fill('Knows what they want.')
          await desk.locator('form[data-form=note] button').click()
          await expect(desk.locator('.message--note')).toContainText('Knows what they want.')
          await desk.goto(`${torv.url}/desk/quotes/templates`)
          await expect(desk.locator('main')).toContainText('Two of the usual')
          if (javaScriptEnabled) await isForEveryone(desk)
          expect(reference).not.toBe(older)

          // One that came back is given what it asks, term by term.
          await desk.goto(`${torv.url}/desk/quotes/${countered}`)
          await desk.locator('button[value="give.0.quantity"]').click()
          await expect(desk.locator('[name="lines.0.quantity"]')).toHaveValue('2')
          await desk.locator('button[value="give.0.unitPrice"]').click()
          await expect(desk.locator('[name="lines.0.unitPrice"]')).toHaveValue(locale === 'da' ? '60.000,00' : '60,000.00')
          await expect(desk.locator('[data-preview] [data-total]')).toContainText(price(150000))
          if (javaScriptEnabled) await isForEveryone(desk)
          await desk.locator('[data-form=send] button').click()
          await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
          await page.goto(`${torv.url}/${locale}/quotes/${countered}`)
          await expect(page.locator('.stand--agreed')).toHaveCount(2)
          await desk.context().close()
        } finally {
          await torv.remove()
        }
      })
    })
  }
}

/** Staff's own browser, with scripts or without. */
async function deskOf(browser: Browser, torv: Torv, javaScriptEnabled: boolean): Promise<Page> {
  const signedIn = await atTheDesk(browser, torv)
  if (javaScriptEnabled) return signedIn
  const storageState = await signedIn.context().storageState()
  await signedIn.context().close()
  return (await browser.newContext({ javaScriptEnabled, storageState, viewport: { width: 360, height: 740 } })).newPage()
}

/** The list with j, e, /, ? and b; each does what the list of keys says. */
async function walksByKeyboard(desk: Page, reference: string) {
  await desk.keyboard.press('?')
  await expect(desk.locator('#keys')).toBeVisible()
  await expectNoBarriers(desk)
  await desk.keyboard.press('Escape')
  await desk.keyboard.press('/')
  await expect(desk.locator('#field-q')).toBeFocused()
  await desk.keyboard.press('j') // who types is typing
  await expect(desk.locator('#field-q')).toHaveValue('j')
  await desk.locator('h1').click()
  await desk.keyboard.press('j')
  await expect(desk.locator(`[data-desk-list] a[href$="${reference}"]`)).toBeFocused()
  await desk.keyboard.press('k')
  await expect(desk.locator(`[data-desk-list] a[href$="${reference}"]`)).toBeFocused() // there is none above
  await desk.keyboard.press('b')
  await expect(desk.locator('[data-stage=countered] .card')).toHaveCount(1)
  await desk.keyboard.press('j')
  await desk.keyboard.press('e')
  await expect(desk).toHaveURL(new RegExp(`/desk/quotes/${reference}#draft$`))
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

type Call = (method: 'post' | 'put', path: string, data?: object) => Promise<unknown>

/** Calls the API as a page of this browser would. */
function caller(request: APIRequestContext, { url }: Torv): Call {
  return async (method, path, data = {}) => {
    const answer = await request[method](`${url}${path}`, { data, headers: { origin: url } })
    if (!answer.ok()) throw new Error(`${path}: ${await answer.text()}`)
    return answer.status() === 204 ? undefined : answer.json()
  }
}

async function begun(sam: Call, buyer: object): Promise<string> {
  const { reference } = (await sam('post', '/api/desk/quotes', { currency: 'DKK', ...buyer })) as { reference: string }
  return reference
}

async function offered(sam: Call, reference: string, lines: object[]) {
  const saved = await sam('put', `/api/desk/quotes/${reference}/draft`, { lines, validDays: 30, note: '' })
  await sam('post', `/api/desk/quotes/${reference}/sending`, { hash: (saved as { hash: string }).hash })
}

/** A guest's own quote, sent and come back: they would take two, for less. */
async function counteredBy(guest: Call, sam: Call, locale: Locale): Promise<string> {
  const wanted = {
    lines: [{ product: 'luft-9', options: {}, quantity: 1 }],
    name: 'Ada Lund',
    company: 'Acme',
    email: someone('ada'),
    locale,
  }
  const { reference } = (await guest('post', '/api/quotes', wanted)) as { reference: string }
  await sam('post', `/api/desk/quotes/${reference}/opening`)
  await offered(sam, reference, [{ id: '1', product: 'luft-9', quantity: 1 }])
  const lines = [{ id: '1', quantity: 2, unitPriceMinor: 6_000_000 }]
  await guest('post', `/api/quotes/${reference}/counter`, { text: 'We would take two.', lines })
  return reference
}
