import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ImapReader } from '../../api/mail/imap.ts'
import { startImap } from '../support/imap.ts'
import { INBOUND, letter } from '../support/mails.ts'
import { until } from '../support/ports.ts'
import { startPostOffice } from '../support/post-office.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

let imap: Awaited<ReturnType<typeof startImap>>
let torv: Torv
let readers: ImapReader[]
beforeEach(async () => {
  imap = await startImap()
  torv = await startTorv({ ...INBOUND, IMAP_URL: imap.url })
  readers = []
})
afterEach(async () => {
  for (const reader of readers) await reader.stop()
  await stopTorvs()
  await imap.stop()
})

function read(): ImapReader {
  const reader = new ImapReader(torv.services, imap.url)
  readers.push(reader)
  reader.start()
  return reader
}

async function subjects(): Promise<string[]> {
  const rows = await torv.services.db.all<{ subject: string }>('select subject from tickets order by id')
  return rows.map(({ subject }) => subject)
}

const untilRead = () => until('all is read', () => imap.unread() === 0)

describe('a mailbox', () => {
  test('is read to its end, and what comes then is read at once', async () => {
    imap.deliver(letter({ subject: 'one' }))
    imap.deliver(letter({ subject: 'two' }))
    read()
    await untilRead()
    expect(await subjects()).toEqual(['one', 'two'])

    imap.deliver(letter({ subject: 'three' }))

    await untilRead()
    expect(await subjects()).toEqual(['one', 'two', 'three'])
  })

  test('MA8 a crash before a mail is marked as read brings it twice, and it is one message', async () => {
    imap.deliver(letter({ subject: 'once' }))
    await read().stop()
    read()
    await untilRead()
    await readers[1]?.stop()
    imap.forgetRead()
    expect(imap.unread()).toBe(1)

    read()

    await untilRead()
    expect(await subjects()).toEqual(['once'])
  })

  test('stays unread while nothing can be written down', async () => {
    imap.deliver(letter({ subject: 'later' }))
    const { db } = torv.services
    const batch = db.batch.bind(db)
    let isFull = true
    db.batch = (statements) =>
      isFull && statements.some(({ sql }) => sql.includes('incoming_mails')) ? Promise.reject(new Error('disk full')) : batch(statements)
    read()
    await until('the desk to be told', async () => await db.get('select 1 from mailboxes where failing_since is not null'))
    expect(imap.unread()).toBe(1)

    isFull = false

    await untilRead()
    expect(await subjects()).toEqual(['later'])
  })

  test('is read by one of several processes, and by another when that one stops', async () => {
    read()
    read()
    for (let n = 0; n < 5; n++) imap.deliver(letter({ subject: `mail ${n}` }))
    await untilRead()
    expect(await subjects()).toHaveLength(5)

    await readers[0]?.stop()
    await readers[1]?.stop()
    imap.deliver(letter({ subject: 'afterwards' }))
    read()

    await untilRead()
    expect(await subjects()).toHaveLength(6)
  })

  test('that cannot be reached is tried again, and the desk says so without the password', async () => {
    await imap.stop()
    read()
    const failing = await until('the desk to say so', async () =>
      torv.services.db.get<{ error: string }>('select error from mailboxes where failing_since is not null'),
    )
    expect(failing.error).not.toContain('letters')

    await imap.start()
    imap.deliver(letter({ subject: 'back' }))

    await untilRead()
    await until('it to work again', async () => torv.services.db.get('select 1 from mailboxes where failing_since is null'))
    expect(await subjects()).toEqual(['back'])
  })
})

test('a conversation over real servers: our mail out by SMTP, the answer by SMTP into the mailbox, from there into the case', async () => {
  const post = await startPostOffice()
  const ours = await startTorv(post.environment)
  const reader = new ImapReader(ours.services, post.environment.IMAP_URL)
  reader.start()
  try {
    const staff = await ours.staff()
    const draft = { kind: 'problem', subject: 'It hums', text: 'All night.', name: 'Ada', email: 'ada@acme.example', locale: 'da' }
    const { reference } = (await (await ours.visitor().post('/api/tickets', draft)).json()) as { reference: string }
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'Er det udedelen?' })
    await ours.settle()
    const question = await until('our mail', () => post.lastTo('ada@acme.example'))
    expect(question.text).toContain('Er det udedelen?')

    await post.answer(question, 'ada@acme.example', 'Ja, det er.', 'Den tors. 5. nov. 2026 kl. 10.12 skrev Testværk <a@b.example>:')

    const messages = async () =>
      ((await (await staff.get(`/api/desk/tickets/${reference}`)).json()) as { messages: { text: string; quoted: string }[] }).messages
    await until('the answer', async () => (await messages()).length === 3)
    expect((await messages()).at(-1)).toMatchObject({ text: 'Ja, det er.', quoted: expect.stringContaining('Er det udedelen?') })
    await post.forge({ from: 'ada@acme.example', to: question.replyTo, subject: 'Re: It hums', html: '<p>canary</p>' })
    await until('the forged one', async () => ours.services.db.get(`select 1 from incoming_mails where reason = 'failed-authentication'`))
    expect(JSON.stringify(await messages())).not.toContain('canary')
  } finally {
    await reader.stop()
    await post.stop()
  }
})
