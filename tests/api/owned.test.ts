import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { remindOfCare } from '../../api/owned/care.ts'
import { openDisputes } from '../../api/owned/disputes.ts'
import { placeOrders } from '../../api/quotes/orders/store.ts'
import type { Client } from '../support/client.ts'
import { ADA, acceptanceOf, offered, WANTED } from '../support/quotes.ts'
import { startTorv, stopTorvs, type Torv } from '../support/torv.ts'

const GRACE = 'grace@globex.example'
const DAY_MS = 24 * 3_600_000
const SERIAL = 'PU-123456'

type Owned = {
  reference: string
  product: string
  quantity: number
  serialNumber: string | null
  quote: string | null
  warrantyUntil: string | null
  source: string
  isMine: boolean
  postcode: string
  offer: { email: string } | null
  care: { task: string; dueOn: string; lastDoneOn: string | null; isDue: boolean }[]
  history: { doneOn: string; name: string }[]
}

let torv: Torv
let ada: Client
let grace: Client
beforeEach(async () => {
  torv = await startTorv()
  ada = await torv.signedIn(ADA)
  grace = await torv.signedIn(GRACE)
})
afterEach(stopTorvs)

async function products(client: Client): Promise<Owned[]> {
  return ((await (await client.get('/api/account/products')).json()) as { products: Owned[] }).products
}

async function register(client: Client, more: object = {}): Promise<string> {
  const answer = await client.post('/api/account/products', { product: 'pump', serialNumber: SERIAL, ...more })
  if (answer.status !== 201) throw new Error(await answer.text())
  return ((await answer.json()) as { reference: string }).reference
}

async function only(client: Client): Promise<Owned> {
  const [first, ...others] = await products(client)
  if (!first || others.length) throw new Error(`Expected one thing, not ${others.length + (first ? 1 : 0)}`)
  return first
}

async function mailsTo(email: string, about: RegExp) {
  await torv.settle()
  return (await torv.mails()).filter(({ to, subject }) => to === email && about.test(subject))
}

/** Lets the clock run to a day on which mails may come. */
function forwardDays(days: number) {
  torv.clock.forward(days * DAY_MS)
}

async function takeOverToken(email: string): Promise<string> {
  const mail = (await mailsTo(email, /^Take over/)).at(-1)
  const token = /take-over\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]
  if (!token) throw new Error('There is no such mail')
  return token
}

describe('registering by serial number', () => {
  test('makes it theirs, with its warranty, guides’ model and maintenance', async () => {
    const reference = await register(ada, { boughtOn: '2026-01-31', postcode: '7100' })

    expect(reference).toMatch(/^P-\w{6}$/)
    expect(await only(ada)).toMatchObject({
      ...{ reference, product: 'pump', quantity: 1, serialNumber: SERIAL, source: 'registered', isMine: true, quote: null },
      warrantyUntil: '2031-01-31',
    })
    expect((await only(ada)).care.map(({ task }) => task)).toEqual(['clean', 'inspect'])
  })

  test('is for who is signed in, and for a number as labels have it', async () => {
    expect((await torv.visitor().post('/api/account/products', { product: 'pump', serialNumber: SERIAL })).status).toBe(401)
    for (const wrong of [
      { serialNumber: '12' },
      { serialNumber: 'PU-1234567' },
      { serialNumber: '<b>PU-123456</b>' },
      { product: 'nothing' },
      { boughtOn: '2999-01-01' },
      { boughtOn: '1900-01-01' },
      { postcode: '<7100>' },
    ])
      expect((await ada.post('/api/account/products', { product: 'pump', serialNumber: SERIAL, ...wrong })).status).toBe(422)
    expect(await products(ada)).toEqual([])
  })

  test('twice, or with other spaces and letters, is once', async () => {
    const first = await register(ada)

    expect(await register(ada, { serialNumber: 'pu 123456'.replace(' ', '') })).toBe(first)
    expect(await products(ada)).toHaveLength(1)
  })

  test('gives its number to what was bought of us, a piece at a time', async () => {
    const staff = await torv.staff()
    const bought = await offered(torv, staff, [WANTED])
    await bought.ada.post(`/api/quotes/${bought.reference}/acceptance`, acceptanceOf(bought.shown))
    torv.clock.forward(15 * 60_000)
    await placeOrders(torv.services)
    expect(await only(bought.ada)).toMatchObject({ quantity: 5, serialNumber: null })

    await register(bought.ada)
    await register(bought.ada, { serialNumber: 'PU-000002' })

    const now = await products(bought.ada)
    expect(now.map(({ quantity, serialNumber }) => [quantity, serialNumber]).sort()).toEqual([
      [1, 'PU-000002'],
      [1, SERIAL],
      [3, null],
    ])
    expect(now.every(({ quote, source }) => quote === bought.reference && source === 'order')).toBe(true)
  })

  test('of a number that another has tells nothing: the same answer, the same list, and a case for staff alone', async () => {
    await register(ada)
    const free = await (await torv.signedIn('ida@initech.example')).post('/api/account/products', {
      product: 'pump',
      serialNumber: 'PU-999999',
    })
    const taken = await grace.post('/api/account/products', { product: 'pump', serialNumber: SERIAL })

    expect(taken.status).toBe(free.status)
    expect([...taken.headers.keys()]).toEqual([...free.headers.keys()])
    expect(Object.keys((await taken.json()) as object)).toEqual(Object.keys((await free.json()) as object))
    await Promise.all([openDisputes(torv.services), openDisputes(torv.services)]) // as two processes do
    await openDisputes(torv.services)
    await torv.settle()
    expect(Object.keys(await only(grace))).toEqual(Object.keys(await only(ada)))
    expect(JSON.stringify(await products(grace))).not.toMatch(/disput|ada/i)
    for (const client of [ada, grace]) expect(((await (await client.get('/api/tickets')).json()) as { tickets: [] }).tickets).toEqual([])

    const staff = await torv.staff()
    const { tickets } = (await (await staff.get('/api/desk/tickets')).json()) as { tickets: { subject: string; reference: string }[] }
    expect(tickets.map(({ subject }) => subject)).toEqual([expect.stringContaining(SERIAL)])
    const thread = await (await staff.get(`/api/desk/tickets/${tickets[0]?.reference}`)).text()
    expect(thread).toContain(ADA)
    expect(thread).toContain(GRACE)
  })

  test('that staff finds to be the first one’s ends for the second', async () => {
    await register(ada)
    const claimed = await register(grace)
    const staff = await torv.staff()
    const { found } = (await (await staff.get('/api/desk/products?serial=pu 123456')).json()) as { found: { ownerEmail: string }[] }
    expect(found.map(({ ownerEmail }) => ownerEmail)).toEqual([ADA, GRACE])

    expect((await staff.put(`/api/desk/products/${claimed}/decision`, { inFavour: 'holder' })).status).toBe(204)

    expect(await products(grace)).toEqual([])
    expect(await products(ada)).toHaveLength(1)
    expect((await staff.post(`/api/desk/products/${(await only(ada)).reference}/care`, { task: 'inspect', on: '2026-01-01' })).status).toBe(
      204,
    )
    expect((await only(ada)).history).toMatchObject([{ doneOn: '2026-01-01' }])
  })

  test('is decided by staff where two say that it is theirs', async () => {
    await register(ada)
    const claimed = await register(grace)
    const staff = await torv.staff()
    const { disputed } = (await (await staff.get('/api/desk/products')).json()) as { disputed: { reference: string }[] }
    expect(disputed.map(({ reference }) => reference)).toEqual([claimed])
    expect((await ada.put(`/api/desk/products/${claimed}/decision`, { inFavour: 'claimant' })).status).toBe(403)

    expect((await staff.put(`/api/desk/products/${claimed}/decision`, { inFavour: 'claimant' })).status).toBe(204)
    expect((await staff.put(`/api/desk/products/${claimed}/decision`, { inFavour: 'claimant' })).status).toBe(404)

    expect(await products(ada)).toEqual([])
    expect(await only(grace)).toMatchObject({ reference: claimed })
  })
})

describe('another’s things', () => {
  test('AC1 do not exist: not in the list, the choices, or a search by number', async () => {
    const reference = await register(ada)
    expect(await (await ada.get('/api/account/products/choices')).json()).toMatchObject({ choices: [{ reference, serialNumber: SERIAL }] })

    for (const path of ['/api/account/products', '/api/account/products/choices'])
      expect(await (await grace.get(path)).text()).not.toContain(reference)
    expect((await grace.get('/api/desk/products?serial=PU123456')).status).toBe(403)
    expect((await torv.visitor().get('/api/account/products/choices')).status).toBe(401)
  })

  test('AC2 cannot be written to, offered or taken back', async () => {
    const reference = await register(ada)
    await ada.post(`/api/account/products/${reference}/offer`, { email: 'ida@initech.example' })
    const never = 'P-222222'

    const attempts = (of: string) => [
      grace.post(`/api/account/products/${of}/care`, { task: 'clean', on: '2026-01-01' }),
      grace.post(`/api/account/products/${of}/offer`, { email: GRACE }),
      grace.delete(`/api/account/products/${of}/offer`),
    ]
    const [theirs, nobodys] = [await Promise.all(attempts(reference)), await Promise.all(attempts(never))]

    expect(theirs.map(({ status }) => status)).toEqual([404, 404, 404])
    expect(await Promise.all(theirs.map((answer) => answer.text()))).toEqual(await Promise.all(nobodys.map((answer) => answer.text())))
    expect(await only(ada)).toMatchObject({ offer: { email: 'ida@initech.example' }, history: [] })
  })
})

describe('passing on', () => {
  test('makes it the new owner’s alone, with its history, once they accept', async () => {
    const reference = await register(ada, { boughtOn: '2026-01-31' })
    await ada.post(`/api/account/products/${reference}/care`, { task: 'clean', on: '2026-02-01' })
    expect((await ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })).status).toBe(204)
    const token = await takeOverToken(GRACE)
    expect(await products(grace)).toEqual([])
    expect(await (await grace.get(`/api/take-over/${token}`)).json()).toMatchObject({ name: 'Big Pump', isYours: true })

    expect((await grace.post(`/api/take-over/${token}/acceptance`)).status).toBe(200)

    expect(await products(ada)).toEqual([])
    expect((await ada.post(`/api/account/products/${reference}/care`, { task: 'clean', on: '2026-03-01' })).status).toBe(404)
    expect(await only(grace)).toMatchObject({ reference, history: [{ doneOn: '2026-02-01' }], warrantyUntil: '2031-01-31' })
    expect(await mailsTo(ADA, /has a new owner/)).toHaveLength(1)
    const events = await torv.services.db.all<{ kind: string }>('select kind from events where subject = :reference order by id', {
      reference,
    })
    expect(events.map(({ kind }) => kind)).toEqual(['product.registered', 'product.cared-for', 'product.offered', 'product.moved'])
  })

  test('SI5 works once, for seven days, by the newest link, and only for whom it is', async () => {
    const reference = await register(ada)
    await ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    const older = await takeOverToken(GRACE)
    await ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    const newer = await takeOverToken(GRACE)
    const eve = await torv.signedIn('eve@evil.example')

    expect((await grace.post(`/api/take-over/${older}/acceptance`)).status).toBe(404)
    expect((await torv.visitor().post(`/api/take-over/${newer}/acceptance`)).status).toBe(401)
    expect((await eve.post(`/api/take-over/${newer}/acceptance`)).status).toBe(403)
    expect((await grace.get(`/api/take-over/${newer}`)).status).toBe(200)
    expect(await products(grace)).toEqual([]) // looking takes nothing

    torv.clock.forward(7 * DAY_MS + 1)
    expect((await torv.visitor().get(`/api/take-over/${newer}`)).status).toBe(404)
    await ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    const third = await takeOverToken(GRACE)
    const both = await Promise.all([grace.post(`/api/take-over/${third}/acceptance`), grace.post(`/api/take-over/${third}/acceptance`)])
    expect(both.map(({ status }) => status).sort()).not.toEqual([200, 200])
    expect(await products(grace)).toHaveLength(1)
    expect((await grace.get(`/api/take-over/${third}`)).status).toBe(404)
  })

  test('can be taken back until then; whoever has it cannot offer it to themselves', async () => {
    const reference = await register(ada)
    expect((await ada.post(`/api/account/products/${reference}/offer`, { email: ADA })).status).toBe(422)
    await ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    const token = await takeOverToken(GRACE)

    expect((await ada.delete(`/api/account/products/${reference}/offer`)).status).toBe(204)

    expect((await grace.post(`/api/take-over/${token}/acceptance`)).status).toBe(404)
    expect(await only(ada)).toMatchObject({ offer: null })
  })
})

describe('where it stands', () => {
  const at = (reference: string) => `/api/account/products/${reference}/postcode`

  test('can be said, changed and taken away by its owner: also of what was bought, and after a new owner has taken it over', async () => {
    const staff = await torv.staff()
    const bought = await offered(torv, staff, [WANTED])
    await bought.ada.post(`/api/quotes/${bought.reference}/acceptance`, acceptanceOf(bought.shown))
    torv.clock.forward(15 * 60_000)
    await placeOrders(torv.services)
    const { reference } = await only(bought.ada)
    expect(await only(bought.ada)).toMatchObject({ postcode: '' })
    expect((await bought.ada.put(at(reference), { postcode: '71 00' })).status).toBe(204)
    expect(await only(bought.ada)).toMatchObject({ postcode: '7100' })

    await bought.ada.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    await grace.post(`/api/take-over/${await takeOverToken(GRACE)}/acceptance`)
    expect(await only(grace)).toMatchObject({ postcode: '' })
    expect((await grace.put(at(reference), { postcode: '8000' })).status).toBe(204)
    expect(await only(grace)).toMatchObject({ postcode: '8000' })

    for (const wrong of [{}, { postcode: '<8000>' }, { postcode: null }, { postcode: '1234567890123' }])
      expect((await grace.put(at(reference), wrong)).status).toBe(422)
    expect((await grace.put(at(reference), { postcode: '' })).status).toBe(204)
    expect(await only(grace)).toMatchObject({ postcode: '' })
  })

  test('decides which regional notices one gets', async () => {
    const reference = await register(ada)
    const staff = await torv.staff()
    const notice = { kind: 'incident', title: { en: 'No water', da: 'Intet vand' }, text: { en: 'Soon.', da: 'Snart.' }, byMail: true }
    const drafted = await staff.post('/api/desk/notices', { ...notice, audience: 'region', postcodes: ['7000-7999'] })
    const draft = ((await drafted.json()) as { reference: string }).reference
    await ada.put(at(reference), { postcode: '7100' })

    await staff.post(`/api/desk/notices/${draft}/publication`, { revision: 1 })

    expect(await (await ada.get('/api/notices')).text()).toContain('No water')
    expect(await mailsTo(ADA, /No water/)).toHaveLength(1)
    await ada.put(at(reference), { postcode: '8000' })
    expect(await (await ada.get('/api/notices')).text()).not.toContain('No water')
  })

  test('AC1 is nobody else’s to say: to others the thing does not exist', async () => {
    const reference = await register(ada, { postcode: '7100' })
    for (const other of [grace, await torv.staff()]) {
      const answer = await other.put(at(reference), { postcode: '8000' })
      const never = await other.put(at('P-AAAAAA'), { postcode: '8000' })
      expect([answer.status, await answer.text()]).toEqual([404, await never.text()])
    }
    expect((await torv.visitor().put(at(reference), { postcode: '8000' })).status).toBe(401)
    expect(await only(ada)).toMatchObject({ postcode: '7100' })
  })
})

describe('what an organisation owns', () => {
  async function colleague(role: string): Promise<Client> {
    await ada.post('/api/organisation', { name: 'Acme' })
    await ada.post('/api/organisation/invitations', { email: 'bo@acme.example', role })
    await torv.settle()
    const mail = (await torv.mails()).findLast(({ to, text }) => to === 'bo@acme.example' && text.includes('/invitations/'))
    const bo = await torv.signedIn('bo@acme.example')
    const joined = await bo.post(`/api/invitations/${/invitations\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]}/acceptance`)
    if (!joined.ok) throw new Error(await joined.text())
    return bo
  }

  test('is seen by who may see colleagues’, cared for by who answers for them, and passed on by neither', async () => {
    const reader = await colleague('reader')
    const reference = await register(ada, { forOrganisation: true })
    await register(ada, { serialNumber: 'PU-000003' }) // of her own
    const path = `/api/account/products/${reference}`

    expect(await only(reader)).toMatchObject({ reference, isMine: false, offer: null })
    expect((await reader.post(`${path}/care`, { task: 'clean', on: '2026-01-01' })).status).toBe(403)
    expect((await reader.post(`${path}/offer`, { email: GRACE })).status).toBe(403)
    expect((await reader.put(`${path}/postcode`, { postcode: '8000' })).status).toBe(403)
    expect(await products(await torv.signedIn('eve@evil.example'))).toEqual([])
  })

  test('AC3 stays with it when whoever had it leaves', async () => {
    const bo = await colleague('manager')
    const reference = await register(bo, { forOrganisation: true })
    await bo.post(`/api/account/products/${reference}/offer`, { email: GRACE })
    const token = await takeOverToken(GRACE)

    expect((await bo.delete('/api/organisation/membership')).status).toBe(204)

    expect(await products(bo)).toEqual([])
    expect(await only(ada)).toMatchObject({ reference, isMine: true })
    expect((await grace.post(`/api/take-over/${token}/acceptance`)).status).toBe(404)
  })
})

describe('maintenance', () => {
  /** Ten in the morning of a Tuesday: no quiet hour, and not a holiday. */
  function toTuesdayMorning() {
    const now = new Date(torv.clock.now())
    const tuesday = new Date(now)
    tuesday.setUTCDate(now.getUTCDate() + ((2 - now.getUTCDay() + 7) % 7 || 7))
    tuesday.setUTCHours(10, 0, 0, 0)
    torv.clock.forward(tuesday.getTime() - now.getTime())
  }

  const dayFromNow = (days: number) => new Date(torv.clock.now() + days * DAY_MS).toISOString().slice(0, 10)

  test('is reminded of once, two weeks before, and again after it was done', async () => {
    toTuesdayMorning()
    const reference = await register(ada, { boughtOn: dayFromNow(-330) })
    await remindOfCare(torv.services)
    expect(await mailsTo(ADA, /Maintenance/)).toEqual([])

    forwardDays(21)
    await remindOfCare(torv.services)
    await Promise.all([remindOfCare(torv.services), remindOfCare(torv.services)])

    const [mail, ...more] = await mailsTo(ADA, /Maintenance of Big Pump/)
    expect(more).toEqual([])
    expect(mail?.text).toContain('Clean the pump')
    expect(mail?.text).not.toContain('inspected')

    await ada.post(`/api/account/products/${reference}/care`, { task: 'clean', on: dayFromNow(0) })
    forwardDays(357) // 51 weeks: a Tuesday again
    await remindOfCare(torv.services)
    expect(await mailsTo(ADA, /Maintenance of Big Pump/)).toHaveLength(2)
    expect((await only(ada)).care.find(({ task }) => task === 'clean')).toMatchObject({ isDue: false })
  })

  test('is not reminded of by night, nor when they do not want to be', async () => {
    toTuesdayMorning()
    await register(ada, { boughtOn: dayFromNow(-355) })
    await ada.put('/api/mail-preferences/mine', { maintenance: false })
    await register(grace, { boughtOn: dayFromNow(-355), serialNumber: 'PU-000007' })
    torv.clock.forward(14 * 3_600_000)

    await remindOfCare(torv.services)
    expect(await mailsTo(GRACE, /Maintenance/)).toEqual([])
    torv.clock.forward(10 * 3_600_000)
    await remindOfCare(torv.services)

    const [mail] = await mailsTo(GRACE, /Maintenance/)
    expect(mail).toBeDefined()
    expect(await mailsTo(ADA, /Maintenance/)).toEqual([])
    const token = /mail-preferences\/([\w-]{43})/.exec(mail?.text ?? '')?.[1]
    expect((await torv.visitor().get(`/api/mail-preferences/${token}`)).status).toBe(200)
  })

  test('that is done is a day behind us, of something on the plan', async () => {
    const reference = await register(ada)
    const path = `/api/account/products/${reference}/care`
    for (const wrong of [
      { task: 'clean', on: '2999-01-01' },
      { task: 'polish', on: '2026-01-01' },
      { task: 'clean', on: 'today' },
    ])
      expect((await ada.post(path, wrong)).status).toBe(422)
    expect((await only(ada)).history).toEqual([])
  })
})
