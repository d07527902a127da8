import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { letGoOf } from '../../api/files/enclosures.ts'
import { forgetIgnored } from '../../api/mail/store.ts'
import type { Client } from '../support/client.ts'
import { delivered, INBOUND, lastMailTo, letter } from '../support/mails.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const DAY_MS = 24 * 3_600_000
const FORGED = 'dmarc=fail header.from=acme.example'

let torv: Torv
let service: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv(INBOUND)
  service = torv.visitor()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Listed = { id: number; fromEmail: string; subject: string; reason: string | null; state: string; named: string | null }
type Page = { mails: Listed[]; next?: number; suspended: number }

async function list(state = 'suspended', before = ''): Promise<Page> {
  return (await (await staff.get(`/api/desk/mail?state=${state}${before}`)).json()) as Page
}

async function theOne(): Promise<Listed> {
  const [mail] = (await list()).mails
  if (!mail) throw new Error('Nothing is set aside')
  return mail
}

async function messagesOf(reference: string) {
  const answer = await staff.get(`/api/desk/tickets/${reference}`)
  return ((await answer.json()) as { messages: { text: string; authorName: string; mailId?: number }[] }).messages
}

/** Grace answers Ada's case: a mail that waits, and the case it names. */
async function waiting(): Promise<{ mail: Listed; reference: string }> {
  const opened = await torv
    .visitor()
    .post('/api/tickets', { kind: 'question', subject: 'It hums', text: 'All night.', name: 'Ada', email: ADA })
  const { reference } = (await opened.json()) as { reference: string }
  const { replyTo } = await lastMailTo(torv, ADA)
  await delivered(service, letter({ from: `Grace <${GRACE}>`, to: replyTo, subject: 'Re: It hums', text: 'I hear it as well.' }))
  return { mail: await theOne(), reference }
}

describe('what is set aside', () => {
  test('is listed with its reason and the case it names, newest first, a page at a time', async () => {
    const { mail, reference } = await waiting()
    expect(mail).toMatchObject({ fromEmail: GRACE, reason: 'other-sender', named: reference })
    for (let n = 0; n < 50; n++) await delivered(service, letter({ subject: `no. ${n}`, checked: FORGED }))

    const first = await list()
    const second = await list('suspended', `&before=${first.next}`)

    expect(first.suspended).toBe(51)
    expect(await (await staff.get('/api/desk/mail/count')).json()).toEqual({ suspended: 51 })
    expect(first.mails.map(({ subject }) => subject).slice(0, 2)).toEqual(['no. 49', 'no. 48'])
    expect(second.mails.map(({ id }) => id)).toEqual([mail.id])
    expect(second.next).toBeUndefined()
  }, 60_000)

  test('can be looked at, and put into the case', async () => {
    const { mail, reference } = await waiting()
    expect(await (await staff.get(`/api/desk/mail/${mail.id}`)).json()).toMatchObject({
      words: { text: 'I hear it as well.', hasHtml: false },
      can: { settle: true },
    })

    const released = await staff.post(`/api/desk/mail/${mail.id}/release`, { reference: reference.toLowerCase() })

    expect(await released.json()).toEqual({ reference })
    expect((await messagesOf(reference)).at(-1)).toMatchObject({ text: 'I hear it as well.', authorName: 'Grace', mailId: mail.id })
    expect((await list()).mails).toEqual([])
    expect((await list('taken')).mails).toMatchObject([{ id: mail.id, state: 'taken' }])
  })

  test('or made a case of its own, of which nobody is mailed', async () => {
    const { mail, reference } = await waiting()

    const released = (await (await staff.post(`/api/desk/mail/${mail.id}/release`, {})).json()) as { reference: string }

    expect(released.reference).not.toBe(reference)
    expect(await messagesOf(released.reference)).toMatchObject([{ text: 'I hear it as well.' }])
    await torv.settle()
    expect((await torv.mails()).filter(({ to }) => to === GRACE)).toEqual([])
  })

  test('is settled once, however many try at once', async () => {
    const { mail, reference } = await waiting()
    const put = () => staff.post(`/api/desk/mail/${mail.id}/release`, { reference })

    const answers = await Promise.all([put(), put(), put(), staff.delete(`/api/desk/mail/${mail.id}`)])

    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409 || status === 404)).toHaveLength(3) // late, or after it was deleted
    expect((await messagesOf(reference)).filter(({ text }) => text.includes('as well')).length).toBeLessThanOrEqual(1)
    expect((await put()).status).toBeGreaterThanOrEqual(404)
  })

  test('is gone once it is deleted, and does not come again', async () => {
    const raw = letter({ from: `Grace <${GRACE}>`, id: '<gone@globex.example>', text: 'canary-gone', checked: FORGED })
    await delivered(service, raw)
    const { id } = await theOne()

    expect((await staff.delete(`/api/desk/mail/${id}`)).status).toBe(204)

    expect((await staff.get(`/api/desk/mail/${id}`)).status).toBe(404)
    expect(await torv.services.db.all('select 1 from uploads')).toEqual([])
    expect((await delivered(service, raw)).state).toBe('deleted')
    expect((await list()).suspended).toBe(0)
  })

  test('is kept, and what was ignored forgotten after a month', async () => {
    await delivered(service, letter({ subject: 'forged', checked: FORGED }))
    await delivered(service, letter({ subject: 'away', headers: { 'Auto-Submitted': 'auto-replied' } }))
    torv.clock.forward(29 * DAY_MS)
    await forgetIgnored(torv.services, letGoOf)
    expect((await list('ignored')).mails).toHaveLength(1)

    torv.clock.forward(2 * DAY_MS)
    await forgetIgnored(torv.services, letGoOf)

    expect((await list('ignored')).mails).toEqual([])
    expect((await list()).mails).toHaveLength(1)
    expect(await torv.services.db.all('select 1 from uploads')).toHaveLength(1)
  })

  test('stays where a case cannot take it', async () => {
    const { mail, reference } = await waiting()
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'spam' })

    expect((await staff.post(`/api/desk/mail/${mail.id}/release`, { reference })).status).toBe(409)
    expect((await staff.post(`/api/desk/mail/${mail.id}/release`, { reference: 'T-222222' })).status).toBe(422)
    expect((await staff.post(`/api/desk/mail/${mail.id}/release`, { reference: 'nonsense' })).status).toBe(422)

    expect(await theOne()).toMatchObject({ id: mail.id })
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'reopen' })
    expect((await staff.post(`/api/desk/mail/${mail.id}/release`, { reference })).status).toBe(201)
  })

  test('AC1 AC2 is for staff alone', async () => {
    const { mail } = await waiting()
    const ada = await torv.signedIn(ADA)
    const upload = await torv.services.db.get<{ id: string }>(`select id from uploads where type = 'message/rfc822'`)

    for (const path of ['', '/count', `/${mail.id}`, `/${mail.id}/view`]) {
      expect((await ada.get(`/api/desk/mail${path}`)).status).toBe(403)
      expect((await torv.visitor().get(`/api/desk/mail${path}`)).status).toBe(401)
    }
    expect((await ada.post(`/api/desk/mail/${mail.id}/release`, {})).status).toBe(403)
    expect((await ada.get(`/api/uploads/${upload?.id}`)).status).toBe(404)
    expect((await staff.get(`/api/uploads/${upload?.id}`)).headers.get('content-disposition')).toContain('mail.eml')
  })
})

describe('CO6 the view of a mail', () => {
  test('has no picture of elsewhere in it unless asked, and shows those that came with it', async () => {
    const mime = [
      'Content-Type: multipart/related; boundary=q\r\n\r\n--q\r\nContent-Type: text/html\r\n\r\n<p>Look</p><img src="https://evil.example/x.png"><img src="cid:a@b">',
      '--q\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--q--',
    ].join('\r\n')
    await delivered(service, letter({ mime, checked: FORGED }))
    const { id } = await theOne()

    const plain = await staff.get(`/api/desk/mail/${id}/view`)
    const asked = await staff.get(`/api/desk/mail/${id}/view?images=1`)

    expect(plain.headers.get('content-security-policy')).toMatch(/default-src 'none'.*img-src data:;.*sandbox/)
    const html = await plain.text()
    expect(html).not.toContain('evil.example')
    expect(html).toContain('src="data:image/png;base64,')
    expect(await asked.text()).toContain('https://evil.example/x.png')
  })
})
