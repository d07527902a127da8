import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { letter } from '../support/mails.ts'
import { until } from '../support/ports.ts'
import { XSS } from '../support/xss.ts'
import { atTheDesk, expect, expectNoBarriers, phrasesOf, startWithStaff, test } from './torv.ts'

const SECRET = 'a-secret-that-is-long-enough'
const t = phrasesOf('en')

test('CO1 CO6 a hostile mail runs nothing at the desk, and fetches no picture until it is asked for', async ({ browser }) => {
  test.slow() // a server of its own
  let fetched = 0
  const elsewhere = createServer((_request, response) => {
    fetched++
    response.writeHead(200, { 'content-type': 'image/gif' }).end(Buffer.from('R0lGODlhAQABAAAAACw=', 'base64'))
  })
  await new Promise<void>((ready) => elsewhere.listen(0, '127.0.0.1', ready))
  const picture = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/seen.gif` // it listens on a port
  const torv = await startWithStaff('en', { MAIL_REPLY_TO: 'reply@in.fjeldvarme.example', MAIL_INBOUND_SECRET: SECRET })
  try {
    const html = `<h1>Hello</h1><img src="${picture}" alt="seen"><a href="https://example.com/">A link</a>
      <div style="background:url(${picture})"></div><img srcset="${picture} 2x"><video poster="${picture}"></video><p>The end</p>${XSS.join('\n')}`
    const hand = (raw: string) =>
      fetch(`${torv.url}/api/mail/inbound`, { method: 'POST', headers: { authorization: `Bearer ${SECRET}` }, body: raw })
    const name = '=?utf-8?q?=3Cimg_src=3Dx_onerror=3D=5F=5Fxss()=3E?='
    const mime = `Content-Type: text/html; charset=utf-8\r\n\r\n${html}`
    expect((await hand(letter({ from: `${name} <no-reply@evil.example>`, subject: XSS[5] ?? '', mime }))).status).toBe(202)

    const desk = await atTheDesk(browser, torv)
    const ran: string[] = []
    await desk.exposeFunction('__xss', () => ran.push(desk.url()))
    await desk.goto(`${torv.url}/desk/mail`)
    await expect(desk.getByRole('link', { name: t('desk-mail.count', { n: 1 }) })).toBeVisible() // counted beside the place's name
    await expect(desk.locator('[data-desk-list]')).toContainText('<img src=x onerror=__xss>') // brackets are comments in a sender's name
    await desk.locator('[data-desk-list] a').click()
    await expect(desk.locator('[data-words]')).toContainText('The end')

    await desk.getByRole('link', { name: t('desk-mail.show-as-sent') }).click()
    const frame = desk.frameLocator('iframe')
    await expect(frame.getByText('The end')).toBeVisible()
    await expect(frame.getByRole('link', { name: 'A link' })).toHaveAttribute('rel', /noreferrer/)
    for (const focusable of await frame.locator('a, [tabindex]').all())
      await focusable.hover({ force: true, timeout: 1_000 }).catch(() => {})
    expect(
      await frame
        .locator('body :is(script, style, form, iframe, object, embed, svg, video, base, meta[http-equiv], [style], [onerror])')
        .count(),
    ).toBe(0)
    await expectNoBarriers(desk, { frames: false }) // a mail is as its sender made it
    expect(fetched).toBe(0) // neither by the server nor at the desk

    await desk.locator('[data-images]').click()
    await expect(desk.frameLocator('iframe').getByText('The end')).toBeVisible()
    await until('the picture to be fetched', () => fetched > 0) // or the count above would prove nothing

    // Each by itself as well: one that is cut off swallows those after it.
    for (const [n, payload] of XSS.entries()) {
      const page = letter({ from: 'no-reply@evil.example', id: `<x${n}@evil.example>`, mime: `Content-Type: text/html\r\n\r\n${payload}` })
      expect((await hand(page)).status).toBe(202)
    }
    const opened = await desk.context().newPage()
    await opened.exposeFunction('__xss', () => ran.push(opened.url()))
    for (let id = 2; id < XSS.length + 2; id++) {
      const answer = await opened.goto(`${torv.url}/api/desk/mail/${id}/view?images=1`)
      expect(answer?.headers()['content-security-policy']).toContain('sandbox allow-popups')
    }
    expect(ran).toEqual([])
    await desk.evaluate('__xss()')
    expect(ran).toHaveLength(1) // one that ran would have been seen
    expect((await fetch(`${torv.url}/api/desk/mail/1/view`)).status).toBe(401)
  } finally {
    elsewhere.close()
    await torv.remove()
  }
})
