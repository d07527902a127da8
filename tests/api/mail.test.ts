import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Mailer } from '../../api/notify/mailer.ts'
import { startSmtp } from '../support/smtp.ts'
import { startTorv, stopTorvs } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const ticket = { kind: 'question', subject: 'It hums', text: 'All night.', name: 'Ada', email: ADA, locale: 'da' }

describe('files that go with a mail', () => {
  const mail = { messageId: '<1@localhost>', to: ADA, subject: 'Papers', text: 'Here.', html: '<p>Here.</p>', at: 0 }
  afterEach(stopTorvs)

  test('arrive as they were, byte for byte', async () => {
    const torv = await startTorv()
    const content = 'Smørrebrød\r\nÆbleskiver'

    await torv.services.mail.send({ ...mail, attachments: [{ filename: 'æbler.txt', contentType: 'text/plain', content }] })

    expect((await torv.mails())[0]?.files).toEqual([{ filename: 'æbler.txt', type: 'text/plain', content }])
  })

  test('are read from what was given, and never from a path', async () => {
    const torv = await startTorv()
    const file = { filename: 'a.txt', contentType: 'text/plain', content: 'safe', path: '/etc/hostname', href: 'http://127.0.0.1/' }

    await torv.services.mail.send({ ...mail, attachments: [file] })

    expect((await torv.mails())[0]?.files.map(({ content }) => content)).toEqual(['safe'])
  })

  test('an invitation is where calendars look for it: as a file, and as a part of the mail that names its method', async () => {
    const torv = await startTorv()
    const content = 'BEGIN:VCALENDAR\nEND:VCALENDAR\n'

    await torv.services.mail.send({
      ...mail,
      attachments: [{ filename: 'i.ics', contentType: 'text/calendar; charset=utf-8; method=REQUEST', content }],
    })

    const [sent] = await torv.mails()
    expect(sent?.files.map(({ type, content }) => [type, content])).toEqual([
      ['text/calendar', content],
      ['application/ics', content],
    ])
    expect(sent).toMatchObject({ text: 'Here.\n', html: '<p>Here.</p>\n' })
    const [name = ''] = await readdir(join(torv.dataDir, 'outbox'))
    expect(await readFile(join(torv.dataDir, 'outbox', name), 'utf8')).toMatch(/^Content-Type: text\/calendar;.*method=REQUEST/m)
  })
})

describe('over SMTP', () => {
  let smtp: Awaited<ReturnType<typeof startSmtp>>
  beforeEach(async () => {
    smtp = await startSmtp()
  })
  afterEach(async () => {
    await stopTorvs()
    await smtp.stop()
  })

  test('a mail arrives once, from the company, in the reader’s language, as text and HTML that say the same', async () => {
    const torv = await startTorv({ SMTP_URL: smtp.url, MAIL_FROM: 'help@testvaerk.example' })
    await torv.visitor().post('/api/tickets', ticket)
    await torv.settle()
    await torv.settle()

    const mine = smtp.received.filter(({ to }) => to.includes(ADA))
    expect(mine).toHaveLength(1)
    expect(mine[0]).toMatchObject({
      from: 'help@testvaerk.example',
      to: [ADA],
      subject: expect.stringContaining('Vi har modtaget din sag'),
    })
    const link = /http:\/\/localhost:4321\/da\/open\/[\w-]{43}/.exec(mine[0]?.text ?? '')?.[0]
    expect(link).toBeDefined()
    expect(mine[0]?.html).toContain(link)
    expect(await readdir(join(torv.dataDir, 'outbox')).catch(() => [])).toEqual([]) // no copy is left behind
  })

  test('FA4 a server that is down loses nothing: each mail arrives once when it is back', async () => {
    const torv = await startTorv({ SMTP_URL: smtp.url })
    await smtp.stop()
    for (let n = 0; n < 3; n++) await torv.visitor().post('/api/tickets', { ...ticket, email: `ada${n}@acme.example` })
    await torv.settle()
    expect(smtp.received).toEqual([])
    const waiting = await torv.services.db.all<{ status: string; error: string }>('select status, error from mails')
    expect(waiting).toHaveLength(6) // three customers, and the company three times
    expect(new Set(waiting.map(({ status }) => status))).toEqual(new Set(['waiting']))

    await smtp.start()
    torv.clock.forward(60_000)
    await torv.settle()
    torv.clock.forward(60_000)
    await torv.settle()

    const perMail = smtp.received.map(({ messageId }) => messageId)
    expect(perMail).toHaveLength(6)
    expect(new Set(perMail).size).toBe(6)
  })

  test('FA4 a mail that was refused, or cut off while it was sent, comes again under the same Message-ID', async () => {
    const torv = await startTorv({ SMTP_URL: smtp.url })
    await torv.visitor().post('/api/tickets', ticket)
    await torv.settle()
    const first = smtp.received.find(({ to }) => to.includes(ADA))

    // As a process leaves it that dies after the server has taken the mail and before that is written down.
    await torv.services.db.batch([{ sql: `update mails set status = 'waiting', sent_at = null where recipient = :ADA`, args: { ADA } }])
    torv.clock.forward(120_000)
    smtp.refuse(1)
    await torv.settle()
    torv.clock.forward(120_000)
    await torv.settle()

    const all = smtp.received.filter(({ to }) => to.includes(ADA))
    expect(all).toHaveLength(2)
    expect(all[1]?.messageId).toBe(first?.messageId)
  })

  test('two processes that send at the same time send each mail once', async () => {
    const torv = await startTorv({ SMTP_URL: smtp.url })
    for (let n = 0; n < 10; n++) await torv.visitor(`192.0.2.${n}`).post('/api/tickets', { ...ticket, email: `ada${n}@acme.example` })
    const [one, other] = [new Mailer(torv.services), new Mailer(torv.services)]

    await Promise.all([one.run(), other.run()])
    await Promise.all([one.run(), other.run()])

    const ids = smtp.received.map(({ messageId }) => messageId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toHaveLength(20)
  })

  test('CO13 a line end or a second address in a name or subject stays words', async () => {
    const torv = await startTorv({ SMTP_URL: smtp.url })
    const staff = await torv.staff()
    const evil = 'Hi\r\nBcc: eve@evil.example'
    expect((await torv.visitor().post('/api/tickets', { ...ticket, subject: evil })).status).toBe(422)
    expect((await torv.visitor().post('/api/tickets', { ...ticket, name: evil })).status).toBe(422)
    expect((await torv.visitor().post('/api/tickets', { ...ticket, email: `${ADA}, eve@evil.example` })).status).toBe(422)
    const opened = await torv.visitor().post('/api/tickets', { ...ticket, subject: 'Hi, eve@evil.example <eve@evil.example>' })
    const { reference } = (await opened.json()) as { reference: string }
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: evil })
    await torv.settle()

    expect(smtp.received.length).toBeGreaterThan(1)
    for (const { to, headers } of smtp.received) {
      expect(to).toHaveLength(1)
      expect(to[0]).not.toContain('evil')
      expect(headers.has('bcc')).toBe(false)
    }
  })
})

test('without a mail server, mails are files that only the operator can read', async () => {
  const torv = await startTorv()
  await torv.visitor().post('/api/tickets', ticket)
  await torv.settle()

  expect((await torv.mails()).map(({ to }) => to).sort()).toEqual([ADA, 'desk@testvaerk.example'])
  await stopTorvs()
})
