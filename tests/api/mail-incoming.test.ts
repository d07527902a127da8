import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { full } from '../support/faults.ts'
import { deliver, delivered, INBOUND, lastMailTo, letter } from '../support/mails.ts'
import { png } from '../support/sample-files.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const MINUTE = 60_000
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', name: 'Ada', email: ADA, locale: 'en' }

let torv: Torv
let service: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv(INBOUND)
  service = torv.visitor()
  staff = await torv.staff()
})
afterEach(stopTorvs)

type Message = { author: string; authorName: string; text: string; quoted?: string; internal?: boolean }
type Shown = { reference: string; subject: string; status: string; channel: string; locale: string; messages: Message[] }

async function shown(reference: string): Promise<Shown> {
  return (await (await staff.get(`/api/desk/tickets/${reference}`)).json()) as Shown
}

async function tickets(): Promise<string[]> {
  const rows = await torv.services.db.all<{ reference: string }>('select reference from tickets order by id')
  return rows.map(({ reference }) => reference)
}

/** A case of Ada's that staff has answered, and where her answer goes. */
async function answered(): Promise<{ reference: string; address: string }> {
  const opened = await torv.visitor().post('/api/tickets', draft)
  const { reference } = (await opened.json()) as { reference: string }
  await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Is it loud?', move: 'wait' })
  return { reference, address: (await lastMailTo(torv, ADA)).replyTo }
}

async function mailCount(to: string): Promise<number> {
  await torv.settle()
  return (await torv.mails()).filter((mail) => mail.to === to).length
}

describe('an answer by mail', () => {
  test('stands in the thread, without what it repeats, and opens the case again', async () => {
    const { reference, address } = await answered()
    expect((await shown(reference)).status).toBe('waiting') // or coming back to "open" would prove nothing
    const text = 'Yes, very.\n\nOn Thu, 5 Nov 2026 at 10:12, Testværk <a@b.example> wrote:\n> Is it loud?'

    expect(await delivered(service, letter({ to: address, text }))).toEqual({ state: 'taken', reason: null })

    const ticket = await shown(reference)
    expect(ticket.status).toBe('open')
    expect(ticket.messages.at(-1)).toMatchObject({ author: 'customer', authorName: 'Ada', text: 'Yes, very.' })
    expect(ticket.messages.at(-1)?.quoted).toContain('> Is it loud?')
    expect(await tickets()).toEqual([reference])
    expect((await lastMailTo(torv, 'desk@testvaerk.example')).text).toContain('Yes, very.')
  })

  test('SI7 repeats no link or mark that another reader of the thread, or of the database, could use', async () => {
    const { reference, address } = await answered()
    const before = await lastMailTo(torv, ADA)
    const token = /open\/([\w-]{43})/.exec(before.text)?.[1] ?? ''
    const mark = /\.([0-9a-f]{32})@/.exec(address)?.[1] ?? ''
    expect([token.length, mark.length]).toEqual([43, 32]) // or finding none would prove nothing
    const link = before.text.match(/https?:\S+\/open\/[\w-]{43}/)?.[0] ?? ''
    const wrapped = `https://safe.example/?url=${encodeURIComponent(link)}&data=x`
    const quoted = `On Thu, 5 Nov 2026 at 10:12, Testværk <${address}> wrote:\n${before.text.replace(/^/gm, '> ')}\n> ${wrapped}`

    await delivered(service, letter({ to: address, cc: address, text: `Yes.\n\n${quoted}` }))

    expect((await shown(reference)).messages.at(-1)?.quoted).toContain('> Is it loud?')
    const kept = JSON.stringify([
      await torv.services.db.all('select * from messages'),
      await torv.services.db.all('select * from incoming_mails'),
      await (await staff.get('/api/desk/mail/1')).json(),
    ])
    expect(kept).toContain('/en/open/…')
    expect(kept).not.toContain(token)
    expect(kept).not.toContain(mark)
  })

  test('to a solved case opens it again, and to a closed one begins another that follows it', async () => {
    const { reference, address } = await answered()
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })
    await delivered(service, letter({ to: address, text: 'Not solved.' }))
    expect((await shown(reference)).status).toBe('open')

    await torv.services.db.batch([{ sql: `update tickets set status = 'closed' where reference = :reference`, args: { reference } }])
    await delivered(service, letter({ to: address, text: 'Again!' }))

    const [, second = ''] = await tickets()
    expect(await shown(second)).toMatchObject({ follows: reference, messages: [{ text: 'Again!' }] })
  })

  test('AC2 to a merged case stands where that goes on, if its sender may write there; otherwise it is set aside', async () => {
    const { reference, address } = await answered()
    const other = await answered()
    expect((await staff.post(`/api/desk/tickets/${reference}/merge`, { into: other.reference })).ok).toBe(true)
    expect(await delivered(service, letter({ to: address, text: 'Of the one.' }))).toMatchObject({ state: 'taken' })
    expect((await shown(other.reference)).messages.at(-1)?.text).toBe('Of the one.')

    await torv.signedIn(GRACE) // who has the other one now
    await torv.services.db.batch([
      {
        sql: 'update tickets set contact_id = (select id from contacts where email = :email) where reference = :reference',
        args: { email: GRACE, reference: other.reference },
      },
    ])
    const before = (await shown(other.reference)).messages.length

    expect(await delivered(service, letter({ to: address, text: 'Once more.' }))).toEqual({ state: 'suspended', reason: 'moved-on' })
    expect((await shown(other.reference)).messages).toHaveLength(before)
  })

  test('is followed by ours in the same thread of the mail program', async () => {
    const { reference, address } = await answered()
    await delivered(service, letter({ to: address, id: '<hers.1@acme.example>' }))
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Then turn it down.' })

    const mail = await lastMailTo(torv, ADA)

    expect(mail.headers.get('in-reply-to')).toBe('<hers.1@acme.example>')
    expect(mail.headers.get('references')).toMatch(/^<T-\w{6}\.\w{12}@localhost> <hers\.1@acme\.example>$/)
  })

  test('brings its files, as checked as any upload, and names those that were refused', async () => {
    const { reference, address } = await answered()
    const mime = [
      'Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nSee here.',
      `--q\r\nContent-Type: image/png; name="hum.png"\r\nContent-Disposition: attachment; filename="hum.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${png().toString('base64')}`,
      '--q\r\nContent-Type: image/png; name="evil.png"\r\nContent-Disposition: attachment; filename="evil.png"\r\n\r\n<script>__xss()</script>',
      '--q--',
    ].join('\r\n')

    await delivered(service, letter({ to: address, mime }))

    const { messages } = await shown(reference)
    expect(messages.at(-1)?.text).toBe('See here.\n\n[evil.png could not be taken in.]') // CO3
    const files = await torv.services.db.all(
      'select name, type, attached_to, internal, message_id is not null as placed from uploads order by type',
    )
    expect(files).toEqual([
      { name: 'hum.png', type: 'image/png', attached_to: reference, internal: 0, placed: 1 },
      { name: 'mail.eml', type: 'message/rfc822', attached_to: expect.stringMatching(/^mail:/), internal: 1, placed: 0 },
    ])
  })
})

describe('a new mail', () => {
  test('becomes a case of somebody nobody has verified, in their language, with a receipt', async () => {
    await delivered(service, letter({ from: 'Åse Ny <ny@acme.example>', subject: 'Den brummer', text: 'Jeg kan ikke sove. Hvad gør jeg?' }))

    const [reference = ''] = await tickets()
    expect(await shown(reference)).toMatchObject({
      subject: 'Den brummer',
      channel: 'mail',
      locale: 'da',
      messages: [{ authorName: 'Åse Ny' }],
    })
    const contact = await torv.services.db.get(`select name, email_verified_at from contacts where email = 'ny@acme.example'`)
    expect(contact).toEqual({ name: 'Åse Ny', email_verified_at: null })
    const receipt = await lastMailTo(torv, 'ny@acme.example')
    expect(receipt.subject).toBe('Re: Den brummer')
    expect(receipt.text).not.toContain('sove') // repeats nothing of it
  })

  test('in HTML alone is read as text', async () => {
    const html =
      '<title>No</title><style>p{}</style><p>It <b>hums</b>.<br>All night.</p><script>x()</script><body onload="x()"></body><p>Help.</p>'
    const mime = `Content-Type: text/html; charset=utf-8\r\n\r\n${html}`

    await delivered(service, letter({ mime }))

    const [reference = ''] = await tickets()
    expect((await shown(reference)).messages[0]?.text).toBe('It hums.\nAll night.\n\nHelp.')
  })
})

describe('MA1 whoever fails authentication', () => {
  test('is set aside with the reason, though they name a ticket; nobody is mailed', async () => {
    const { reference, address } = await answered()
    const before = [await mailCount(ADA), await mailCount('desk@testvaerk.example')]

    const fails = await delivered(
      service,
      letter({ to: address, text: 'canary-spoof', checked: 'spf=fail; dmarc=fail header.from=acme.example' }),
    )

    expect(fails).toEqual({ state: 'suspended', reason: 'failed-authentication' })
    expect(JSON.stringify(await shown(reference))).not.toContain('canary-spoof')
    expect([await mailCount(ADA), await mailCount('desk@testvaerk.example')]).toEqual(before)
    expect((await delivered(service, letter({ to: address }))).state).toBe('taken') // the same passes when it is she
  })

  test.each([
    ['somebody else’s word', false, { 'Authentication-Results': 'mx.evil.example; dmarc=pass header.from=acme.example' }, 'unchecked'],
    ['nobody’s word', false, {}, 'unchecked'],
    ['our name in a comment', false, { 'Authentication-Results': 'mx.evil.example (mx.testvaerk.example); dmarc=pass' }, 'unchecked'],
    ['a pass for another domain', 'dkim=pass header.d=evil.example; spf=fail smtp.mailfrom=acme.example', {}, 'failed-authentication'],
    [
      'a forged pass beside our fail',
      'dmarc=fail header.from=acme.example',
      { 'Authentication-Results ': 'mx.testvaerk.example; dmarc=pass header.from=acme.example' },
      'failed-authentication',
    ],
    ['a second sender', 'dmarc=pass header.from=acme.example', { 'From ': 'Eve <eve@evil.example>' }, 'no-sender'],
  ] as const)('is not believed for %s', async (_what, checked, headers, reason) => {
    const { address } = await answered()

    // Two headers of one name, which an object cannot hold.
    const raw = letter({ to: address, checked, headers }).replace(/^(Authentication-Results|From) :/gm, '$1:')

    expect(await delivered(service, raw)).toEqual({ state: 'suspended', reason })
  })

  test('is set aside as a new mail too, so that no case is opened in another’s name', async () => {
    await delivered(service, letter({ checked: 'dmarc=fail header.from=acme.example' }))

    expect(await tickets()).toEqual([])
    expect([await mailCount(ADA), await mailCount('desk@testvaerk.example')]).toEqual([0, 0])
    expect((await delivered(service, letter())).state).toBe('taken') // or nobody would be mailed in any case
    expect([await mailCount(ADA), await mailCount('desk@testvaerk.example')]).toEqual([1, 1])
  })
})

describe('MA2 people in copy', () => {
  test('are no participants: they get no mail, and their answers stand nowhere', async () => {
    const { reference, address } = await answered()
    await delivered(service, letter({ to: address, cc: `Grace <${GRACE}>`, text: 'Grace knows.' }))
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'canary-history' })

    expect(await mailCount(GRACE)).toBe(0)
    const hers = await delivered(service, letter({ from: `Grace <${GRACE}>`, to: address, text: 'canary-grace' }))
    expect(hers).toEqual({ state: 'suspended', reason: 'other-sender' })
    expect(JSON.stringify(await shown(reference))).not.toContain('canary-grace')
    expect((await (await torv.signedIn(GRACE)).get(`/api/tickets/${reference}`)).status).toBe(404)
  })
})

describe('MA2 people in copy whom staff lets in', () => {
  test('get the answers from then on, without what was written before, and answer into the case; until they are left out', async () => {
    const { reference, address } = await answered()
    await delivered(service, letter({ to: address, cc: `Grace <${GRACE}>, eve@evil.example`, text: 'canary-before' }))
    const mails = (await (await staff.get('/api/desk/mail?state=taken')).json()) as { mails: { id: number }[] }
    const at = `/api/desk/mail/${mails.mails[0]?.id}/participants`
    expect((await staff.put(`${at}/nobody@globex.example`, {})).status).toBe(404) // the customer has not named them

    expect((await staff.put(`${at}/${GRACE}`, {})).status).toBe(204)
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'To all of you.' })

    const hers = await lastMailTo(torv, GRACE)
    expect(hers.text).toContain('To all of you.')
    expect(hers.text).not.toMatch(/canary-before|\/open\//)
    expect(hers.replyTo).not.toBe(address)
    expect(await mailCount('eve@evil.example')).toBe(0)
    await delivered(service, letter({ from: `Grace <${GRACE}>`, to: hers.replyTo, text: 'I hear it, too.' }))
    expect((await shown(reference)).messages.at(-1)).toMatchObject({ author: 'customer', authorName: 'Grace', text: 'I hear it, too.' })
    expect((await (await torv.signedIn(GRACE)).get(`/api/tickets/${reference}`)).status).toBe(404)

    await staff.delete(`${at}/${GRACE}`)
    await delivered(service, letter({ from: `Grace <${GRACE}>`, to: hers.replyTo, text: 'canary-after' }))
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'To Ada alone.' })
    expect(JSON.stringify(await shown(reference))).not.toContain('canary-after')
    expect((await lastMailTo(torv, GRACE)).text).not.toContain('To Ada alone.')
  })
})

describe('MA2 people in copy of a case that is merged', () => {
  async function withGrace() {
    const one = await answered()
    await delivered(service, letter({ to: one.address, cc: `Grace <${GRACE}>`, text: 'Grace knows.' }))
    const { mails } = (await (await staff.get('/api/desk/mail?state=taken')).json()) as { mails: { id: number }[] }
    await staff.put(`/api/desk/mail/${mails[0]?.id}/participants/${GRACE}`, {})
    await staff.post(`/api/desk/tickets/${one.reference}/messages`, { text: 'To all of you.' })
    return { ...one, hers: (await lastMailTo(torv, GRACE)).replyTo }
  }

  test('take part where it goes on, and no more when that is taken back', async () => {
    const { reference, hers } = await withGrace()
    const other = (await answered()).reference
    expect((await staff.post(`/api/desk/tickets/${reference}/merge`, { into: other })).status).toBe(200)

    await delivered(service, letter({ from: `Grace <${GRACE}>`, to: hers, text: 'I hear it, too.' }))
    await staff.post(`/api/desk/tickets/${other}/messages`, { text: 'And on it goes.' })

    expect((await shown(other)).messages.map(({ text }) => text)).toContain('I hear it, too.')
    expect((await lastMailTo(torv, GRACE)).text).toContain('And on it goes.')
    await staff.delete(`/api/desk/tickets/${reference}/merge`)
    await staff.post(`/api/desk/tickets/${other}/messages`, { text: 'To Ada alone.' })
    expect((await lastMailTo(torv, GRACE)).text).not.toContain('To Ada alone.')
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'To all of you again.' })
    expect((await lastMailTo(torv, GRACE)).text).toContain('To all of you again.')
  })

  test('stay while another case that brought them is merged there, and go with the last of those', async () => {
    const [one, two] = [await withGrace(), await withGrace()]
    const other = (await answered()).reference
    for (const { reference } of [one, two])
      expect((await staff.post(`/api/desk/tickets/${reference}/merge`, { into: other })).status).toBe(200)
    const reaches = async (text: string) => {
      await staff.post(`/api/desk/tickets/${other}/messages`, { text })
      return (await lastMailTo(torv, GRACE)).text.includes(text)
    }

    await staff.delete(`/api/desk/tickets/${one.reference}/merge`)
    expect(await reaches('Still to all of you.')).toBe(true)
    await staff.delete(`/api/desk/tickets/${two.reference}/merge`)
    expect(await reaches('To Ada alone.')).toBe(false)
  })

  test('stay where staff has let them in before', async () => {
    const one = await withGrace()
    const other = await withGrace()
    await staff.post(`/api/desk/tickets/${one.reference}/merge`, { into: other.reference })

    await staff.delete(`/api/desk/tickets/${one.reference}/merge`)

    await staff.post(`/api/desk/tickets/${other.reference}/messages`, { text: 'Still to all of you.' })
    expect((await lastMailTo(torv, GRACE)).text).toContain('Still to all of you.')
  })

  test.each([
    ['go along with words that are split off', {}, true],
    ['stay behind where staff says so', { takesAlong: false }, false],
  ])('%s', async (_title, more, isTold) => {
    const { reference } = await withGrace()
    const answer = await staff.post(`/api/desk/tickets/${reference}/split`, { subject: 'Invoice', messages: [3], ...more })
    const split = ((await answer.json()) as { reference: string }).reference
    expect(await (await staff.get(`/api/desk/tickets/${split}`)).json()).toMatchObject({ participants: isTold ? [GRACE] : [] })

    await staff.post(`/api/desk/tickets/${split}/messages`, { text: 'About the invoice.' })

    const hers = await lastMailTo(torv, GRACE)
    expect(hers.text.includes('About the invoice.')).toBe(isTold)
    expect(hers.text).not.toContain('Grace knows.')
    await delivered(service, letter({ from: `Grace <${GRACE}>`, to: hers.replyTo, text: 'So I hear.' }))
    const heard = JSON.stringify(await shown(split)).includes('So I hear.')
    expect(heard).toBe(isTold)
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'And the rest.' })
    expect((await lastMailTo(torv, GRACE)).text).toContain('And the rest.')
  })

  test('AC1 stay behind where it goes on as a colleague’s', async () => {
    const { reference, hers } = await withGrace()
    const ada = await torv.signedIn(ADA)
    await ada.post('/api/organisation', { name: 'Acme', registrationNumber: 'CVR 12345678', invoiceAddress: 'Vej 1' })
    await ada.post('/api/organisation/invitations', { email: 'bo@acme.example', role: 'member' })
    const invitation = /invitations\/([\w-]{43})/.exec((await lastMailTo(torv, 'bo@acme.example')).text)?.[1]
    const bo = await torv.signedIn('bo@acme.example')
    await bo.post(`/api/invitations/${invitation}/acceptance`)
    const opened = await bo.post('/api/tickets', { ...draft, forOrganisation: true })
    const other = ((await opened.json()) as { reference: string }).reference
    expect((await staff.post(`/api/desk/tickets/${reference}/merge`, { into: other })).status).toBe(200) // Ada sees what Bo asks

    const state = await delivered(service, letter({ from: `Grace <${GRACE}>`, to: hers, text: 'canary-grace' }))
    await staff.post(`/api/desk/tickets/${other}/messages`, { text: 'To Bo alone.' })

    expect(state).toMatchObject({ state: 'suspended' })
    expect((await lastMailTo(torv, GRACE)).text).not.toContain('To Bo alone.')
  })
})

describe('MA3 an address without the recipient’s own mark', () => {
  test.each([
    ['none', (address: string) => address.replace(/\.[0-9a-f]{32}@/, '@')],
    ['a guessed one', (address: string) => address.replace(/[0-9a-f]{32}@/, `${'a'.repeat(32)}@`)],
  ])('(%s) makes a new mail, not a message of that ticket', async (_mark, change) => {
    const { reference, address } = await answered()
    expect(change(address)).not.toBe(address)

    await delivered(service, letter({ to: change(address), text: 'canary-guess', subject: `Re: ${reference}` }))

    expect((await shown(reference)).messages).toHaveLength(2)
    const [, second = ''] = await tickets()
    expect((await shown(second)).messages[0]?.text).toBe('canary-guess')
  })

  test('(that of another ticket) reaches neither', async () => {
    const { reference, address } = await answered()
    const other = (await (await torv.visitor('192.0.2.9').post('/api/tickets', { ...draft, email: GRACE })).json()) as { reference: string }

    await delivered(service, letter({ to: address.replace(reference.toLowerCase(), other.reference.toLowerCase()), text: 'canary-swap' }))

    for (const ticket of [reference, other.reference]) expect(JSON.stringify(await shown(ticket))).not.toContain('canary-swap')
    expect(await tickets()).toHaveLength(3)
  })
})

describe('MA4 verification mails of other services', () => {
  test.each([
    ['to a ticket’s address', true],
    ['to our general address', false],
  ])('%s are for staff to see, and never for customers', async (_where, named) => {
    const { reference, address } = await answered()
    const ada = await torv.signedIn(ADA)
    const raw = letter({
      from: 'Chatter <no-reply@chatter.example>',
      to: named ? address : 'support@in.testvaerk.example',
      subject: 'canary-verify 123456',
      text: 'Your code is canary-code.',
    })

    expect(await delivered(service, raw)).toEqual({ state: 'suspended', reason: 'automatic' })

    const seen = await Promise.all([`/api/tickets/${reference}`, '/api/tickets'].map(async (path) => (await ada.get(path)).text()))
    expect(seen.join()).not.toContain('canary')
    expect(await (await staff.get('/api/desk/mail?state=suspended')).text()).toContain('canary-verify')
    expect((await ada.get('/api/desk/mail')).status).toBe(403)
  })

  test('to a ticket’s address, from a service that does not look like one, are for staff to see all the same', async () => {
    const { reference, address } = await answered()
    const ada = await torv.signedIn(ADA)
    const before = await mailCount(ADA)

    const state = await delivered(service, letter({ from: 'Chatter <hello@chatter.example>', to: address, text: 'canary-code 123456' }))

    expect(state).toEqual({ state: 'suspended', reason: 'other-sender' })
    const paths = [`/api/tickets/${reference}`, '/api/cases?q=canary', '/api/help/search?q=canary-code']
    for (const path of paths) expect(await (await ada.get(path)).text(), path).not.toContain('canary')
    expect(await mailCount(ADA)).toBe(before)
    expect(await (await staff.get('/api/desk/mail?state=suspended')).text()).toContain('canary-code')
  })

  test('from one in whose name somebody has opened a case are not for that somebody', async () => {
    const guest = torv.visitor('192.0.2.66')
    const opened = await guest.post('/api/tickets', { ...draft, email: 'hello@chatter.example' })
    const { reference } = (await opened.json()) as { reference: string }
    expect((await guest.get(`/api/tickets/${reference}`)).status).toBe(200) // or the rest would prove nothing

    for (const subject of ['canary-verify', 'Re: It hums', `canary ${reference}`])
      await delivered(service, letter({ from: 'Chatter <hello@chatter.example>', subject, text: 'canary-code 123456' }))

    expect(await tickets()).toHaveLength(4)
    for (const one of await tickets()) expect(await (await guest.get(`/api/tickets/${one}`)).text(), one).not.toContain('canary')
    for (const path of ['/api/tickets', '/api/cases', '/api/cases?q=canary'])
      expect(await (await guest.get(path)).text()).not.toContain('canary')
  })
})

describe('MA5 machines', () => {
  test.each([
    ['an absence notice', { 'Auto-Submitted': 'auto-replied' }],
    ['an older one', { Precedence: 'auto_reply' }],
    ['one with an empty return path', { 'Return-Path': '<>' }],
  ])('%s moves nothing and is answered by nobody', async (_what, headers) => {
    const { reference, address } = await answered()
    const before = await mailCount(ADA)

    expect(await delivered(service, letter({ to: address, headers }))).toEqual({ state: 'ignored', reason: 'automatic-reply' })

    expect((await shown(reference)).status).toBe('waiting')
    expect(await mailCount(ADA)).toBe(before)
  })

  test.each([
    ['that answer', { 'Auto-Submitted': 'auto-replied' }, 'ignored'],
    ['that want no answer', { 'Return-Path': '<>' }, 'ignored'],
    ['that write by themselves', { 'Auto-Submitted': 'auto-generated' }, 'suspended'],
    ['that write to many', { Precedence: 'bulk' }, 'suspended'],
  ])('%s begin no case with us, and get nothing back', async (_what, headers, state) => {
    for (let n = 0; n < 3; n++) expect(await delivered(service, letter({ headers }))).toMatchObject({ state })

    expect(await tickets()).toEqual([])
    expect(await mailCount(ADA)).toBe(0)
  })

  test('two helpdesks that answer each other fall silent after two mails, in 100 rounds', async () => {
    const other = 'support@helpdesk.example'
    let to = 'support@in.testvaerk.example'
    for (let round = 0; round < 100; round++) {
      await deliver(
        service,
        letter({ from: `Help <${other}>`, to, subject: `[#${round}] We have your mail`, text: 'We will get back to you.' }),
      )
      torv.clock.forward(2 * MINUTE)
      // It answers to wherever our last mail asks for; and goes on when we do not write at all.
      if (round % 25 === 0)
        to = await lastMailTo(torv, other).then(
          ({ replyTo }) => replyTo,
          () => to,
        )
      if (round % 20 === 19) to = 'support@in.testvaerk.example'
    }

    expect(await mailCount(other)).toBeGreaterThan(0)
    expect(await mailCount(other)).toBeLessThanOrEqual(2)
  }, 120_000)

  test('our own mails that come back to us begin nothing', async () => {
    await answered()
    const { messageId } = await lastMailTo(torv, 'desk@testvaerk.example')

    const own = letter({ from: 'Testværk <desk@testvaerk.example>', id: messageId })

    expect(await delivered(service, own)).toEqual({ state: 'ignored', reason: 'own' })
  })
})

describe('MA6 receipts', () => {
  test('go to an address at most once in ten minutes, and to unproven ones five times an hour; they repeat nothing', async () => {
    const unproven = { checked: 'spf=none; dkim=none; dmarc=none' }
    for (let n = 0; n < 7; n++) await delivered(service, letter({ from: `proven${n}@acme.example` })) // use up nothing of what strangers have
    for (let n = 0; n < 3; n++) await delivered(service, letter({ text: 'canary-spam', subject: 'canary-spam' }))
    for (let n = 0; n < 8; n++) await delivered(service, letter({ ...unproven, from: `x${n}@stranger.example`, text: 'canary-spam' }))

    expect(await mailCount(ADA)).toBe(1)
    const strangers = (await torv.mails()).filter(({ to }) => to.endsWith('@stranger.example'))
    expect(strangers).toHaveLength(5)
    expect((await torv.mails()).filter(({ to }) => to.startsWith('proven'))).toHaveLength(7)
    expect(strangers.map(({ text }) => text).join()).not.toContain('canary-spam')
    expect(await tickets()).toHaveLength(18) // all were taken in
  })

  test('go to more strangers than that where no mail server of ours checks anybody, and still not to any number', async () => {
    const { MAIL_AUTHSERV_ID: _nobodyChecks, ...unchecked } = INBOUND
    const other = await startTorv(unchecked)

    for (let n = 0; n < 62; n++) await delivered(other.visitor(), letter({ from: `x${n}@stranger.example`, checked: false }))

    await other.settle()
    expect((await other.mails()).filter(({ to }) => to.endsWith('@stranger.example'))).toHaveLength(60)
  })
})

describe('MA7 a hostile mail', () => {
  const parts = Array.from({ length: 10_000 }, (_, n) => `--q\r\nContent-Type: text/plain; name=f${n}.txt\r\n\r\nx`).join('\r\n')
  const deep = Array.from({ length: 100 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}`).join('\r\n')

  test.each([
    [
      'of 10,000 parts',
      () => letter({ id: '<parts@acme.example>', mime: `Content-Type: multipart/mixed; boundary=q\r\n\r\n${parts}\r\n--q--` }),
    ],
    ['100 parts deep', () => letter({ id: '<deep@acme.example>', mime: `${deep}\r\nContent-Type: text/plain\r\n\r\nhi` })],
    ['of 50 MB', () => letter({ id: '<large@acme.example>', text: 'x'.repeat(50_000_000) })],
    [
      'in a charset that is none',
      () => letter({ id: '<charset@acme.example>', mime: 'Content-Type: text/plain; charset="klingon-\\"9"\r\n\r\n\xff\xfe\0hi' }),
    ],
    [
      'of HTML without an end',
      () => letter({ id: '<html@acme.example>', mime: `Content-Type: text/html\r\n\r\n${'<div>'.repeat(100_000)}` }),
    ],
  ])('%s is read or set aside, and the next one is read', async (_what, make) => {
    const raw = Buffer.from(make())
    const before = process.memoryUsage().rss
    const began = performance.now()

    const { state, reason } = await delivered(service, raw)
    const took = performance.now() - began
    const grown = process.memoryUsage().rss - before

    expect(['taken', 'suspended']).toContain(state)
    if (state === 'suspended') {
      expect(['unreadable', 'too-large']).toContain(reason)
      expect(await (await staff.get('/api/desk/mail?state=suspended')).text()).toContain('ada@acme.example') // who sent it is known
    }
    expect(grown).toBeLessThan(200_000_000)
    if (full) expect(took).toBeLessThan(5_000)
    expect((await delivered(service, letter({ text: 'And I?' }))).state).toBe('taken')
  })
})

describe('MA8 the same mail again', () => {
  test('one after the other, or at once, is one message', async () => {
    const { reference, address } = await answered()
    const raw = letter({ to: address, id: '<once@acme.example>', text: 'Only once.' })
    const other = letter({ to: address, id: '<twice@acme.example>', text: 'Only once, too.' })

    const states = [await delivered(service, raw), await delivered(service, raw)]
    await Promise.all([delivered(service, other), delivered(service, other), delivered(service, other)])

    expect(states).toEqual([
      { state: 'taken', reason: null },
      { state: 'taken', reason: null },
    ])
    const { messages } = await shown(reference)
    expect(messages.map(({ text }) => text)).toEqual(['All night long.', 'Is it loud?', 'Only once.', 'Only once, too.'])
  })

  test('is known by its id, whichever way it came the second time', async () => {
    const { reference, address } = await answered()
    const again = { 'Received ': 'from mx2.acme.example; Thu, 5 Nov 2026 10:12:00 +0100' }
    await delivered(service, letter({ to: address, id: '<once@acme.example>', text: 'Only once.' }))

    await delivered(service, letter({ to: address, id: '<once@acme.example>', text: 'Only once.', headers: again }))

    expect((await shown(reference)).messages.filter(({ text }) => text === 'Only once.')).toHaveLength(1)
    await delivered(service, letter({ from: `Eve <eve@evil.example>`, id: '<hers@acme.example>' })) // who takes an id first
    await delivered(service, letter({ to: address, id: '<hers@acme.example>', text: 'Not kept out.' }))
    expect((await shown(reference)).messages.at(-1)?.text).toBe('Not kept out.')
  })
})

describe('other mails', () => {
  test('of staff, from their own address, are refused: the desk is where staff writes', async () => {
    const { reference } = await answered()
    const { replyTo } = await lastMailTo(torv, 'desk@testvaerk.example')

    const answer = await delivered(service, letter({ from: 'Sam <agent@testvaerk.example>', to: replyTo, text: 'canary-staff' }))

    expect(answer).toEqual({ state: 'suspended', reason: 'from-staff' })
    expect(JSON.stringify(await shown(reference))).not.toContain('canary-staff')
  })

  test('that report a mail of ours as undeliverable mark the address and tell staff, and only such reports do', async () => {
    const { reference } = await answered()
    const { messageId } = await lastMailTo(torv, ADA)
    const report = (original: string, to = ADA) =>
      letter({
        from: 'Mail Delivery <mailer-daemon@acme.example>',
        headers: { 'Return-Path': '<>' },
        mime: `Content-Type: multipart/report; report-type=delivery-status; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--q\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.acme.example\r\n\r\nFinal-Recipient: rfc822; ${to}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--q\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: ${original}\r\n--q--`,
      })
    await delivered(service, report('<ticket.answered.1.abcdefgh@localhost>'))
    await delivered(service, report(messageId, GRACE))
    expect((await shown(reference)).messages).toHaveLength(2)

    expect(await delivered(service, report(messageId))).toEqual({ state: 'ignored', reason: 'bounce' })

    await delivered(service, report(messageId)) // once a day is enough
    const { messages } = await shown(reference)
    expect(messages.filter(({ internal }) => internal)).toHaveLength(1)
    expect(messages.at(-1)).toMatchObject({ internal: true, text: `Mail to ${ADA} came back: smtp; 550 no such user` })
    const { bounced } = (await (await staff.get('/api/desk/mail')).json()) as { bounced: { email: string; status: string }[] }
    expect(bounced).toMatchObject([{ email: ADA, status: '5.1.1' }])

    await delivered(service, letter({ text: 'I am here again.' }))
    expect(await (await staff.get('/api/desk/mail')).json()).toMatchObject({ bounced: [] })
  })

  test('that come too many at once are to come again, and none is lost', async () => {
    const all = Array.from({ length: 12 }, (_, n) => letter({ from: `many${n}@acme.example`, subject: `no. ${n}` }))

    const first = await Promise.all(all.map((raw) => deliver(service, raw)))

    expect(first.map(({ status }) => status)).toContain(503)
    for (const raw of all) await delivered(service, raw)
    expect(await tickets()).toHaveLength(12)
  })

  test('CO13 with line ends or second addresses in their headers become no headers of ours', async () => {
    const evil = '=?utf-8?q?Hi=0D=0ABcc:_eve@evil.example?='
    await delivered(service, letter({ subject: evil }))
    await delivered(service, letter({ from: `${evil} <grace@globex.example>` }))

    const receipt = await lastMailTo(torv, ADA)

    expect(receipt.subject).toBe('Re: Hi Bcc: eve@evil.example')
    for (const { to, headers } of await torv.mails()) expect([to, headers.has('bcc')]).toEqual([expect.not.stringContaining('evil'), false])
  })

  test.each([
    '<a@b.example>\u2028Bcc: eve@evil.example',
    '<a@b.example>\r\n\tBcc: eve@evil.example',
    '<a@b.example>\rBcc: eve@evil.example',
    '=?utf-8?q?=3Ca@b.example=3E=0D=0ABcc:_eve@evil.example?=',
    '<a@b.example>, <eve@evil.example>',
  ])('CO13 with %j for a reference of their own become no headers or recipients of ours', async (id) => {
    const { address } = await answered()
    expect(await delivered(service, letter({ to: address, id }))).toMatchObject({ state: 'taken' })
    await staff.post(`/api/desk/tickets/${(await tickets())[0]}/messages`, { text: 'Then turn it down.' })

    const mail = await lastMailTo(torv, ADA)

    expect(mail.text).toContain('Then turn it down.')
    expect(mail.headers.has('bcc')).toBe(false)
    for (const { to, headers } of await torv.mails()) expect([to, headers.get('to'), headers.has('bcc')]).toEqual([to, to, false])
  })

  test('are taken only from who knows the secret', async () => {
    expect((await deliver(service, letter(), 'another-secret-that-is-long-enough')).status).toBe(404)
    expect((await service.post('/api/mail/inbound', letter(), { origin: '' })).status).toBe(404)
    expect(await tickets()).toEqual([])
    for (let n = 0; n < 20; n++) await deliver(service, letter(), 'guess')
    expect((await deliver(service, letter(), 'guess')).status).toBe(429)
    expect((await deliver(service, letter())).status).toBe(202)
  })
})
