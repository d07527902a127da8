import type { Page } from '@playwright/test'
import type { Locale } from '../../content/schema.ts'
import { someAddress } from '../support/server.ts'
import { codeIn, expect, type Torv } from './torv.ts'

// What people do in more than one story of the sales side.

/** A house of 160 m² with radiators, a gas boiler and four people in it. */
export const HOUSE = {
  home: 'house',
  spread: 'radiators',
  area: '160',
  insulation: 'good',
  today: 'gas',
  people: '4',
  outdoors: 'far',
  ground: 'none',
}

/** Answers the question that the selector asks: by its button, or typed where it asks for a number. */
export async function answerWith(page: Page, question: string, answer: string) {
  const field = page.locator(`input[name="${question}"]:not([type=hidden])`)
  const button = page.locator(`button[name="${question}"][value="${answer}"]`)
  await expect(field.or(button).first()).toBeVisible() // the question before it may still be there
  if (await field.count()) {
    await field.fill(answer)
    await page.locator('.typed .button').click()
  } else await button.click()
}

/** Signs in by the code that is mailed, and goes on to that page of ours. */
export async function signIn(page: Page, torv: Torv, locale: Locale, email: string, next: string) {
  await page.goto(`${torv.url}/${locale}/sign-in?next=${encodeURIComponent(next)}`)
  await page.locator('main [name=email]').fill(email)
  const code = await codeFrom(page, torv, email, () => page.locator('main form button').first().click())
  await page.locator('[name=code]').fill(code)
  await page.locator('main form:has([name=code]) button').click()
}

/** Asks for a code from an address of its own: one address gets twenty in a quarter of an hour, and all stories come from this machine. */
async function codeFrom(page: Page, torv: Torv, email: string, ask: () => Promise<void>): Promise<string> {
  await page.setExtraHTTPHeaders({ 'x-forwarded-for': someAddress() })
  await ask()
  const code = codeIn(await torv.mailTo(email, /^\d{3} \d{3} /))
  await page.setExtraHTTPHeaders({})
  return code
}

/** Registers something as the signed-in customer's own. */
export async function register(page: Page, torv: Torv, locale: Locale, product: string, serial: string) {
  await page.goto(`${torv.url}/${locale}/account/register?product=${product}`)
  await page.locator('form[data-form=register] [name=serialNumber]').fill(serial)
  await page.locator('form[data-form=register] button').click()
  await expect(page.locator(`[data-product=${product}]`)).toContainText(serial)
}

/** The reference of the quote whose page this is. */
export async function referenceOn(page: Page): Promise<string> {
  await expect(page).toHaveURL(/\/quotes\/Q-\w{6}/)
  return /Q-\w{6}/.exec(page.url())?.[0] ?? ''
}

/** Staff takes up a request. */
export async function begin(desk: Page, torv: Torv, reference: string) {
  await desk.goto(`${torv.url}/desk/quotes/${reference}`)
  await desk.locator('form[data-form=open] button').click()
  await expect(desk.locator('form[data-form=draft]')).toBeVisible()
}

/** Sends the draft as it stands in the editor. */
export async function sendFromDesk(desk: Page) {
  await desk.locator('form[data-form=draft] [data-form=send] button').click()
  await expect(desk.locator('[data-status]').first()).toHaveAttribute('data-status', 'sent')
}

export function readyMail(locale: Locale, reference: string): RegExp {
  return new RegExp(locale === 'da' ? `tilbud ${reference} er klar` : `quote ${reference} is ready`)
}

/** Proves the quote's own address by the code that is mailed to it. */
export async function prove(buyer: Page, torv: Torv, email: string) {
  const code = await codeFrom(buyer, torv, email, () => buyer.locator('form[data-form=code] button').click())
  await buyer.locator('form[data-form=prove] [name=code]').fill(code)
  await buyer.locator('form[data-form=prove] button').click()
}

export async function accept(buyer: Page, name: string) {
  await buyer.locator('form[data-form=accept] [name=name]').fill(name)
  await buyer.locator('form[data-form=accept] [data-live=accept] button').click()
  await expect(buyer.locator('[data-status]').first()).toHaveAttribute('data-status', 'accepted')
}

export async function proveAndAccept(buyer: Page, torv: Torv, email: string) {
  await prove(buyer, torv, email)
  await accept(buyer, 'Ada Lund')
}

/** What is folded away is opened first. */
export async function openFolded(page: Page, id: string) {
  const folded = page.locator(`details#${id}:not([open]) > summary`)
  if (await folded.count()) await folded.click()
}
