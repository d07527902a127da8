import type { Client } from './client.ts'
import type { Torv } from './torv.ts'

export const ADA = 'ada@acme.example'
export const WANTED = { product: 'pump', options: { colour: 'graphite' }, quantity: 5 }

export type Shown = {
  status: string
  revision: number
  hash: string
  document: {
    total: number
    net: number
    currency: string
    locale: 'en' | 'da'
    vat: { vat: number }[]
    lines: { id: string; name: string; unitPrice: number | null; net: number | null }[]
  }
}

/** Asks for five graphite pumps, or for what `more` says. */
export async function askFor(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/quotes', { lines: [WANTED], name: 'Ada', email: ADA, locale: 'en', ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

/** Keeps a draft of these lines, and gives its hash. */
export async function draft(staff: Client, reference: string, lines: object[] = [WANTED], more: object = {}): Promise<string> {
  await staff.post(`/api/desk/quotes/${reference}/opening`)
  const saved = await staff.put(`/api/desk/quotes/${reference}/draft`, { lines, validDays: 30, note: '', ...more })
  if (!saved.ok) throw new Error(await saved.text())
  return ((await saved.json()) as { hash: string }).hash
}

/** Prices what was asked for and sends it: the next revision. */
export async function offer(staff: Client, reference: string, lines: object[] = [WANTED], more: object = {}): Promise<void> {
  const sent = await staff.post(`/api/desk/quotes/${reference}/sending`, { hash: await draft(staff, reference, lines, more) })
  if (!sent.ok) throw new Error(await sent.text())
}

export async function read(client: Client, reference: string): Promise<Shown> {
  const answer = await client.get(`/api/quotes/${reference}`)
  if (!answer.ok) throw new Error(await answer.text())
  return (await answer.json()) as Shown
}

/** What accepting the quote as it is shown says. */
export function acceptanceOf({ revision, hash, document }: Shown, more: object = {}) {
  return { revision, totalMinor: document.total, hash, name: 'Ada Lund', ...more }
}

/** Ada, signed in, with an offer before her. */
export async function offered(torv: Torv, staff: Client, lines: object[] = [WANTED], asked: object = {}) {
  const ada = await torv.signedIn(ADA)
  const reference = await askFor(ada, asked)
  await offer(staff, reference, lines)
  return { ada, reference, shown: await read(ada, reference) }
}
