import type { Browser } from '@playwright/test'
import { post } from '../support/server.ts'
import { XSS } from '../support/xss.ts'
import { startHostPage } from './host-page.ts'
import { addSiteTo, atTheDesk, codeIn, expect, linkIn, phrasesOf, someone, type Torv, test } from './torv.ts'
import { visit, watched } from './watched.ts'

/** As many words as the payloads fill, in pieces that fit the field. */
function payloads(perPiece: number): string[] {
  return Array.from({ length: Math.ceil(XSS.length / perPiece) }, (_, at) => XSS.slice(at * perPiece, (at + 1) * perPiece).join('\n'))
}

/** Those that fit into a tag. */
const SHORT = XSS.filter((payload) => payload.length <= 40 && !/[\n\r]/.test(payload))

test('CO1 nothing that a customer or staff writes runs in the portal or at the desk', async ({ browser, torv }) => {
  expect(XSS.length).toBeGreaterThanOrEqual(40)
  const page = await (await browser.newContext()).newPage()
  const desk = await atTheDesk(browser, torv)
  const ran = [...(await Promise.all([watched(page, torv), watched(desk, torv)]))]
  const email = someone('eve')
  const references: string[] = []
  for (const [at, text] of payloads(8).entries()) {
    const [subject = '', name = ''] = [XSS[at * 2], XSS[at * 2 + 1]]
    const opened = await post(torv.url, '/api/tickets', {
      kind: 'problem',
      subject: subject.slice(0, 150),
      text,
      name: name.slice(0, 120),
      email,
      locale: 'en',
    })
    expect(opened.status).toBe(201)
    const { reference } = (await opened.json()) as { reference: string }
    references.push(reference)
    await page.context().addCookies(opened.headers.getSetCookie().map((header) => cookieOf(header, torv.url)))
    await visit(page, `${torv.url}/en/tickets/${reference}`)
    await expect(page.getByRole('log')).toContainText('__xss') // it is there, as text
    const sam = { headers: { origin: torv.url } }
    for (const tag of SHORT.slice(at * 2, at * 2 + 2))
      expect((await desk.request.post(`${torv.url}/api/desk/tickets/${reference}/tags`, { ...sam, data: { tag } })).status()).toBe(204)
    const macro = { name: `${at} ${SHORT[at]}`, text: { en: text.slice(0, 2000).replaceAll(/[{}]/g, '') } }
    expect((await desk.request.post(`${torv.url}/api/desk/tickets/macros`, { ...sam, data: macro })).status()).toBe(201)
    await visit(desk, `${torv.url}/desk/tickets/${reference}`)
  }
  const lines = [{ product: 'brise-4', options: {}, quantity: 1 }]
  const asked = await post(torv.url, '/api/quotes', {
    lines,
    need: XSS.join('\n').slice(0, 4900),
    name: XSS[9],
    company: XSS[18],
    phone: XSS[3]?.slice(0, 40),
    email,
    locale: 'en',
  })
  expect(asked.status).toBe(201)
  const { reference } = (await asked.json()) as { reference: string }
  await page.context().addCookies(asked.headers.getSetCookie().map((header) => cookieOf(header, torv.url)))
  await visit(page, `${torv.url}/en/quotes/${reference}`)
  await expect(page.locator('main')).toContainText('__xss')
  for (const path of ['/en/tickets', '/en/quotes']) await visit(page, torv.url + path)
  for (const path of ['/desk/', '/desk/contacts/', '/desk/contacts/1', '/desk/tickets/macros']) await visit(desk, torv.url + path)
  for (const path of ['/desk/quotes/', `/desk/quotes/${reference}`, '/desk/outbox']) await visit(desk, torv.url + path)

  for (const payload of XSS) {
    await page.goto(`${torv.url}/en/search?q=${encodeURIComponent(payload)}`)
    await page.goto(`${torv.url}/en/tickets/new?q=${encodeURIComponent(payload)}&article=${encodeURIComponent(payload)}`)
  }
  await page.goto(`${torv.url}/en/${encodeURIComponent(XSS[0] ?? '')}`)

  expect(ran.flat()).toEqual([])
  await page.evaluate('__xss()')
  expect(ran.flat()).toHaveLength(1) // the trap works
  await page.context().close()
  await desk.context().close()
})

test('CO1 nothing that a visitor or staff writes runs in the widget', async ({ page, browser, torv }) => {
  const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
  const ran: string[] = []
  await page.exposeFunction('__xss', () => ran.push('ran'))
  await page.goto(host.url())
  await page.getByRole('button').first().click()
  const panel = page.frameLocator('iframe')
  await panel.getByRole('searchbox').fill(XSS[9] ?? '')
  await panel.locator('.foot .button').click()
  for (const text of payloads(14)) {
    await panel.locator('textarea:visible').fill(text)
    await panel.getByRole('button', { name: phrasesOf('en')('widget.conversation.send'), exact: true }).click()
    await expect(panel.locator('main:visible')).toContainText(text.split('\n')[2] ?? '')
  }
  const reference =
    /T-[2-9A-Z]{6}/.exec(
      (await panel
        .getByText(/T-[2-9A-Z]{6}/)
        .first()
        .textContent()) ?? '',
    )?.[0] ?? ''
  await answer(browser, torv, reference, payloads(20)[1] ?? '')
  await expect(panel.locator('main:visible')).toContainText('<details open ontoggle=__xss()>')

  expect(ran).toEqual([])
  await host.stop()
})

test('CO5 what slipped through the cleaning of an article or a notice would still do nothing: each page’s policy is a second wall', async ({
  browser,
  torv,
}) => {
  const slipped = `<script>__xss()</script><script src="https://evil.example/x.js"></script><img src=x onerror=__xss()>
    <svg onload=__xss()></svg><details open ontoggle=__xss()>x</details><iframe srcdoc="<script>parent.__xss()</script>"></iframe>
    <iframe src="https://evil.example/"></iframe><img src="https://evil.example/x.png"><object data="https://evil.example/o"></object>
    <p id="laid" style="position:fixed">x</p><a id="go" href="javascript:__xss()">x</a>`
  const page = await (await browser.newContext()).newPage()
  let ran = 0
  let asked = 0
  let isWalled = true
  await page.exposeFunction('__xss', () => ran++)
  await page.route('https://evil.example/**', (route) => {
    asked++
    return route.fulfill({ body: '__xss()', contentType: 'text/javascript' })
  })
  await page.route(`${torv.url}/en/**`, async (route) => {
    if (route.request().resourceType() !== 'document') return route.continue()
    const response = await route.fetch()
    const headers = response.headers()
    if (!isWalled) delete headers['content-security-policy']
    await route.fulfill({ response, headers, body: (await response.text()).replace('</main>', `${slipped}</main>`) })
  })
  const laid = () => page.locator('#laid').evaluate((element) => getComputedStyle(element).position)
  const look = async (path: string) => {
    await visit(page, torv.url + path)
    await page.locator('#go').click()
    return laid()
  }

  for (const path of ['/en/help/clean-the-air-filter', '/en/status', '/en/', '/en/help']) {
    expect([path, await look(path)]).toEqual([path, 'static'])
    expect([path, ran, asked]).toEqual([path, 0, 0])
    isWalled = false
    expect([path, await look(path)]).toEqual([path, 'fixed']) // or the above would prove nothing
    expect(ran).toBeGreaterThan(5)
    expect(asked).toBeGreaterThan(3)
    isWalled = true
    ran = 0
    asked = 0
  }
  await page.context().close()
})

test('BN9 a shared cache may keep nothing personal, however the address is dressed', async ({ browser, torv }) => {
  const ada = await signedIn(browser, torv, 'ada')
  const { reference } = await ada.opens('canary-bn9')
  const paths = [
    `/en/tickets/${reference}`,
    '/en/account',
    '/en/account/',
    '/en/tickets',
    '/en/quotes',
    '/api/me',
    `/api/tickets/${reference}`,
    '/en/sign-in',
  ]
  const dressed = [
    '/en/account/x.css',
    '/en/account;a.js',
    '/en/account%2f..%2fx.css',
    `/en/tickets/${reference}/x.css`,
    `/en/tickets/${reference};a.js`,
    '/en/account/..%2f..%2ftheme.css',
    '/en/account%00.css',
    '/en/./account/x.png',
  ]
  const seen: string[] = []
  for (const path of [...paths, ...dressed]) {
    const response = await ada.get(path)
    const body = await response.text()
    if (/canary-bn9|@acme\.example/.test(body)) seen.push(path)
    const mayBeKept = !/no-store|private/.test(response.headers()['cache-control'] ?? '')
    // What may be kept shows nothing of Ada to the next one.
    if (mayBeKept) expect([path, /canary-bn9|@acme\.example/.test(body)]).toEqual([path, false])
  }
  expect(seen.length).toBeGreaterThan(2) // she sees her own, or the above would prove nothing

  const grace = await signedIn(browser, torv, 'grace')
  for (const path of [...paths, ...dressed]) expect(await (await grace.get(path)).text()).not.toMatch(/canary-bn9|ada\./)
})

test('BN10 three hundred renders at once for three users: every page holds only its own words', async ({ browser, torv }) => {
  const users = await Promise.all(['ada', 'grace', 'linus'].map((name) => signedIn(browser, torv, name)))
  const cases = await Promise.all(users.map((user, at) => user.opens(`canary-bn10-${at}-`)))

  const renders = Array.from({ length: 300 }, async (_, n) => {
    const at = n % 3
    const path = n % 2 ? `/en/tickets/${cases[at]?.reference}` : '/da/account'
    const body = await (await users[at]?.get(path))?.text()
    return { at, path, body: body ?? '' }
  })

  for (const { at, path, body } of await Promise.all(renders)) {
    const others = [0, 1, 2].filter((other) => other !== at)
    const own = path.includes('/tickets/') ? `canary-bn10-${at}-` : (users[at]?.email ?? '')
    expect(body).toContain(own)
    for (const other of others) {
      expect(body).not.toContain(`canary-bn10-${other}-`)
      expect(body).not.toContain(users[other]?.email)
    }
  }
})

test('BN4 a page’s form from another origin is refused with the victim’s cookie, and changes nothing', async ({ browser, torv }) => {
  const ada = await signedIn(browser, torv, 'ada')
  const { reference } = await ada.opens('Still mine')
  const types = ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', '']
  for (const type of types) {
    for (const path of [`/en/tickets/${reference}`, '/en/sign-out', '/en/account', '/en/quotes/list']) {
      const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', ...(type && { 'content-type': type }) }
      const response = await ada.context.request.post(torv.url + path, { headers, data: 'text=gone&action=solved', maxRedirects: 0 })
      expect([path, type, response.status()]).toEqual([path, type, 403])
    }
  }
  const mine = (await (await ada.get(`/api/tickets/${reference}`)).json()) as { status: string; messages: unknown[] }
  expect(mine).toMatchObject({ status: 'new' })
  expect(mine.messages).toHaveLength(1)
  expect(await (await ada.get('/api/me')).text()).toContain(ada.email)
})

test('BN5 every page, opened by its owner and by a mail scanner, changes nothing', async ({ browser, torv }) => {
  const ada = await signedIn(browser, torv, 'ada')
  const { reference } = await ada.opens('Before')
  const link = linkIn(await torv.mailTo(ada.email, new RegExp(reference)))
  // The place in the thread looks another way each time it is read.
  const shown = async () => ({ ...(await (await ada.get(`/api/tickets/${reference}`)).json()), cursor: '' })
  const before = await shown()
  const scanner = await browser.newContext()

  for (const path of [
    `/en/tickets/${reference}`,
    '/en/sign-out',
    '/en/quotes/list',
    '/en/quotes/new?action=request',
    '/en/account',
    '/en/sign-in',
    '/en/help/feedback',
  ]) {
    await ada.get(path)
    await scanner.request.get(torv.url + path)
  }
  for (let n = 0; n < 5; n++) await scanner.request.get(link)

  expect(await shown()).toEqual(before)
  expect(await (await ada.get('/api/me')).text()).toContain(ada.email) // still signed in
  const page = await ada.context.newPage()
  await page.goto(link)
  await expect(page).toHaveURL(`${torv.url}/en/tickets/${reference}`) // the scanner has used nothing up
  await ada.context.close()
  await scanner.close()
})

/** Somebody who signed in by code, with a browser of their own. */
async function signedIn(browser: Browser, torv: Torv, name: string) {
  const email = someone(name)
  const context = await browser.newContext({
    extraHTTPHeaders: { 'x-forwarded-for': `10.9.${Math.floor(Math.random() * 250)}.${Math.floor(Math.random() * 250)}` },
  })
  const headers = { origin: torv.url }
  await context.request.post(`${torv.url}/api/sign-in/codes`, { headers, data: { email, locale: 'en' } })
  const code = codeIn(await torv.mailTo(email, /^\d{3} \d{3} /))
  const answer = await context.request.post(`${torv.url}/api/sign-in`, { headers, data: { code } })
  expect(answer.status()).toBe(200)
  return {
    email,
    context,
    get: (path: string) => context.request.get(torv.url + path, { maxRedirects: 0 }),
    async opens(text: string): Promise<{ reference: string }> {
      const opened = await context.request.post(`${torv.url}/api/tickets`, {
        headers,
        data: { kind: 'question', subject: text, text, locale: 'en' },
      })
      return opened.json()
    },
  }
}

async function answer(browser: Browser, torv: Torv, reference: string, text: string) {
  const desk = await atTheDesk(browser, torv)
  await desk.goto(`${torv.url}/desk/tickets/${reference}`)
  await desk.locator('#reply').fill(text)
  await desk.locator('button[value=reply-now]').click()
  await desk.context().close()
}

function cookieOf(header: string, url: string) {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? []
  return { name, value, url }
}
