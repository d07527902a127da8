import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'
import { XSS } from '../support/xss.ts'

const ADA = 'ada@acme.example'
const CANARY = 'canary-5e1f'
const asking = { text: 'Does it hum at night?', name: 'Ada Lund', email: ADA, locale: 'en' }

let torv: Torv
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  staff = await torv.staff()
})
afterEach(stopTorvs)

async function ask(client: Client, more: object = {}, product = 'pump'): Promise<string> {
  const answer = await client.post(`/api/catalog/products/${product}/questions`, { ...asking, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function published(product = 'pump', query = 'locale=en') {
  const answer = await torv.visitor().get(`/api/catalog/products/${product}/questions?${query}`)
  expect(answer.status).toBe(200)
  return ((await answer.json()) as { questions: { question: string; answer: string; at: number }[] }).questions
}

function publish(reference: string, texts: object, more: object = {}) {
  return staff.put(`/api/desk/tickets/${reference}/publication`, { texts, ...more })
}

const text = { question: 'Is it quiet at night?', answer: 'Yes: 33 dB(A) at five metres.' }

describe('a question about a product', () => {
  test('is asked by a guest, waits in the sales queue and is answered like any case', async () => {
    const ada = torv.visitor()
    const reference = await ask(ada)

    expect(await (await ada.get(`/api/tickets/${reference}`)).json()).toMatchObject({
      ...{ kind: 'question', product: 'pump', subject: 'A question about Big Pump', status: 'new' },
      messages: [{ text: asking.text, authorName: 'Ada Lund' }],
    })
    const inbox = async (queue: string) =>
      ((await (await staff.get(`/api/desk/tickets?queue=${queue}`)).json()) as { tickets: { reference: string; queue: string }[] }).tickets
    expect(await inbox('sales')).toMatchObject([{ reference, queue: 'sales' }])
    expect(await inbox('service')).toEqual([])
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: text.answer, move: 'resolve' })
    await torv.settle()
    expect((await torv.mails()).findLast(({ to }) => to === ADA)?.text).toContain(text.answer)
  })

  test('is asked by who is signed in without saying who they are', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await ask(ada, { name: '', email: '' })

    expect((await ada.get(`/api/tickets/${reference}`)).status).toBe(200)
  })

  test('that is not filled in is refused by field, and nothing is stored', async () => {
    const answer = await torv.visitor().post('/api/catalog/products/pump/questions', { ...asking, text: ' ', email: 'ada' })

    expect(answer.status).toBe(422)
    expect(Object.keys(((await answer.json()) as { errors: object }).errors)).toEqual(['text', 'email'])
    expect((await torv.visitor().post('/api/catalog/products/pump/questions', { ...asking, email: '' })).status).toBe(422)
    for (const product of ['nothing', 'draft'])
      expect((await torv.visitor().post(`/api/catalog/products/${product}/questions`, asking)).status).toBe(404)
    expect(await torv.services.db.all('select 1 from tickets')).toEqual([])
  })

  test('AP1 sent twice is one case', async () => {
    const guest = torv.visitor()
    const key = { 'idempotency-key': randomUUID() }
    const send = async () => (await guest.post('/api/catalog/products/pump/questions', asking, key)).text()

    expect(await send()).toBe(await send())
    expect(await torv.services.db.all('select 1 from tickets')).toHaveLength(1)
  })

  test('MA6 tells a stranger’s address once in ten minutes, repeats nothing of what was typed, and not without end', async () => {
    const guest = torv.visitor('198.51.100.7')
    for (let n = 0; n < 4; n++) await ask(guest, { text: `${CANARY} https://spam.example`, name: CANARY })
    for (let n = 0; n < 8; n++) await ask(guest, { email: `stranger-${n}@home.example`, text: CANARY })
    await torv.settle()

    const mails = (await torv.mails()).filter(({ to }) => to !== torv.services.content.company.email)
    expect(mails.filter(({ to }) => to === ADA)).toHaveLength(1)
    expect(mails).toHaveLength(5) // an hour's worth from one sender
    expect(JSON.stringify(mails)).not.toContain(CANARY)
    for (let n = 0; n < 8; n++) await ask(guest, { email: `more-${n}@home.example` })
    const refused = await guest.post('/api/catalog/products/pump/questions', asking)
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true])
  })
})

describe('a published question', () => {
  test('is shown on the product in the languages it was written in, as staff wrote it, and found by its words', async () => {
    const reference = await ask(torv.visitor())
    expect(await published()).toEqual([])

    const da = { question: 'Er den stille om natten?', answer: 'Ja, 33 dB(A) på fem meters afstand. Køl og sov.' }
    expect((await publish(reference, { en: text, da })).status).toBe(204)

    expect(await published()).toEqual([{ ...text, at: expect.any(Number) }])
    expect(await published('pump', 'locale=da')).toMatchObject([da])
    expect(await published('special')).toEqual([])
    expect([await published('pump', 'locale=da&q=koel+NAT'), await published('pump', 'locale=da&q=vinter')]).toMatchObject([[da], []])
  })

  test('is changed, left out in one language and taken off again, each once in the log', async () => {
    const reference = await ask(torv.visitor())
    await publish(reference, { en: text, da: text })
    await publish(reference, { en: text, da: text }) // nothing new
    const [{ at = 0 } = {}] = await published()
    torv.clock.forward(60_000)

    await publish(reference, { en: { ...text, answer: 'Yes.' } })
    expect(await published()).toEqual([{ ...text, answer: 'Yes.', at }])
    expect(await published('pump', 'locale=da')).toEqual([])

    expect((await staff.delete(`/api/desk/tickets/${reference}/publication`)).status).toBe(204)
    await staff.delete(`/api/desk/tickets/${reference}/publication`)
    expect(await published()).toEqual([])
    const kinds = await torv.services.db.all<{ kind: string }>(`select kind from events where kind like 'question.%' order by id`)
    expect(kinds.map(({ kind }) => kind)).toEqual([
      ...['question.published', 'question.published', 'question.published'],
      ...['question.withdrawn', 'question.withdrawn'],
    ])
  })

  test('AC8 reveals nobody, and what is not published is nowhere', async () => {
    const ada = torv.visitor()
    const reference = await ask(ada, { text: `${CANARY}-asked`, name: `Ada ${CANARY}` })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: `${CANARY}-answer` })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: `${CANARY}-note`, internal: true })
    const everywhere = async () => {
      const paths = ['pump/questions?locale=en', 'pump/questions?locale=da', `pump/questions?locale=en&q=${CANARY}`, 'special/questions']
      const pages = paths.map((path) => torv.visitor().get(`/api/catalog/products/${path}`))
      const search = torv.visitor().get(`/api/help/search?q=${CANARY}`)
      return (await Promise.all([...pages, search].map(async (answer) => (await answer).text()))).join()
    }
    expect(await everywhere()).not.toContain(CANARY)

    await publish(reference, { en: text })
    const shown = await everywhere()
    expect(shown).toContain(text.question) // it is there, and:
    for (const word of [CANARY, ADA, 'Ada', reference, 'ticket', 'Sam']) expect(shown).not.toContain(word)
    const [row] = await published()
    expect(Object.keys(row ?? {})).toEqual(['question', 'answer', 'at'])
  })

  test.each([
    ['the name', 'Hello, I am Ada Lund.'],
    ['the name in another spelling', 'Regards, ADA  LUND'],
    ['the address', 'Write to me at Ada@Acme.example please'],
  ])('is refused while %s of the one who asked stands in it', async (_what, revealing) => {
    const reference = await ask(torv.visitor())

    const answer = await publish(reference, { en: { ...text, question: revealing } })

    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ errors: { 'texts.en.question': expect.stringContaining('name, e-mail') } })
    expect(await published()).toEqual([])
  })

  test('CO1 is the text it was, whatever it looks like', async () => {
    for (const [at, payload] of XSS.entries()) {
      const reference = await ask(torv.visitor(`198.51.100.${at}`), { text: payload, name: 'Eve Holm', email: `eve${at}@home.example` })
      expect((await publish(reference, { en: { question: `Q ${payload}`, answer: `A ${payload}` } })).status).toBe(204)
    }

    const answer = await torv.visitor().get('/api/catalog/products/pump/questions?locale=en')
    expect(answer.headers.get('content-type')).toContain('application/json')
    const { questions } = (await answer.json()) as { questions: { question: string; answer: string }[] }
    expect(questions.map(({ question, answer }) => [question, answer])).toEqual(
      XSS.map((payload) => [`Q ${payload}`, `A ${payload}`]).reverse(),
    )
  })

  test('is staff’s to make, and belongs to a product that exists', async () => {
    const ada = await torv.signedIn(ADA)
    const reference = await ask(ada)

    for (const [who, status] of [
      [ada, 403],
      [torv.visitor(), 401],
    ] as const) {
      expect((await who.put(`/api/desk/tickets/${reference}/publication`, { texts: { en: text } })).status).toBe(status)
      expect((await who.get(`/api/desk/tickets/${reference}/publication`)).status).toBe(status)
      expect((await who.delete(`/api/desk/tickets/${reference}/publication`)).status).toBe(status)
    }
    expect((await publish(reference, { en: text }, { product: 'nothing' })).status).toBe(422)
    expect((await publish(reference, {})).status).toBe(422)
    expect((await publish(reference, { en: { ...text, answer: '' } })).status).toBe(422)
    expect((await publish('T-222222', { en: text })).status).toBe(404)
    expect(await published()).toEqual([])
    expect((await publish(reference, { en: text }, { product: 'special' })).status).toBe(204)
    expect(await published('special')).toHaveLength(1)
  })

  test('can be made from what was asked and answered', async () => {
    const reference = await ask(torv.visitor(), { locale: 'da' })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: 'A note', internal: true })
    await staff.post(`/api/desk/tickets/${reference}/messages`, { text: text.answer })

    expect(await (await staff.get(`/api/desk/tickets/${reference}/publication`)).json()).toEqual({
      product: 'pump',
      texts: {},
      draft: { locale: 'da', question: asking.text, answer: text.answer },
    })
  })
})
