import { getDocumentProxy } from 'unpdf'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { PrintedThread } from '../../api/tickets/pdf/printed.ts'
import { setThread } from '../../api/tickets/pdf/set.ts'
import type { Client } from '../support/client.ts'
import { pagesOf, textOf } from '../support/pdf.ts'
import { pdf as sample } from '../support/sample-files.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const CANARY = 'canary-91ac'

let torv: Torv
beforeEach(async () => {
  torv = await startTorv()
})
afterEach(stopTorvs)

async function open(client: Client, more: object = {}): Promise<string> {
  const draft = {
    kind: 'problem',
    subject: 'Den brummer',
    text: 'Hele natten — æøå & <b>',
    name: 'Ada',
    email: ADA,
    locale: 'en',
    product: 'pump',
  }
  const answer = await client.post('/api/tickets', { ...draft, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function printed(client: Client, path: string): Promise<Uint8Array> {
  const answer = await client.get(path)
  expect(answer.status, path).toBe(200)
  expect(answer.headers.get('content-type')).toBe('application/pdf')
  return new Uint8Array(await answer.arrayBuffer())
}

async function withNote(sam: Client, reference: string) {
  const { id } = (await (await sam.upload(`${CANARY}.pdf`, sample, { purpose: 'message' })).json()) as { id: string }
  await sam.post(`/api/desk/tickets/${reference}/messages`, { text: `Careful: ${CANARY}`, internal: true, uploads: [id] })
}

describe('a thread as a PDF', () => {
  test.each(['en', 'da'] as const)('has in %s all that was said, by whom, and what came with it', async (locale) => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const { id } = (await (await ada.upload('foto.pdf', sample, { purpose: 'message' })).json()) as { id: string }
    const reference = await open(ada, { uploads: [id] })
    await sam.post(`/api/desk/tickets/${reference}/messages`, { text: 'Prøv at slukke den.', move: 'wait' })

    const text = await textOf(await printed(ada, `/api/tickets/${reference}/pdf?locale=${locale}`))

    const said = [reference, 'Den brummer', 'Hele natten — æøå & <b>', 'foto.pdf', 'Sam agent', 'Prøv at slukke den.']
    for (const words of said) expect(text).toContain(words)
    for (const words of locale === 'da' ? ['Sag', 'Venter på dig', 'Side 1 af 1'] : ['Case', 'Waiting for you', 'Page 1 of 1'])
      expect(text).toContain(words)
  })

  test('goes over as many sheets as it takes, each of which says where it belongs', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada, { text: Array.from({ length: 120 }, (_, n) => `Line ${n} of a long story.`).join('\n') })

    const pages = await pagesOf(await printed(ada, `/api/tickets/${reference}/pdf`))

    expect(pages.length).toBeGreaterThan(2)
    pages.forEach((page, at) => {
      expect(page).toContain(reference)
      expect(page).toContain(`Page ${at + 1} of ${pages.length}`)
    })
    expect(pages.join(' ')).toContain('Line 119 of')
  })

  test('is tagged, has its language and its title, and the same bytes every time', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await open(ada)
    const bytes = await printed(ada, `/api/tickets/${reference}/pdf?locale=da`)

    const raw = Buffer.from(bytes).toString('latin1')
    expect(raw).toMatch(/\/Marked true/)
    expect(raw).toContain('/StructTreeRoot')
    const { info } = await (await getDocumentProxy(new Uint8Array(bytes))).getMetadata()
    expect(info).toMatchObject({ Title: `Sag ${reference}: Den brummer`, Language: 'da' })
    expect(Buffer.from(await printed(ada, `/api/tickets/${reference}/pdf?locale=da`)).equals(Buffer.from(bytes))).toBe(true)
  })

  test('of any words is set without failing', async () => {
    const thread: PrintedThread = {
      ...{ reference: 'T-222222', subject: '👩‍🚒 ‮abc', kind: '', status: '', product: '', openedAt: 0, changedAt: 0 },
      messages: ['', '\u0000\u0007', 'x'.repeat(5_000), '\n\n\n', '漢字 עברית', '-'].map((text) => ({
        ...{ author: 'customer' as const, name: text.slice(0, 300), at: 0, text, isNote: false, files: [text] },
      })),
      ...{ hasNotes: false, company: { name: 'A', legalName: 'A', contact: '' }, link: 'http://localhost/', locale: 'en', timeZone: 'UTC' },
      ...{ accent: '#004455', logo: '', phrases: torv.services.content.strings.en },
    }
    expect((await setThread(thread)).length).toBeGreaterThan(1_000)
  })
})

describe('who may have it', () => {
  test("AC1 another contact's thread has no PDF: not for a stranger, a guest, or another customer", async () => {
    const [ada, guest] = [await torv.signedIn(ADA), torv.visitor()]
    const reference = await open(ada)
    const own = await open(guest)
    await printed(ada, `/api/tickets/${reference}/pdf`)
    await printed(guest, `/api/tickets/${own}/pdf`) // by the link in that browser

    for (const client of [torv.visitor(), guest, await torv.signedIn('grace@globex.example')]) {
      const [theirs, nobodys] = [await client.get(`/api/tickets/${reference}/pdf`), await client.get('/api/tickets/T-222222/pdf')]
      expect(theirs.status).toBe(404)
      expect(await theirs.text()).toBe(await nobodys.text())
    }
    expect((await ada.get(`/api/desk/tickets/${reference}/pdf`)).status).toBe(403)
  })

  test('AC8 no note is in it for a customer, and for staff only when asked for', async () => {
    const [ada, sam] = [await torv.signedIn(ADA), await torv.staff()]
    const reference = await open(ada)
    await withNote(sam, reference)

    const withNotes = await printed(sam, `/api/desk/tickets/${reference}/pdf?notes=1`)
    expect(await textOf(withNotes)).toContain(CANARY) // or the rest would prove nothing
    expect(await textOf(withNotes)).toContain('Not for the customer')

    for (const [client, path] of [
      [ada, `/api/tickets/${reference}/pdf`],
      [ada, `/api/tickets/${reference}/pdf?notes=1`],
      [sam, `/api/desk/tickets/${reference}/pdf`],
    ] as const) {
      const bytes = await printed(client, path)
      expect(await textOf(bytes)).not.toContain(CANARY)
      expect(Buffer.from(bytes).includes(CANARY)).toBe(false)
      expect(await textOf(bytes)).toContain('Hele natten')
    }
  })
})
