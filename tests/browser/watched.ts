import type { Page } from '@playwright/test'
import { hydrated, type Torv } from './torv.ts'

/**
 * What went wrong: something that somebody wrote was run, asked for a file of another host, or was markup enough that only the
 * page's Content-Security-Policy stopped it.
 */
export async function watched(page: Page, torv: Torv): Promise<string[]> {
  const ran: string[] = []
  await page.exposeFunction('__xss', () => ran.push(page.url()))
  page.on('dialog', (dialog) => dialog.dismiss())
  page.on('console', (message) => message.text().includes('Content Security Policy') && ran.push(`${page.url()}: ${message.text()}`))
  page.on('request', (request) => {
    if (!request.url().startsWith(torv.url) && !/^(data|blob|about):/.test(request.url())) ran.push(request.url())
  })
  return ran
}

export async function visit(page: Page, url: string) {
  await page.goto(url)
  await hydrated(page)
  await page.mouse.move(200, 300)
}
