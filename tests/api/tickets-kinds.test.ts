import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Client } from '../support/client.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const draft = { kind: 'visit', subject: 'It hums', text: 'All night long.', name: 'Ada', email: 'ada@acme.example', locale: 'en' }

let torv: Torv
let guest: Client
beforeEach(async () => {
  torv = await startTorv()
  guest = torv.visitor()
})
afterEach(stopTorvs)

const open = (more: object) => guest.post('/api/tickets', { ...draft, ...more })
const errorsOf = async (answer: Response) => ((await answer.json()) as { errors: Record<string, string> }).errors

test('a case carries the answers to the form of its kind, read in either language by customer and staff', async () => {
  const answer = await open({ kind: 'return', fields: { pieces: '3', nobody: 'asked' }, serialNumber: 'FJ-2231', product: 'pump' })
  expect(answer.status).toBe(201)
  const { reference } = (await answer.json()) as { reference: string }

  expect(await (await guest.get(`/api/tickets/${reference}`)).json()).toMatchObject({
    answers: [{ label: 'How many?', value: '3 pieces' }],
    serialNumber: 'FJ-2231',
  })
  expect(await (await guest.get(`/api/tickets/${reference}?locale=da`)).json()).toMatchObject({
    answers: [{ label: 'Hvor mange?', value: '3 stk.' }],
  })
  const staff = await torv.staff()
  expect(await (await staff.get(`/api/desk/tickets/${reference}`)).json()).toMatchObject({
    answers: [{ label: 'How many?', value: '3 pieces' }],
    serialNumber: 'FJ-2231',
  })
})

test('each kind of field is checked, and the refusal stands beside it', async () => {
  expect(await errorsOf(await open({ fields: {} }))).toEqual({ 'fields.day': 'Please fill this in.' })
  expect(Object.keys(await errorsOf(await open({ fields: { day: '2026-02-30' } })))).toEqual(['fields.day'])
  expect(Object.keys(await errorsOf(await open({ kind: 'problem', fields: { code: 'x'.repeat(21), since: 'yesterday' } })))).toEqual([
    'fields.since',
    'fields.code',
  ])
  expect(Object.keys(await errorsOf(await open({ kind: 'return', fields: { pieces: '100' } })))).toEqual(['fields.pieces'])
  expect(Object.keys(await errorsOf(await open({ kind: 'return', fields: { pieces: 'many' } })))).toEqual(['fields.pieces'])
  expect(Object.keys(await errorsOf(await open({ kind: 'complaint', fields: { wish: 'revenge' } })))).toEqual(['fields.wish'])
  expect(await torv.services.db.all('select 1 from tickets')).toEqual([])

  expect((await open({ fields: { day: '2026-12-01' } })).status).toBe(201)
})

test('the form of another kind is not asked for', async () => {
  expect((await open({ kind: 'question', fields: { day: 'whenever' } })).status).toBe(201)
})
