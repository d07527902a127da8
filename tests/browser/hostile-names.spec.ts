import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { post } from '../support/server.ts'
import { XSS } from '../support/xss.ts'
import { startHostPage } from './host-page.ts'
import { signIn } from './steps.ts'
import { addSiteTo, atTheDesk, expect, someone, startWithStaff, type Torv, test } from './torv.ts'
import { visit, watched } from './watched.ts'

/** Titles and names are one line of 120 letters: each is of as many payloads as fit, all of them together in a few. */
const NAMES = linesOf(XSS.filter((payload) => !/[\n\r]/.test(payload)))

function linesOf(payloads: string[]): string[] {
  const lines: string[] = []
  for (const payload of payloads) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + payload.length < 120) lines[lines.length - 1] = `${last} ${payload}`
    else lines.push(payload)
  }
  return lines
}

/** The demo company's content, in which somebody wrote two articles that are up to no good: one for all, one for the first organisation. */
async function hostileContent(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'torv-hostile-'))
  await cp('content', folder, { recursive: true })
  for (const [slug, visibleTo, at] of [
    ['a-hostile', 'everyone', 0],
    ['a-hostile-for-some', 'organisation:1', 1],
  ] as const) {
    const [title = '', summary = '', keyword = ''] = NAMES.slice(at, at + 3)
    const fields = { title, summary, topic: 'faults', keywords: [keyword], visibleTo, popular: true, related: at ? ['a-hostile'] : [] }
    const front = Object.entries(fields).map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    const headings = NAMES.map((name) => `## \`${name.replaceAll('`', "'")}\`\n\nhostilecanary`)
    const body = [...XSS, ...headings, ...XSS.map((payload) => `[x](<${payload.replaceAll(/[<>\n]/g, '')}>)`), '```', ...XSS, '```']
    await writeFile(join(folder, 'articles', 'en', `${slug}.md`), `---\n${front.join('\n')}\n---\n${body.join('\n\n')}\n`)
  }
  return folder
}

/** An article is there with its words, and of its markup nothing is. */
async function expectOnlyWords(prose: ReturnType<Page['locator']>) {
  await expect(prose).toContainText('</textarea><script>__xss()</script>')
  await expect(prose.locator('script, iframe, object, embed, svg, form, input, style, base, meta, link, video, audio')).toHaveCount(0)
  const handlers = await prose
    .locator('*')
    .evaluateAll((all) => all.flatMap((one) => one.getAttributeNames()).filter((name) => /^on|style/.test(name)))
  expect(handlers).toEqual([])
  const links = await prose.locator('a[href]').evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''))
  expect(links.filter((href) => !/^(https:|mailto:|tel:|#|\/(?![/\\]))/.test(href))).toEqual([])
}

/** Eve, whose name was typed before she proved her address, signed in. */
async function eveSignsIn(browser: Browser, torv: Torv, name: string): Promise<Page> {
  const [page, email] = [await (await browser.newContext()).newPage(), someone('eve')]
  await post(torv.url, '/api/tickets', { kind: 'question', subject: 'x', text: 'x', name, email, locale: 'en' })
  await signIn(page, torv, 'en', email, '/en/account')
  await expect(page).toHaveURL(/\/en\/account/)
  return page
}

test('CO1 nothing runs of an article, or of the names of an organisation and its members: not in the portal, at the desk, in the widget', async ({
  page,
  browser,
}) => {
  test.slow() // a server of its own
  const folder = await hostileContent()
  const torv = await startWithStaff('en', { CONTENT_DIR: folder })
  try {
    const eve = await eveSignsIn(browser, torv, NAMES[0] ?? '')
    const desk = await atTheDesk(browser, torv)
    const ran = [await watched(eve, torv), await watched(desk, torv)]
    const send = async (method: 'post' | 'put', path: string, data: object) => {
      const answer = await eve.request[method](torv.url + path, { headers: { origin: torv.url }, data })
      expect([path, answer.ok(), await answer.text()]).toEqual([path, true, expect.anything()])
      return (await answer.json().catch(() => ({}))) as { reference: string }
    }
    await send('post', '/api/organisation', { name: 'Acme' })
    await send('post', '/api/organisation/invitations', { email: someone('bo'), role: 'buyer' })
    const lines = [{ product: 'brise-4', options: {}, quantity: 1 }]
    const shared = { locale: 'en', forOrganisation: true, name: NAMES[1] }
    const { reference: ticket } = await send('post', '/api/tickets', { ...shared, kind: 'question', subject: 'x', text: 'x' })
    const { reference: quote } = await send('post', '/api/quotes', { ...shared, lines, need: 'x' })

    for (const [at, name] of NAMES.entries()) {
      const details = {
        name,
        registrationNumber: XSS[at]?.slice(0, 40),
        invoiceAddress: XSS.slice(at * 4, at * 4 + 8)
          .join('\n')
          .slice(0, 500),
      }
      await send('put', '/api/organisation', details)
      await visit(eve, `${torv.url}/en/account/organisation`)
      await expect(eve.locator('h1')).toHaveText(name.replaceAll(/\s+/g, ' '))
      await visit(desk, `${torv.url}/desk/organisations/1`)
      await expect(desk.locator('h1')).toHaveText(name.replaceAll(/\s+/g, ' '))
    }
    for (const path of ['/account', '/account/cases', `/tickets/${ticket}`, `/quotes/${quote}`]) await visit(eve, `${torv.url}/en${path}`)
    for (const path of [
      '/contacts/',
      '/contacts/1',
      '/quotes/',
      `/quotes/${quote}`,
      `/tickets/${ticket}`,
      '/outbox',
      '/articles',
      '/leads',
    ])
      await visit(desk, `${torv.url}/desk${path}`)
    await expect(desk.locator('main')).toContainText('__xss')

    await visit(eve, `${torv.url}/en/help/a-hostile-for-some`)
    await expect(eve.locator('h1')).toHaveText(NAMES[1] ?? '')
    await expectOnlyWords(eve.locator('.prose').first())
    await visit(eve, `${torv.url}/en/search?q=hostilecanary`)
    await expect(eve.locator('main')).toContainText('__xss')
    await visit(eve, `${torv.url}/en/help`)
    await eve.getByRole('combobox').fill('hostilecanary')
    await expect(eve.getByRole('option').first()).toContainText('__xss')

    const host = await startHostPage({ portalUrl: torv.url, siteKey: (origin) => addSiteTo(torv, origin, 'en') })
    await page.exposeFunction('__xss', () => ran.push(['in the widget']))
    await page.goto(host.url())
    await page.getByRole('button').first().click()
    const panel = page.frameLocator('iframe')
    await expect(panel.locator('main:visible')).toContainText(NAMES[0] ?? '') // among the popular ones
    await panel.getByRole('searchbox').fill('hostilecanary')
    await panel.locator('.row-link:has(mark)').first().click()
    await expect(panel.locator('article h1')).toHaveText(NAMES[0] ?? '')
    await expectOnlyWords(panel.locator('article > div'))
    await panel.locator('article a:not([href])').first().click() // a dead link leads nowhere, and breaks nothing
    await host.stop()

    expect(ran.flat()).toEqual([])
    await eve.evaluate('__xss()')
    expect(ran.flat()).toHaveLength(1) // the trap works
  } finally {
    await torv.remove()
    await rm(folder, { recursive: true })
  }
})
