import { afterEach, describe, expect, test } from 'vitest'
import { readReplyAddress } from '../../api/mail/address.ts'
import { type ReceivedMail, startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const ANSWERS = { MAIL_REPLY_TO: 'reply@in.testvaerk.example', MAIL_INBOUND_SECRET: 'a-secret-that-is-long-enough' }
const draft = { kind: 'question', subject: 'It hums', text: 'All night.', name: 'Ada', email: ADA, locale: 'da' }

afterEach(stopTorvs)

async function open(torv: Torv, more: object = {}): Promise<string> {
  const opened = await torv.visitor().post('/api/tickets', { ...draft, ...more })
  return ((await opened.json()) as { reference: string }).reference
}

async function mailsTo(torv: Torv, to: string): Promise<ReceivedMail[]> {
  await torv.settle()
  return (await torv.mails()).filter((mail) => mail.to === to)
}

describe('a mail about a ticket', () => {
  test('is answered to an address of its own for each ticket and each recipient', async () => {
    const torv = await startTorv(ANSWERS)
    const [first, second] = [await open(torv), await open(torv, { email: GRACE })]
    const staff = await torv.staff()
    await staff.post(`/api/desk/tickets/${first}/messages`, { text: 'Is it loud?' })

    const [receipt, answer] = await mailsTo(torv, ADA)
    const [hers] = await mailsTo(torv, GRACE)
    const [, company] = await mailsTo(torv, 'desk@testvaerk.example')

    expect(receipt?.replyTo).toMatch(/^reply\+t-[2-9a-z]{6}\.[0-9a-f]{32}@in\.testvaerk\.example$/)
    expect(readReplyAddress(String(receipt?.replyTo).toUpperCase())).toEqual(readReplyAddress(String(receipt?.replyTo)))
    expect(readReplyAddress(String(receipt?.replyTo))?.reference).toBe(first)
    expect(answer?.replyTo).toBe(receipt?.replyTo)
    expect(readReplyAddress(String(hers?.replyTo))?.reference).toBe(second)
    const marks = [receipt, hers, company].map((mail) => readReplyAddress(String(mail?.replyTo))?.mark)
    expect(new Set(marks).size).toBe(3)
  })

  test('stands with the others about that ticket in a mail program, and not with those about another', async () => {
    const torv = await startTorv(ANSWERS)
    const first = await open(torv)
    const other = await open(torv, { email: GRACE })
    const staff = await torv.staff()
    for (const text of ['Is it loud?', 'Or rather deep?']) await staff.post(`/api/desk/tickets/${first}/messages`, { text })

    const mine = await mailsTo(torv, ADA)
    const [hers] = await mailsTo(torv, GRACE)

    expect(mine).toHaveLength(3)
    expect(new Set(mine.map(({ messageId }) => messageId)).size).toBe(3)
    expect(new Set(mine.map(({ headers }) => headers.get('references'))).size).toBe(1)
    expect(mine[0]?.headers.get('in-reply-to')).toMatch(/^<T-[2-9A-Z]{6}\.[0-9a-f]{12}@localhost>$/)
    expect(hers?.headers.get('references')).not.toBe(mine[0]?.headers.get('references'))
    expect(other).not.toBe(first)
  })

  test.each([
    ['da', 'Skriv dit svar over denne linje'],
    ['en', 'Write your answer above this line'],
  ])('asks in %s for an answer above a line, first of all', async (locale, line) => {
    const torv = await startTorv(ANSWERS)
    await open(torv, { locale })

    const [receipt] = await mailsTo(torv, ADA)

    expect(receipt?.text.startsWith(`— ${line} —`)).toBe(true)
    expect(receipt?.html).toContain(`— ${line} —`)
    const [toStaff] = await mailsTo(torv, 'desk@testvaerk.example')
    expect(toStaff?.text).not.toContain('Write your answer') // staff answers at the desk
  })

  test('says when no person wrote it, so that no machine answers', async () => {
    const torv = await startTorv(ANSWERS)
    const reference = await open(torv)
    const staff = await torv.staff()
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Is it loud?' })
    await staff.post(`/api/desk/tickets/${reference}/moves`, { action: 'resolve' })

    const [receipt, answer, solved] = await mailsTo(torv, ADA)
    const [toStaff] = await mailsTo(torv, 'desk@testvaerk.example')

    expect(receipt?.headers.get('auto-submitted')).toBe('auto-replied')
    expect(solved?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(toStaff?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(solved?.headers.get('x-auto-response-suppress')).toBe('All')
    expect(answer?.headers.has('auto-submitted')).toBe(false) // a person did
  })

  test('promises nothing where no answers are read', async () => {
    const torv = await startTorv()
    await open(torv)

    const [receipt] = await mailsTo(torv, ADA)

    expect(receipt?.headers.has('reply-to')).toBe(false)
    expect(receipt?.text).not.toContain('Skriv dit svar')
  })
})

describe('the configuration', () => {
  test('refuses an address for answers that nobody would read, and one that cannot carry a part of its own', async () => {
    await expect(startTorv({ MAIL_REPLY_TO: 'reply@in.testvaerk.example' })).rejects.toThrow(/MAIL_REPLY_TO: .*IMAP_URL or MAIL_INBOUND/)
    await expect(startTorv({ ...ANSWERS, MAIL_REPLY_TO: 're+ply@in.testvaerk.example' })).rejects.toThrow(/MAIL_REPLY_TO: .*without a "\+"/)
    await expect(startTorv({ ...ANSWERS, MAIL_INBOUND_SECRET: 'short' })).rejects.toThrow(/MAIL_INBOUND_SECRET/)
    await expect(startTorv({ IMAP_URL: 'https://mail.example.com' })).rejects.toThrow(/IMAP_URL/)
  })
})
