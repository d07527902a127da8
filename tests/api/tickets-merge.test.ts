import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { png } from '../support/sample-files.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const ADA = 'ada@acme.example'
const GRACE = 'grace@globex.example'
const draft = { kind: 'problem', subject: 'It hums', text: 'All night long.', locale: 'en' }

let torv: Torv
let ada: Client
let staff: Client
beforeEach(async () => {
  torv = await startTorv()
  ada = await torv.signedIn(ADA)
  staff = await torv.staff()
})
afterEach(stopTorvs)

const open = async (client: Client, more: object = {}) =>
  ((await (await client.post('/api/tickets', { ...draft, ...more })).json()) as { reference: string }).reference
const merge = (reference: string, into: string) => staff.post(`/api/desk/tickets/${reference}/merge`, { into })
const read = async <T = Record<string, unknown>>(client: Client, path: string) => (await (await client.get(path)).json()) as T
const links = async (reference: string) =>
  (await read<{ links: { reference: string; relation: string }[] }>(staff, `/api/desk/tickets/${reference}/links`)).links.map(
    ({ reference, relation }) => ({ reference, relation }),
  )

describe('two cases of one customer', () => {
  test('become one: the customer is led on, what they write goes there, and the words stay where they were', async () => {
    const [first, second] = [await open(ada), await open(ada, { subject: 'The pump hums', text: 'Still humming.' })]

    expect((await merge(second, first)).status).toBe(200)

    expect(await read(ada, `/api/tickets/${second}`)).toMatchObject({ status: 'merged', mergedInto: first, can: { reply: false } })
    expect(await read(ada, `/api/tickets/${first}`)).toMatchObject({ before: [{ reference: second, subject: 'The pump hums' }] })
    const written = await ada.post(`/api/tickets/${second}/messages`, { text: 'And it is getting louder.' })
    expect(await written.json()).toEqual({ reference: first, number: 2 })
    expect(JSON.stringify(await read(ada, `/api/tickets/${first}`))).not.toContain('Still humming.')
    expect(await links(first)).toEqual([{ reference: second, relation: 'merged-here' }])
    expect(await read(ada, '/api/tickets')).toMatchObject({ tickets: [{ reference: first }] })
    await torv.settle()
    const mail = (await torv.mails()).find(({ to, subject }) => to === ADA && subject.includes(`goes on in ${first}`))
    const link = /\/open\/([\w-]{43})/.exec(mail?.text ?? '')
    expect(link).not.toBeNull()
  })

  test('are two again when staff says so, and can be merged the other way', async () => {
    const [first, second] = [await open(ada), await open(ada)]
    await merge(second, first)
    expect((await merge(first, second)).status).toBe(409) // nothing goes round in a ring

    expect((await staff.delete(`/api/desk/tickets/${second}/merge`)).status).toBe(204)

    expect(await read(ada, `/api/tickets/${second}`)).toMatchObject({ status: 'open', mergedInto: null, can: { reply: true } })
    expect((await staff.delete(`/api/desk/tickets/${second}/merge`)).status).toBe(409)
    expect((await merge(first, second)).status).toBe(200)
  })

  test('are not merged with themselves, with what has ended, or with what never was', async () => {
    const [first, second] = [await open(ada), await open(ada)]
    await staff.post(`/api/desk/tickets/${second}/moves`, { action: 'spam' })

    expect((await merge(first, first)).status).toBe(422)
    expect((await merge(first, second)).status).toBe(409)
    expect(await (await merge(first, 'T-222222')).json()).toMatchObject({ errors: { into: 'There is no such case.' } })
    expect((await ada.post(`/api/desk/tickets/${first}/merge`, { into: second })).status).toBe(403)
  })
})

describe('AC1 a merge', () => {
  test('AC1 never joins the cases of two customers', async () => {
    const grace = await torv.signedIn(GRACE)
    const [hers, his] = [await open(ada), await open(grace, { text: 'canary-globex' })]

    const refused = await merge(hers, his)

    expect(refused.status).toBe(422)
    expect(await refused.json()).toMatchObject({ errors: { into: 'That case belongs to another customer.' } })
    expect(await read(ada, `/api/tickets/${hers}`)).toMatchObject({ status: 'new', mergedInto: null })
  })

  test('AC1 leads a colleague on whom the organisation lets see it, and shows neither the other’s words', async () => {
    await ada.post('/api/organisation', { name: 'Acme', registrationNumber: 'CVR 12345678', invoiceAddress: 'Vej 1' })
    await ada.post('/api/organisation/invitations', { email: 'bo@acme.example', role: 'member' })
    await torv.settle()
    const invitation = (await torv.mails()).findLast(({ to }) => to === 'bo@acme.example')
    const bo = await torv.signedIn('bo@acme.example')
    const joined = await bo.post(`/api/invitations/${/invitations\/([\w-]{43})/.exec(invitation?.text ?? '')?.[1]}/acceptance`)
    expect(joined.ok, await joined.text()).toBe(true)
    const hers = await open(ada, { forOrganisation: true, text: 'canary-ada' })
    const his = await open(bo, { forOrganisation: true, text: 'canary-bo' })

    expect((await merge(hers, his)).status).toBe(200) // Ada manages, and sees what Bo asks

    expect(JSON.stringify(await read(ada, `/api/tickets/${his}`))).toContain('canary-bo')
    const boReads = JSON.stringify([await read(bo, `/api/tickets/${his}`), await read(bo, `/api/tickets/${hers}`)])
    expect(boReads).toContain('canary-bo')
    expect(boReads).not.toContain('canary-ada')
    expect(boReads).not.toContain(hers)
    await staff.delete(`/api/desk/tickets/${hers}/merge`)
    expect((await merge(his, hers)).status).toBe(422) // Bo may not see what Ada asks
  })

  test('AC2 a link to a case of a typed address leads no further: neither to read nor to write', async () => {
    const stranger = torv.visitor()
    const theirs = await open(stranger, { name: 'Not Ada', email: ADA })
    const hers = await open(ada, { text: 'canary-ada' })

    expect((await merge(theirs, hers)).status).toBe(200)

    expect((await stranger.get(`/api/tickets/${theirs}`)).status).toBe(200)
    expect((await stranger.get(`/api/tickets/${hers}`)).status).toBe(404)
    expect((await stranger.post(`/api/tickets/${theirs}/messages`, { text: 'Tell me more' })).status).toBe(404)
    expect((await read<{ messages: unknown[] }>(ada, `/api/tickets/${hers}`)).messages).toHaveLength(1)
  })
})

describe('splitting and linking', () => {
  test('some of the words become a case of their own, for the same customer, and both know of each other', async () => {
    const first = await open(ada)
    await staff.post(`/api/desk/tickets/${first}/messages`, { text: 'canary-note', internal: true })
    await ada.post(`/api/tickets/${first}/messages`, { text: 'By the way, where is my invoice?' })

    expect((await staff.post(`/api/desk/tickets/${first}/split`, { subject: 'Invoice', messages: [2] })).status).toBe(422) // a note
    const answer = await staff.post(`/api/desk/tickets/${first}/split`, { subject: 'Invoice', messages: [3] })

    const { reference } = (await answer.json()) as { reference: string }
    expect(answer.status).toBe(201)
    expect(await read(ada, `/api/tickets/${reference}`)).toMatchObject({
      subject: 'Invoice',
      status: 'new',
      messages: [{ number: 1, author: 'customer', text: 'By the way, where is my invoice?' }],
    })
    expect(await read(ada, `/api/tickets/${first}`)).toMatchObject({ messages: [{ number: 1 }, { number: 2 }] })
    expect(await links(first)).toEqual([{ reference, relation: 'split-into' }])
    expect(await links(reference)).toEqual([{ reference: first, relation: 'split-from' }])
  })

  test('AC1 a file goes with its words: whoever may see the new case reads it there, and nobody else', async () => {
    const grace = await torv.signedIn(GRACE)
    const sent = async (name: string) => ((await (await ada.upload(name, png(), { purpose: 'message' })).json()) as { id: string }).id
    const first = await open(ada, { uploads: [await sent('pump.png')] })
    const uploads = [await sent('invoice.png'), await sent('receipt.png')]
    await ada.post(`/api/tickets/${first}/messages`, { text: 'By the way, where is my invoice?', uploads })
    const answer = await staff.post(`/api/desk/tickets/${first}/split`, { subject: 'Invoice', messages: [2] })
    const { reference } = (await answer.json()) as { reference: string }

    type Thread = { messages: { attachments: { id: string; name: string }[] }[] }
    const [was, is] = [await read<Thread>(ada, `/api/tickets/${first}`), await read<Thread>(ada, `/api/tickets/${reference}`)]
    const names = ({ messages }: Thread) => messages.map(({ attachments }) => attachments.map(({ name }) => name).sort())
    expect(names(was)).toEqual([['pump.png'], ['invoice.png', 'receipt.png']])
    expect(names(is)).toEqual([['invoice.png', 'receipt.png']])
    // The new case becomes another's: its files are theirs, and the first case's are not.
    const [theirs, hers] = [is.messages[0]?.attachments[0]?.id, was.messages[1]?.attachments[0]?.id]
    await torv.services.db.batch([
      {
        sql: 'update tickets set contact_id = (select id from contacts where email = :email) where reference = :reference',
        args: { email: GRACE, reference },
      },
    ])
    const statuses = async (id: string | undefined) =>
      Promise.all([ada, grace, torv.visitor(), staff].map(async (client) => (await client.get(`/api/uploads/${id}`)).status))
    expect(await statuses(theirs)).toEqual([404, 200, 404, 200])
    expect(await statuses(hers)).toEqual([200, 404, 404, 200])
  })

  test('cases are linked once, whoever begins, and unlinked', async () => {
    const [first, second] = [await open(ada), await open(await torv.signedIn(GRACE))]
    const link = (from: string, to: string) => staff.post(`/api/desk/tickets/${from}/links`, { reference: to.toLowerCase() })

    expect((await link(first, second)).status).toBe(204)
    expect((await link(second, first)).status).toBe(204)
    expect((await link(first, first)).status).toBe(422)
    expect(await links(first)).toEqual([{ reference: second, relation: 'related' }])
    expect(JSON.stringify(await read(ada, `/api/tickets/${first}`))).not.toContain(second)

    await staff.delete(`/api/desk/tickets/${second}/links/${first}`)

    expect(await links(first)).toEqual([])
  })
})
